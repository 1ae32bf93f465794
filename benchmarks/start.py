"""How long a program takes to begin: python -m benchmarks.start prints seconds to the first image, and writes JSON.

For each preset, with warm caches and with empty ones (of the program's pictures and of the driver's shaders): from the start of
the process to the first image on disk, and to the end of a run of --n images; beside it --help, and bad input until it is told.
--beside names another checkout, of before a change for instance: both take turns, so that other load affects both alike.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import machine
from benchmarks.checkouts import commit_of, turns

ROOT = Path(__file__).resolve().parents[1]
PRESETS = ("fast", "default", "realistic")
ANSWERS = {"--help": ["--help"], "bad value": ["n=abc"], "unknown key": ["bogus=1"]}


def main() -> None:
    """Run the program with the options of the command line."""
    options = parse()
    checkouts = {"here": ROOT, **({"beside": options.beside.resolve()} if options.beside else {})}
    with machine.scratch(options.scratch) as folder:
        known = {**machine.facts(folder), "renderer": renderer_name(folder)}
        print(f"renderer: {known['renderer']}", *machine.lines(known), sep="\n")
        rows = [
            measure(folder, checkouts, options.repeat, preset, options.n, cold)
            for cold in (False, True)
            for preset in options.presets
        ]
        rows += [measure_answer(folder, checkouts, options.repeat, name, words) for name, words in ANSWERS.items()]
    settings = {"n": options.n, "repeat": options.repeat, "beside": options.beside and commit_of(options.beside)}
    result = {"benchmark": "start", "machine": known, "settings": settings, "rows": rows}
    machine.save(options.out or machine.RESULTS / f"start-{machine.slug(known['renderer'], known)}.json", result)


def parse() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.start", description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=100, help="images of a run (default %(default)s)")
    parser.add_argument("--repeat", type=int, default=5, help="runs of each, of which the median counts (default %(default)s)")
    parser.add_argument("--presets", nargs="+", default=PRESETS, help="of conf/preset/ (default: fast default realistic)")
    parser.add_argument("--beside", type=Path, help="another checkout, measured in turns with this one")
    parser.add_argument("--out", type=Path, help="the JSON file (default: benchmarks/results/, named by the machine)")
    parser.add_argument("--scratch", help="folder for the images (default: /dev/shm where there is room)")
    return parser.parse_args()


def measure(folder: Path, checkouts: dict[str, Path], repeat: int, preset: str, n: int, cold: bool) -> dict[str, Any]:
    """Medians of seconds to the first image and to the end, by checkout; prints them."""
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in checkouts}
    for number in range(repeat + (not cold)):  # the first of warm runs fills the caches
        for name in turns(checkouts, number):
            with TemporaryDirectory(dir=folder) as own:
                caches = Path(own) if cold else folder / name
                runs[name].append(run(checkouts[name], Path(own) / "out", caches, f"preset={preset}", f"n={n}"))
    kept = {name: each[not cold :] for name, each in runs.items()}
    row: dict[str, Any] = {"preset": preset, "caches": "empty" if cold else "warm"}
    for name, each in kept.items():
        row[name] = {"first_image_s": summary([run[0] for run in each]), "end_s": summary([run[1] for run in each])}
    told = (f"{name}: first image {row[name]['first_image_s']['median']:.2f}, end {row[name]['end_s']['median']:.2f}"
            for name in kept)  # fmt: skip
    print(f"{preset:10} {row['caches']} caches, s; {'; '.join(told)}", flush=True)
    return row


def measure_answer(folder: Path, checkouts: dict[str, Path], repeat: int, name: str, words: list[str]) -> dict[str, Any]:
    """Medians of seconds until the program has ended that only answers, by checkout; prints them."""
    seconds: dict[str, list[float]] = {each: [] for each in checkouts}
    for number in range(repeat):
        for each in turns(checkouts, number):
            seconds[each].append(timed(checkouts[each], folder / each, *words))
    row = {"answer": name, **{each: summary(times) for each, times in seconds.items()}}
    print(f"{name:12} s; " + "; ".join(f"{each}: {row[each]['median']:.2f}" for each in checkouts), flush=True)
    return row


def run(checkout: Path, out: Path, caches: Path, *overrides: str) -> tuple[float, float]:
    """Run raster.generate of a checkout: seconds from its start to the first image on disk, and to its end."""
    began = time.time()
    end = timed(checkout, caches, f"out={out}", *overrides, code=0)
    return min(path.stat().st_mtime for path in (out / "images").iterdir()) - began, end


def timed(checkout: Path, caches: Path, *words: str, code: int | None = None) -> float:
    """Run raster.generate of a checkout with these words: seconds to its end. RuntimeError unless it ends with `code`."""
    variables = {**os.environ, "RASTER_CACHE": str(caches / "raster"), "MESA_SHADER_CACHE_DIR": str(caches / "shaders")}
    variables |= {"PYTHONPYCACHEPREFIX": str(caches.parent / "bytecode")}
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    for name in ("RASTER_CACHE", "MESA_SHADER_CACHE_DIR"):
        Path(variables[name]).mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "raster.generate", *words], cwd=checkout, env=variables, capture_output=True, text=True
    )
    seconds = time.perf_counter() - began
    if code is not None and done.returncode != code:
        raise RuntimeError(done.stderr)
    return seconds


def summary(times: list[float]) -> dict[str, Any]:
    """The median of some runs, and each of them."""
    return {"median": statistics.median(times), "runs": [round(each, 3) for each in times]}


def renderer_name(folder: Path) -> str:
    """GL_RENDERER, as the program says it."""
    out = folder / "named"
    variables = {**os.environ, "RASTER_CACHE": str(folder / "here" / "raster")}
    words = [sys.executable, "-m", "raster.generate", "n=1", "preset=fast", f"out={out}"]
    said = subprocess.run(words, cwd=ROOT, env=variables, capture_output=True, text=True, check=True).stdout
    return next(line for line in said.splitlines() if line.startswith("renderer: ")).removeprefix("renderer: ").split(" (")[0]


if __name__ == "__main__":
    main()
