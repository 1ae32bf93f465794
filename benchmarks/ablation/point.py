"""measure: one point of the sweep of benchmarks.ablation: draws a set, trains on it, scores the network, writes the numbers."""

import fcntl
import importlib.util
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.presets.scores import scored
from raster.dataset.manifest import first_difference
from raster.errors import InputError
from raster.run.config import load_config
from raster.run.sweeps import own_cores
from raster.system.atomic_files import make_folder, write_atomic
from raster.system.cpu import usable_cores
from train.learning.require_fastai import require_fastai

VALID = 16  # validation images besides the training images: train.fit needs some
SEED = 9_000_000  # of the sets that are scored on: no training set is likely to have it
SETTINGS = ("px", "seen", "batch", "lr", "augment", "arch", "scored", "base", "heldout", "photographs")
POINTS = "points"  # the folder of the results, one file for each point


def measure(options: dict[str, Any]) -> None:
    """Draw, train and score one point of the sweep, unless its file is there, and print its scores.

    options: those of benchmarks.ablation.__main__.Ablation. InputError for wrong options, or a file with other settings.
    """
    switch, n, seed, work = options["switch"], options["size_n"], options["seed"], Path(options["work"])
    name, began = f"{switch['name']}-n{n}-seed{seed}", time.perf_counter()
    given = {"settings": {key: options[key] for key in SETTINGS}, "switch": switch["name"], "overrides": switch["overrides"]}
    given |= {"n": n, "seed": seed}
    make_folder(work / POINTS)
    kept, data, model = work / POINTS / f"{name}.json", work / f"train-{name}", work / f"model-{name}"
    if kept.exists():
        require_same(kept, given)
        print(f"{name}: done already", flush=True)
    elif reason := lacking(switch, options["base"]):
        print(f"{name}: skipped, {reason}", flush=True)
        return
    else:
        require_fastai()
        result, cpu = {**given, "continued": data.exists()}, cpu_seconds()
        sets = score_sets(options)  # first, because it finds settings that differ from those of other points
        result |= train(options, data, model)
        result["scores"] = scored(model, sets, model)["scored_on"]
        result |= {"seconds": round(time.perf_counter() - began, 1), "cpu_seconds": round(cpu_seconds() - cpu, 1)}
        write_atomic(kept, (json.dumps({**result, "load": os.getloadavg()[0]}, indent=1) + "\n").encode())
        found = ", ".join(f"{name} {one['miou']:.3f}" for name, one in result["scores"].items())
        print(f"{name}: mean IoU {found}; {result['seconds']:.0f} s", flush=True)
    if not options["keep"]:
        shutil.rmtree(data, ignore_errors=True)


def require_same(kept: Path, given: dict[str, Any]) -> None:
    """InputError if the file of a point was made with another configuration than `given`."""
    there = json.loads(kept.read_text())
    if found := first_difference({key: there.get(key) for key in given}, given):
        advice = f"name another work=, or remove this file and model-{kept.stem} to make the point anew"
        raise InputError(f"{kept}: {found}; {advice}")


def lacking(switch: dict[str, Any], base: list[str]) -> str:
    """Why a switch cannot be tried on this machine, or "". InputError for wrong overrides."""
    if (module := switch["needs_module"]) and importlib.util.find_spec(module) is None:
        return f"it needs the package {module}, which is not installed"
    if key := switch["needs_key"]:
        node: Any = load_config(base)
        for part in key.split("."):
            node = node.get(part) if isinstance(node, dict) else None
        if node is None:
            return f"raster.generate has no option {key}"
    load_config([*base, *switch["overrides"]])
    return ""


def train(options: dict[str, Any], data: Path, model: Path) -> dict[str, Any]:
    """Draw the training set and train on it. Returns epochs, images seen in all, and the seconds of both stages."""
    n, batch, began = options["size_n"], options["batch"], time.perf_counter()
    used = n // batch * batch or n  # train.fit leaves out what does not fill a batch
    epochs = max(1, round(options["seen"] / used))
    seed, px, own = f"seed={options['seed']}", options["px"], ("lr", "augment", "arch")
    draw(*options["base"], *options["switch"]["overrides"],
         f"n={n + VALID}", seed, f"size={px}", "valid=0", f"out={data}")  # fmt: skip
    drawn = time.perf_counter()
    run_program("train.fit", f"data={data}", f"out={model}", seed, f"size={px}", "scales=[1]", "flip=false", "then_size=null",
            f"epochs={epochs}", f"batch={batch}", f"valid={VALID / (n + VALID)!r}", *(f"{key}={options[key]}" for key in own),
            *cores_option("threads"))  # fmt: skip
    ended = time.perf_counter()
    seconds = {"drawing": round(drawn - began, 1), "learning": round(ended - drawn, 1)}
    return {"epochs": epochs, "seen": epochs * used, "stages_s": seconds}


def score_sets(options: dict[str, Any]) -> dict[str, Path]:
    """The folders to score on by name; missing ones are drawn. InputError if that fails."""
    work = Path(options["work"])
    with locked(work):  # a launcher may run several points at once
        sets = {"heldout": work / "heldout"}
        score_set(options, "heldout", SEED, sets["heldout"])
        if options["photographs"] and importlib.util.find_spec("sklearn") is None:
            print("photographs: left out, they are scikit-learn's, which is not installed", flush=True)
        elif options["photographs"]:
            sets["photographs"] = photographs(options)
    return sets


def score_set(options: dict[str, Any], kind: str, seed: int, out: Path) -> None:
    """Draw the set to score on whose overrides are the option `kind`. InputError if that fails."""
    given = (f"n={options['scored']}", f"seed={seed}", f"size={options['px']}", "valid=0", f"out={out}")
    draw(*options["base"], *options[kind], *given)


def photographs(options: dict[str, Any]) -> Path:
    """The folder of images with photographs behind the objects; made once, whole or not at all."""
    from benchmarks.domains import change_images

    plain, changed = (Path(options["work"]) / name for name in ("photographs-before", "photographs"))
    score_set(options, "photographs", SEED + 1, plain)
    if not changed.exists():
        part = changed.with_name("photographs.part")
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(plain, part)
        change_images(part, "photograph")
        part.rename(changed)
    return changed


def draw(*overrides: str) -> None:
    """Run raster.generate with this point's share of the cores. InputError if it fails."""
    run_program("raster.generate", *overrides, *cores_option("workers"))


def cores_option(key: str) -> list[str]:
    """The option `key` set to this point's share of the cores, where a launcher runs several points at once; else none."""
    return [f"{key}={own_cores()}"] if own_cores() < usable_cores() else []


def run_program(module: str, *arguments: str) -> None:
    """Run `python -m MODULE ARGUMENTS` to its end. InputError with the last line of its error output if it fails."""
    command = [sys.executable, "-m", module, *arguments]
    quiet = {**os.environ, "HYDRA_FULL_ERROR": "0"}  # raster.run.config has set it to 1 in this process
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=quiet)
    if done.returncode:
        lines = [line for line in done.stderr.replace("\r", "\n").splitlines() if line.strip()]
        raise InputError(f"{module}: {lines[-1].removeprefix('error: ') if lines else f'ended with {done.returncode}'}")


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold an exclusive lock on a folder; waits while another process holds it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def cpu_seconds() -> float:
    """Processor seconds of this process and its finished children."""
    return sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))
