"""How fast images are made: python -m benchmarks.throughput prints frames/s by stage and on disk, and writes JSON.

Stages are measured in one process on one core, batch by batch, in the loop that raster.generate runs. "draw+read" is the rate
of all processes together if they only sample, draw and read back. "on disk" is the rate of the complete program. Each round
goes through all cases, so that other load on the machine affects all of them, and ratios are taken within a round. The cost of
each feature is measured last (benchmarks.features).
"""

import argparse
import shutil
import statistics
from pathlib import Path
from typing import Any

from benchmarks import features, machine
from benchmarks.throughput import report
from benchmarks.throughput.host import measure_host
from benchmarks.throughput.program import PRESETS, Case, Run, environment, generate
from benchmarks.throughput.report import report_progress
from benchmarks.throughput.worker_pool import WorkerPool
from raster.system.cpu import usable_cores

STAGES_SECONDS, DRAW_SECONDS, DISK_SECONDS = 0.3, 0.7, 2.0  # duration of one measurement
MIN_BATCHES, MAX_IMAGES = 6, 50_000  # batches of each process, images, in one run of the program


def main() -> None:
    """Run the program with the options of the command line."""
    options = parse()
    if options.host:
        return measure_host(options)
    with machine.scratch(options.scratch) as folder, WorkerPool(folder) as pool:
        known = {**machine.facts(folder), "renderer": pool.renderer}
        print(f"renderer: {pool.renderer['name']}, OpenGL {pool.renderer['version']}", *machine.lines(known), sep="\n")
        benchmark = ThroughputBenchmark(options, folder, pool)
        benchmark.run()
        settings = {"batch": benchmark.batch, "repeat": options.repeat, "quick": options.quick, "processes": pool.workers}
        rounds, some = (1, features.FEATURES[-2:-1]) if options.quick else (features.ROUNDS, features.FEATURES)
        costs = features.measure_all(pool, rounds, options.quick, some)
        result = {"benchmark": "throughput", "machine": known, "settings": settings, **benchmark.result(), **costs}
    report.show(result)
    features.show(result)
    name = f"throughput-{machine.slug(pool.renderer['name'], known)}.json"
    machine.save(options.out or machine.RESULTS / name, result)


