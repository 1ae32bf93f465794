"""EdgeCollapse: a surface in fewer and fewer triangles, by the collapse of edges that costs least.

Source: Garland and Heckbert, "Surface simplification using quadric error metrics" (1997). Here a point costs the mean of its
squared distances from the planes of the triangles that it stands for, weighted with their areas; more where these are large.
Many edges, no two of which touch the same triangle, collapse at once, so that NumPy does the work.
"""

import numpy as np

from raster.geometry.quadrics import least, normals_of, quadrics_of, value

CHEAPEST = 0.05  # share of the edges that are looked at in a round
LARGE, HURRIED = 100_000, 0.6  # triangles from which on that share is larger, since it takes long and matters less
STEP = 1 << 15  # edges that are looked at together, for the sake of memory
PATIENCE = 6  # rounds in which hardly an edge could collapse, before it is given up
PICKS = 3  # how often edges are picked among those that are left, before costs are computed anew
SHORT = 1e-6  # cost of the square of a length: where nothing else counts short edges go first
SPARSE = 0.8  # points for each triangle, beyond which those that are not used are left out
HUB = 16  # triangles around a point
MIXED = np.uint64(0x9E3779B97F4A7C15)  # an odd number whose multiples are spread evenly
FLIPPED = 0.25  # cosine: a triangle must not turn by more


