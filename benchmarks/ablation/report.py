"""python -m benchmarks.ablation.report WORK: table, plot and JSON file of the points that benchmarks.ablation has finished."""

import argparse
import json
from pathlib import Path
from typing import Any

from hydra.experimental.callback import Callback
from omegaconf import DictConfig

from benchmarks import machine
from benchmarks.ablation.plot import plot
from benchmarks.ablation.statistics import FULL, SCORED, against, common, groups
from raster.errors import InputError, one_line

remembered: list[DictConfig] = []  # configurations of the sweeps that this process has finished
NAMES = {"heldout": "held out", "photographs": "photographs behind"}
Point = dict[str, Any]


class Remember(Callback):
    """A Hydra callback that keeps the configuration of a finished sweep, in the main process."""

    def on_multirun_end(self, config: DictConfig, **_: Any) -> None:
        """Hydra calls this at the end of a sweep."""
        remembered.append(config)


def main() -> None:
    """Run the program with the options of the command line; an InputError ends it with one line and exit code 2."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ablation.report", description=__doc__.splitlines()[0])
    parser.add_argument("work", nargs="?", default="out/ablation", help="the work folder of benchmarks.ablation (%(default)s)")
    parser.add_argument("--out", help="the JSON file (default: benchmarks/results/, named by the machine)")
    options = parser.parse_args()
    with one_line():
        report(options.work, options.out)


def report(work: str, out: str | None) -> None:
    """Print the tables, write the JSON file and the plot. InputError for points that cannot be compared, or none."""
    points = read(Path(work))
    if not points:
        raise InputError(f"work={work}: no point is finished there yet; python -m benchmarks.ablation makes them")
    settings, known = common(points), machine.facts(Path(work).resolve())
    rows = groups(points)
    print("\n".join(["", *switches(rows, points), *sizes(rows), ""]))
    path = Path(out) if out else machine.RESULTS / f"ablation-{machine.slug(settings['arch'], known)}.json"
    try:
        machine.save(path, {"benchmark": "ablation", "machine": known, "settings": settings, "groups": rows, "points": points})
        plot(rows, points, path.with_suffix(".png"))
    except OSError as error:
        raise InputError(f"out={path}: cannot be written ({error.strerror})") from None
    print(f"written: {path.with_suffix('.png')}")


def read(work: Path) -> list[Point]:
    """All finished points of a work folder, sorted by switch (full first), size and seed."""
    points = [json.loads(path.read_text()) for path in sorted((work / "points").glob("*.json"))]
    return sorted(points, key=lambda p: (p["switch"] != FULL, p["switch"], p["n"], p["seed"]))


def switches(rows: list[dict[str, Any]], points: list[Point]) -> list[str]:
    """Lines of the tables of switches, one table for each size, the switch with the lowest score first."""
    lines = []
    for n in sorted({row["n"] for row in rows if row["switch"] != FULL}):
        here = [(row, against(points, row)) for row in rows if row["n"] == n]
        here.sort(key=lambda pair: (pair[0]["switch"] != FULL, (pair[1] or pair[0])["heldout"]["mean"]))
        kinds = [kind for kind in SCORED if kind in here[0][0]]
        titles = ["", f"{n:,} images", *(t for kind in kinds for t in (NAMES[kind], "to full")), "seeds", "s"]
        lines += [_line(titles), "|" + " --- |" * len(titles)]
        for rank, (row, difference) in enumerate(here):
            cells = [spread(part, sign) for kind in kinds for part, sign in ((row[kind], ""), (difference.get(kind), "+"))]
            rank = rank if here[0][0]["switch"] == FULL else ""  # without full there is nothing to rank by
            lines.append(_line([rank or "", row["switch"], *cells, len(row["seeds"]), row["seconds"] or ""]))
        lines += ["mean IoU, mean ± standard deviation over seeds; to full: each seed with its own; the first costs most", ""]
    return lines


def sizes(rows: list[dict[str, Any]]) -> list[str]:
    """Lines of the table of training set sizes, with everything on."""
    full = [row for row in rows if row["switch"] == FULL]
    kinds = [kind for kind in SCORED if full and kind in full[0]]
    classes = list(full[0]["iou"]) if full else []
    titles = ["images, everything on", *(NAMES[kind] for kind in kinds), *classes, "seeds", "s"]
    lines = [_line(titles), "|" + " --- |" * len(titles)] if full else []
    for row in full:
        iou = ["" if value is None else f"{value:.3f}" for value in row["iou"].values()]
        lines.append(_line([f"{row['n']:,}", *(spread(row[k]) for k in kinds), *iou, len(row["seeds"]), row["seconds"] or ""]))
    return lines


def spread(part: dict[str, Any] | None, sign: str = "") -> str:
    """Mean and deviation as text: 0.512 ± 0.010; without the deviation for one seed; "" for None."""
    if part is None:
        return ""
    return f"{part['mean']:{sign}.3f}" + ("" if part["deviation"] is None else f" ± {part['deviation']:.3f}")


def _line(cells: list[Any]) -> str:
    """A line of a Markdown table."""
    return f"| {' | '.join(str(cell) for cell in cells)} |"


if __name__ == "__main__":
    main()
