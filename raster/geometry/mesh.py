"""Mesh: one solid as triangles. Part, Composite: several meshes that are one object."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

BOX_POINTS = (*(f"corner{k}" for k in range(8)), "center")  # names of points that all objects have, which are of their boxes
NamedPoint = tuple[str, tuple[float, float, float]]  # a name, and where the point is


def _down() -> np.ndarray:
    return np.array([[0.0, 0.0, -1.0]], np.float32)


@dataclass(frozen=True)
class Mesh:
    """One solid, closed, counter-clockwise seen from outside, centred at the origin.

    >>> import numpy as np
    >>> import raster
    >>> points = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]], np.float32) / 2
    >>> normals = points / np.linalg.norm(points, axis=1, keepdims=True)
    >>> triangles = np.array([[0, 1, 2], [0, 3, 1], [0, 2, 3], [1, 3, 2]], np.uint32)
    >>> mesh = raster.Mesh(points, normals, np.zeros((4, 2), np.float32), triangles)
    """

    positions: np.ndarray  # (V, 3) float32, object space, extent 1
    normals: np.ndarray  # (V, 3) float32, unit length
    uvs: np.ndarray  # (V, 2) float32
    triangles: np.ndarray  # (T, 3) uint32
    # (K, 3) float32, unit length, object space: directions that may point down at rest; [0] = standing.
    rest_directions: np.ndarray = field(default_factory=_down)
    silhouette_error: float = 0.0  # greatest distance of its outline from the true solid's, object space; 0 = exact
    levels_of_detail: tuple["Mesh", ...] = ()  # the same solid in fewer triangles, coarsest first: drawn where it is small
    normal_error: float = 0.0  # greatest error of its normals that is not due to silhouette_error, radians
    curvature: float = math.inf  # greatest curvature of its surface, that of a sphere of extent 1 being 1; inf: not known
    # Calls that make the same solid in more triangles, finest last: drawn where depth and normals have to be right.
    finer: tuple[Callable[[], "Mesh"], ...] = ()
    # For the simulation: "box", "ellipsoid", "cylinder" or "capsule" of its extent in object space, or its convex "hull".
    collision: str = "hull"
    revolved: bool = False  # a body of revolution about z, drawn with flat sides; with the collision "ellipsoid" a ball
    keypoints: tuple[NamedPoint, ...] = ()  # points of its surface that can be told apart, object space


@dataclass(frozen=True)
class Part:
    """One mesh of a composite object.

    >>> import numpy as np
    >>> import raster
    >>> from raster.solids.cube import cube
    >>> part = raster.Part("cube", cube(), np.eye(4, dtype=np.float32))
    """

    solid: str  # its name in scenes.jsonl
    mesh: Mesh | None  # None: it is in the mesh cache (ExternalMesh)
    object_from_part: np.ndarray  # (4, 4) float32


@dataclass(frozen=True)
class Composite:
    """Several meshes that move, and are labelled, as one object.

    >>> import numpy as np
    >>> import raster
    >>> from raster.solids.cube import cube
    >>> one = raster.Composite((raster.Part("cube", cube(), np.eye(4, dtype=np.float32)),))
    """

    parts: tuple[Part, ...]
    rest_directions: np.ndarray = field(default_factory=_down)  # as in Mesh