def parse() -> argparse.Namespace:
    """The options of the command line; numbers with commas become lists."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.throughput", description=__doc__.splitlines()[0])
    numbers = "numbers with commas between them (default %(default)s)"
    parser.add_argument("--sizes", type=_numbers, default="128,256,512", help=f"px: {numbers}")
    parser.add_argument("--objects", type=_numbers, default="1,8,32", help=f"labelled objects an image: {numbers}")
    parser.add_argument("--n", type=_positive, help="images of each run on disk (default: what is drawn in 2 seconds)")
    parser.add_argument("--repeat", type=_positive, default=3, help="rounds (default %(default)s)")
    parser.add_argument("--quick", action="store_true", help="a few images of one case, to see whether it runs")
    parser.add_argument("--out", type=Path, help="the JSON file (default: benchmarks/results/, named by the machine)")
    parser.add_argument("--host", action="store_true", help="all but drawing, with a driver that draws nothing")
    parser.add_argument("--batch", type=_positive, default=256, help="with --host: images of a batch (default %(default)s)")
    parser.add_argument("--scratch", help="folder for the images (default: /dev/shm where there is room)")
    options = parser.parse_args()
    if options.quick:
        options.sizes, options.objects, options.n, options.repeat = [64], [2], options.n or 64, 1
    return options


def _numbers(text: str) -> list[int]:
    """Whole numbers above 0 from text with commas. ArgumentTypeError for anything else."""
    return [_positive(number) for number in text.split(",")]


def _positive(text: str) -> int:
    """A whole number above 0. ArgumentTypeError for anything else."""
    if not text.strip().isdecimal() or not (number := int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return number


class ThroughputBenchmark:
    """Measures all cases in rounds, and collects the numbers of each case."""

    def __init__(self, options: argparse.Namespace, folder: Path, pool: WorkerPool):
        self.options, self.folder, self.pool = options, folder, pool
        size = 64 if options.quick else 256  # px
        software = pool.renderer["software"]
        self.batch = 32 if software else 256
        self.cases = [Case(size, None, self.batch, preset=preset) for preset in (() if options.quick else PRESETS)]
        self.cases += [Case(size, count, self.batch) for size in options.sizes for count in options.objects]
        batches = (8,) if options.quick else (1, 8, 32, 64) if software else (32, 256, 1024)
        many = pool.workers if software else usable_cores()  # one draws for all others
        workers = [many] if options.quick else sorted({1, many})
        self.settings = [Case(size, None, batch, count) for count in workers for batch in batches]
        self.share = 0.1 if options.quick else 1.0  # of the seconds of a measurement
        self.stages: dict[Case, list[dict[str, float]]] = {case: [] for case in self.cases}  # of each batch
        self.drawn: dict[Case, list[float]] = {case: [] for case in self.cases}  # frames/s
        self.counts: dict[Case, int] = {}  # images of a run
        self.runs: dict[Case, list[Run]] = {case: [] for case in (*self.cases, *self.settings)}

    def run(self) -> None:
        """Measure all cases and settings, `repeat` rounds of them."""
        usual = environment(self.folder)
        n = min(64, self.options.n or 64)
        generate(self.folder, self.cases[0], n, usual)  # fills the caches of Python bytecode and shaders
        self.fresh = generate(self.folder, self.cases[0], n, environment(self.folder, fresh=True)).first
        for number in range(1, self.options.repeat + 1):
            for case in self.cases:
                report_progress(f"round {number} of {self.options.repeat}: {case.name}")
                self._round(case, usual)
            for case in self.settings if number == 1 or number < self.options.repeat else ():
                report_progress(f"round {number} of {self.options.repeat}: {case.workers} workers, batch {case.batch}")
                n = self.counts[self.cases[0]] // (4 if case.batch == 1 else 1)  # a batch of 1 is slow
                self.runs[case].append(generate(self.folder, case, n, usual))
        report_progress("")

    def _round(self, case: Case, usual: dict[str, str]) -> None:
        """One round of a case. Draw+read is measured before and after the program, so that a drift of speed cancels out."""
        self.stages[case] += self.pool.stages(case, STAGES_SECONDS * self.share)
        before = self.pool.draw(case, DRAW_SECONDS * self.share)
        self.counts.setdefault(case, self._n(case, before))
        self.runs[case].append(generate(self.folder, case, self.counts[case], usual))
        self.drawn[case].append((before + self.pool.draw(case, DRAW_SECONDS * self.share)) / 2)

    def _n(self, case: Case, rate: float) -> int:
        """Images of each run of a case whose draw+read rate is `rate` (1/s): at most what half of the free space can hold."""
        step = case.batch * self.pool.workers
        wanted = self.options.n or max(MIN_BATCHES * step, int(rate * DISK_SECONDS))
        room = shutil.disk_usage(self.folder).free // (2 * 4 * case.size**2)
        return max(step, min(wanted, MAX_IMAGES, room) // step * step)

    def result(self) -> dict[str, Any]:
        """All medians, with the numbers of the rounds, for JSON."""
        return {
            "first_image_s": statistics.median(run.first for run in self.runs[self.cases[0]]),
            "first_image_without_shader_cache_s": self.fresh,
            "cases": [self._case(case) for case in self.cases],
            "workers_and_batch": [
                {"workers": case.workers, "batch": case.batch, "on_disk": report.on_disk(self.runs[case])}
                for case in self.settings
            ],
        }

    def _case(self, case: Case) -> dict[str, Any]:
        """The result of one case, for JSON."""
        rows = self.stages[case]
        seconds = {stage: statistics.median(row[stage] for row in rows) for stage in rows[0]}
        total = statistics.median(sum(row.values()) for row in rows)
        runs, drawn = self.runs[case], self.drawn[case]
        return {
            "case": case.name, "size": case.size, "objects": case.objects, "preset": case.preset, "batches_measured": len(rows),
            "stages": {stage: {"ms": 1e3 * s, "frames_per_s": 1 / s} for stage, s in seconds.items()},
            "all_stages": {"ms": 1e3 * total, "frames_per_s": 1 / total},
            "draw_read": {"processes": self.pool.workers, **report.summary(drawn)},
            "on_disk": report.on_disk(runs),
            "ratio": report.summary(run.steady / rate for run, rate in zip(runs, drawn, strict=True)),
            "ratio_while_drawing": report.summary(run.n / run.drawing / rate for run, rate in zip(runs, drawn, strict=True)),
        }  # fmt: skip


if __name__ == "__main__":
    main()
