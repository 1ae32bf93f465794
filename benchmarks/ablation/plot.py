"""plot: a PNG of the effect of each switch, and of the score by training set size."""

from pathlib import Path
from typing import Any

from benchmarks.ablation.statistics import FULL, SCORED, against

COLORS = dict(zip(SCORED, ("#1f5fa8", "#d98a1f"), strict=True))
NAMES = {"heldout": "held-out set", "photographs": "photographs behind"}


def plot(rows: list[dict[str, Any]], points: list[dict[str, Any]], path: Path) -> None:
    """Write the PNG: on the left switches, at the size that most of them have; on the right full by size.

    rows: of benchmarks.ablation.statistics.groups. points: all finished points.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(11, 4.5), width_ratios=(3, 2), layout="constrained")
    _switches(left, rows, points)
    _sizes(right, [row for row in rows if row["switch"] == FULL])
    figure.savefig(path, dpi=90)
    pyplot.close(figure)


def _switches(axes: Any, rows: list[dict[str, Any]], points: list[dict[str, Any]]) -> None:
    """Bars of the differences to full, the lowest on top, with a dot for each seed."""
    others = [row for row in rows if row["switch"] != FULL]
    n = max((row["n"] for row in others), key=[row["n"] for row in others].count, default=0)
    found = [(row["switch"], against(points, row)) for row in others if row["n"] == n]
    found = sorted((pair for pair in found if pair[1]), key=lambda pair: -pair[1]["heldout"]["mean"])
    for kind, shift in zip(SCORED, (0.2, -0.2), strict=True):
        here = [(place + shift, part[kind]) for place, (_, part) in enumerate(found) if kind in part]
        places, means = [y for y, _ in here], [part["mean"] for _, part in here]
        axes.barh(places, means, 0.36, color=COLORS[kind], alpha=0.7, label=NAMES[kind])
        dots = [(y, value) for y, part in here for value in part["each"]]
        axes.plot([x for _, x in dots], [y for y, _ in dots], "o", color="black", markersize=3)
    axes.set_yticks(range(len(found)), [name.replace("_", " ") for name, _ in found])
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set(xlabel="mean IoU minus that of everything on; dots: seeds", title=f"One thing switched off, {n:,} images")
    if found:
        axes.legend(frameon=False, fontsize="small")


def _sizes(axes: Any, full: list[dict[str, Any]]) -> None:
    """Mean IoU by the number of images, with the deviation over seeds."""
    for kind in SCORED:
        here = [(row["n"], row[kind]["mean"], row[kind]["deviation"] or 0.0) for row in full if kind in row]
        if here:
            axes.errorbar(*zip(*here, strict=True), fmt="o-", color=COLORS[kind], capsize=3, label=NAMES[kind])
    axes.set_xscale("log")
    axes.set_xticks([row["n"] for row in full], [f"{row['n']:,}" for row in full])
    axes.minorticks_off()
    axes.grid(alpha=0.3)
    axes.set(xlabel="images to learn from, as many seen in all", ylabel="mean IoU", title="Everything on, by size")
    if full:
        axes.legend(frameon=False, fontsize="small")
