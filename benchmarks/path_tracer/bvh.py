"""Bvh: a tree of boxes over triangles, and the nearest triangle that rays meet. For benchmarks.path_tracer.

The tree is implicit: triangles lie in the order of a space-filling curve (Lauterbach et al. 2009), a leaf holds a few of them,
and each node of a level has BRANCH children in the next. All rays descend together, a level at a time.
"""

from dataclasses import dataclass

import numpy as np

from benchmarks.path_tracer.shapes import MIN_T

BRANCH, LEAF = 8, 4  # children of a node, triangles of a leaf (about)
RAYS = 4096  # that descend at once, so that their boxes fit into a core's cache
BITS = 10  # of each coordinate on the curve
MARGIN = 1e-5  # by which boxes are larger, times the size of the whole, against rounding in float32
OVERLAP = {"float32": 1e-6, "float64": 1e-12}  # by which triangles are larger, so that no ray slips between two


@dataclass(frozen=True)
class Bvh:
    """A tree over T triangles. All arrays are float64; `intersect` works in the type of the rays."""

    order: np.ndarray  # (L, P) int32: the triangles of each leaf; some leaves name their last triangle twice
    origin: np.ndarray  # (3, L, P) the first corner of each
    edges: np.ndarray  # (2, 3, L, P) from there to the second and to the third
    levels: tuple[np.ndarray, ...]  # (2, 3, K, C) least and greatest coordinates of the C children of K nodes, the root first

    def intersect(self, o: np.ndarray, d: np.ndarray, limit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Nearest t in MIN_T..limit, inf for none, and the triangle, -1 for none, both (N,). Both sides of triangles are met.

        o, d (3, N): rays o + t d; d of any length. limit (N,). The least t is shortened where d is not of unit length.
        """
        levels, origin, edges = ([level.astype(o.dtype) for level in self.levels], *self._geometry(o.dtype))
        t, found = np.full(o.shape[1], np.inf, o.dtype), np.full(o.shape[1], -1, np.int32)
        for start in range(0, o.shape[1], RAYS):
            part = slice(start, start + RAYS)
            ray, leaf = self._leaves(levels, o[:, part], d[:, part], limit[part])
            at, u, v = _triangles(origin[:, leaf], edges[:, :, leaf], o[:, part][:, ray, None], d[:, part][:, ray, None])
            slack = OVERLAP[o.dtype.name]
            with np.errstate(invalid="ignore"):
                inside = (u >= -slack) & (v >= -slack) & (u + v <= 1 + slack)
            hit = inside & (at > MIN_T) & (at < limit[part][ray, None])
            row, place = np.nonzero(hit)
            ray, leaf, at = ray[row], leaf[row], at[row, place]
            nearest = np.lexsort((at, ray))
            first = nearest[np.flatnonzero(np.diff(ray[nearest], prepend=-1))]
            t[start + ray[first]], found[start + ray[first]] = at[first], self.order[leaf[first], place[first]]
        return t, found

    def _geometry(self, dtype: np.dtype) -> tuple[np.ndarray, np.ndarray]:
        """origin and edges in a type."""
        return self.origin.astype(dtype), self.edges.astype(dtype)

    @staticmethod
    def _leaves(levels: list[np.ndarray], o: np.ndarray, d: np.ndarray, limit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Pairs of ray and leaf (M,) whose boxes meet (Kay and Kajiya 1986), sorted by ray."""
        with np.errstate(divide="ignore"):
            inverse = 1 / np.where(d == 0, np.array(1e-30, d.dtype), d)
        ray, node = np.arange(o.shape[1]), np.zeros(o.shape[1], np.int64)
        for boxes in levels:
            near, far = np.zeros((), o.dtype), limit[ray, None]
            for axis in range(3):
                start, scale = o[axis, ray, None], inverse[axis, ray, None]
                a, b = (boxes[0, axis, node] - start) * scale, (boxes[1, axis, node] - start) * scale
                near, far = np.maximum(near, np.minimum(a, b)), np.minimum(far, np.maximum(a, b))
            row, child = np.nonzero(near <= far)
            ray, node = ray[row], node[row] * boxes.shape[-1] + child
        return ray, node


def _triangles(origin: np.ndarray, edges: np.ndarray, o: np.ndarray, d: np.ndarray) -> tuple[np.ndarray, ...]:
    """t, u, v (M, P) where rays meet the planes of triangles (Moeller and Trumbore 1997); NaN or inf along them."""
    p, s = _cross(d, edges[1]), o - origin
    q = _cross(s, edges[0])
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        inverse = 1 / (edges[0] * p).sum(axis=0)
        return (edges[1] * q).sum(axis=0) * inverse, (s * p).sum(axis=0) * inverse, (d * q).sum(axis=0) * inverse


def _cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Cross products of vectors whose coordinates are along the first axis."""
    return np.stack([a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]])


def build(corners: np.ndarray) -> Bvh:
    """The tree over triangles with corners (T, 3, 3) float64, corner by corner; T at least 1."""
    count = -(-len(corners) // LEAF)  # of leaves; at least so many that the levels are full
    depth = 0
    while count > BRANCH ** (depth + 1):
        depth += 1
    count = min(-(-count // BRANCH**depth) * BRANCH**depth, len(corners))
    while count % BRANCH**depth:  # of meshes with hardly any triangles
        depth -= 1
    ends = np.arange(count + 1) * len(corners) // count
    places = ends[:-1, None] + np.arange(np.diff(ends).max())
    order = _curve(corners.mean(axis=1))[np.minimum(places, ends[1:, None] - 1)]
    low, high = corners[order].min(axis=(1, 2)), corners[order].max(axis=(1, 2))
    margin = MARGIN * np.ptp(corners, axis=(0, 1)).max()
    boxes, levels = np.stack([low - margin, high + margin]), []
    for level in range(depth + 1):
        grouped = boxes.reshape(2, -1, BRANCH if level < depth else len(boxes[0]), 3)
        levels.append(grouped.transpose(0, 3, 1, 2).copy())
        boxes = np.stack([grouped[0].min(axis=1), grouped[1].max(axis=1)])
    placed = corners[order].transpose(2, 3, 0, 1)
    return Bvh(order.astype(np.int32), placed[0].copy(), placed[1:] - placed[0], tuple(levels[::-1]))


def _curve(points: np.ndarray) -> np.ndarray:
    """Indices (T,) that sort points (T, 3) along the Morton curve: by the interleaved bits of their coordinates."""
    size = max(float(np.ptp(points, axis=0).max()), 1e-30)
    cells = ((points - points.min(axis=0)) / size * (2**BITS - 1)).astype(np.int64)
    code = np.zeros(len(points), np.int64)
    for bit in range(BITS):
        for axis in range(3):
            code |= (cells[:, axis] >> bit & 1) << (3 * bit + axis)
    return np.argsort(code, kind="stable")
