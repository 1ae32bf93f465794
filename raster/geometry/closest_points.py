"""ClosestPoints: for points in space the closest points of a mesh. greatest_distance: how far they are from it at most."""

from collections.abc import Iterator

import numpy as np
from scipy.spatial import cKDTree

SAMPLES = 30_000  # points of a mesh that are looked through, at least
MOST_PARTS = 40  # into which the side of a triangle is divided for that
STEP = 1 << 15  # points that are looked at together, for the sake of memory
TRIES = 1, 12, 100  # triangles that are tried for each point, and for those of which it matters


class ClosestPoints:
    """Finds the closest points of triangles (T, 3) of points (P, 3), which may fall into groups (T,).

    A few triangles about each point are tried, those of which one of many samples is near. So what is found lies on the mesh,
    but another point of it may be closer: distances are upper limits.
    """

    def __init__(self, points: np.ndarray, triangles: np.ndarray, groups: np.ndarray):
        self.points, self.triangles, self.groups = points, triangles, groups
        blocks = [points[triangles[k : k + STEP]] for k in range(0, len(triangles), STEP)]
        area = sum(float(np.sqrt((_cross(c[:, 1] - c[:, 0], c[:, 2] - c[:, 0]) ** 2).sum(axis=1)).sum()) for c in blocks) / 2
        spacing = 2 * np.sqrt(max(area, 1e-30) / max(SAMPLES, len(triangles)))
        found = [_samples(block, spacing) for block in blocks]
        samples = np.concatenate([each for each, _ in found])
        owners = np.concatenate([own + k * STEP for k, (_, own) in enumerate(found)]).astype(np.int32)
        del blocks, found
        self.trees: dict[int, tuple[cKDTree, np.ndarray]] = {}
        if groups.min() == groups.max():
            self.trees[int(groups[0])] = cKDTree(samples), owners
            return
        for group, own in _by_group(groups[owners]):
            self.trees[group] = cKDTree(samples[own]), owners[own]

    def find(self, at: np.ndarray, groups: np.ndarray, tried: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """For points (N, 3) the distances (N,), triangles (N,) int64 and weights (N, 3) of the corners: the closest found.

        groups (N,): in which they are looked for. Where the mesh has no triangle of a group: infinity, triangle -1, weights 0.
        """
        distance, triangle, weights = self.candidates(at, groups, tried)
        best = np.arange(len(at)), np.argmin(distance, axis=1)
        return distance[best], triangle[best], weights[best]

    def candidates(self, at: np.ndarray, groups: np.ndarray, tried: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """As find(), all that is tried: (N, tried), (N, tried) and (N, tried, 3)."""
        distance, triangle = np.full((len(at), tried), np.inf), np.full((len(at), tried), -1)
        weights = np.zeros((len(at), tried, 3))
        for group, own in _by_group(groups):
            if group not in self.trees:
                continue
            tree, owners = self.trees[group]
            for k in range(0, len(own), STEP):
                some = own[k : k + STEP]
                near = tree.query(at[some], min(tried, len(owners)))[1].reshape(len(some), -1)
                for n, candidate in enumerate(owners[near].T):
                    triangle[some, n] = candidate
                    distance[some, n], weights[some, n] = _on_triangles(at[some], self.points[self.triangles[candidate]])
        return distance, triangle, weights


def greatest_distance(at: np.ndarray, groups: np.ndarray, mesh: ClosestPoints) -> float:
    """An upper limit for how far points (N, 3) are from a mesh, each from the triangles of its group (N,); infinity if none."""
    if not len(at):
        return 0.0
    distance, tries = mesh.find(at, groups, TRIES[0])[0], np.zeros(len(at), np.int8)
    while True:
        last = tries == len(TRIES) - 1
        sure = float(distance[last].max(initial=0.0))
        worse = np.flatnonzero(~last & (distance > sure))
        if not len(worse) or np.isinf(sure):
            return sure
        worse = worse[tries[worse] == tries[worse].max()]
        worse = worse[np.argsort(-distance[worse], kind="stable")[: max(256, len(worse) // 20)]]
        tries[worse] += 1
        for step in np.unique(tries[worse]):
            some = worse[tries[worse] == step]
            distance[some] = np.minimum(distance[some], mesh.find(at[some], groups[some], TRIES[step])[0])


def _by_group(groups: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Each group among groups (N,), and the places that hold it."""
    order = np.argsort(groups, kind="stable")
    for own in np.split(order, np.flatnonzero(np.diff(groups[order])) + 1):
        if len(own):
            yield int(groups[own[0]]), own


def _samples(corners: np.ndarray, spacing: float) -> tuple[np.ndarray, np.ndarray]:
    """Points (S, 3) in triangles (T, 3, 3), about `spacing` apart, and the triangle (S,) of each; one in each at least."""
    side = np.linalg.norm(corners - np.roll(corners, -1, axis=1), axis=2).max(axis=1)
    parts = np.clip(np.ceil(side / spacing), 1, MOST_PARTS).astype(int)
    points, owners = [], []
    for n in np.unique(parts):
        own = np.flatnonzero(parts == n)
        i, j = np.nonzero(np.add.outer(np.arange(n), np.arange(n)) < n)
        upright = np.stack([i, j, n - 1 - i - j], axis=1) / n + 1 / (3 * n)  # the middles of the n * n smaller triangles
        i, j = np.nonzero(np.add.outer(np.arange(n), np.arange(n)) < n - 1)
        weights = np.concatenate([upright, np.stack([i, j, n - 2 - i - j], axis=1) / n + 2 / (3 * n)])
        points.append(sum(weights[:, k, None] * corners[own, None, k] for k in range(3)).reshape(-1, 3))
        owners.append(np.repeat(own, len(weights)))
    return np.concatenate(points), np.concatenate(owners)


def _on_triangles(at: np.ndarray, corners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For points (N, 3) and triangles (N, 3, 3) of them: distances (N,) and weights (N, 3) of the corners at the closest point.

    Source: Ericson, Real-Time Collision Detection (2005), 5.1.5.
    """
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    ab, ac, ap = b - a, c - a, at - a
    normal = _cross(ab, ac)
    square = np.maximum(_dot(normal, normal), 1e-60)
    v, w = _dot(_cross(ap, ac), normal) / square, _dot(_cross(ab, ap), normal) / square
    weights = np.stack([1 - v - w, v, w], axis=1)
    inside = (weights >= 0).all(axis=1)
    gap = np.abs(_dot(ap, normal)) / np.sqrt(square)
    out = np.flatnonzero(~inside)
    gap[out] = np.inf
    for k in range(3):
        start, end = corners[out, k], corners[out, (k + 1) % 3]
        along = end - start
        share = np.clip(_dot(at[out] - start, along) / np.maximum(_dot(along, along), 1e-60), 0, 1)
        rest = at[out] - start - share[:, None] * along
        distance = np.sqrt(_dot(rest, rest))
        better = distance < gap[out]
        some = out[better]
        gap[some] = distance[better]
        weights[some] = 0
        weights[some, k], weights[some, (k + 1) % 3] = 1 - share[better], share[better]
    return gap, weights


def _cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The cross products of vectors (N, 3); faster than numpy.cross."""
    x, y, z = a.T
    u, v, w = b.T
    return np.stack([y * w - z * v, z * u - x * w, x * v - y * u], axis=1)


def _dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The dot products (N,) of vectors (N, 3)."""
    return a[:, 0] * b[:, 0] + a[:, 1] * b[:, 1] + a[:, 2] * b[:, 2]
