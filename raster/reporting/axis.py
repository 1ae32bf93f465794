"""Axis: the part of a quantity's axis that a plot shows, in bars of whole bins, with ticks at round numbers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from raster.reporting.distribution import Distribution, merged
from raster.reporting.quantities import Quantity

BARS = 40  # at most
TAIL = 0.001  # what is beyond, at each end, counts in the last bar


@dataclass(frozen=True)
class Axis:
    """Bars of `group` bins each, from bin `first` on."""

    quantity: Quantity
    first: int
    group: int
    bars: int

    def shares(self, distribution: Distribution) -> np.ndarray:
        """Return (bars,) the share of all values in each bar; what is beyond the axis is in its ends."""
        places = np.clip((np.arange(len(distribution.bins)) - self.first) // self.group, 0, self.bars - 1)
        return np.asarray(np.bincount(places, distribution.bins, self.bars) / max(1, distribution.count))

    def place(self, value: float) -> float:
        """Return where a value lies: 0 at the left end, 1 at the right."""
        return float((self.quantity.positions(np.array([value]))[0] - self.first) / (self.group * self.bars))

    def edge(self, bar: int) -> float:
        """Return the value at the left edge of a bar; of whole numbers, the first one in it."""
        position = self.first + bar * self.group
        return float(position if self.quantity.whole else self.quantity.values(np.array([position]))[0])

    def ticks(self) -> list[float]:
        """Return three to seven round values on the axis."""
        low, high = self.edge(0), self.edge(self.bars)
        if self.quantity.whole:
            step = max(1, round(_nice((high - low) / 5)))
            return [float(value) for value in range(math.ceil(low / step) * step, math.ceil(high), step)]
        if self.quantity.log and high > 4 * low:
            decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
            for digits in ((1, 2, 5), (1, 3), (1,)):
                values = [digit * 10.0**decade for decade in decades for digit in digits]
                found = [value for value in values if low <= value <= high]
                if len(found) <= 7:
                    break
            return found
        width = _nice((high - low) / 5)
        return [k * width for k in range(math.ceil(low / width - 1e-9), math.floor(high / width + 1e-9) + 1)]


def axis_of(distributions: Sequence[Distribution]) -> Axis:
    """Return the axis on which some distributions of one quantity, with values, are laid over each other."""
    together = merged(list(distributions))
    quantity, sums = together.quantity, np.cumsum(together.bins)
    tail = 0 if quantity.whole and together.most - together.least < BARS else TAIL
    first = int(np.searchsorted(sums, tail * together.count, "right"))
    last = int(np.searchsorted(sums, (1 - tail) * together.count, "left"))
    group = max(1, -(-(last - first + 1) // BARS))
    bars = -(-(last - first + 1) // group)
    if bars < 8 and not quantity.whole:  # one value, or nearly: some room around it
        group = max(group, len(together.bins) // 256)
        bars = 9
        first = max(0, (first + last) // 2 - group * bars // 2)
    return Axis(quantity, first, group, bars)


def _nice(step: float) -> float:
    """Return 1, 2 or 5 times a power of ten: the next one that is not smaller."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= step * 0.999)
