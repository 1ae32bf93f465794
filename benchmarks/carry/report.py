"""report: the table of benchmarks.carry as Markdown, and its JSON file."""

from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.ablation.report import spread
from benchmarks.ablation.statistics import over_seeds
from benchmarks.carry.point import BASE, PATH_TRACED
from raster.errors import InputError

WRONG = ("false", "missed", "confused")
TITLES = {"full": "the whole recipe", "equal": "equal passes"}
Point = dict[str, Any]


def report(options: dict[str, Any], points: list[Point]) -> None:
    """Print the table, write the JSON file. InputError if it cannot be written."""
    rows, known = groups(points), machine.facts(Path(options["work"]).resolve())
    print("\n".join(["", *table(rows), ""]))
    path = Path(options["out"]) if options["out"] else machine.RESULTS / f"carry-{machine.slug('small', known)}.json"
    settings = {key: options[key] for key in ("n", "seeds", "change_seeds", "seen", "draw", "fit")}
    plain = [{key: value for key, value in point.items() if key != "model"} for point in points]
    for point in plain:  # where a folder is says nothing about it, its digest does
        point["scores"] = {label: {k: v for k, v in one.items() if k != "data"} for label, one in point["scores"].items()}
    renderers = {"path traced": "benchmarks.path_tracer", "training": "raster.generate"}
    try:
        machine.save(path, {"benchmark": "carry", "machine": known, "renderers": renderers, "settings": settings,
                            "rows": rows, "points": plain})  # fmt: skip
    except OSError as error:
        raise InputError(f"out={path}: cannot be written ({error.strerror})") from None


def groups(points: list[Point]) -> list[dict[str, Any]]:
    """A row for each kind and training set: means over its seeds, and the difference to base, seed by seed."""
    rows = []
    for kind, name in dict.fromkeys((point["kind"], point["row"]) for point in points):
        own = [point for point in points if (point["kind"], point["row"]) == (kind, name)]
        base = {point["seed"]: point for point in points if (point["kind"], point["row"]) == (kind, BASE)}
        row: dict[str, Any] = {"kind": kind, "row": name, "seeds": [point["seed"] for point in own]}
        row |= {key: over_seeds(point[key] for point in own) for key in ("passes", "training_s")}
        row["scores"] = {}
        for label in own[0]["scores"]:
            part = {key: over_seeds(p["scores"][label][key] for p in own) for key in ("miou", *WRONG)}
            pairs = [(p["scores"][label]["miou"], base[p["seed"]]["scores"][label]["miou"]) for p in own if p["seed"] in base]
            part["to_base"] = over_seeds(a - b for a, b in pairs) if pairs and name != BASE else None
            row["scores"][label] = part
        rows.append(row)
    return rows


def table(rows: list[dict[str, Any]]) -> list[str]:
    """Lines of the Markdown table."""
    labels = list(rows[0]["scores"])
    titles = ["trained on", "passes", "seeds"]
    for label in labels:
        titles += [label, "to base", "false, missed, confused %"]
    lines = [_line(titles), "|" + " --- |" * len(titles)]
    for row in rows:
        cells = [f"{row['row']}, {TITLES[row['kind']]}", f"{row['passes']['mean']:,.0f}", len(row["seeds"])]
        for label in labels:
            part = row["scores"][label]
            wrong = ", ".join(f"{100 * part[key]['mean']:.1f}" for key in WRONG)
            cells += [spread(part["miou"]), spread(part["to_base"], "+"), wrong]
        lines.append(_line(cells))
    note = (
        f"mean IoU, background among the classes, mean ± standard deviation over seeds; to base: seed by seed; {PATH_TRACED}: "
    )
    return [*lines, note + "benchmarks.path_tracer; shares are of all pixels"]


def _line(cells: list[Any]) -> str:
    """A line of a Markdown table."""
    return f"| {' | '.join(map(str, cells))} |"
