"""Glb: a glTF 2.0 scene that is put together piece by piece, as the bytes of a .glb file."""

import io
import json
import struct
from typing import Any

import numpy as np
from PIL import Image

COMPONENTS = {np.dtype(np.float32): 5126, np.dtype(np.uint32): 5125}
LISTS = ("scenes", "nodes", "meshes", "materials", "cameras", "accessors", "bufferViews", "textures", "images", "samplers")
KINDS = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4"}


class Glb:
    """The description `tree`, to which callers add what they like, and the binary chunk that its accessors lie in.

    Source: Khronos, "glTF 2.0 Specification" (2021).
    """

    def __init__(self) -> None:
        self.tree: dict[str, Any] = {"asset": {"version": "2.0", "generator": "raster"}, "scene": 0, **{n: [] for n in LISTS}}
        self._binary = bytearray()
        self._used: set[str] = set()

    def add(self, name: str, entry: dict[str, Any]) -> int:
        """Append to one of the tree's lists; the entry's number."""
        self.tree[name].append(entry)
        return len(self.tree[name]) - 1

    def extend(self, name: str, extension: dict[str, Any]) -> dict[str, Any]:
        """{"extensions": ...} for an entry, and the note that the file uses this extension."""
        self._used.add(name)
        return {"extensions": {name: extension}}

    def accessor(self, array: np.ndarray, bounds: bool = False) -> int:
        """The number of an accessor of array (N,) or (N, 2..4), float32 or uint32. bounds: with min and max, for positions."""
        array = np.ascontiguousarray(array)
        entry: dict[str, Any] = {
            "bufferView": self._view(array.tobytes()),
            "componentType": COMPONENTS[array.dtype],
            "count": len(array),
        }
        entry["type"] = KINDS[1 if array.ndim == 1 else array.shape[1]]
        if bounds:
            entry |= {"min": array.min(axis=0).tolist(), "max": array.max(axis=0).tolist()}
        return self.add("accessors", entry)

    def texture(self, picture: np.ndarray, wrap: tuple[int, int]) -> int:
        """The number of a texture that shows a picture (H, W, 3 or 4) uint8 sRGB. wrap: OpenGL's numbers, along x and y."""
        held = io.BytesIO()
        Image.fromarray(picture).save(held, "PNG")
        image = self.add("images", {"bufferView": self._view(held.getvalue()), "mimeType": "image/png"})
        sampler = self.add("samplers", {"wrapS": wrap[0], "wrapT": wrap[1], "magFilter": 9729, "minFilter": 9987})
        return self.add("textures", {"source": image, "sampler": sampler})

    def _view(self, data: bytes) -> int:
        start = len(self._binary)
        self._binary += data + bytes(-len(data) % 4)
        return self.add("bufferViews", {"buffer": 0, "byteOffset": start, "byteLength": len(data)})

    def bytes(self) -> bytes:
        """The file."""
        tree = {name: value for name, value in self.tree.items() if value != []}
        tree["buffers"] = [{"byteLength": len(self._binary)}]
        if self._used:
            tree["extensionsUsed"] = sorted(self._used)
        text = json.dumps(tree).encode()
        text += b" " * (-len(text) % 4)
        head = struct.pack("<4sII", b"glTF", 2, 28 + len(text) + len(self._binary))
        described = struct.pack("<I4s", len(text), b"JSON") + text
        return head + described + struct.pack("<I4s", len(self._binary), b"BIN\0") + bytes(self._binary)
