"""read_stl: STL files, which hold surfaces without materials. trimesh reads them."""

import io

import numpy as np
from trimesh.exchange.stl import load_stl

from raster.assets.meshes.external_files import References
from raster.assets.meshes.parsed_file import ParsedFile, Primitive, single


def read_stl(data: bytes, references: References) -> ParsedFile:
    """All solids of a binary or ASCII file, grey; colours in the attribute bytes are ignored."""
    loaded = load_stl(io.BytesIO(data))
    solids = loaded["geometry"].values() if "geometry" in loaded else [loaded]
    return single(tuple(Primitive(np.asarray(s["vertices"], np.float64), np.asarray(s["faces"], np.int64)) for s in solids))