class EdgeCollapse:
    """Points (P, 3) and triangles (T, 3) of them, which reduce() makes fewer.

    seams (E, 2): edges, as pairs of points, that stay in their places, since they collapse along themselves only.
    kept (T,): which of the first triangles each is.
    """

    def __init__(self, points: np.ndarray, triangles: np.ndarray, seams: np.ndarray):
        self.points, self.triangles, self.seams = points.copy(), triangles.astype(np.int64), seams.astype(np.int64)
        self.kept = np.arange(len(triangles))
        self._quadrics, self._weights = quadrics_of(points, self.triangles, self.seams)
        self._refused = np.zeros(0, np.int64)  # keys of edges that could not collapse

    def reduce(self, target: int) -> bool:
        """Collapse edges until there are no more than about `target` triangles; False if that cannot be."""
        wider, stuck, enough = 1.0, 0, 1.01 * target
        while len(self.triangles) > enough and stuck < PATIENCE:
            before = len(self.triangles)
            share = min(1.0, wider * (CHEAPEST if before < LARGE else HURRIED))
            self._round(share, target)
            if len(self.points) > SPARSE * len(self.triangles):
                self._drop_points()
            if len(self.triangles) > 0.995 * before:  # few of these edges can collapse
                wider, stuck = 2 * wider, stuck + (share == 1)
                self._refused = np.zeros(0, np.int64) if share == 1 else self._refused
            else:
                stuck = 0
        return len(self.triangles) <= enough

    def _drop_points(self) -> None:
        """Leave out the points that no triangle has any more."""
        used = np.zeros(len(self.points), bool)
        used[self.triangles] = True
        number = np.cumsum(used) - 1
        a, b = np.divmod(self._refused, len(self.points))
        there = used[a] & used[b]
        self._refused = edge_keys(number[a[there]], number[b[there]], int(used.sum()))
        self.seams = number[self.seams[used[self.seams].all(axis=1)]]
        self.triangles = number[self.triangles]
        self.points, self._quadrics, self._weights = self.points[used], self._quadrics[used], self._weights[used]

    def _round(self, share: float, target: int) -> None:
        """Collapse some of the cheapest edges."""
        start, end = self.triangles.ravel(), np.roll(self.triangles, -1, axis=1).ravel()
        count = len(self.points)
        keys, times = np.unique(edge_keys(start, end, count), return_counts=True)
        a, b = np.divmod(keys, count)
        is_seam = np.isin(keys, edge_keys(self.seams[:, 0], self.seams[:, 1], count))
        usual = 2 * float((self._weights[a] + self._weights[b]).mean())
        cost = np.empty(len(keys))
        for some in (slice(k, k + STEP) for k in range(0, len(keys), STEP)):
            cost[some] = self._costs(a[some], b[some], is_seam[some], usual)[0]
        cost[np.isin(keys, self._refused)] = np.inf
        possible = np.isfinite(cost)
        if not possible.any():
            return
        cost[cost > np.quantile(cost[possible], share)] = np.inf
        picked = self._pick(a, b, keys, np.isfinite(cost))
        picked = picked[np.argsort(cost[picked], kind="stable")[: max(1, (len(self.triangles) - target + 1) // 2)]]
        place = self._costs(a[picked], b[picked], is_seam[picked], usual)[1]
        good = self._manifold(a, b, times, picked)
        good &= ~self._flips(a[picked], b[picked], place)
        self._refused = np.concatenate([self._refused, keys[picked[~good]]])
        self._apply(a[picked[good]], b[picked[good]], place[good])

    def _costs(self, a: np.ndarray, b: np.ndarray, is_seam: np.ndarray, usual: float) -> tuple[np.ndarray, np.ndarray]:
        """For edges from a (E,) to b (E,) what it costs to collapse them, infinity where that must not be, and to where (E, 3).

        usual: a weight; more of it makes a point dearer.
        """
        bound = np.bincount(self.seams.ravel(), minlength=len(self.points)) > 1  # the end of a seam may move
        quadric, weight = self._quadrics[a] + self._quadrics[b], np.maximum(self._weights[a] + self._weights[b], 1e-30)
        pa, pb = self.points[a], self.points[b]
        middle = (pa + pb) / 2
        # An inner point goes where it costs least; into a point of a seam, or from one of a seam to the next, where that is.
        best = least(quadric, middle)
        square = ((pa - pb) ** 2).sum(axis=1)
        best = np.where((((best - middle) ** 2).sum(axis=1) > square)[:, None], middle, best)
        at_a, at_b = value(quadric, pa), value(quadric, pb)
        to_a = np.where(bound[a] & bound[b], at_a <= at_b, bound[a])
        to_b = ~to_a & bound[b]
        place = np.where(to_a[:, None], pa, np.where(to_b[:, None], pb, best))
        cost = np.where(to_a, at_a, np.where(to_b, at_b, value(quadric, best)))
        halved = is_seam & (value(quadric, middle) < cost)
        place = np.where(halved[:, None], middle, place)
        cost = np.where(halved, value(quadric, middle), cost)
        cost = np.maximum(cost, 0) / np.sqrt(weight * usual) + SHORT * square
        return np.where(bound[a] & bound[b] & ~is_seam, np.inf, cost), place

    def _pick(self, a: np.ndarray, b: np.ndarray, keys: np.ndarray, free: np.ndarray) -> np.ndarray:
        """Numbers of some of the free (E,) edges so that no triangle touches two of them.

        Those are taken that come first among all around, in an order as if by chance: by costs, whole rows would wait for one.
        Edges at the hub of a fan of many triangles, all of which they touch, come after its others.
        """
        rank, picked = np.empty(len(keys), np.int64), []
        valence = np.bincount(self.triangles.ravel(), minlength=len(self.points))
        hub = np.maximum(valence[a], valence[b]) > HUB
        rank[np.lexsort((keys.astype(np.uint64) * MIXED, hub))] = np.arange(len(keys))
        blocked = np.zeros(len(self.points), bool)
        for _ in range(PICKS):
            open_ = np.flatnonzero(free & ~blocked[a] & ~blocked[b])
            if not len(open_):
                break
            least = np.full(len(self.points), len(keys))
            np.minimum.at(least, a[open_], rank[open_])
            np.minimum.at(least, b[open_], rank[open_])
            around = self._spread(least, np.minimum)
            chosen = open_[(around[a[open_]] == rank[open_]) & (around[b[open_]] == rank[open_])]
            picked.append(chosen)
            ends = np.zeros(len(self.points), bool)
            ends[a[chosen]] = ends[b[chosen]] = True
            blocked |= self._spread(ends, np.logical_or)
        return np.concatenate(picked)

    def _spread(self, values: np.ndarray, together: np.ufunc) -> np.ndarray:
        """For each point what `together` makes of the values (P,) of all corners of its triangles."""
        corners = values[self.triangles]
        whole = together(together(corners[:, 0], corners[:, 1]), corners[:, 2])
        result = values.copy()
        for k in range(3):
            together.at(result, self.triangles[:, k], whole)
        return result

    def _manifold(self, a: np.ndarray, b: np.ndarray, times: np.ndarray, picked: np.ndarray) -> np.ndarray:
        """(K,) bool: whether the two ends of picked edges have no more neighbours in common than the edge has triangles.

        Else the collapse would fold two triangles onto one another, or pinch the surface.
        """
        owner = np.full(len(self.points), -1)
        owner[a[picked]] = owner[b[picked]] = np.arange(len(picked))
        near, far = np.concatenate([a, b]), np.concatenate([b, a])
        around = (owner[near] >= 0) & (owner[near] != owner[far])
        pairs, both = np.unique(owner[near[around]] * len(self.points) + far[around], return_counts=True)
        common = np.bincount(pairs[both == 2] // len(self.points), minlength=len(picked))
        return common == times[picked]

    def _flips(self, a: np.ndarray, b: np.ndarray, place: np.ndarray) -> np.ndarray:
        """(K,) bool: whether a collapse of edges from a (K,) to b (K,) turns a triangle too far, or leaves it no area."""
        owner = np.full(len(self.points), -1)
        owner[a] = owner[b] = np.arange(len(a))
        flips = np.zeros(len(a), bool)
        for corners in (self.triangles[k : k + 4 * STEP] for k in range(0, len(self.triangles), 4 * STEP)):
            of = owner[corners]
            left = (of >= 0).sum(axis=1) == 1
            corners, of = corners[left], of[left]
            before = normals_of(self.points[corners])
            after = normals_of(np.where(of[..., None] >= 0, place[of], self.points[corners]))
            lengths = np.sqrt((before**2).sum(axis=1) * (after**2).sum(axis=1))
            bad = (before * after).sum(axis=1) <= FLIPPED * lengths
            bad &= (before**2).sum(axis=1) > 1e-24  # what had no area before can turn as it likes
            flips[of.max(axis=1)[bad]] = True
        return flips

    def _apply(self, a: np.ndarray, b: np.ndarray, place: np.ndarray) -> None:
        """Collapse edges from a (K,) to b (K,), which touch no triangle in common, to `place` (K, 3)."""
        self.points[a] = place
        self._quadrics[a] += self._quadrics[b]
        self._weights[a] += self._weights[b]
        became = np.arange(len(self.points))
        became[b] = a
        triangles = became[self.triangles]
        left = (triangles != np.roll(triangles, 1, axis=1)).all(axis=1)
        self.triangles, self.kept = triangles[left], self.kept[left]
        seams = became[self.seams]
        seams = np.sort(seams[seams[:, 0] != seams[:, 1]], axis=1)
        keys = np.unique(seams[:, 0] * len(self.points) + seams[:, 1])
        self.seams = np.stack(np.divmod(keys, len(self.points)), axis=1)


def edge_keys(start: np.ndarray, end: np.ndarray, count: int) -> np.ndarray:
    """(E,) int64: equal for the same two of `count` points in either direction; divmod by it gives the lower and the other."""
    return np.minimum(start, end).astype(np.int64) * count + np.maximum(start, end)
