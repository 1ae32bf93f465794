"""ImportedMesh: a mesh file as arrays for the GPU, with its materials and the directions that may point down at rest."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

# A vertex as it is uploaded, 36 bytes.
VERTEX = np.dtype([
    ("position", np.float32, 3),  # in the part's space
    ("normal", np.float32, 3),  # unit length
    ("uv", np.float32, 2),  # v = 1 is the picture's top row; outside 0..1 PbrMaterial.wrap counts
    ("color", np.uint8, 4),  # RGB are sRGB code values; alpha counts where the material is cut out
])  # fmt: skip


class Note(NamedTuple):
    """What a user should know of a mesh file that is drawn otherwise than it might be meant."""

    what: str  # the end of a sentence, the same for all files of which it is true: "hold a skin, which is drawn at rest"
    detail: str = ""  # of this file


@dataclass(frozen=True)
class PbrMaterial:
    """The material of a part. It is opaque, or cut out: then nothing is drawn where alpha is below `cutoff`."""

    color: tuple[float, float, float]  # linear RGB 0..1; multiplies the vertices' colours and the picture
    metallic: float  # 0..1
    roughness: float  # 0..1
    picture: int  # index of one of the pictures of the mesh, -1 = none
    cutoff: float = 0.0  # for the alpha of the vertices times that of the picture; 0 = opaque, above 1 nothing is left
    wrap: tuple[int, int] = (0, 0)  # beyond the edges along u and v the picture goes on as WRAPS says


WRAPS = ("repeat", "clamp", "mirror")
PLAIN = PbrMaterial((0.5, 0.5, 0.5), 0.0, 0.6, -1)  # for a file without materials
GREY = 0.5  # linear, of a picture that is missing
WHITE = PbrMaterial((1.0, 1.0, 1.0), 0.0, 0.6, -1)  # for a file with nothing but vertex colours or a picture


@dataclass(frozen=True)
class MeshPart:
    """A range of the vertices and indices of a mesh, in one material. Two parts may share a range."""

    name: str
    object_from_part: np.ndarray  # (4, 4) float32
    first_vertex: int
    vertex_count: int
    first_index: int
    index_count: int
    material: PbrMaterial
    double_sided: bool  # it is not closed, so its triangles are there twice and both sides are drawn
    has_uvs: bool


@dataclass(frozen=True)
class MeshLevel:
    """A whole mesh in fewer triangles: a range of the vertices and indices of all levels of the mesh."""

    error: float  # object space: its outline is off by no more
    first_vertex: int
    first_index: int
    vertex_count: int
    index_count: int
    # Of each part: first vertex, vertex count, first index, index count, counted within the level.
    parts: tuple[tuple[int, int, int, int], ...]


@dataclass(frozen=True)
class ImportedMesh:
    """A whole mesh file, in memory. Triangles are counter-clockwise seen from outside; z is up."""

    parts: tuple[MeshPart, ...]
    vertices: np.ndarray  # (V,) VERTEX
    indices: np.ndarray  # (I,) uint32, counted from the part's first vertex
    pictures: tuple[np.ndarray, ...]  # each (S, S, 3) uint8 sRGB, or (S, S, 4) with alpha
    triangles: int  # in the file
    radius: float  # of the bounding sphere about the origin
    rest_directions: np.ndarray  # (R, 3) float32 unit directions that may point down at rest, [0] = (0, 0, -1)
    rest_distances: np.ndarray  # (R,) float32: the greatest rest_direction . x of its points
    points: np.ndarray  # (P <= 192, 3) float32: vertices of its convex hull
    notes: tuple[Note, ...] = ()
    object_from_file: np.ndarray = field(default_factory=lambda: np.eye(4))  # (4, 4) float64: of points as the file has them
    levels: tuple[MeshLevel, ...] = ()  # of detail, coarsest first
    level_vertices: np.ndarray = field(default_factory=lambda: np.zeros(0, VERTEX))  # (W,) VERTEX, of all levels
    level_indices: np.ndarray = field(default_factory=lambda: np.zeros(0, np.uint32))  # (J,) uint32
