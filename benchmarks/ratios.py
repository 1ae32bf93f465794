"""How much faster than another checkout: python -m benchmarks.ratios CHECKOUT prints ratios of pairs/s, and writes JSON.

Each round draws each case with both checkouts, in turns, so that other load on the machine affects both; a ratio is that of one
round. Pairs/s on disk are counted while all processes draw. Core time is that of the whole program divided by its images: it
counts the start too, but other load on the machine changes it little.
"""

import argparse
import resource
import statistics
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.checkouts import commit_of, turns
from benchmarks.throughput.program import PRESETS, Case, environment, generate

ROOT = Path(__file__).resolve().parents[1]
HERE, BESIDE = "here", "beside"
SECONDS = 10.0  # of drawing in a run, about
FIRST = 256  # images of the runs that fill caches, and of the one that says how many images take so long
SIZES, OBJECTS = (128, 256, 512), (1, 8, 32)


def main() -> None:
    """Run the program with the options of the command line."""
    options = parse()
    checkouts = {HERE: ROOT, BESIDE: options.checkout.resolve()}
    cases = [Case(256, None, preset=preset) for preset in options.presets]
    if options.grid:
        cases += [Case(size, count) for size in SIZES for count in OBJECTS]
    with machine.scratch(options.scratch) as folder:
        rows = [measure(folder, checkouts, case, options.repeat, options.n) for case in cases]
        known = {**machine.facts(folder), "renderer": rows[0]["renderer"]}
    settings = {"repeat": options.repeat, "beside": commit_of(options.checkout)}
    result = {"benchmark": "ratios", "machine": known, "settings": settings, "cases": rows}
    name = f"ratios-{settings['beside']}-{machine.slug(known['renderer'], known)}.json"
    machine.save(options.out or machine.RESULTS / name, result)


def parse() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ratios", description=__doc__.splitlines()[0])
    parser.add_argument("checkout", type=Path, help="the other checkout, of before a change for instance")
    parser.add_argument("--repeat", type=int, default=5, help="rounds (default %(default)s)")
    parser.add_argument("--n", type=int, help="images of a run (default: what takes about 4 seconds)")
    parser.add_argument("--presets", nargs="*", default=PRESETS, help="of conf/preset/ (default: default fast realistic)")
    parser.add_argument("--grid", action="store_true", help="also the default with 1, 8 and 32 objects at 128, 256 and 512 px")
    parser.add_argument("--out", type=Path, help="the JSON file (default: benchmarks/results/, named by the machine)")
    parser.add_argument("--scratch", help="folder for the images (default: /dev/shm where there is room)")
    return parser.parse_args()


def measure(folder: Path, checkouts: dict[str, Path], case: Case, repeat: int, n: int | None) -> dict[str, Any]:
    """Rates of a case by checkout, and the ratios of its rounds; prints them."""
    variables = environment(folder)
    for name in checkouts:  # fills the caches
        first = generate(folder, case, n or FIRST, variables, checkout=checkouts[name])
    if n is None:
        first = generate(folder, case, FIRST, variables, checkout=checkouts[HERE])
    count = n or max(FIRST, min(20_000, int(SECONDS * FIRST / first.drawing) // 64 * 64))
    rates: dict[str, list[float]] = {name: [] for name in checkouts}
    costs: dict[str, list[float]] = {name: [] for name in checkouts}
    for number in range(repeat):
        for name in turns(checkouts, number):
            before = core_time()
            rates[name].append(generate(folder, case, count, variables, checkout=checkouts[name]).steady)
            costs[name].append(1e3 * (core_time() - before) / count)
    faster = ratios(rates[HERE], rates[BESIDE])
    cheaper = ratios(costs[BESIDE], costs[HERE])
    before, after = ([statistics.median(each[name]) for each in (rates, costs)] for name in (BESIDE, HERE))
    print(f"{case.name:20} {before[0]:6.0f} -> {after[0]:6.0f} pairs/s: {told(faster)}; "
          f"{before[1]:6.2f} -> {after[1]:6.2f} ms of core time: {told(cheaper)}", flush=True)  # fmt: skip
    return {
        "case": case.name, "n": count, "renderer": first.renderer.split(" (")[0], "pairs_per_s": rates, "core_ms": costs,
        "faster": faster, "cheaper": cheaper,
    }  # fmt: skip


def core_time() -> float:
    """Seconds of core time that ended programs of this process took."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def ratios(some: list[float], others: list[float]) -> dict[str, Any]:
    """The ratio of each round, and their median."""
    rounds = [one / other for one, other in zip(some, others, strict=True)]
    return {"median": statistics.median(rounds), "rounds": rounds}


def told(ratio: dict[str, Any]) -> str:
    """A ratio in words, with its spread."""
    return f"{ratio['median']:.2f} x ({min(ratio['rounds']):.2f} to {max(ratio['rounds']):.2f})"


if __name__ == "__main__":
    main()
