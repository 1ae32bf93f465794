"""What scores of objects in groups are worth: means with confidence intervals, and how much score a factor costs.

Rates have Wilson's interval (Wilson 1927). Means of IoU have that of the bootstrap over pictures (Efron 1979), since objects of
one picture have much in common: each picture counts as often as a Poisson variable of mean 1 says. All are of 95 %.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

Z = 1.959964  # of the normal distribution: 95 % are within
RESAMPLES, AT_ONCE = 400, 20
ELIGIBLE = 0.05  # share of the objects that a group needs to be the best: a smaller one may be so by chance
Interval = tuple[float, float]


def wilson(hits: int, of: int) -> Interval:
    """The interval of a rate of `hits` among `of` trials; (0, 1) without any."""
    if not of:
        return 0.0, 1.0
    share, z2 = hits / of, Z * Z / of
    middle, half = share + z2 / 2, Z * np.sqrt(share * (1 - share) / of + z2 / (4 * of))
    return float((middle - half) / (1 + z2)), float((middle + half) / (1 + z2))


@dataclass(frozen=True)
class GroupMeans:
    """Means of a score in G groups, and what the factor that makes the groups costs."""

    mean: np.ndarray  # (G,)
    interval: np.ndarray  # (G, 2)
    cost: float
    cost_interval: Interval


def group_means(score: np.ndarray, group: np.ndarray, picture: np.ndarray, groups: int) -> GroupMeans:
    """Means of score (N,) by group (N,), 0 .. groups - 1, or -1 for an object that is in none; picture (N,) of each object.

    The cost is how much higher the mean of all would be if every object had the mean of the best group: by how much that group
    is above the mean. So that chance does not make a best group, it is chosen on one half of the pictures and its mean taken
    from the other, and the mean of both ways counts. It may be below 0, which is none.
    """
    known = group >= 0
    score, group, picture = score[known], group[known], np.unique(picture[known], return_inverse=True)[1]
    pictures = int(picture.max(initial=-1)) + 1
    sums, counts = (np.zeros((pictures, groups)) for _ in range(2))
    np.add.at(sums, (picture, group), score)
    np.add.at(counts, (picture, group), 1)
    eligible = counts.sum(axis=0) >= ELIGIBLE * max(1, len(score))
    ones = np.ones((1, pictures))
    mean, cost = _means_and_cost(ones, sums, counts, eligible)
    drawn = [_means_and_cost(weights, sums, counts, eligible) for weights in _resamples(pictures)]
    means, costs = (np.concatenate([each[k] for each in drawn]) for k in (0, 1))
    interval = np.nanpercentile(means, [2.5, 97.5], axis=0).T if pictures else np.full((groups, 2), np.nan)
    low, high = np.nanpercentile(costs, [2.5, 97.5]) if pictures else (np.nan, np.nan)
    return GroupMeans(mean[0], interval, float(cost[0]), (float(low), float(high)))


def mean_interval(score: np.ndarray, picture: np.ndarray) -> Interval:
    """The interval of the mean of score (N,); picture (N,) of each object."""
    found = group_means(score, np.zeros(len(score), np.int64), picture, 1)
    return float(found.interval[0, 0]), float(found.interval[0, 1])


def _resamples(pictures: int) -> Iterator[np.ndarray]:
    """RESAMPLES rows of weights (AT_ONCE, pictures), the same at every call."""
    random = np.random.default_rng(0)
    for _ in range(RESAMPLES // AT_ONCE):
        yield random.poisson(1.0, (AT_ONCE, pictures)).astype(np.float64)


def _means_and_cost(
    weights: np.ndarray, sums: np.ndarray, counts: np.ndarray, eligible: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(R, G) means of groups and (R,) costs, for R weightings (R, P) of P pictures; sums, counts (P, G); eligible (G,) bool."""
    halves = [(weights[:, k::2] @ sums[k::2], weights[:, k::2] @ counts[k::2]) for k in (0, 1)]
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (halves[0][0] + halves[1][0]) / (halves[0][1] + halves[1][1])
        by_half = [total / count for total, count in halves]
        whole = [total.sum(axis=1) / count.sum(axis=1) for total, count in halves]
    costs = []
    for chosen, judged in ((0, 1), (1, 0)):
        usable = eligible & ~np.isnan(by_half[chosen]) & ~np.isnan(by_half[judged])
        best = np.where(usable, by_half[chosen], -np.inf).argmax(axis=1)
        above = np.take_along_axis(by_half[judged], best[:, None], axis=1)[:, 0] - whole[judged]
        costs.append(np.where(usable.any(axis=1), above, 0.0))
    return mean, (costs[0] + costs[1]) / 2
