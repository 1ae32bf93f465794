"""Hugging Face: data/train-00000-of-00001.parquet, ... with the files of each image and its objects, and README.md."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from raster.dataset.layer_files import LayerFile, path_of
from raster.exporters.job import Job, Written, boxes_of, leave_out, put, seen_objects
from raster.exporters.options import INSTANCES
from raster.exporters.shards import is_whole, shard_file
from raster.shards.parquet import OBJECTS, ParquetFile, card, features_of, require_pyarrow, row_of, schema_of
from raster.shards.shard_layout import HUB_NAMES


def begin(job: Job) -> None:
    """Make the folder. InputError without pyarrow."""
    require_pyarrow("format=huggingface", "export")
    (job.folder / "data").mkdir(exist_ok=True)


def convert(job: Job, lines: list[bytes], split: str, number: int) -> Written:
    """Write a shard."""
    written, features = Written(split, len(lines)), features_of(job.source.classes, _layers(job).values())
    shards = -(-job.source.splits[split] // int(str(job.options.shard)))
    path = job.folder / "data" / f"{HUB_NAMES[split]}-{number:05d}-of-{shards:05d}.parquet"
    records = map(orjson.loads, lines)
    if is_whole(job, path):
        for record in records:
            _objects(job, record, written)
        return written
    with shard_file(path) as file:
        made = ParquetFile(file, schema_of(features))
        for record in records:
            made.add(row_of(record["index"], _files(job, record), _objects(job, record, written), features))
        made.close()
    return written


def _layers(job: Job) -> dict[str, LayerFile]:
    """The layers that have a column."""
    return {name: layer for name, layer in job.source.layers.items() if name == INSTANCES}


def _files(job: Job, record: Mapping[str, Any]) -> dict[str, tuple[str, bytes]]:
    """Column -> path and bytes of the files of an image."""
    paths = {"image": record["image"], "label": record["label"]}
    paths |= {layer["folder"]: path_of(layer, record["index"]) for layer in _layers(job).values()}
    return {column: (path, job.source.read(record, path)) for column, path in paths.items()}


def _objects(job: Job, record: Mapping[str, Any], written: Written) -> dict[str, list[Any]]:
    """The objects as lists, one for each key."""
    found: dict[str, list[Any]] = {key: [] for key in OBJECTS}
    for seen in seen_objects(job, record, boxes_of(job, record), written):
        if not seen.kept:
            leave_out(record, seen, written)
            continue
        values = (seen.entry["instance"], seen.entry["bbox"], seen.entry["class_id"], seen.area)
        for column, value in zip(found.values(), values, strict=True):
            column.append(value)
    return found


def join(job: Job, blocks: Iterable[Written]) -> None:
    """Wait for all shards, and write the card."""
    for _ in blocks:
        pass
    paths = {split: f"data/{HUB_NAMES[split]}-*" for split in job.source.splits}
    put(job, "README.md", card(paths, job.source.classes, INSTANCES in job.source.layers).encode())
