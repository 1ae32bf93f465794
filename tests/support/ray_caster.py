"""cast, near_silhouette, rays: an independent ray caster; recomputes the labels of an image from its record in scenes.jsonl.

It is what the renderer's labels are tested against, so it shares no code with raster: only NumPy, the record and the
conventions that docs/on-disk.md states. Rays are never normalized: in the camera (OpenCV: x right, y down, z forward)
a ray is t * (x/z, y/z, 1), so t is planar z, in metres, there and, since transforms are affine, in every object's space
too. A lens that distorts (camera.distortion, OpenCV's k1, k2, p1, p2, k3) gives each pixel another ray: the one that it
moves there. A surface is seen from outside only: a hit is a point where the ray passes INTO a solid, at near <= t <= far.
So a solid that the camera stands in, or whose front the near plane cuts off, is looked through, as with back-face culling.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from ray_solids import SOLIDS, Shapes, Solid


@dataclass(frozen=True)
class Hits:
    """What lies under H x W sample points, top row first; 0, 0, inf where there is nothing."""

    class_id: np.ndarray  # (H, W) uint8
    instance_id: np.ndarray  # (H, W) uint16
    depth: np.ndarray  # (H, W) float64: planar z, metres


def cast(
    record: dict[str, Any],
    width: int | None = None,
    height: int | None = None,
    offset: tuple[float, float] = (0.0, 0.0),
    solids: Shapes | None = None,
) -> Hits:
    """Look through the centre of each pixel of a record (a parsed line of scenes.jsonl; NumPy arrays will do as well).

    width, height: the same view cut into another number of pixels. offset: (right, down) px, of those pixels, from
    their centres. solids: shapes by the names in the record, in addition to SOLIDS or in place of them; one by
    (class, name) is for objects of that class and their parts alone, so that a cube with a class may have another
    shape than the floor, which is a "cube" too. Of surfaces at an equal depth the first in the record is seen. Raises
    ValueError for a solid that has no shape, and for a distortion that is not five numbers or that folds the view.
    """
    full = record["camera"]["width"], record["camera"]["height"]
    u, v = (
        (np.arange(n) + 0.5 + shift) * (size / n)
        for n, size, shift in zip((width or full[0], height or full[1]), full, offset, strict=True)
    )
    return _trace(record, u, v, {**SOLIDS, **(solids or {})})


def near_silhouette(
    record: dict[str, Any],
    width: int | None = None,
    height: int | None = None,
    steps: int = 3,
    solids: Shapes | None = None,
) -> np.ndarray:
    """(H, W) bool: pixels whose label a shift of one pixel could change.

    Marked is a pixel if any two of the (2 steps + 1)**2 points on a grid of 1 / steps px over the closed square of
    +-1 px about its centre, the centre among them, see different instances; nothing counts as instance 0. So both
    sides of every outline are marked, 1 px deep, and so is what lies within 1 px of a sliver that no pixel's centre
    sees, if some point of that grid does; one at least 1 / steps px wide cannot slip through. The edge of the image
    is no outline, nor are joints between parts of one instance. Other parameters as in `cast`.
    """
    full = record["camera"]["width"], record["camera"]["height"]
    u, v = (
        (0.5 + np.arange(-steps, steps * n + 1) / steps) * (size / n)
        for n, size in zip((width or full[0], height or full[1]), full, strict=True)
    )
    fine = _trace(record, u, v, {**SOLIDS, **(solids or {})}).instance_id
    low = high = fine
    for axis in (0, 1):  # least and greatest instance in each window, one axis after the other
        every = (slice(None),) * axis + (slice(None, None, steps),)
        low = np.lib.stride_tricks.sliding_window_view(low, 2 * steps + 1, axis)[every].min(axis=-1)
        high = np.lib.stride_tricks.sliding_window_view(high, 2 * steps + 1, axis)[every].max(axis=-1)
    return low != high


def rays(record: dict[str, Any], offset: tuple[float, float] = (0.0, 0.0)) -> np.ndarray:
    """(H, W, 3): (x/z, y/z, 1) of the ray through each pixel, in the camera's frame. offset: as in `cast`."""
    camera = record["camera"]
    u, v = (np.arange(n) + 0.5 + shift for n, shift in zip((camera["width"], camera["height"]), offset, strict=True))
    x, y = np.broadcast_arrays(*_slopes(camera, u, v))
    return np.stack([x, y, np.ones_like(x)], axis=2)


