"""How fast raster.export is: python -m benchmarks.export draws a data set and exports it in every format.

Measured for each format: images a second by the clock with all cores, milliseconds of one core for an image, both without the
start of the program (the same command on the finished export), and the memory of the largest process. The files were written
just before, so the system has them in memory.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks import machine

ROOT = Path(__file__).resolve().parent.parent
CASES = {
    "coco": (),
    "panoptic": (),
    "yolo, detect": (),
    "yolo, segment": ("task=segment",),
    "yolo, obb": ("task=obb",),
    "yolo, semantic": ("task=semantic",),
    "voc": (),
    "voc, PNG": ("images=link",),
    "webdataset": (),
    "huggingface": (),
}


def main() -> None:
    """Run the program with the options of the command line."""
    options = parse()
    with machine.scratch(options.scratch) as folder:
        known = machine.facts(folder)
        known["renderer"] = {"name": f"no renderer (drawing is not measured; preset={options.preset}, {options.size} px)"}
        print(*machine.lines(known), sep="\n")
        out = folder / "set"
        run("raster.generate", f"preset={options.preset}", f"size={options.size}", f"n={options.n}", f"out={out}", "quiet=true")
        print(f"\n{'':16}{'images/s':>10}{'core ms':>9}{'MB':>6}")
        rows = [measure(out, case, words, options.n) for case, words in CASES.items()]
        shutil.rmtree(out)
    name = f"export-{machine.slug('no renderer', known)}.json"
    result = {"benchmark": "export", "machine": known, "n": options.n, "size": options.size, "preset": options.preset}
    machine.save(options.out or machine.RESULTS / name, {**result, "runs": rows})


def parse() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.export", description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=2000, help="images of the set (default %(default)s)")
    parser.add_argument("--preset", default="default", help="preset of the images (default %(default)s)")
    parser.add_argument("--size", type=int, default=256, help="their size in px (default %(default)s)")
    parser.add_argument("--out", type=Path, help="the JSON file (default: benchmarks/results/, named by the machine)")
    parser.add_argument("--scratch", help="folder for the set and its exports (default: in memory, if there is room)")
    return parser.parse_args()


def measure(out: Path, case: str, words: tuple[str, ...], n: int) -> dict[str, Any]:
    """Export the set, print and return how fast that was; the export is removed."""
    to = out.parent / "export"
    command = ("raster.export", str(out), f"format={case.partition(',')[0]}", f"to={to}", *words)
    seconds, used, peak = run(*command)
    start, start_used, _ = run(*command)  # it is complete
    shutil.rmtree(to)
    row = {"case": case, "seconds": seconds, "core_seconds": used, "start_seconds": start, "start_core_seconds": start_used}
    row |= {"images_per_s": n / max(seconds - start, 1e-3), "core_ms": 1e3 * max(used - start_used, 1e-6) / n, "peak_mb": peak}
    print(f"{case:16}{row['images_per_s']:10.0f}{row['core_ms']:9.2f}{peak:6.0f}", flush=True)
    return row


def run(module: str, *words: str) -> tuple[float, float, float]:
    """Run a program: its seconds, those of all cores that it used, and the MB of its largest process."""
    began = time.perf_counter()
    program = subprocess.Popen([sys.executable, "-m", module, *words], cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(program.pid, 0)
    program.returncode = os.waitstatus_to_exitcode(status)
    if program.returncode:
        raise RuntimeError(f"{module} {' '.join(words)}: exit code {program.returncode}")
    return time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1e3


if __name__ == "__main__":
    main()
