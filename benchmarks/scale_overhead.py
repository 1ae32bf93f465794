"""What Ray costs: python -m benchmarks.scale_overhead draws sets of two sizes with raster.generate and raster.scale, in turns.

Both write the same shards, with the same number of processes. A Ray cluster is there before raster.scale starts, as on a real
one; it is gone while raster.generate runs. Of each run are measured:

* drawing_s: what the program itself counts as `seconds`. raster.generate counts from when its renderer is made and its helper
  processes are started until all is drawn, raster.scale from when it has joined the cluster until all is drawn: the start of
  the processes that draw is in it. Neither counts its own imports and checks, or reading all records at the end.
* whole_s: from the start to the end of the program, by the clock.
* cpu_s: meanwhile, how long the cores of the whole machine were busy (/proc/stat: all but idle, iowait and steal). Ray's
  processes are no children of the program, so that nothing less counts them. The machine MUST BE QUIET.

Each is a constant and so much an image: a line through the medians of the two sizes. What Ray adds is told for an image, as the
ratio of the slopes, and for the whole larger set, with the constant.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from benchmarks import machine

ROOT = Path(__file__).resolve().parent.parent
QUANTITIES = ("drawing_s", "whole_s", "cpu_s")
SETTLE_S = 2.0  # after a cluster has started
Runs = dict[str, dict[int, list[dict[str, Any]]]]  # engine -> images -> what was measured of each run


def main() -> None:
    """Run the program with the options of the command line."""
    options = parse()
    with machine.scratch(options.scratch or tempfile.gettempdir()) as folder:
        known, rows = machine.facts(folder), list[dict[str, Any]]()
        print(*machine.lines(known), sep="\n", flush=True)
        for processes in options.processes:
            runs = measure_both(folder / "set", processes, options)
            rows.append(row(processes, runs))
    known["renderer"] = {"name": runs["plain"][options.n[0]][0]["renderer"]}
    name = f"scale-overhead-{machine.slug(known['renderer']['name'], known)}.json"
    result = {"benchmark": "scale overhead", "machine": known, "options": vars(options) | {"out": None}, "runs": rows}
    machine.save(options.out or machine.RESULTS / name, result)


def parse() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale_overhead", description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, nargs=2, default=[2000, 16000], help="images of the sets (default 2000 16000)")
    parser.add_argument("--shard", type=int, default=1000, help="images to a shard (default %(default)s)")
    parser.add_argument("--size", type=int, default=128, help="their size in px (default %(default)s)")
    parser.add_argument("--preset", default="fast", help="preset (default %(default)s)")
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2], help="processes that draw (default 1 2)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each (default %(default)s)")
    parser.add_argument("--out", type=Path, help="the JSON file (default: benchmarks/results/, named by the machine)")
    parser.add_argument("--scratch", help="folder for the sets (default: where temporary files go)")
    options = parser.parse_args()
    if not 0 < options.n[0] < options.n[1]:
        parser.error("--n: expected a smaller and a larger number")
    return options


def measure_both(out: Path, processes: int, options: argparse.Namespace) -> Runs:
    """Draw the sets with both engines, in turns."""
    runs: Runs = {name: {n: [] for n in options.n} for name in ("plain", "ray")}
    for turn in range(options.runs):
        for name in ("plain", "ray") if turn % 2 == 0 else ("ray", "plain"):
            with ray_cluster(processes) if name == "ray" else nullcontext(["workers=" + str(processes)]) as words:
                program = ["raster.scale", "engine=ray"] if name == "ray" else ["raster.generate", "writers=[webdataset]"]
                given = [*program, *words, f"shard={options.shard}", f"size={options.size}", f"preset={options.preset}"]
                for n in options.n:
                    runs[name][n].append(measure([*given, f"n={n}"], out))
    return runs


@contextmanager
def ray_cluster(processes: int) -> Iterator[list[str]]:
    """Run a cluster of one node on this machine; what raster.scale has to be told of it."""
    from ray.cluster_utils import Cluster

    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    node = {"num_cpus": processes, "include_dashboard": False, "object_store_memory": 80 << 20}
    cluster = Cluster(initialize_head=True, head_node_args=node)
    try:
        time.sleep(SETTLE_S)
        yield [f"processes={processes}", f"address={cluster.address}"]
    finally:
        cluster.shutdown()


def measure(words: Sequence[str], out: Path) -> dict[str, Any]:
    """Draw a set, and remove it; the seconds, and what is to be the same of both programs."""
    began, busy = time.perf_counter(), busy_seconds()
    done = subprocess.run([sys.executable, "-m", *words, f"out={out}", "--json"], cwd=ROOT, capture_output=True, text=True)
    whole, cpu = time.perf_counter() - began, busy_seconds() - busy
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}: {done.stderr[-1000:]}")
    told = json.loads(done.stdout)
    shutil.rmtree(out)
    return {"drawing_s": told["seconds"], "whole_s": whole, "cpu_s": cpu, "digest": told["digest"],
            "renderer": told["renderers"][0]}  # fmt: skip


def busy_seconds() -> float:
    """How long the cores of this machine were busy since it started, all together."""
    user, nice, system, _, _, irq, softirq = map(int, Path("/proc/stat").read_text().split()[1:8])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def line(seconds: dict[int, float]) -> dict[str, float]:
    """Of two sizes' seconds: those that do not depend on the size, and those of a further image.

    >>> line({100: 3.0, 300: 5.0})
    {'constant_s': 2.0, 's_per_image': 0.01, 'larger_s': 5.0}
    """
    (less, short), (more, long) = sorted(seconds.items())
    slope = (long - short) / (more - less)
    return {"constant_s": short - slope * less, "s_per_image": slope, "larger_s": long}


def row(processes: int, runs: Runs) -> dict[str, Any]:
    """What both engines take, and what Ray adds; prints them."""
    for n in runs["plain"]:
        if len({run["digest"] for name in runs for run in runs[name][n]}) != 1:
            raise RuntimeError("the sets differ")
    made: dict[str, Any] = {"processes": processes}
    for quantity in QUANTITIES:
        found = {
            name: line({n: statistics.median(run[quantity] for run in each) for n, each in sets.items()})
            for name, sets in runs.items()
        }
        plain, ray = found["plain"], found["ray"]
        added = {
            "constant_s": ray["constant_s"] - plain["constant_s"],
            "an_image": ray["s_per_image"] / plain["s_per_image"] - 1,
            "the_larger_set": ray["larger_s"] / plain["larger_s"] - 1,
        }
        made[quantity] = {**found, "ray_adds": added}
        tell(f"{processes} processes, {quantity}", found, added)
    made["measured"] = {name: {n: [{key: run[key] for key in QUANTITIES} for run in each] for n, each in sets.items()}
                        for name, sets in runs.items()}  # fmt: skip
    return made


def tell(what: str, found: dict[str, dict[str, float]], added: dict[str, float]) -> None:
    """Print what both engines take, and what Ray adds."""
    each = [f"{name} {one['constant_s']:.2f} s + {1000 * one['s_per_image']:.3f} ms an image" for name, one in found.items()]
    more = (
        f"{added['constant_s']:+.2f} s and {added['an_image']:+.1%} an image, {added['the_larger_set']:+.1%} to the larger set"
    )
    print(f"{what}: {', '.join(each)}; ray adds {more}", flush=True)


if __name__ == "__main__":
    main()
