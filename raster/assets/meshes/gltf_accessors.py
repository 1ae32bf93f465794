"""Accessors: the arrays of a glTF file, whichever way they are stored."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from raster.assets.meshes.gltf_compression import meshopt_view
from raster.errors import InputError

COMPONENTS = {5120: "i1", 5121: "u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}
MESHOPT = ("EXT_meshopt_compression", "KHR_meshopt_compression")
Tree = dict[str, Any]


class Accessors:
    """Arrays by the numbers of their accessors. InputError, which begins with the path, for one that is cut off."""

    def __init__(self, tree: Tree, path: Path, load: Callable[[int], bytes]):
        """load: gives the bytes of a buffer, by its number."""
        self._tree, self._path, self.load = tree, path, load
        self._views: dict[int, bytes] = {}

    def values(self, number: int) -> np.ndarray:
        """(N, width) in the type of the file; sparse values are in their places (glTF 2.0, 3.6.2.3)."""
        accessor = self._tree["accessors"][number]
        count, width = accessor["count"], WIDTHS[accessor["type"]]
        kind = np.dtype(COMPONENTS[accessor["componentType"]])
        if "bufferView" in accessor:
            array = self._array(accessor, accessor["bufferView"], count, width, kind, f"accessor {number}")
        else:
            array = np.zeros((count, width), kind)
        if "sparse" in accessor:
            sparse = accessor["sparse"]
            where, what = sparse["indices"], sparse["values"]
            label = f"sparse accessor {number}"
            rows = self._array(
                where, where["bufferView"], sparse["count"], 1, np.dtype(COMPONENTS[where["componentType"]]), label
            )
            if rows.max(initial=0) >= count:
                raise InputError(f"{self._path}: {label} has index {rows.max()}; expected less than {count}")
            array = array.copy()
            array[rows[:, 0]] = self._array(what, what["bufferView"], sparse["count"], width, kind, label)
        return array

    def floats(self, number: int) -> np.ndarray:
        """(N, width) float64; normalized integers become 0..1 or -1..1 (glTF 2.0, 3.6.2.2)."""
        return self.as_floats(number, self.values(number))

    def as_floats(self, number: int, values: np.ndarray) -> np.ndarray:
        """The same of values (N, width) that were decoded in another way than the accessor of that number says."""
        if values.dtype.kind in "iu" and self._tree["accessors"][number].get("normalized"):
            return np.maximum(values / float(np.iinfo(values.dtype).max), -1.0)
        return values.astype(np.float64)

    def view(self, number: int) -> bytes:
        """The bytes of a buffer view, decoded if they are compressed."""
        if number not in self._views:
            entry = self._tree["bufferViews"][number]
            packed = next((entry["extensions"][name] for name in MESHOPT if name in entry.get("extensions", {})), None)
            self._views[number] = (
                self._slice(entry) if packed is None else meshopt_view(packed, self._slice(packed), self._path)
            )
        return self._views[number]

    def _slice(self, entry: Tree) -> bytes:
        """The part of a buffer that an entry describes."""
        first = entry.get("byteOffset", 0)
        return memoryview(self.load(entry["buffer"]))[first : first + entry["byteLength"]]  # type: ignore[return-value]

    def _array(self, entry: Tree, view: int, count: int, width: int, kind: np.dtype, label: str) -> np.ndarray:
        """(count, width) from a buffer view; rows may be a stride apart."""
        data, size = self.view(view), width * kind.itemsize
        stride = self._tree["bufferViews"][view].get("byteStride", size)
        first = entry.get("byteOffset", 0)
        if count < 1 or first < 0 or stride < size or first + (count - 1) * stride + size > len(data):
            needs = f"{count} rows of {size} bytes, {stride} apart, from byte {first}"
            raise InputError(f"{self._path}: {label} needs {needs}; its buffer view has {len(data)} bytes; is it cut off?")
        rows = np.ndarray((count, size), np.uint8, data, first, (stride, 1))
        return np.ascontiguousarray(rows).view(kind)
