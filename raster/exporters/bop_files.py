"""write_models: models/ of a BOP data set: a PLY file in mm for each model, models_info.json, and what each one is."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial import ConvexHull, QhullError

from raster.errors import InputError
from raster.exporters.bop_models import Model
from raster.geometry.mesh import Part
from raster.geometry.symmetries import symmetries
from raster.system.atomic_files import write_atomic

MM = 1000.0  # in a metre
NEAR = 1e-3  # by the size of a model: how far its mesh may be from the size that records tell
VERTEX = np.dtype([(name, "<f4") for name in ("x", "y", "z", "nx", "ny", "nz")])
FACE = np.dtype([("corners", "u1"), ("indices", "<i4", 3)])

Meshes = Callable[[str], tuple[tuple[Part, ...], bool]]  # name -> parts in object space, whether it is of the user's own


def write_models(folder: Path, models: Sequence[Model], meshes: Meshes) -> None:
    """Write models/obj_000001.ply, ..., models_info.json and objects.json. InputError for a mesh that is not the one drawn."""
    (folder / "models").mkdir(exist_ok=True)
    info, objects = {}, {}
    for model in models:
        parts, own = meshes(model.solid)
        placed = _placed(parts, np.array(model.scale) * MM)
        vertices, triangles = _joined(placed)
        points = np.stack([vertices[axis] for axis in "xyz"], axis=1).astype(np.float64)
        _check(model, points)
        write_atomic(folder / f"models/obj_{model.number:06d}.ply", ply(vertices, triangles))
        info[str(model.number)] = {**measures(points), **({} if own else _symmetries(placed))}
        objects[str(model.number)] = {"class": model.class_name, "solid": model.solid,
                                      "size_mm": [round(MM * side, 3) for side in model.size]}  # fmt: skip
    for name, table in (("models_info", info), ("objects", objects)):
        write_atomic(folder / f"models/{name}.json", json.dumps(table, indent=2).encode() + b"\n")


def _placed(parts: Sequence[Part], scale: np.ndarray) -> list[Part]:
    """The parts at their places in the space of a model, in mm; scale (3,)."""
    grown = np.diag([*scale, 1.0])
    return [Part(part.solid, part.mesh, grown @ part.object_from_part.astype(np.float64)) for part in parts]


def _joined(parts: Sequence[Part]) -> tuple[np.ndarray, np.ndarray]:
    """(V,) VERTEX and triangles (T, 3) of all parts."""
    vertices, triangles, start = [], [], 0
    for part in parts:
        assert part.mesh is not None
        columns = part.object_from_part[:3, :3]
        rows = np.zeros(len(part.mesh.positions), VERTEX)
        points = part.mesh.positions.astype(np.float64) @ columns.T + part.object_from_part[:3, 3]
        normals = part.mesh.normals.astype(np.float64) @ np.linalg.inv(columns)
        normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-30)
        for k, axis in enumerate("xyz"):
            rows[axis], rows[f"n{axis}"] = points[:, k], normals[:, k]
        vertices.append(rows)
        triangles.append(part.mesh.triangles.astype(np.int64) + start)
        start += len(rows)
    return np.concatenate(vertices), np.concatenate(triangles)


def _check(model: Model, points: np.ndarray) -> None:
    """InputError if the mesh has another size than the objects that were drawn."""
    size, expected = np.ptp(points, axis=0), MM * np.array(model.size)
    if (np.abs(size - expected) > NEAR * expected.max()).any():
        told = [[round(float(side), 3) for side in each] for each in (size, expected)]
        raise InputError(f"{model.solid}: is {told[0]} mm large now, but was drawn {told[1]} mm large, by another version?")


def ply(vertices: np.ndarray, triangles: np.ndarray) -> bytes:
    """A binary PLY file of vertices (V,) VERTEX and triangles (T, 3); bop_toolkit reads these names of types and no others."""
    lines = ["ply", "format binary_little_endian 1.0", f"element vertex {len(vertices)}",
             *(f"property float {name}" for name in VERTEX.names or ()), f"element face {len(triangles)}",
             "property list uchar int vertex_indices", "end_header", ""]  # fmt: skip
    faces = np.zeros(len(triangles), FACE)
    faces["corners"], faces["indices"] = 3, triangles
    return "\n".join(lines).encode() + vertices.tobytes() + faces.tobytes()


def measures(points: np.ndarray) -> dict[str, float]:
    """The box around points (V, 3), and the largest distance between two of them."""
    low, size = points.min(axis=0), np.ptp(points, axis=0)
    box = {f"min_{axis}": float(value) for axis, value in zip("xyz", low, strict=True)}
    sides = {f"size_{axis}": float(value) for axis, value in zip("xyz", size, strict=True)}
    return {"diameter": _diameter(points), **box, **sides}


def _diameter(points: np.ndarray) -> float:
    try:
        points = points[ConvexHull(points).vertices]
    except QhullError:  # flat: all of them count
        points = np.unique(points, axis=0)
    longest = 0.0
    for first in range(0, len(points), 256):
        apart = points[first : first + 256, None] - points[None, first:]
        longest = max(longest, float(np.einsum("ijk,ijk->ij", apart, apart).max()))
    return longest**0.5


def _symmetries(parts: Sequence[Part]) -> dict[str, Any]:
    """The keys of symmetries, without those that would be empty."""
    found, keys = symmetries(parts), dict[str, Any]()
    center = found.center.round(6) + 0.0
    if found.axes:
        keys["symmetries_continuous"] = [{"axis": axis.tolist(), "offset": center.tolist()} for axis in found.axes]
    if found.rotations:
        keys["symmetries_discrete"] = [_matrix(rotation, center) for rotation in found.rotations]
    return keys


def _matrix(rotation: np.ndarray, center: np.ndarray) -> list[float]:
    """The 4 x 4 matrix, row by row, of a rotation about a centre, mm."""
    whole = np.eye(4)
    whole[:3, :3], whole[:3, 3] = rotation, center - rotation @ center
    return [float(value) for value in (whole.round(12) + 0.0).ravel()]
