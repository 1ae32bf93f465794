"""compare_sets: what is measured, in a data set beside another one or beside photographs; what differs most comes first."""

from dataclasses import dataclass

from raster.reporting.distribution import Distribution
from raster.reporting.quantities import QUANTITIES, Quantity
from raster.reporting.summary import Summary
from raster.reporting.two_samples import ks_statistic


@dataclass(frozen=True)
class SetRow:
    """One quantity in two sets."""

    quantity: Quantity
    one: Distribution
    other: Distribution
    statistic: float  # D of Kolmogorov and Smirnov: 0 is alike, 1 has no value in common


def compare_sets(summary: Summary, other: Summary) -> list[SetRow]:
    """Return a row for all that is known of both, the largest difference first.

    No p-value: large sets differ for certain, and what counts is by how much.
    """
    pairs = [(quantity, summary.of(quantity), other.of(quantity)) for quantity in QUANTITIES.values()]
    rows = [SetRow(quantity, one, two, ks_statistic(one, two)) for quantity, one, two in pairs if one.count and two.count]
    return sorted(rows, key=lambda row: -row.statistic)
