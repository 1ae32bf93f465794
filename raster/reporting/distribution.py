"""Distribution: how often each value of a quantity occurs, in memory that does not grow with their number."""

import math

import numpy as np

from raster.reporting.quantities import Quantity


class Distribution:
    """Counts in the bins of a quantity's axis; number, sum, squares, least and most of the values exactly."""

    def __init__(self, quantity: Quantity):
        self.quantity = quantity
        self.bins = np.zeros(quantity.bins, np.int64)
        self.count, self.total, self.squares = 0, 0.0, 0.0
        self.least, self.most = math.inf, -math.inf

    def add(self, values: np.ndarray) -> None:
        """Take in values (n,)."""
        values = np.asarray(values, np.float64)
        if not len(values):
            return
        places = np.clip(self.quantity.positions(values).astype(np.int64), 0, len(self.bins) - 1)
        self.bins += np.bincount(places, minlength=len(self.bins))
        self.count += len(values)
        self.total += float(values.sum())
        self.squares += float(np.square(values).sum())
        self.least, self.most = min(self.least, float(values.min())), max(self.most, float(values.max()))

    def merge(self, other: "Distribution") -> None:
        """Take in what another one of the same quantity counted."""
        self.bins += other.bins
        self.count += other.count
        self.total += other.total
        self.squares += other.squares
        self.least, self.most = min(self.least, other.least), max(self.most, other.most)

    @property
    def mean(self) -> float:
        """The mean, NaN without values."""
        return self.total / self.count if self.count else math.nan

    @property
    def deviation(self) -> float:
        """The standard deviation of the values themselves, NaN without any."""
        return math.sqrt(max(0.0, self.squares / self.count - self.mean**2)) if self.count else math.nan

    def quantile(self, share: float) -> float:
        """Return the value below which this share of all lies, right to a bin and within least and most; NaN without values."""
        if not self.count:
            return math.nan
        sums = np.cumsum(self.bins)
        wanted = share * self.count
        place = min(int(np.searchsorted(sums, wanted, "left" if wanted > 0 else "right")), len(self.bins) - 1)
        if self.quantity.whole:
            return float(np.clip(place, self.least, self.most))
        inside = (wanted - (sums[place] - self.bins[place])) / max(1, self.bins[place])
        return float(np.clip(self.quantity.values(np.array(place + inside)), self.least, self.most))

    @property
    def median(self) -> float:
        """The quantile of one half."""
        return self.quantile(0.5)


def merged(distributions: list[Distribution]) -> Distribution:
    """Return all values of several, of the same quantity, together."""
    made = Distribution(distributions[0].quantity)
    for each in distributions:
        made.merge(each)
    return made
