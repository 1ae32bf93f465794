"""compare_splits: what is measured, in the training images beside those of another split, each with a test."""

from dataclasses import dataclass

from raster.reporting.distribution import Distribution
from raster.reporting.quantities import OBJECT, PICTURE, QUANTITIES
from raster.reporting.summary import Summary
from raster.reporting.two_samples import holm, ks_p, ks_statistic
from raster.reporting.value_counts import MEAN

MOST_CLASSES = 40  # whose numbers are tested


@dataclass(frozen=True)
class SplitRow:
    """One quantity in two splits. Of objects: its mean in each image, since objects of one image are alike."""

    title: str
    one: Distribution  # of train
    other: Distribution
    statistic: float  # D of Kolmogorov and Smirnov
    p: float  # corrected by Holm for the number of rows


def compare_splits(summary: Summary, other: str) -> list[SplitRow]:
    """Return a row for all that is known in both splits; empty without images in one of them."""
    pairs = [pair for pair in _pairs(summary, other) if pair[1].count and pair[2].count]
    statistics = [ks_statistic(one, two) for _, one, two in pairs]
    views = summary.source.views  # of one layout, which are alike: they count as one image
    chances = [
        ks_p(statistic, one.count / views, two.count / views)
        for statistic, (_, one, two) in zip(statistics, pairs, strict=True)
    ]
    rows = zip(pairs, statistics, holm(chances), strict=True)
    return [SplitRow(title, one, two, statistic, p) for (title, one, two), statistic, p in rows]


def _pairs(summary: Summary, other: str) -> list[tuple[str, Distribution, Distribution]]:
    records, found = summary.records, []
    if records is None:
        return []
    for quantity in QUANTITIES.values():
        values = summary.pictures.values if quantity.of == PICTURE else records.values
        name = quantity.name + MEAN if quantity.of == OBJECT else quantity.name
        title = f"{quantity.title}, mean" if quantity.of == OBJECT else quantity.title
        found.append((title, values.of(name, "train"), values.of(name, other)))
    frequent = sorted(range(1, len(summary.source.classes)), key=lambda each: -int(records.classes.seen[each]))[:MOST_CLASSES]
    for identity in sorted(frequent):
        name = f"class {identity}"
        title = f"Objects of class {summary.source.classes[identity]}"
        found.append((title, records.values.of(name, "train"), records.values.of(name, other)))
    return found
