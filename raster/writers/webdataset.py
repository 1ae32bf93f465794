"""Webdataset: the shards train-000000.tar, val-000000.tar, ... of WebDataset. The model of a writer of shards.

A writer of shards is a class that is called with its options, classes= (names by class id) and ignore= (the value of labels
that is no class, or None). It stands alone among the writers of a run. Its members:

* `sharded`: its name in manifest.json; `suffix`: what its files end in; `needs`: the layers that it reads; `files_of(options)`:
  as in raster/writers/layers.py.
* `rows(frames)`: for each image of a batch a function without parameters that returns its raster.shards.parts.Row. The program
  may call it in a thread.
* `open_file(path)`: a file of one split of one shard, with add(data), data of a Row, in the order of the images, and close().
* `card(splits, kind)`: the text of README.md, for the splits that have images, and for what all Row.kind are merged to.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

import numpy as np
import orjson

from raster.dataset.encode_png import encode_grey, encode_rgb
from raster.dataset.journal import record_line
from raster.dataset.layer_files import encode_layer
from raster.errors import InputError
from raster.frames import Frames
from raster.shards import column_types, webdataset
from raster.shards.column_types import Kind
from raster.shards.parts import Row
from raster.shards.tar_bytes import tar_end
from raster.writers.layers import Layers, arrays_on_disk


class Webdataset:
    """Writes image, label, layers and record of each image as the members of a sample; the options are those of Layers."""

    sharded: ClassVar[str] = "webdataset"
    suffix: ClassVar[str] = ".tar"
    needs: ClassVar[tuple[str, ...]] = ("color", "class_id")  # `names` comes from the option layers

    def __init__(
        self, classes: tuple[str, ...] = (), ignore: int | None = None, names: Sequence[str] = (), depth: str = "png16",
        normal: str = "npz", depth_unit_m: float = 0.001, flow: str = "flo",
    ):  # fmt: skip
        self.layers = self.files_of(names, depth, normal, depth_unit_m, flow)
        self._arrays = {name for name, layer in self.layers.items() if layer["format"] not in webdataset.PICTURES}

    files_of = staticmethod(Layers.files_of)

    def rows(self, frames: Frames) -> list[Callable[[], Row]]:
        """What makes the Row of each image. InputError for a layer that no pass draws."""
        for name in self.needs:
            if name not in frames.layers:
                raise InputError(f"writers.webdataset: needs the layer {name}, which no pass draws; add {name} to passes")
        layers = arrays_on_disk(frames, self.layers, "webdataset")
        images = zip(frames.records, frames.layers["color"], frames.layers["class_id"], layers, strict=True)
        return [partial(self._row, *each) for each in images]

    def _row(self, record: Mapping[str, Any], color: np.ndarray, class_id: np.ndarray, layers: dict[str, np.ndarray]) -> Row:
        """Encode an image: color (H, W, 3), class_id (H, W), uint8, and its layers in the numbers of their files."""
        image, label = encode_rgb(color), encode_grey(class_id)
        hashes = {record[key]: hashlib.sha256(data).hexdigest() for key, data in (("image", image), ("label", label))}
        line = record_line(record, hashes)
        members = {webdataset.member_of(name, self.layers[name]): self._layer(name, array) for name, array in layers.items()}
        row = webdataset.row_of(orjson.loads(line), self.layers)
        arrays = {name: webdataset.kind_of_array(array) for name, array in layers.items() if name in self._arrays}
        kind = {"json": column_types.kind_of(row), "layers": arrays}
        return Row(record["split"], line, webdataset.sample_bytes(record, image, label, members, row), kind)

    def _layer(self, name: str, array: np.ndarray) -> bytes:
        layer = self.layers[name]
        return encode_layer(name, layer, array) if layer["format"] in webdataset.PICTURES else webdataset.npy_bytes(array)

    def open_file(self, path: Path) -> "TarFile":
        """Open a tar file."""
        return TarFile(path)

    def card(self, splits: Sequence[str], kind: Kind) -> str:
        """The text of README.md, for the splits that have images and the kind of all rows."""
        return webdataset.card(splits, self.layers, kind["layers"], kind["json"])


class TarFile:
    """A tar file, to which samples are added one after another."""

    def __init__(self, path: Path):
        self._file: BinaryIO = open(path, "wb")  # noqa: SIM115  (close() closes it)

    def add(self, data: bytes) -> None:
        """Append the bytes of a sample."""
        self._file.write(data)

    def close(self) -> None:
        """End the file."""
        with self._file:
            self._file.write(tar_end(self._file.tell()))
