"""on_disk, summary: medians of repeated measurements. show: prints the tables of benchmarks.throughput. report_progress."""

import statistics
import sys
from collections.abc import Callable, Iterable
from typing import Any

from benchmarks.throughput.program import Run
from benchmarks.throughput.stages import STAGES


def on_disk(runs: list[Run]) -> dict[str, Any]:
    """Medians over runs: frames/s while all processes draw, by the program's own count, and from start to end."""

    def each(number: Callable[[Run], float]) -> dict[str, Any]:
        return summary(number(run) for run in runs)

    return {
        "n": runs[0].n, "workers": runs[0].workers, "steady": each(lambda run: run.steady),
        "while_drawing": each(lambda run: run.n / run.drawing), "with_start": each(lambda run: run.n / run.seconds),
        "first_image_s": each(lambda run: run.first),
    }  # fmt: skip


def summary(numbers: Iterable[float]) -> dict[str, Any]:
    """The median of the rounds, and the number of each round."""
    rounds = list(numbers)
    return {"median": statistics.median(rounds), "rounds": rounds}


def show(result: dict[str, Any]) -> None:
    """Print the result of benchmarks.throughput as tables."""
    processes = result["settings"]["processes"]
    print("\nframes/s of each stage alone, one core, and of all of them after one another")
    heading(*STAGES, "all")
    for case in result["cases"]:
        parts = [*case["stages"].values(), case["all_stages"]]
        row(case["case"], *(f"{part['frames_per_s']:.0f}" for part in parts))
    print("\nmilliseconds an image")
    heading(*STAGES, "all")
    for case in result["cases"]:
        row(case["case"], *(f"{part['ms']:.3f}" for part in (*case["stages"].values(), case["all_stages"])))
    print(f"\nframes/s of raster.generate, end to end on disk, beside draw+read alone in {plural(processes)}")
    heading("images", "draw+read", "on disk", "ratio", "its count", "its ratio", "w. start", "1st file s")
    for case in result["cases"]:
        disk, ratios = case["on_disk"], [f"{case[name]['median']:.2f}" for name in ("ratio", "ratio_while_drawing")]
        rates = (case["draw_read"], disk["steady"], disk["while_drawing"], disk["with_start"])
        drawn, steady, counted, started = (f"{rate['median']:.0f}" for rate in rates)
        first = f"{disk['first_image_s']['median']:.2f}"
        row(case["case"], disk["n"], drawn, steady, ratios[0], counted, ratios[1], started, first)
    print("on disk: while all processes draw; its count: what the program prints, helpers still starting; w. start: all of it")
    print("ratio: on disk / draw+read, wanted >= 0.75")
    print(f"first image on disk {result['first_image_s']:.2f} s after the program was started, wanted < 2 "
          f"({result['first_image_without_shader_cache_s']:.2f} s when the driver has no shaders in its cache)")  # fmt: skip
    print("\nframes/s on disk of the default configuration, by processes and batch")
    heading("on disk", "its count", "w. start")
    for setting in result["workers_and_batch"]:
        cells = [f"{setting['on_disk'][name]['median']:.0f}" for name in ("steady", "while_drawing", "with_start")]
        row(f"{plural(setting['workers'])}, batch {setting['batch']}", *cells)


def report_progress(what: str) -> None:
    """Show on a terminal what is being measured; "" clears the line."""
    if sys.stderr.isatty():
        print(f"\r{what:60}", end="" if what else "\r", file=sys.stderr, flush=True)


def plural(count: int) -> str:
    """A count with its noun: 1 process, 2 processes."""
    return f"{count} process{'es' * (count > 1)}"


def heading(*titles: str) -> None:
    """Print the header of a table."""
    row("", *titles)


def row(name: str, *cells: object) -> None:
    """Print a line of a table: a name of up to 26 characters, and cells."""
    print(f"{name:26}" + "".join(f"{cell!s:>11}" for cell in cells))