# --- From a record to rays


def _trace(record: dict[str, Any], u: np.ndarray, v: np.ndarray, solids: Shapes) -> Hits:
    """Hits (H, W) at columns u (W,) and rows v (H,), ascending, in pixels of the record's camera."""
    camera = record["camera"]
    x, y = _slopes(camera, u, v)
    world_from_camera = _matrix(camera["world_from_camera"])
    near, far = float(camera["near"]), float(camera["far"])
    shape = len(v), len(u)
    hits = Hits(np.zeros(shape, np.uint8), np.zeros(shape, np.uint16), np.full(shape, np.inf))
    for thing, name, world_from_object in _pieces(record):
        solid = _shape(solids, thing, name)
        camera_from_object = np.linalg.solve(world_from_camera, world_from_object)
        place, radius = camera_from_object[:3, 3], solid.radius * np.linalg.norm(camera_from_object[:3, :3], 2)
        if place[2] + radius < near or place[2] - radius > far:
            continue
        some_x, some_y, where = _reach(x, y, place, radius)
        t = _meet(solid, np.linalg.inv(camera_from_object), some_x, some_y, near, far)
        nearer = t < hits.depth[where]
        hits.depth[where] = np.where(nearer, t, hits.depth[where])
        for ids, value in ((hits.class_id, thing["class_id"]), (hits.instance_id, thing["instance"])):
            ids[where] = np.where(nearer, ids.dtype.type(value), ids[where])
    return hits


def _pieces(record: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str, np.ndarray]]:
    """Each solid of a record: the object it belongs to, its name, its world_from_object (4, 4)."""
    for thing in record["objects"]:
        for part in thing.get("parts") or [thing]:
            yield thing, part["solid"], _matrix(part["world_from_object"])


def _shape(solids: Shapes, thing: dict[str, Any], name: str) -> Solid:
    """The shape of a solid of that name in an object."""
    for key in ((thing.get("class", ""), name), name):
        if key in solids:
            return solids[key]
    raise ValueError(f"no shape for solid {name!r}, only for {', '.join(map(str, solids))}; give solids={{{name!r}: ..}}")


def _matrix(rows: Any) -> np.ndarray:
    """A (4, 4) float64 affine matrix of nested lists."""
    matrix = np.asarray(rows, np.float64)
    if matrix.shape != (4, 4) or not np.array_equal(matrix[3], [0, 0, 0, 1]):
        raise ValueError(f"not an affine 4 x 4 matrix by rows: {matrix.tolist()}")
    return matrix


