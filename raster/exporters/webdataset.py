"""WebDataset: train-000000.tar, ...: for each image KEY.image.png, KEY.label.png, its layers, and KEY.json."""

import io
import tarfile
from collections.abc import Iterable, Mapping
from typing import Any, get_type_hints

import numpy as np
import orjson

from raster.dataset.decode_grey import decode_grey
from raster.dataset.files import CODES
from raster.dataset.layer_files import path_of
from raster.dataset.record import CameraRecord, ImageRecord, LightRecord, ObjectRecord
from raster.exporters.job import NAMES, Job, Written, put, stem
from raster.exporters.shards import is_whole, shard_file

_EMPTY = dict.fromkeys(get_type_hints(ImageRecord))
_EMPTY_PARTS = {
    key: dict.fromkeys(get_type_hints(made))
    for key, made in (("camera", CameraRecord), ("objects", ObjectRecord), ("lights", LightRecord))
}


def begin(job: Job) -> None:
    """Write codes.txt."""
    put(job, CODES, "".join(f"{name}\n" for name in job.source.classes).encode())


def convert(job: Job, lines: list[bytes], split: str, number: int) -> Written:
    """Write a shard."""
    path = job.folder / f"{NAMES[split]}-{number:06d}.tar"
    if not is_whole(job, path):
        with shard_file(path) as file, tarfile.open(fileobj=file, mode="w", format=tarfile.USTAR_FORMAT) as shard:
            for record in map(orjson.loads, lines):
                for name, data in _members(job, record):
                    _add(shard, f"{stem(record)}.{name}", data)
    return Written(split, len(lines))


def _members(job: Job, record: dict[str, Any]) -> Iterable[tuple[str, bytes]]:
    """Yield name and bytes of each member of a sample: the same names, in the same order, for each image."""
    for key in ("image", "label"):
        yield f"{key}.png", job.source.read(record, record[key])
    for name, layer in job.source.layers.items():
        path = path_of(layer, record["index"])
        data = job.source.read(record, path)
        if layer["format"] == "png16":  # what decodes pictures there knows 8 bits alone
            yield f"{name}.npy", _npy(decode_grey(data, job.source.out / path))
        else:
            yield f"{name}.{path.rpartition('.')[2]}", data
    metric = [name for name, layer in job.source.layers.items() if "unit_m" in layer]
    yield "json", orjson.dumps(with_all_keys(record, metric))


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

    Without `files`, whose keys are paths in the data set. `metric`: layers of which some pixels may be too far.
    """
    found = {**_EMPTY, **record, "unlabelled": bool(record.get("unlabelled"))}
    found["too_far"] = dict.fromkeys(metric, 0) | record.get("too_far", {})
    del found["files"]
    for key, empty in _EMPTY_PARTS.items():
        held = found[key]
        found[key] = [{**empty, **each} for each in held] if isinstance(held, list) else {**empty, **held}
    return found


def join(job: Job, blocks: Iterable[Written]) -> None:
    """Wait for all shards."""
    for _ in blocks:
        pass
