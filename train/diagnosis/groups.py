"""Groups, grouped: the objects divided by the values of a factor: kinds, or runs of numbers with about as many objects each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .factors import Factor, Value

RUNS = 6  # groups of numbers at most
FEWEST = 12  # objects that a group of numbers has at least
ATOM = 0.1  # share of the objects from which those with the least number are a group of their own
NOTHING = 1e-9  # a number below it is what rounding left of 0
KINDS = 16  # kinds at most; those of the fewest objects are "others"
OTHERS = "others"


@dataclass(frozen=True)
class Groups:
    """N objects in G groups."""

    of: np.ndarray  # (N,) int64: the group of each object, -1 where its value is not known
    labels: tuple[str, ...]  # G, for a reader
    bounds: tuple[tuple[float, float] | None, ...]  # G: lowest and highest number, None for kinds
    kinds: tuple[str | None, ...]  # G: the kind, None for numbers


def grouped(factor: Factor, values: Sequence[Value]) -> Groups | None:
    """The groups of a factor; None if it is known of too few objects, or is alike for all."""
    kinds = any(isinstance(value, str) for value in values)
    found = _by_kind(values) if kinds else _by_number(factor, np.array([np.nan if v is None else v for v in values], float))
    return found if found is not None and len(found.labels) > 1 else None


def _by_kind(values: Sequence[Value]) -> Groups:
    known = [str(value) for value in values if value is not None]
    names, counts = np.unique(known, return_counts=True)
    order = sorted(range(len(names)), key=lambda k: (-counts[k], names[k]))
    kept = [str(names[k]) for k in order[: KINDS if len(order) <= KINDS else KINDS - 1]]
    labels = (*kept, *([OTHERS] if len(kept) < len(names) else []))
    number = {name: k for k, name in enumerate(kept)}
    of = np.array([-1 if value is None else number.get(str(value), len(kept)) for value in values], np.int64)
    return Groups(of, labels, (None,) * len(labels), labels)


def _by_number(factor: Factor, values: np.ndarray) -> Groups | None:
    known = ~np.isnan(values)
    count = int(known.sum())
    if count < 2 * FEWEST:
        return None
    distinct = np.unique(values[known])
    if len(distinct) <= RUNS:
        starts = distinct
    else:
        atom = bool((values[known] == distinct[0]).mean() >= ATOM)
        rest = values[known & (values > distinct[0])] if atom else values[known]
        runs = int(np.clip(len(rest) // FEWEST, 1, RUNS - atom))
        cuts = np.quantile(rest, np.arange(runs) / runs, method="inverted_cdf")
        starts = np.unique([distinct[0], *cuts])
    of = np.where(known, np.searchsorted(starts, values, side="right") - 1, -1)
    bounds = [(float(values[of == k].min()), float(values[of == k].max())) for k in range(len(starts))]
    labels = [_label(factor, low, high, first=k == 0) for k, (low, high) in enumerate(bounds)]
    return Groups(of, tuple(labels), tuple(bounds), (None,) * len(labels))


def _label(factor: Factor, low: float, high: float, first: bool) -> str:
    """A run of numbers for a reader: 5 to 10 %."""
    unit = f" {factor.unit}" if factor.unit else ""
    low, high = (0.0 if abs(each) < NOTHING else each for each in (low, high))
    if low == high:
        named = f"{factor.scale * low:.3g}{unit}"
        return f"{factor.least} ({named})" if first and factor.least else named
    return f"{factor.scale * low:.3g} to {factor.scale * high:.3g}{unit}"
