"""WebDataset: train-000000.tar, ...: for each image KEY.image.png, KEY.label.png, its layers, and KEY.json. And README.md.

The card in README.md says which types the columns have: datasets would guess them from the first samples, in which a key of
which other samples have numbers may be null throughout.
"""

import io
import tarfile
from collections.abc import Iterable, Mapping
from typing import Any, get_type_hints

import numpy as np
import orjson
import yaml

from raster.dataset.files import CODES
from raster.dataset.layer_files import LayerFile, decode_layer, path_of
from raster.dataset.record import CameraRecord, ImageRecord, LightRecord, ObjectRecord
from raster.exporters import column_types, huggingface
from raster.exporters.column_types import Kind
from raster.exporters.job import NAMES, Job, Written, put, stem
from raster.exporters.shards import is_whole, shard_file

_EMPTY = dict.fromkeys(get_type_hints(ImageRecord))
_EMPTY_PARTS = {
    key: dict.fromkeys(get_type_hints(made))
    for key, made in (("camera", CameraRecord), ("objects", ObjectRecord), ("lights", LightRecord))
}
CARD = """
A sample is `KEY.image.png` (8-bit, sRGB), `KEY.label.png` (8-bit: the class at each pixel, a line number of codes.txt from 0),
a file for each layer, and `KEY.json`: camera, objects and lights. `datasets.load_dataset(FOLDER)` takes the types of the
columns from above.
"""
PICTURES = ("png8", "grey8")  # formats of layers that stay PNG


def begin(job: Job) -> None:
    """Write codes.txt."""
    put(job, CODES, "".join(f"{name}\n" for name in job.source.classes).encode())


def convert(job: Job, lines: list[bytes], split: str, number: int) -> Written:
    """Write a shard."""
    path, records = job.folder / f"{NAMES[split]}-{number:06d}.tar", [orjson.loads(line) for line in lines]
    rows = [_row(job, record) for record in records]
    if not is_whole(job, path):
        with shard_file(path) as file, tarfile.open(fileobj=file, mode="w", format=tarfile.USTAR_FORMAT) as shard:
            for record, row in zip(records, rows, strict=True):
                for name, data in _members(job, record, row):
                    _add(shard, f"{stem(record)}.{name}", data)
    return Written(split, len(lines), parts=[column_types.merged(map(column_types.kind_of, rows))])


def _members(job: Job, record: Mapping[str, Any], row: Mapping[str, Any]) -> Iterable[tuple[str, bytes]]:
    """Yield name and bytes of each member of a sample: the same names, in the same order, for each image."""
    for key in ("image", "label"):
        yield f"{key}.png", job.source.read(record, record[key])
    for name, layer in job.source.layers.items():
        path = path_of(layer, record["index"])
        data = job.source.read(record, path)
        if layer["format"] in PICTURES:
            yield f"{name}.png", data
        else:  # what decodes pictures there knows 8 bits alone, and datasets no file of several arrays
            yield f"{name}.npy", _npy(decode_layer(data, job.source.out / path, name, layer))
    yield "json", orjson.dumps(row)


def _row(job: Job, record: Mapping[str, Any]) -> dict[str, Any]:
    """What the json of a sample holds."""
    return with_all_keys(
        record, [name for name, layer in job.source.layers.items() if "unit_m" in layer or layer["format"] == "kitti"]
    )


def _npy(array: np.ndarray) -> bytes:
    made = io.BytesIO()
    np.save(made, array)
    return made.getvalue()


def _add(shard: tarfile.TarFile, name: str, data: bytes) -> None:
    """Add a member that has no time and no owner, so that the same data is the same bytes."""
    member = tarfile.TarInfo(name)  # mode 0644, time 0, uid and gid 0, no names
    member.size = len(data)
    shard.addfile(member, io.BytesIO(data))


def with_all_keys(record: Mapping[str, Any], metric: Iterable[str] = ()) -> dict[str, Any]:
    """Return a record with all keys that records may have, null where it has none: readers take types from the first ones.

    Without `files`, whose keys are paths in the data set. `metric`: layers of which some pixels may not fit 16 bits.
    """
    found = {**_EMPTY, **record, "unlabelled": bool(record.get("unlabelled"))}
    found["too_far"] = dict.fromkeys(metric, 0) | record.get("too_far", {})
    del found["files"]
    for key, empty in _EMPTY_PARTS.items():
        held = found[key]
        found[key] = [{**empty, **each} for each in held] if isinstance(held, list) else {**empty, **held}
    return found


def join(job: Job, blocks: Iterable[Written]) -> None:
    """Wait for all shards, and write the card."""
    kind: Kind = None
    for block in blocks:
        kind = column_types.merged([kind, *block.parts])
    put(job, "README.md", _card(job, kind).encode())


def _card(job: Job, kind: Kind) -> str:
    """The card of the data set: where the files of each split are, and the type of each column."""
    image, first = {"dtype": "image"}, job.source.first_record()
    columns = {"image.png": image, "label.png": image}
    for name, layer in job.source.layers.items():
        if layer["format"] in PICTURES:
            columns[f"{name}.png"] = image
        else:
            columns[f"{name}.npy"] = column_types.as_features(_array_kind(job, first, name, layer))
    columns |= {"json": column_types.as_features(kind), "__key__": {"dtype": "string"}, "__url__": {"dtype": "string"}}
    files = [{"split": huggingface.NAMES[split], "path": f"{NAMES[split]}-*.tar"} for split in job.source.splits]
    facts = {
        "configs": [{"config_name": "default", "data_files": files}],
        "dataset_info": {"features": [{"name": name, **each} for name, each in columns.items()]},
    }
    return f"---\n{yaml.safe_dump(facts, sort_keys=False)}---\n\n# Images with labels, made by raster\n{CARD}"


def _array_kind(job: Job, record: Mapping[str, Any], name: str, layer: LayerFile) -> Kind:
    """The kind of a layer's arrays, by that of one image: lists in lists of its numbers."""
    path = path_of(layer, record["index"])
    array = decode_layer(job.source.read(record, path), job.source.out / path, name, layer)
    kind: Kind = array.dtype.name
    for _ in array.shape:
        kind = [kind]
    return kind
