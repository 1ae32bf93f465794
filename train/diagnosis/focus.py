"""changes: options that draw more of what fails, within the ranges and weights of a configuration; Change: one of them.

A weight, and a share, grows with the square of how much of the objects' IoU is lost, 1 - IoU, up to three times. A range
becomes that half of it, or more, in which the network fares worst. Ranges are narrowed, the most costly first, until what is
drawn is as hard as if objects came up by the square of what is lost: more would leave nothing but what is too hard to learn
from. Only what costs for sure is changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .diagnosis import Diagnosis, Finding

LEAST_WIDTH = 0.5  # share of the objects that a narrower range holds at least
WORTH = 0.01  # cost of an option that is changed
POWER, MOST = 2, 3.0  # of the loss in weights; factor of a weight at most, and its inverse at least
TYPICAL = 20  # objects of the mean loss that count beside those of a group: few objects say little
DIGITS = 3  # that count of a number


@dataclass(frozen=True)
class Change:
    """One option that is changed."""

    option: str  # randomizers.NAME.FIELD without the first word
    before: Any
    after: Any
    cost: float | None  # None where it is not known
    why: str


def changes(found: Diagnosis, randomizers: Mapping[str, Any]) -> list[Change]:
    """The options to change, the most costly first. randomizers: those of the configuration that the data was drawn with."""
    spared, made = hardening(found), []
    for finding in (each for each in found.options if each.costs and each.iou.cost >= WORTH):
        change = _change(finding, option_of(randomizers, finding.factor.name))
        if change is not None and finding.groups.bounds[0] is not None:
            fall = _fall(finding, len(found.seen))
            if spared <= 0:
                continue
            spared -= fall
        if change is not None:
            made.append(change)
    return made


def hardening(found: Diagnosis) -> float:
    """By how much the mean IoU would fall if objects came up by the square of what their groups of the worst factor lose."""
    if not found.findings or not found.findings[0].costs:
        return 0.0
    worst = found.findings[0]
    iou, counts = worst.iou.mean, _counts(worst)
    return float(np.average(iou, weights=counts) - np.average(iou, weights=counts * (1 - iou) ** POWER + 1e-9))


def option_of(randomizers: Mapping[str, Any], key: str) -> Any:
    """The value of NAME.FIELD, None where there is none."""
    name, _, field = key.partition(".")
    return (randomizers.get(name) or {}).get(field)


def _change(finding: Finding, before: Any) -> Change | None:
    """How an option is changed, None if it stays."""
    key, groups = finding.factor.name, finding.groups
    mean = float(np.average(finding.iou.mean, weights=_counts(finding)))
    found: tuple[Any, str] | None
    if groups.bounds[0] is not None:
        found = _narrowed(finding, mean, before)
    elif isinstance(before, int | float):
        after = _share(finding, mean, before)
        found = (after, f"IoU {_iou(finding, 'yes'):.2f} where it is so, {_iou(finding, 'no'):.2f} else") if after else None
    else:
        after = weighed(before, _factors(finding, mean), every=key.endswith(".weights"))
        worst = finding.worst_group
        found = (after, f"IoU {finding.iou.mean[worst]:.2f} of {groups.labels[worst]}, {mean:.2f} of all") if after else None
    if not found or found[0] == before:
        return None
    through = f", through {finding.through}" if finding.through else ""
    return Change(key, before, found[0], round(finding.iou.cost, 5), found[1] + through)


def _worst_run(finding: Finding) -> tuple[float, int, int]:
    """(IoU, first, end): the run of groups with the lowest mean IoU, of those that hold LEAST_WIDTH of the objects."""
    counts, runs = _counts(finding), []
    for first in range(len(counts)):
        for end in range(first + 1, len(counts) + 1):
            held = counts[first:end]
            if held.sum() >= LEAST_WIDTH * counts.sum():
                runs.append((float(np.average(finding.iou.mean[first:end], weights=held)), first, end))
    return min(runs)


def _fall(finding: Finding, objects: int) -> float:
    """By how much the mean IoU of all falls if a range becomes its worst run; it counts for those that it is known of."""
    counts = _counts(finding)
    mean = float(np.average(finding.iou.mean, weights=counts))
    return (mean - _worst_run(finding)[0]) * float(counts.sum()) / objects


def _narrowed(finding: Finding, mean: float, before: Any) -> tuple[list[float], str] | None:
    """The part of a range in which the mean IoU is lowest, and why; None for what is no range."""
    if not isinstance(before, Sequence) or isinstance(before, str) or len(before) != 2 or before[0] == before[1]:
        return None
    bounds: list[Any] = list(finding.groups.bounds)
    iou, first, end = _worst_run(finding)
    if end - first == len(bounds):
        return None
    whole = all(float(each).is_integer() for each in np.ravel(bounds))  # whole numbers were drawn
    low = before[0] if first == 0 else _rounded(bounds[first][0], whole)
    high = before[1] if end == len(bounds) else _rounded(bounds[end - 1][1], whole)
    after = [max(low, before[0]), min(high, before[1])]
    return (after, f"IoU {iou:.2f} there, {mean:.2f} of all") if after[0] <= after[1] else None


def _share(finding: Finding, mean: float, before: float) -> float | None:
    """A share that grows or shrinks with what is lost where it is so; None for one that is never or always so."""
    if not 0 < before < 1 or set(finding.groups.labels) != {"yes", "no"}:
        return None
    factor = _factors(finding, mean)
    yes, no = before * factor["yes"], (1 - before) * factor["no"]
    after = _rounded(yes / (yes + no))
    return after if 0 < after < 1 else None  # what is seldom otherwise is not to be so always


def weighed(before: Any, factor: Mapping[str, float], every: bool) -> Any:
    """Weights times factors by name, in the form that a configuration has them: a mapping or a list of names.

    every: names that `before`, perhaps None, does not have weigh 1.
    """
    if every:
        given = dict(before or {})
        return {name: _rounded(given.get(name, 1.0) * factor.get(name, 1.0)) for name in {**given, **factor}}
    if isinstance(before, Mapping):
        return {name: _rounded(weight * factor.get(name, 1.0)) for name, weight in before.items()}
    given = dict[str, float]()
    for each in before or ():
        given |= each if isinstance(each, Mapping) else {each: 1.0}
    return [{name: _rounded(weight * factor.get(name, 1.0))} for name, weight in given.items()]


def _factors(finding: Finding, mean: float) -> dict[str, float]:
    """By what the weight of each kind is multiplied."""
    groups, counts, lost = finding.groups, _counts(finding), max(1 - mean, 1e-6)
    each = ((1 - finding.iou.mean) * counts + lost * TYPICAL) / (counts + TYPICAL)
    return dict(zip(groups.labels, times(each / lost).tolist(), strict=True))


def times(lost: np.ndarray) -> np.ndarray:
    """By what weights are multiplied where `lost` times as much as usual is lost."""
    return np.clip(lost**POWER, 1 / MOST, MOST)


def _counts(finding: Finding) -> np.ndarray:
    """(G,) objects in each group."""
    return np.bincount(finding.groups.of[finding.groups.of >= 0], minlength=len(finding.groups.labels))


def _iou(finding: Finding, label: str) -> float:
    return float(finding.iou.mean[finding.groups.labels.index(label)])


def _rounded(value: float, whole: bool = False) -> float:
    return round(value) if whole else float(f"{value:.{DIGITS}g}")
