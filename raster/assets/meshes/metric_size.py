"""in_metres: an imported mesh in metres. size_notes: what is said of meshes that are oddly small, or far away."""

from dataclasses import replace

import numpy as np

from raster.assets.meshes.cached_mesh import CachedMesh
from raster.assets.meshes.imported_mesh import ImportedMesh, Note
from raster.assets.meshes.options import UNITS
from raster.transforms import multiply

LARGE = 10.0  # no thing is taken to be larger, in metres
SMALL = 0.01  # metres; from a few metres away this is a pixel or two
FAR = 2.0  # from the origin, in sizes of the mesh

_GUESSED = f"are read in mm, since they are larger than {LARGE:.0f}; objects.units says otherwise"
_SMALL = f"are smaller than {100 * SMALL:.0f} cm, so hardly a pixel may show them; see objects.units and objects.scale"
_FAR = (
    "lie far from their own origin, about which they are turned and find room, so they are drawn small; "
    "move them to it, or leave out objects.normalize=false"
)


def in_metres(mesh: ImportedMesh, units: str, scale: float, metric: bool) -> ImportedMesh:
    """The mesh in metres. units: one of UNITS, or "auto"; scale: a factor beside that.

    With "auto" files are in metres if their format says so (`metric`), and else in metres, or in millimetres if they are
    larger than LARGE, which is noted.
    """
    guessed = units == "auto" and not metric and _box(mesh.points)[0] > LARGE
    factor = scale * UNITS["mm" if guessed else "m" if units == "auto" else units]
    if guessed:
        mesh = replace(mesh, notes=(*mesh.notes, Note(_GUESSED)))
    if factor == 1:
        return mesh
    grown = np.diag([factor, factor, factor, 1.0])
    parts = tuple(
        replace(part, object_from_part=(grown @ part.object_from_part.astype(np.float64)).astype(np.float32))
        for part in mesh.parts
    )
    return replace(
        mesh,
        parts=parts,
        radius=float(np.float32(factor * mesh.radius)),
        rest_distances=(factor * mesh.rest_distances.astype(np.float64)).astype(np.float32),
        points=(factor * mesh.points.astype(np.float64)).astype(np.float32),
        object_from_file=multiply(grown, mesh.object_from_file),
    )


def size_notes(mesh: CachedMesh) -> tuple[Note, ...]:
    """What is said of a mesh in metres that will hardly be seen."""
    size, distance = _box(mesh.points)
    notes = []
    if size < SMALL:
        notes.append(Note(_SMALL, f"{size:.2g} m"))
    if distance > FAR * size:
        notes.append(Note(_FAR, f"{distance:.3g} m"))
    return tuple(notes)


def _box(points: np.ndarray) -> tuple[float, float]:
    """The largest side of the box about points (P, 3), and the distance of its middle from the origin."""
    low, high = points.min(axis=0).astype(np.float64), points.max(axis=0).astype(np.float64)
    return float((high - low).max()), float(np.linalg.norm((low + high) / 2))
