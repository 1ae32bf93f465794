"""Parquet: the shards train-000000.parquet, val-000000.parquet, ... of Hugging Face's datasets; members as of webdataset.py."""

import hashlib
import pickle
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import orjson

from raster.dataset.encode_png import encode_grey, encode_rgb
from raster.dataset.journal import record_line
from raster.dataset.layer_files import encode_layer, path_of
from raster.errors import InputError
from raster.frames import Frames
from raster.shards import parquet
from raster.shards.parts import Row
from raster.shards.shard_layout import NAMES
from raster.writers.layers import Layers, arrays_on_disk

_MORE = (
    "* `record`: camera, objects with their poses, lights: the line of scenes.jsonl, in JSON",
    "* the other layers: what the files of such a data set hold",
)


class Parquet:
    """Writes image, label, layers, objects and record of each image as a row; the options are those of Layers."""

    sharded: ClassVar[str] = "parquet"
    suffix: ClassVar[str] = ".parquet"
    needs: ClassVar[tuple[str, ...]] = ("color", "class_id")  # `names` comes from the option layers
    annotations: ClassVar[tuple[str, ...]] = ("boxes",)  # whose keys it reads

    def __init__(
        self, classes: tuple[str, ...] = (), ignore: int | None = None, names: Sequence[str] = (), depth: str = "png16",
        normal: str = "npz", depth_unit_m: float = 0.001, flow: str = "flo",
    ):  # fmt: skip
        parquet.require_pyarrow("writers=[parquet]", "scale")
        self.layers, self._classes = self.files_of(names, depth, normal, depth_unit_m, flow), classes
        self._features = parquet.features_of(classes, self.layers.values(), record=True)

    files_of = staticmethod(Layers.files_of)

    def rows(self, frames: Frames) -> list[Callable[[], Row]]:
        """What makes the Row of each image. InputError for a layer that no pass draws."""
        for name in self.needs:
            if name not in frames.layers:
                raise InputError(f"writers.parquet: needs the layer {name}, which no pass draws; add {name} to passes")
        layers = arrays_on_disk(frames, self.layers, "parquet")
        images = zip(frames.records, frames.layers["color"], frames.layers["class_id"], layers, strict=True)
        return [partial(self._row, *each) for each in images]

    def _row(self, record: Mapping[str, Any], color: np.ndarray, class_id: np.ndarray, layers: dict[str, np.ndarray]) -> Row:
        """Encode an image: color (H, W, 3), class_id (H, W), uint8, and its layers in the numbers of their files."""
        number = int(record["index"])
        files = {"image": (record["image"], encode_rgb(color)), "label": (record["label"], encode_grey(class_id))}
        for name, array in layers.items():
            layer = self.layers[name]
            files[layer["folder"]] = (path_of(layer, number), encode_layer(name, layer, array))
        line = record_line(record, {path: hashlib.sha256(data).hexdigest() for path, data in files.values()})
        objects = parquet.objects_of(orjson.loads(line)["objects"], len(self._classes))
        row = {**parquet.row_of(number, files, objects, self._features), parquet.RECORD: line.decode().rstrip("\n")}
        return Row(record["split"], line, pickle.dumps(row, pickle.HIGHEST_PROTOCOL), None)

    def open_file(self, path: Path) -> "RowFile":
        """Open a Parquet file."""
        return RowFile(path, parquet.schema_of(self._features))

    def card(self, splits: Sequence[str], kind: Any) -> str:
        """The text of README.md."""
        paths = {split: f"{NAMES[split]}-*.parquet" for split in splits}
        return parquet.card(paths, self._classes, "instance_id" in self.layers, _MORE)


class RowFile:
    """A Parquet file, to which rows are added as Row.data has them."""

    def __init__(self, path: Path, schema: Any):
        self._file = parquet.ParquetFile(path, schema)

    def add(self, data: bytes) -> None:
        """Append a row."""
        self._file.add(pickle.loads(data))

    def close(self) -> None:
        """End the file."""
        self._file.close()
