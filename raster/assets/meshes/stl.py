"""read_stl: STL files, which hold surfaces without materials. trimesh reads them."""

import io

import numpy as np
from trimesh.exchange.stl import load_stl

from raster.assets.meshes.external_files import References
from raster.assets.meshes.parsed_file import ParsedFile, Primitive, single
from raster.errors import InputError

HEADER, COUNT = 80, 4  # bytes of a binary file, before its triangles
TRIANGLE = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])


def read_stl(data: bytes, references: References) -> ParsedFile:
    """All solids of a binary or ASCII file, grey; colours in the attribute bytes are ignored.

    InputError for a binary file that is cut short, or longer than it says.
    """
    _refuse_cut(data, references)
    loaded = load_stl(io.BytesIO(data))
    solids = loaded["geometry"].values() if "geometry" in loaded else [loaded]
    return single(tuple(Primitive(np.asarray(s["vertices"], np.float64), np.asarray(s["faces"], np.int64)) for s in solids))


def _refuse_cut(data: bytes, references: References) -> None:
    """InputError for a binary file whose length is not what its header says. What has other normals is of another kind."""
    promised = int.from_bytes(data[HEADER : HEADER + COUNT], "little")
    there = (len(data) - HEADER - COUNT) / TRIANGLE.itemsize
    if there < 1 or there == promised or b"vertex" in data.lower():
        return
    normals = np.frombuffer(data, TRIANGLE, min(int(there), 100), HEADER + COUNT)["normal"]
    if not (np.abs(normals) < 1.01).all():
        return
    what = "is cut off" if there < promised else "is longer"
    raise InputError(f"{references.path}: {what}: its header counts {promised} triangles; it holds {int(there)}")
