"""Two-sample Kolmogorov-Smirnov tests of distributions, and Holm's correction for asking many questions at once."""

import numpy as np
from scipy.stats import kstwo

from raster.reporting.distribution import Distribution


def ks_statistic(one: Distribution, other: Distribution) -> float:
    """Return D: the largest difference of the two cumulative shares, right to a bin of the axis; NaN without values."""
    if not one.count or not other.count:
        return float("nan")
    return float(np.abs(np.cumsum(one.bins) / one.count - np.cumsum(other.bins) / other.count).max())


def ks_p(statistic: float, one: float, other: float) -> float:
    """Return the chance of a D as large if both came from one source, by the asymptotic law of scipy.stats.ks_2samp.

    `one` and `other`: how many independent values there are of each. For whole numbers it is too large, so on the safe side.
    """
    if np.isnan(statistic):
        return float("nan")
    return float(np.clip(kstwo.sf(statistic, max(1, round(one * other / (one + other)))), 0, 1))


def holm(chances: list[float]) -> list[float]:
    """Return p-values corrected for their number (Holm 1979): one false alarm among all is as rare as p says. NaN stays."""
    known = sorted((p, place) for place, p in enumerate(chances) if not np.isnan(p))
    found, highest = list(chances), 0.0
    for rank, (p, place) in enumerate(known):
        highest = max(highest, min(1.0, p * (len(known) - rank)))
        found[place] = highest
    return found
