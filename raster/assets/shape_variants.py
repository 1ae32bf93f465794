"""ShapeVariants: makes variants of solids for a run: edges cut or rounded, shapes slightly deformed, as things are."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

import numpy as np

from raster.assets.array_cache import cached_arrays
from raster.geometry.deformations import Deformations
from raster.geometry.deformed_mesh import deformed_mesh
from raster.geometry.mesh import Mesh
from raster.streams import Streams

ROUND_STRIPS, NARROW_STRIPS, NARROW = 4, 2, 0.04  # across a rounded edge, and across one of at most this width
WithEdges = Callable[[float, int], Mesh]  # width of the cut of the edges, strips across each -> the solid

Pair = tuple[float, float]


@dataclass(frozen=True)
class ShapeVariants:
    """How many variants of each solid, and their ranges; raster.randomizers.shapes describes each of them."""

    count: int
    edge: Pair  # object space
    rounded: float  # share
    deformed: float  # share
    dents: Pair
    frequency: Pair
    taper: Pair
    twist: Pair  # radians
    bulge: Pair
    roundness: Pair

    def make(self, name: str, solid: Mesh, with_edges: WithEdges | None) -> tuple[Mesh, ...]:
        """The variants of a solid, the same in every run. with_edges: makes it with other edges; None: it has none to cut."""
        streams = Streams(0, 0, self.count).child("shapes").child(name)
        bases, deformed = [solid] * self.count, streams.bernoulli("deformed", self.deformed)
        if with_edges is not None:
            width = np.round(streams.log_uniform("edge", self.edge), 4)
            strips = np.where(width > NARROW, ROUND_STRIPS, NARROW_STRIPS)
            strips = np.where(streams.bernoulli("rounded", self.rounded), strips, 1)
            bases = [with_edges(float(w), int(s)) for w, s in zip(width, strips, strict=True)]
        chosen = np.flatnonzero(deformed)
        shapes = self._deformations(streams)

        def deform() -> dict[str, np.ndarray]:
            return _packed([deformed_mesh(bases[k], shapes.at(int(k))) for k in chosen])

        told = (asdict(self), [str(bases[k].positions.sum(dtype=np.float64)) + f"/{len(bases[k].triangles)}" for k in chosen])
        packed = cached_arrays(f"shapes-{name}", told, deform) if len(chosen) else {}
        result = dict(enumerate(bases)) | dict(zip(chosen.tolist(), _unpacked(packed, [bases[k] for k in chosen]), strict=True))
        return tuple(result[k] for k in range(self.count))

    def _deformations(self, streams: Streams) -> Deformations:
        """Over (count,): a little of every deformation but a bend."""
        drawn = {
            "noise": streams.uniform_between("dents", self.dents),
            "frequency": streams.uniform_between("frequency", self.frequency),
            "seed": 64 * streams.uniform("seed", 3),
            **{key: streams.uniform_between(key, getattr(self, key)) for key in ("taper", "twist", "bulge", "roundness")},
        }
        whole = Deformations.zeros((self.count,))
        return replace(whole, **{key: np.round(value, 6).astype(np.float32) for key, value in drawn.items()})


def _packed(meshes: list[Mesh]) -> dict[str, np.ndarray]:
    """Meshes with their levels of detail as arrays for a file: all vertices, all triangles, and a row for each level.

    table (L, 4) float64: number of its mesh, vertices, triangles, outline error; the coarsest level of a mesh comes first.
    """
    levels = [(m, level) for m, mesh in enumerate(meshes) for level in (*mesh.levels_of_detail, mesh)]
    table = [(m, len(level.positions), len(level.triangles), level.silhouette_error) for m, level in levels]
    vertices = np.concatenate([np.hstack([each.positions, each.normals, each.uvs]) for _, each in levels])
    triangles = np.concatenate([level.triangles for _, level in levels])
    return {"vertices": vertices, "triangles": triangles, "table": np.array(table)}


def _unpacked(arrays: dict[str, np.ndarray], bases: list[Mesh]) -> list[Mesh]:
    """The meshes of _packed(); their resting directions are those of their bases."""
    if not bases:
        return []
    owner, vertices, triangles = (arrays["table"][:, k].astype(np.int64) for k in range(3))
    levels: list[list[Mesh]] = [[] for _ in bases]
    whole = zip(
        np.split(arrays["vertices"], np.cumsum(vertices)[:-1]),
        np.split(arrays["triangles"], np.cumsum(triangles)[:-1]),
        strict=True,
    )
    for m, error, (rows, abc) in zip(owner, arrays["table"][:, 3], whole, strict=True):
        own = [np.ascontiguousarray(each) for each in (rows[:, :3], rows[:, 3:6], rows[:, 6:], abc)]
        for array in own:
            array.setflags(write=False)
        levels[m].append(
            Mesh(own[0], own[1], own[2], own[3], rest_directions=bases[m].rest_directions, silhouette_error=float(error))
        )
    return [replace(each[-1], levels_of_detail=tuple(each[:-1])) for each in levels]
