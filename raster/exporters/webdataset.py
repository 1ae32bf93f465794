"""WebDataset: train-000000.tar, ...: for each image KEY.image.png, KEY.label.png, its layers, and KEY.json. And README.md."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import orjson

from raster.dataset.files import CODES
from raster.dataset.layer_files import LayerFile, decode_layer, path_of
from raster.exporters.job import Job, Written, put
from raster.exporters.shards import is_whole, shard_file
from raster.shards import column_types
from raster.shards.column_types import Kind
from raster.shards.shard_layout import file_of
from raster.shards.tar_bytes import tar_end
from raster.shards.webdataset import PICTURES, card, kind_of_array, member_of, npy_bytes, row_of, sample_bytes


def begin(job: Job) -> None:
    """Write codes.txt."""
    put(job, CODES, "".join(f"{name}\n" for name in job.source.classes).encode())


def convert(job: Job, lines: list[bytes], split: str, number: int) -> Written:
    """Write a shard."""
    path, records = job.folder / file_of(split, number, ".tar"), [orjson.loads(line) for line in lines]
    rows = [row_of(record, job.source.layers) for record in records]
    if not is_whole(job, path):
        with shard_file(path) as file:
            for record, row in zip(records, rows, strict=True):
                image, label = (job.source.read(record, record[key]) for key in ("image", "label"))
                file.write(sample_bytes(record, image, label, _layers(job, record), row))
            file.write(tar_end(file.tell()))
    return Written(split, len(lines), parts=[column_types.merged(map(column_types.kind_of, rows))])


def _layers(job: Job, record: Mapping[str, Any]) -> dict[str, bytes]:
    """The members that hold the layers of an image."""
    found = {}
    for name, layer in job.source.layers.items():
        if layer["format"] in PICTURES:
            found[member_of(name, layer)] = job.source.read(record, path_of(layer, record["index"]))
        else:
            found[member_of(name, layer)] = npy_bytes(_array(job, record, name, layer))
    return found


def _array(job: Job, record: Mapping[str, Any], name: str, layer: LayerFile) -> np.ndarray:
    path = path_of(layer, record["index"])
    return decode_layer(job.source.read(record, path), job.source.out / path, name, layer)


def join(job: Job, blocks: Iterable[Written]) -> None:
    """Wait for all shards, and write the card."""
    kind: Kind = None
    for block in blocks:
        kind = column_types.merged([kind, *block.parts])
    first, layers = job.source.first_record(), job.source.layers
    arrays = {
        name: kind_of_array(_array(job, first, name, layer))
        for name, layer in layers.items()
        if layer["format"] not in PICTURES
    }
    put(job, "README.md", card(job.source.splits, layers, arrays, kind).encode())
