"""What Ray costs: python -m benchmarks.scale_overhead draws one set with raster.generate and with raster.scale, in turns.

Both write the same shards, with the same number of processes. Ray's cluster is there before, as on a real one. Measured are
images a second while drawing, and the processor time of all processes for an image, from the start to the end of the program
and with all that the cluster does meanwhile.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import machine

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Run the program with the options of the command line."""
    from ray.cluster_utils import Cluster

    options = parse()
    with machine.scratch(options.scratch or tempfile.gettempdir()) as folder:
        known, rows = machine.facts(folder), list[dict[str, Any]]()
        for processes in options.processes:
            os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
            node = {"num_cpus": processes, "include_dashboard": False, "object_store_memory": 80 << 20}
            cluster = Cluster(initialize_head=True, head_node_args=node)
            words = [f"n={options.n}", f"shard={options.shard}", f"size={options.size}", f"preset={options.preset}"]
            engines = {
                "plain": ["raster.generate", *words, "writers=[webdataset]", f"workers={processes}"],
                "ray": ["raster.scale", *words, "engine=ray", f"processes={processes}", f"address={cluster.address}"],
            }
            try:
                runs: dict[str, list[dict[str, Any]]] = {name: [] for name in engines}
                for turn in range(options.runs):
                    for name in (*engines,) if turn % 2 == 0 else (*reversed(engines),):
                        runs[name].append(measure(engines[name], folder / "set"))
            finally:
                cluster.shutdown()
            rows.append(row(processes, runs))
    known["renderer"] = {"name": runs["plain"][0]["renderer"]}
    name = f"scale-overhead-{machine.slug(known['renderer']['name'], known)}.json"
    result = {"benchmark": "scale overhead", "machine": known, "options": vars(options) | {"out": None}, "runs": rows}
    machine.save(options.out or machine.RESULTS / name, result)


def parse() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale_overhead", description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=1600, help="images of a set (default %(default)s)")
    parser.add_argument("--shard", type=int, default=100, help="images to a shard (default %(default)s)")
    parser.add_argument("--size", type=int, default=128, help="their size in px (default %(default)s)")
    parser.add_argument("--preset", default="fast", help="preset (default %(default)s)")
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2], help="processes that draw (default 1 2)")
    parser.add_argument("--runs", type=int, default=4, help="runs of each (default %(default)s)")
    parser.add_argument("--out", type=Path, help="the JSON file (default: benchmarks/results/, named by the machine)")
    parser.add_argument("--scratch", help="folder for the sets (default: where temporary files go)")
    return parser.parse_args()


def measure(words: list[str], out: Path) -> dict[str, Any]:
    """Draw a set, and remove it; images a second while drawing, processor seconds, digest."""
    before = cluster_seconds(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, "-m", *words, f"out={out}", "--json"], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}: {done.stderr[-1000:]}")
    after = cluster_seconds(), resource.getrusage(resource.RUSAGE_CHILDREN)
    own = after[1].ru_utime + after[1].ru_stime - before[1].ru_utime - before[1].ru_stime
    told = json.loads(done.stdout)
    shutil.rmtree(out)
    return {"seconds": told["seconds"], "images": told["drawn"], "cpu_s": own + after[0] - before[0], "digest": told["digest"],
            "renderer": told["renderers"][0]}  # fmt: skip


def cluster_seconds() -> float:
    """Processor seconds of all that this process has started and that runs, and of what that has started and waited for."""
    table: dict[int, tuple[int, int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = path.read_text().rpartition(") ")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        table[int(path.parent.name)] = (int(words[1]), sum(map(int, words[11:15])))
    below, found = {os.getpid()}, 0
    while more := {pid for pid, (parent, _) in table.items() if parent in below} - below:
        below |= more
    found = sum(table[pid][1] for pid in below - {os.getpid()})
    return found / TICKS


def row(processes: int, runs: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """The medians of the runs, and what Ray adds to each; prints them."""
    if len({run["digest"] for each in runs.values() for run in each}) != 1:
        raise RuntimeError("the sets differ")
    made: dict[str, Any] = {"processes": processes}
    for name, each in runs.items():
        made[name] = {
            "images_per_s": statistics.median(run["images"] / run["seconds"] for run in each),
            "cpu_ms_per_image": statistics.median(1000 * run["cpu_s"] / run["images"] for run in each),
            "runs": [{key: run[key] for key in ("seconds", "cpu_s")} for run in each],
        }
    plain, ray = made["plain"], made["ray"]
    made["more_time"] = plain["images_per_s"] / ray["images_per_s"] - 1
    made["more_cpu"] = ray["cpu_ms_per_image"] / plain["cpu_ms_per_image"] - 1
    for name in runs:
        speed, cost = made[name]["images_per_s"], made[name]["cpu_ms_per_image"]
        print(f"{processes} processes, {name}: {speed:.0f} images/s, {cost:.2f} ms each")
    print(f"ray: more time {made['more_time']:+.1%}, more processor time {made['more_cpu']:+.1%}", flush=True)
    return made


if __name__ == "__main__":
    main()
