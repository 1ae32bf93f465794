"""groups, against, common: statistics of the points of benchmarks.ablation: means over seeds, differences to full."""

import statistics
from collections.abc import Iterable
from typing import Any

from raster.dataset.manifest import first_difference
from raster.errors import InputError

FULL = "full"
SCORED = ("heldout", "photographs")
Point = dict[str, Any]


def common(points: list[Point]) -> dict[str, Any]:
    """The settings of all points. InputError for points that do not share them, or a switch that changed between seeds."""
    for point in points:
        where = f"{point['switch']}-n{point['n']}-seed{point['seed']}"
        if found := first_difference(points[0]["settings"], point["settings"]):
            raise InputError(f"{where}: cannot be compared with the other points: {found}; remove its file in points/")
        first = next(other for other in points if other["switch"] == point["switch"])
        if point["overrides"] != first["overrides"]:
            raise InputError(f"{where}: its overrides are not those of its other points; remove its file in points/")
    return points[0]["settings"]


def groups(points: list[Point]) -> list[dict[str, Any]]:
    """A row for each switch and size, in the order of the points: mean IoU over its seeds, IoU of classes, seconds."""
    rows = []
    for switch, n in dict.fromkeys((point["switch"], point["n"]) for point in points):
        own = [point for point in points if (point["switch"], point["n"]) == (switch, n)]
        row: dict[str, Any] = {"switch": switch, "n": n, "seeds": [point["seed"] for point in own]}
        row |= {kind: over_seeds(point["scores"][kind]["miou"] for point in own) for kind in _scored(own)}
        iou = [point["scores"]["heldout"]["iou"] for point in own]
        row["iou"] = {name: _mean([each[name] for each in iou if each[name] is not None]) for name in iou[0]}
        # An interrupted point knows the time of its last part alone.
        seconds = [point["seconds"] for point in own if not point["continued"]]
        rows.append({**row, "seconds": round(statistics.median(seconds)) if seconds else None})
    return rows


def against(points: list[Point], row: dict[str, Any]) -> dict[str, Any]:
    """For each set: mean IoU of a row minus that of full at the same size, by seed; {} for full or without common seeds."""
    if row["switch"] == FULL:
        return {}
    own, full = ({p["seed"]: p for p in points if (p["switch"], p["n"]) == (name, row["n"])} for name in (row["switch"], FULL))
    pairs = [(own[seed], full[seed]) for seed in own if seed in full]
    kinds = _scored([point for pair in pairs for point in pair]) if pairs else []
    return {kind: over_seeds(a["scores"][kind]["miou"] - b["scores"][kind]["miou"] for a, b in pairs) for kind in kinds}


def over_seeds(numbers: Iterable[float]) -> dict[str, Any]:
    """Mean and standard deviation (that of a sample, None for a single one) of numbers, and these."""
    each = list(numbers)
    return {"mean": _mean(each), "deviation": round(statistics.stdev(each), 5) if len(each) > 1 else None, "each": each}


def _mean(numbers: list[float]) -> float | None:
    """The mean, rounded to 5 digits; None without numbers."""
    return round(statistics.fmean(numbers), 5) if numbers else None


def _scored(points: list[Point]) -> list[str]:
    """Names of the sets that all of the points were scored on."""
    return [kind for kind in SCORED if all(kind in point["scores"] for point in points)]
