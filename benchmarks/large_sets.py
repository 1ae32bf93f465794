"""How long large sets take to check: python -m benchmarks.large_sets fakes complete sets, and times the programs on them.

Every image of a faked set is a copy of one that raster.generate drew; files, records, hashes and digest are as in a set that
was drawn. Measured are the same command again (nothing is missing), the same with one image deleted and one cut short, and
raster.validate: seconds by the clock, and of all cores together. The files were written just before, so the system has their
entries in memory: a set that was not touched since the machine started takes as much longer as its disk needs.
"""

import argparse
import copy
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import orjson

from benchmarks import machine
from raster.dataset import manifest
from raster.dataset.dataset import Dataset
from raster.dataset.files import FOLDERS, file_name
from raster.dataset.journal import Journal
from raster.run.splits import Splits

ROOT = Path(__file__).resolve().parent.parent
BATCH = 1000  # records to a write to the journal
MOST_VALIDATED = 100_000  # images of a set: checking a larger one takes long


def main() -> None:
    """Run the program with the options of the command line."""
    options = parse()
    with machine.scratch(options.scratch or tempfile.gettempdir()) as folder:
        known = machine.facts(folder)
        known["renderer"] = {"name": f"no renderer (drawing is not measured; preset={options.preset}, {options.size} px)"}
        print(*machine.lines(known), sep="\n")
        columns = (f"{name:>13}{'all cores':>10}" for name in ("again s", "damaged s", "validate s"))
        print(f"\n{'images':>9}{''.join(columns)}")
        rows = [measure(folder / str(n), n, options.preset, options.size) for n in options.n]
    name = f"large-sets-{machine.slug('no renderer', known)}.json"
    machine.save(options.out or machine.RESULTS / name, {"benchmark": "large sets", "machine": known, "runs": rows})


def parse() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.large_sets", description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, nargs="+", default=[20_000, 100_000], help="images of each set (default 20000 100000)")
    parser.add_argument("--preset", default="default", help="preset of the image that is copied (default %(default)s)")
    parser.add_argument("--size", type=int, default=16, help="its size in px (default %(default)s)")
    parser.add_argument("--out", type=Path, help="the JSON file (default: benchmarks/results/, named by the machine)")
    parser.add_argument("--scratch", help="folder for the sets (default: where temporary files go); 18 kB an image")
    return parser.parse_args()


def measure(out: Path, n: int, preset: str, size: int) -> dict[str, Any]:
    """Fake a set of n images, time the programs on it, print and return the seconds. The set is removed."""
    words = ["layers=[]", f"preset={preset}", f"size={size}", f"out={out}"]
    began = time.perf_counter()
    run("raster.generate", *words, "n=1")
    fake(out, n)
    row: dict[str, Any] = {"n": n, "faked_s": time.perf_counter() - began}
    row["again_s"], row["again_cpu_s"], said = run("raster.generate", *words, f"n={n}")
    if not said.startswith("complete: "):
        raise RuntimeError(f"the faked set is not complete: {said}")
    (out / "images" / file_name(n // 3)).unlink()
    os.truncate(out / "images" / file_name(n // 2), 100)
    row["damaged_s"], row["damaged_cpu_s"], said = run("raster.generate", *words, f"n={n}")
    if not said.startswith("done: 2 frames "):
        raise RuntimeError(f"two images were damaged, and not drawn anew: {said}")
    if n <= MOST_VALIDATED:
        row["validate_s"], row["validate_cpu_s"], said = run("raster.validate", str(out))
    cells = (
        f"{row[f'{name}_s']:13.1f}{row[f'{name}_cpu_s']:10.1f}"
        for name in ("again", "damaged", "validate")
        if f"{name}_s" in row
    )
    print(f"{n:9}{''.join(cells)}", flush=True)
    shutil.rmtree(out)
    return row


def run(module: str, *words: str) -> tuple[float, float, str]:
    """Run a program; its seconds, those of all cores that it used, and the last line that it printed."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, "-m", module, *words], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{module} {' '.join(words)}: {done.stderr[-500:]}")
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, used, done.stdout.splitlines()[-1]


def fake(out: Path, n: int) -> None:
    """Make the data set of one image in `out` one of n: as if n images had been drawn that all look alike."""
    held = manifest.read(out)
    if held is None:
        raise RuntimeError(f"{out}: is no data set")
    record = orjson.loads((out / "scenes.jsonl").read_bytes())
    hashes = {key: record.pop(f"{key}_sha256") for key in ("image", "label")}
    data = {key: (out / record[key]).read_bytes() for key in hashes}
    splits = Splits(held["configuration"]["valid"]).of(range(n))
    with Dataset.claim(out, held["configuration"] | {"n": n}, n, tuple(held["classes"])) as dataset:
        dataset.begin(held["renderers"][0])
        journal = Journal(out)
        for first in range(1, n, BATCH):
            records, made = [], []
            for index in range(first, min(first + BATCH, n)):
                one = copy.copy(record) | {"index": index, "split": splits[index]}
                files = {}
                for key, folder in zip(hashes, FOLDERS, strict=True):
                    one[key] = f"{folder}/{file_name(index)}"
                    put(out / one[key], data[key])
                    files[one[key]] = (hashes[key], len(data[key]))
                records.append(one)
                made.append(files)
            journal.add(records, {"camvid": made})
        journal.close()
        dataset.finish({})


def put(path: Path, data: bytes) -> None:
    """Write a file."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o666)
    os.write(descriptor, data)
    os.close(descriptor)


if __name__ == "__main__":
    main()
