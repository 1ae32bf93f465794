"""report: the table of benchmarks.focus as Markdown, and its JSON file."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.ablation.report import spread
from benchmarks.ablation.statistics import over_seeds
from benchmarks.focus.point import AGAIN, ARMS, Settings
from raster.errors import InputError

Point = dict[str, Any]
COLUMNS = {
    "mean IoU": lambda point: point["miou"],
    "IoU of objects": lambda point: point["objects"]["iou"],
    "found": lambda point: point["objects"]["detected"],
    "IoU of the smallest third": lambda point: of_smallest(point),
}


def report(settings: Settings, points: list[Point], out: Path | None) -> None:
    """Print the table, write the JSON file. InputError if it cannot be written."""
    rows, known = groups(points), machine.facts(settings.work.resolve())
    print("\n".join(["", *table(rows), ""]))
    path = out or machine.RESULTS / f"focus-{machine.slug('small', known)}.json"
    told = {key: value for key, value in asdict(settings).items() if key != "work"}
    try:
        machine.save(path, {"benchmark": "focus", "machine": known, "settings": told, "rows": rows, "points": points})
    except OSError as error:
        raise InputError(f"out={path}: cannot be written ({error.strerror})") from None


def of_smallest(point: Point) -> float:
    """Mean IoU of the third of the objects with the least apparent size, about: of the first third of the groups."""
    groups = point["objects"]["by_size"]
    first = groups[: max(1, len(groups) // 3)]
    return sum(group["iou"] * group["objects"] for group in first) / sum(group["objects"] for group in first)


def groups(points: list[Point]) -> list[dict[str, Any]]:
    """A row for each arm: means over seeds, and the difference to a third that was drawn anew as before, seed by seed."""
    rows = []
    for arm in ARMS:
        own = {point["seed"]: point for point in points if point["arm"] == arm}
        base = {point["seed"]: point for point in points if point["arm"] == AGAIN}
        row: dict[str, Any] = {"arm": arm, "seeds": sorted(own)}
        for name, value in COLUMNS.items():
            pairs = [value(own[seed]) - value(base[seed]) for seed in own if seed in base]
            row[name] = over_seeds(value(point) for point in own.values())
            row[f"{name}, difference"] = over_seeds(pairs) if pairs and arm != AGAIN else None
        rows.append({**row, "seconds": over_seeds(point["seconds"] for point in own.values())})
    return rows


def table(rows: list[dict[str, Any]]) -> list[str]:
    """Lines of the Markdown table."""
    titles = ["learns from", "seeds", *(title for name in COLUMNS for title in (name, "to anew"))]
    lines = [_line(titles), "|" + " --- |" * len(titles)]
    for row in rows:
        cells = [cell for name in COLUMNS for cell in (spread(row[name]), spread(row[f"{name}, difference"], "+"))]
        lines.append(_line([row["arm"], len(row["seeds"]), *cells]))
    return [*lines, "mean ± standard deviation over seeds; to anew: to a third anew without focus, seed by seed"]


def _line(cells: list[Any]) -> str:
    """A line of a Markdown table."""
    return f"| {' | '.join(map(str, cells))} |"
