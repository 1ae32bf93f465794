"""Layers: writes layers beside colour and labels: instances/ as 16-bit PNG, depth/, normal/ and others as the options say."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np

from raster.dataset.flow_files import masks_of, to_flo, to_kitti, with_masks
from raster.dataset.journal import Files, Made, write_file
from raster.dataset.layer_files import LayerFile, encode_layer, in_units, layer_file, path_of
from raster.errors import InputError
from raster.frames import Frames
from raster.writers.file_threads import FileThreads


class Layers:
    """Writes the layers `names` of each image, each into a folder of its own; raster/dataset/layer_files.py has the formats.

    depth: how metres are written: png16 = round(metres / depth_unit_m), or npy = float32. What is too far for 16 bits becomes
    0, and the record counts these pixels under "too_far". normal: npz = float16, or png8. flow: flo = Middlebury's float32, or
    kitti = 16-bit PNG; masks come with it.
    """

    needs: ClassVar[tuple[str, ...]] = ()  # `names` comes from the option layers, whose layers the program draws

    def __init__(
        self, out: str | Path, threads: int = 0, names: Sequence[str] = (), depth: str = "png16", normal: str = "npz",
        depth_unit_m: float = 0.001, flow: str = "flo",
    ):  # fmt: skip
        self._out, self._threads = out, FileThreads("layers", threads)
        self._files = self.files_of(names, depth, normal, depth_unit_m, flow)

    @staticmethod
    def files_of(
        names: Sequence[str] = (), depth: str = "png16", normal: str = "npz", depth_unit_m: float = 0.001, flow: str = "flo"
    ) -> dict[str, LayerFile]:
        """How each layer is written, by its name, for the manifest. InputError for an unknown format or unit."""
        if depth not in ("png16", "npy"):
            raise InputError(f"writers.layers.depth={depth}: expected png16 or npy")
        if normal not in ("npz", "png8"):
            raise InputError(f"writers.layers.normal={normal}: expected npz or png8")
        if isinstance(depth_unit_m, bool) or not isinstance(depth_unit_m, int | float) or not 1e-6 <= depth_unit_m <= 1:
            raise InputError(f"writers.layers.depth_unit_m={depth_unit_m}: expected metres, from 0.000001 to 1")
        if flow not in ("flo", "kitti"):
            raise InputError(f"writers.layers.flow={flow}: expected flo or kitti")
        return {name: layer_file(name, depth, normal, float(depth_unit_m), flow) for name in with_masks(names)}

    def write(self, frames: Frames) -> list[Made]:
        """Write a batch, or hand it to the threads: a file of each layer an image. InputError if the disk refuses."""
        rows = arrays_on_disk(frames, self._files, "layers")
        return [self._threads.run(self._write, index, row) for index, row in zip(frames.index.tolist(), rows, strict=True)]

    def close(self) -> None:
        """Wait for the threads. A second call does nothing."""
        self._threads.close()

    def _write(self, index: int, layers: dict[str, np.ndarray]) -> Files:
        """Encode and write the layers (H, W) or (H, W, C) of one image."""
        files: dict[str, tuple[str, int]] = {}
        for name, layer in layers.items():
            file = self._files[name]
            files |= write_file(self._out, path_of(file, index), encode_layer(name, file, layer))
        return files


def arrays_on_disk(frames: Frames, files: Mapping[str, LayerFile], writer: str) -> list[dict[str, np.ndarray]]:
    """Of each image, by name, the layers of `files` in the numbers of their files: (H, W) or (H, W, C).

    Records get "too_far", where some of these do not fit. `writer`: whose name InputError says if no pass draws a layer.
    """
    layers: dict[str, np.ndarray] = {}
    for name, file in files.items():
        if name not in frames.layers:
            raise InputError(f"writers.{writer}: needs the layer {name}, which no pass draws; add its pass to passes")
        layers[name], too_far = _on_disk(name, file, frames)
        for record, count in zip(frames.records, too_far.tolist(), strict=True):
            if count:
                record.setdefault("too_far", {})[name] = count
    return [{name: layer[k] for name, layer in layers.items()} for k in range(len(frames.index))]


def _on_disk(name: str, file: LayerFile, frames: Frames) -> tuple[np.ndarray, np.ndarray]:
    """A layer (B, H, W) or (B, H, W, C) in the numbers of its file, and how many pixels (B,) int64 do not fit there."""
    layer = frames.layers[name]
    if "unit_m" in file:
        return in_units(layer, file["unit_m"])
    if file["format"] == "kitti":
        return to_kitti(layer, frames.layers[masks_of(name)])
    none = np.zeros(len(layer), np.int64)
    return (to_flo(layer, frames.layers[masks_of(name)]) if file["format"] == "flo" else layer), none
