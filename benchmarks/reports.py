"""Time and memory of the report of a large set: python -m benchmarks.reports reads the records of a small one, repeated.

The set has the pictures of the small one, and as many records as are asked for: those of the small one again and again, with
numbers of their own. Memory is that of the program and its processes together, read from /proc as benchmarks.memory does.
"""

import argparse
import re
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.memory import INTERVAL, memory, process_tree

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Run the program with the options of the command line."""
    options = parse()
    with machine.scratch(options.scratch) as folder:
        known = machine.facts(folder)
        known["renderer"] = {"name": f"no renderer (drawing is not measured; preset={options.preset}, {options.size} px)"}
        print(*machine.lines(known), sep="\n")
        drawn = folder / "drawn"
        words = [f"out={drawn}", f"n={options.drawn}", f"preset={options.preset}", f"size={options.size}", "layers=[]"]
        subprocess.run([sys.executable, "-m", "raster.generate", *words, "quiet=true"], cwd=ROOT, check=True)
        print(f"\n{'images':>9}{'records MB':>12}{'seconds':>9}{'all cores':>11}{'peak MB':>9}{'page MB':>9}")
        rows = [measure(folder, drawn, n) for n in options.n]
    name = f"reports-{machine.slug('no renderer', known)}.json"
    machine.save(options.out or machine.RESULTS / name, {"benchmark": "reports", "machine": known, "runs": rows})


def parse() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reports", description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, nargs="+", default=[10_000, 1_000_000], help="images (default 10000 1000000)")
    parser.add_argument("--drawn", type=int, default=300, help="images of the small set (default %(default)s)")
    parser.add_argument("--preset", default="default", help="its preset (default %(default)s)")
    parser.add_argument("--size", type=int, default=256, help="its size in px (default %(default)s)")
    parser.add_argument("--out", type=Path, help="the JSON file (default: benchmarks/results/, named by the machine)")
    parser.add_argument("--scratch", help="folder for the sets (default: /dev/shm where there is room); 7 kB an image")
    return parser.parse_args()


def measure(folder: Path, drawn: Path, n: int) -> dict[str, Any]:
    """Report on a set of n images; print and return seconds, memory and the size of the page. The set is removed."""
    out, page = folder / "large", folder / "page.html"
    repeat(drawn, out, n)
    records = (out / "scenes.jsonl").stat().st_size
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "raster.report", str(out), f"file={page}", "quiet=true"]
    process, peak = subprocess.Popen(command, cwd=ROOT), 0
    while process.poll() is None:
        peak = max(peak, sum(memory(number)[1] for number in process_tree(process.pid)))
        time.sleep(INTERVAL)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)}: exit code {process.returncode}")
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    row = {"n": n, "records_mb": records / 1e6, "seconds": seconds, "cpu_s": used, "peak_mb": peak / 1e6,
           "page_mb": page.stat().st_size / 1e6}  # fmt: skip
    print(f"{n:9}{records / 1e6:12.0f}{seconds:9.1f}{used:11.1f}{peak / 1e6:9.0f}{row['page_mb']:9.2f}", flush=True)
    (out / "scenes.jsonl").unlink()
    return row


def repeat(drawn: Path, out: Path, n: int) -> None:
    """Make a set of n images in `out` of the records and files of another one, as a set whose parts were joined."""
    out.mkdir(exist_ok=True)
    for name in ("images", "labels", "codes.txt"):
        if not (out / name).exists():
            (out / name).symlink_to(drawn / name)
    lines = (drawn / "scenes.jsonl").read_bytes().splitlines(keepends=True)
    rest = [line[re.match(rb'\{"index":\d+', line).end() :] for line in lines]  # type: ignore[union-attr]
    with open(out / "scenes.jsonl", "wb") as file:
        for number in range(n):
            file.write(b'{"index":%d%b' % (number, rest[number % len(rest)]))


if __name__ == "__main__":
    main()