def _slopes(camera: dict[str, Any], u: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """x/z and y/z of the rays through columns u (W,) and rows v (H,): (W,) and (H, 1), or both (H, W) if a lens distorts."""
    x, y = (u - camera["cx"]) / camera["fx"], ((v - camera["cy"]) / camera["fy"])[:, None]
    distortion = np.asarray(camera.get("distortion", np.zeros(5)), np.float64)
    if distortion.shape != (5,):
        raise ValueError(f"camera.distortion: {distortion.tolist()} is not k1, k2, p1, p2, k3")
    return _undistorted(*np.broadcast_arrays(x, y), *distortion) if distortion.any() else (x, y)


def _undistorted(
    seen_x: np.ndarray, seen_y: np.ndarray, k1: float, k2: float, p1: float, p2: float, k3: float
) -> tuple[np.ndarray, np.ndarray]:
    """The slopes that OpenCV's lens model moves to those seen, by Newton's method from these, to 1e-12.

    With r2 = x**2 + y**2 and s = 1 + k1 r2 + k2 r2**2 + k3 r2**3, it moves (x, y) to
    (x s + 2 p1 x y + p2 (r2 + 2 x**2), y s + 2 p2 x y + p1 (r2 + 2 y**2)). A lens folds the view where what lies farther
    from its centre, by r, is not seen farther from it: where d(r s)/dr <= 0, or the Jacobian is not positive definite.
    """
    x, y = seen_x.copy(), seen_y.copy()
    with np.errstate(all="ignore"):  # what diverges is found out below
        for _ in range(100):
            r2 = x * x + y * y
            s, slope = 1 + r2 * (k1 + r2 * (k2 + r2 * k3)), k1 + r2 * (2 * k2 + r2 * 3 * k3)  # slope: ds/dr2
            left_x = x * s + 2 * p1 * x * y + p2 * (r2 + 2 * x * x) - seen_x
            left_y = y * s + 2 * p2 * x * y + p1 * (r2 + 2 * y * y) - seen_y
            xx = s + 2 * x * x * slope + 2 * p1 * y + 6 * p2 * x  # the Jacobian; it is symmetric
            xy = 2 * x * y * slope + 2 * p1 * x + 2 * p2 * y
            yy = s + 2 * y * y * slope + 2 * p2 * x + 6 * p1 * y
            area = xx * yy - xy * xy
            step_x, step_y = (yy * left_x - xy * left_y) / area, (xx * left_y - xy * left_x) / area
            x, y = x - step_x, y - step_y
            if np.all(np.maximum(np.abs(step_x), np.abs(step_y)) <= 1e-12 * (1 + np.maximum(np.abs(x), np.abs(y)))):
                break
        else:
            raise ValueError("camera.distortion: Newton's method does not converge; some pixel may see no ray")
    q = np.linspace(0, r2.max(), 1001)  # r**2
    growth = 1 + 3 * k1 * q + 5 * k2 * q**2 + 7 * k3 * q**3
    if not ((growth > 0).all() and ((area > 0) & (xx > 0)).all()):
        raise ValueError("camera.distortion: the lens folds the view; some pixel sees more than one ray")
    return x, y


def _reach(x: np.ndarray, y: np.ndarray, place: np.ndarray, radius: float) -> tuple[np.ndarray, np.ndarray, tuple]:
    """The x and y of the rays that can meet a sphere: those that meet its square box; and the index (H, W) of these.

    x (W,) and y (H, 1), ascending, give a block of rays; x and y (H, W) give a row of N.
    """
    (left, right), (top, bottom) = (_interval(place[axis], place[2], radius) for axis in (0, 1))
    if x.ndim == 1:
        columns = slice(int(np.searchsorted(x, left)), int(np.searchsorted(x, right, "right")))
        rows = slice(int(np.searchsorted(y[:, 0], top)), int(np.searchsorted(y[:, 0], bottom, "right")))
        return x[columns], y[rows], (rows, columns)
    where = np.nonzero((left <= x) & (x <= right) & (top <= y) & (y <= bottom))
    return x[where], y[where], where


def _interval(place: float, z: float, radius: float) -> tuple[float, float]:
    """The least and greatest slope (x/z or y/z) that can meet a sphere at (place, z)."""
    if z <= radius:
        return -np.inf, np.inf
    least = (place - radius) / (z - radius if place < radius else z + radius)
    most = (place + radius) / (z - radius if place > -radius else z + radius)
    return least, most


def _meet(solid: Solid, object_from_camera: np.ndarray, x: np.ndarray, y: np.ndarray, near: float, far: float) -> np.ndarray:
    """Least t in near..far at which the rays through slopes x and y enter the solid, or inf; as x and y broadcast."""
    columns = object_from_camera[:3, :, None, None]
    directions = columns[:, 0] * x + columns[:, 1] * y + columns[:, 2]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # parallel to a surface: meets it at infinity
        t = solid.entries(object_from_camera[:3, 3], directions.reshape(3, -1))
    return np.where((t >= near) & (t <= far), t, np.inf).min(axis=0).reshape(np.broadcast_shapes(x.shape, y.shape))
