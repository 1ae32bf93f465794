"""symmetries: the rotations that map a solid on itself: of polyhedra by their corners, of bodies of revolution as they say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from scipy.spatial import cKDTree

from raster.geometry.mesh import Part

NEAR = 1e-4  # largest distance between a turned vertex and the one whose place it takes, by the size of the solid
MOST_CORNERS = 64  # farthest vertices of a polyhedron; of what has more, half and quarter turns about x, y and z are tried
AXES = np.eye(3)


@dataclass(frozen=True)
class Symmetries:
    """What maps a solid on itself, all about one centre."""

    center: np.ndarray  # (3,) float64
    axes: tuple[np.ndarray, ...]  # unit vectors: it looks the same however it is turned about these; a ball has two of them
    rotations: tuple[np.ndarray, ...]  # (3, 3) float64 beside, without the identity and without turns about `axes`


def symmetries(parts: Sequence[Part]) -> Symmetries:
    """The symmetries of a solid of these parts, each a closed mesh at its place.

    Mirror images do not count: no thing can be turned into its mirror image.
    """
    placed = [part.mesh.positions @ part.object_from_part[:3, :3].T.astype(np.float64) + part.object_from_part[:3, 3]
              for part in parts if part.mesh is not None]  # fmt: skip
    points = np.concatenate(placed)
    near = NEAR * float(np.ptp(points, axis=0).max())
    points = np.unique(np.round(points * 10 / near).astype(np.int64), axis=0) * near / 10  # seams have several vertices
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    axes = [axis for axis in AXES if all(_turns(part, axis, middle, near) for part in parts)]
    if axes:
        maps, flip = _Maps(points - middle, near), _turn(np.roll(axes[0], 1), np.pi)
        flips = len(axes) == 1 and maps.on_itself(flip)
        return Symmetries(middle, tuple(axes[:2]), (flip,) if flips else ())
    center = points.mean(axis=0)
    points = points - center
    distance = np.linalg.norm(points, axis=1)
    far = points[distance > distance.max() - near]
    tried = _of_corners(far) if len(far) <= MOST_CORNERS else _about_axes()
    maps = _Maps(points, near)
    return Symmetries(center, (), tuple(turn for turn in tried if maps.on_itself(turn)))


def _turns(part: Part, axis: np.ndarray, center: np.ndarray, near: float) -> bool:
    """Whether a part looks the same however it is turned about an axis through `center`."""
    if part.mesh is None or not part.mesh.revolved:
        return False
    across = np.eye(3) - np.outer(axis, axis)
    columns, place = part.object_from_part[:3, :3].astype(np.float64), part.object_from_part[:3, 3] - center
    if np.linalg.norm(across @ place) > near:
        return False
    if part.mesh.collision == "ellipsoid":  # the image of a ball is known by columns @ columns.T alone
        shape = columns @ columns.T
        expected = _about(axis, axis @ shape @ axis, np.trace(across @ shape) / 2)
    else:  # its own axis z has to be on the axis, and x and y have to be as long as one another
        shape = columns[:, :2] @ columns[:, :2].T
        expected = _about(axis, 0, np.trace(shape) / 2)
        if np.linalg.norm(across @ columns[:, 2]) > near:
            return False
    return bool(np.abs(shape - expected).max() <= NEAR * np.abs(shape).max())


def _about(axis: np.ndarray, along: float, across: float) -> np.ndarray:
    """(3, 3): along times what lies along an axis, and across times the rest."""
    return along * np.outer(axis, axis) + across * (np.eye(3) - np.outer(axis, axis))


class _Maps:
    """Tells which rotations map points (V, 3) on themselves, to `near`."""

    def __init__(self, points: np.ndarray, near: float):
        self._points, self._near, self._tree = points, near, cKDTree(points)

    def on_itself(self, rotation: np.ndarray) -> bool:
        """Whether a rotation (3, 3) does: a few points are tried before all of them."""
        steps = (max(1, len(self._points) // 8), 1)
        return all((self._tree.query(self._points[::step] @ rotation.T)[0] <= self._near).all() for step in steps)


def _turn(axis: np.ndarray, angle: float) -> np.ndarray:
    """(3, 3): the rotation about a unit vector, by Rodrigues."""
    x, y, z = axis
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.asarray(np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross)


def _about_axes() -> Iterator[np.ndarray]:
    """Half and quarter turns about x, y and z."""
    yield from (_turn(axis, k * np.pi / 2) for axis in AXES for k in (1, 2, 3))


def _of_corners(far: np.ndarray) -> Iterator[np.ndarray]:
    """The rotations that may map the farthest points (F, 3) on themselves, but for the identity.

    A rotation is known by where it takes two of them that are not on a line with the centre.
    """
    one = far[0]
    other = next((each for each in far if np.linalg.norm(np.cross(one, each)) > 0.1 * (one @ one)), None)
    if other is None:
        yield from _about_axes()
        return
    frame = _frame(one, other)
    for a, b in permutations(far, 2):
        if abs(a @ b - one @ other) < 10 * NEAR * (one @ one):
            rotation = _frame(a, b) @ frame.T
            if np.abs(rotation - np.eye(3)).max() > 10 * NEAR:
                yield rotation


def _frame(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(3, 3): columns are a right-handed orthonormal frame, the first along a, the second in the plane of a and b."""
    x, z = a / np.linalg.norm(a), np.cross(a, b)
    z = z / np.linalg.norm(z)
    return np.stack([x, np.cross(z, x), z], axis=1)
