"""meshopt_view, draco_arrays: compressed parts of glTF files, decoded by libraries that are extras of the package."""

from pathlib import Path
from typing import Any

import numpy as np

from raster.assets.meshes.extras import missing_extra
from raster.errors import InputError

Tree = dict[str, Any]
FILTERS = {"OCTAHEDRAL": "decode_filter_oct", "QUATERNION": "decode_filter_quat", "EXPONENTIAL": "decode_filter_exp"}


def meshopt_view(entry: Tree, data: bytes, path: Path) -> bytes:
    """The bytes of a buffer view of EXT_meshopt_compression. InputError if they are damaged, or without the extra."""
    try:
        import meshoptimizer
    except ImportError:
        raise missing_extra(path, "is compressed by meshopt", "meshopt") from None
    count, stride, mode = entry["count"], entry["byteStride"], entry["mode"]
    try:
        if mode == "ATTRIBUTES":
            made = meshoptimizer.decode_vertex_buffer(count, stride, data, np.dtype((np.void, stride))).view(np.uint8)
        else:
            decode = meshoptimizer.decode_index_buffer if mode == "TRIANGLES" else meshoptimizer.decode_index_sequence
            made = decode(count, 4, data).astype(f"<u{stride}").view(np.uint8)
    except (RuntimeError, ValueError) as error:
        raise InputError(f"{path}: holds data of meshopt that cannot be decoded; is it damaged? ({error})") from error
    if (name := entry.get("filter", "NONE")) != "NONE":
        made = getattr(meshoptimizer, FILTERS[name])(made, count, stride)
    return made.tobytes()


def draco_arrays(attributes: dict[str, int], data: bytes, path: Path) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Triangles (T, 3) int64 and the arrays of some attributes of KHR_draco_mesh_compression, by name.

    InputError if they are damaged, or without the extra.
    """
    try:
        import DracoPy
    except ImportError:
        raise missing_extra(path, "is compressed by Draco", "draco") from None
    try:
        mesh = DracoPy.decode(bytes(data))
        found = {name: mesh.get_attribute_by_unique_id(number)["data"] for name, number in attributes.items()}
        return np.asarray(mesh.faces).astype(np.int64).reshape(-1, 3), {name: np.asarray(each) for name, each in found.items()}
    except MemoryError:
        raise
    except Exception as error:  # the decoder raises many kinds
        raise InputError(f"{path}: holds data of Draco that cannot be decoded; is it damaged? ({error})") from error
