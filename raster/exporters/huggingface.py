"""Hugging Face: data/train-00000-of-00001.parquet, ... with the files of each image and its objects, and README.md.

Written with pyarrow alone: datasets reads the kinds of the columns from the metadata of the schema. "Sequence" there is what
all its versions understand.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from raster.dataset.layer_files import path_of
from raster.errors import InputError
from raster.exporters.job import Job, Written, boxes_of, leave_out, put, seen_objects
from raster.exporters.options import INSTANCES
from raster.exporters.shards import is_whole, shard_file
from raster.shards.shard_layout import HUB_NAMES

GROUP = 100  # rows to a group: the Hub's viewer reads a whole one for each row that it shows


def begin(job: Job) -> None:
    """Make the folder. InputError without pyarrow."""
    require_pyarrow()
    (job.folder / "data").mkdir(exist_ok=True)


def require_pyarrow() -> None:
    """InputError, which says how to get it, where pyarrow is not installed."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError:
        raise InputError("format=huggingface needs pyarrow: pip install 'raster-labels[export]'") from None


def convert(job: Job, lines: list[bytes], split: str, number: int) -> Written:
    """Write a shard."""
    import pyarrow
    from pyarrow import parquet

    written, schema = Written(split, len(lines)), _schema(job)
    shards = -(-job.source.splits[split] // int(str(job.options.shard)))
    path = job.folder / "data" / f"{HUB_NAMES[split]}-{number:05d}-of-{shards:05d}.parquet"
    if is_whole(job, path):
        for line in lines:
            _objects(job, orjson.loads(line), written)
        return written
    settings = {"compression": "none", "use_dictionary": False}  # PNG files are compressed
    with shard_file(path) as file, parquet.ParquetWriter(file, schema, **settings) as writer:
        for first in range(0, len(lines), GROUP):
            rows = [_row(job, orjson.loads(line), written) for line in lines[first : first + GROUP]]
            writer.write_table(pyarrow.Table.from_pylist(rows, schema), row_group_size=GROUP)
    return written


def _row(job: Job, record: Mapping[str, Any], written: Written) -> dict[str, Any]:
    """A row: the files as they are, and the objects that the image shows."""
    paths = {"image": record["image"], "label": record["label"]}
    if INSTANCES in job.source.layers:
        paths["instances"] = path_of(job.source.layers[INSTANCES], record["index"])
    files = {key: {"bytes": job.source.read(record, path), "path": path.rpartition("/")[2]} for key, path in paths.items()}
    return {"image_id": record["index"], **files, "objects": _objects(job, record, written)}


def _objects(job: Job, record: Mapping[str, Any], written: Written) -> dict[str, list[Any]]:
    """The objects as lists, one for each key."""
    found: dict[str, list[Any]] = {key: [] for key in ("id", "bbox", "category", "area")}
    for seen in seen_objects(job, record, boxes_of(job, record), written):
        if not seen.kept:
            leave_out(record, seen, written)
            continue
        values = (seen.entry["instance"], seen.entry["bbox"], seen.entry["class_id"], seen.area)
        for column, value in zip(found.values(), values, strict=True):
            column.append(value)
    return found


def _schema(job: Job) -> Any:
    """The columns, and in the metadata what datasets takes them for."""
    import pyarrow as pa

    picture = pa.struct({"bytes": pa.binary(), "path": pa.string()})
    number, box = pa.int64(), pa.list_(pa.float32(), 4)
    columns = {"id": number, "bbox": box, "category": number, "area": number}
    objects = pa.struct({key: pa.list_(kind) for key, kind in columns.items()})
    features = _features(job)
    kinds = {
        "image_id": number,
        **{key: picture for key, each in features.items() if each["_type"] == "Image"},
        "objects": objects,
    }
    metadata = {"huggingface": orjson.dumps({"info": {"features": features}}).decode()}
    return pa.schema(list(kinds.items()), metadata)


def _features(job: Job) -> dict[str, Any]:
    """What each column is."""
    number, image = {"dtype": "int64", "_type": "Value"}, {"_type": "Image"}
    box = {"feature": {"dtype": "float32", "_type": "Value"}, "length": 4, "_type": "Sequence"}
    category = {"names": list(job.source.classes), "_type": "ClassLabel"}  # with background: the number is the label's value
    objects = {"feature": {"id": number, "bbox": box, "category": category, "area": number}, "_type": "Sequence"}
    instances = {"instances": image} if INSTANCES in job.source.layers else {}
    return {"image_id": number, "image": image, "label": image, **instances, "objects": objects}


def join(job: Job, blocks: Iterable[Written]) -> None:
    """Wait for all shards, and write the card."""
    for _ in blocks:
        pass
    put(job, "README.md", _card(job).encode())


def _card(job: Job) -> str:
    """The dataset card: where the files of each split are, and what the columns hold."""
    files = "".join(f"  - split: {HUB_NAMES[split]}\n    path: data/{HUB_NAMES[split]}-*\n" for split in job.source.splits)
    instances = "* `instances`: 16-bit PNG, the number of the object at each pixel, as in `objects.id`; 0: none\n"
    return f"""\
---
task_categories:
- image-segmentation
- object-detection
configs:
- config_name: default
  data_files:
{files}---

# Images with labels, made by raster

* `image`: 8-bit PNG, sRGB
* `label`: 8-bit PNG, the class at each pixel: {", ".join(f"{number} {name}" for number, name in enumerate(job.source.classes))}
{instances if INSTANCES in job.source.layers else ""}\
* `objects`: what the image shows of any class: `id`, `bbox` [x, y, w, h] in px, `category`, `area` in px
"""
