"""measure: one point of benchmarks.ablation: draws its set, trains on it, scores the network, keeps the numbers in a file."""

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

VALID = 16  # images beside those that are learnt from: train.fit wants some to hold out
SEED = 9_000_000  # of what is scored: beyond what a training set is likely to have
SETTINGS = ("px", "seen", "batch", "lr", "augment", "arch", "scored", "base", "heldout", "photographs")
POINTS = "points"  # the folder of the files


def measure(options: dict[str, Any]) -> None:
    """Do what is missing of a point, and say how it did. InputError for bad input, or a point with other settings."""
    switch, n, seed, work = options["switch"], options["size_n"], options["seed"], Path(options["work"])
    name, began = f"{switch['name']}-n{n}-seed{seed}", time.perf_counter()
    told = {"settings": {key: options[key] for key in SETTINGS}, "switch": switch["name"], "overrides": switch["overrides"]}
    told |= {"n": n, "seed": seed}
    make_folder(work / POINTS)
    kept, data, model = work / POINTS / f"{name}.json", work / f"train-{name}", work / f"model-{name}"
    if kept.exists():
        require_same(kept, told)
        print(f"{name}: done already", flush=True)
    elif reason := lacking(switch, options["base"]):
        print(f"{name}: skipped, {reason}", flush=True)
        return
    else:
        require_fastai()
        result, cpu = {**told, "continued": data.exists()}, cpu_seconds()
        sets = score_sets(options)  # first, since settings that differ from those of other points are found out there
        result |= learnt(options, data, model)
        result["scores"] = scored(model, sets, model)["scored_on"]
        result |= {"seconds": round(time.perf_counter() - began, 1), "cpu_seconds": round(cpu_seconds() - cpu, 1)}
        write_atomic(kept, (json.dumps({**result, "load": os.getloadavg()[0]}, indent=1) + "\n").encode())
        found = ", ".join(f"{name} {one['miou']:.3f}" for name, one in result["scores"].items())
        print(f"{name}: mean IoU {found}; {result['seconds']:.0f} s", flush=True)
    if not options["keep"]:
        shutil.rmtree(data, ignore_errors=True)


def require_same(kept: Path, told: dict[str, Any]) -> None:
    """InputError if the file of a point tells of another configuration than this one."""
    there = json.loads(kept.read_text())
    if found := first_difference({key: there.get(key) for key in told}, told):
        advice = f"name another work=, or remove this file and model-{kept.stem} to make the point anew"
        raise InputError(f"{kept}: {found}; {advice}")


def lacking(switch: dict[str, Any], base: list[str]) -> str:
    """Why a switch cannot be tried here, or "". InputError for overrides that cannot be."""
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


def learnt(options: dict[str, Any], data: Path, model: Path) -> dict[str, Any]:
    """Draw the training set and learn from it: how often each image was seen, seconds of both."""
    n, batch, began = options["size_n"], options["batch"], time.perf_counter()
    used = n // batch * batch or n  # train.fit leaves out what does not fill a batch
    epochs = max(1, round(options["seen"] / used))
    seed, px, own = f"seed={options['seed']}", options["px"], ("lr", "augment", "arch")
    draw("raster.generate", *options["base"], *options["switch"]["overrides"],
         f"n={n + VALID}", seed, f"size={px}", "valid=0", f"out={data}")  # fmt: skip
    drawn = time.perf_counter()
    program("train.fit", f"data={data}", f"out={model}", seed, f"size={px}", f"predict_size={px}", "then_size=null",
            f"epochs={epochs}", f"batch={batch}", f"valid={VALID / (n + VALID)!r}", *(f"{key}={options[key]}" for key in own),
            *shared("threads"))  # fmt: skip
    ended = time.perf_counter()
    seconds = {"drawing": round(drawn - began, 1), "learning": round(ended - drawn, 1)}
    return {"epochs": epochs, "seen": epochs * used, "stages_s": seconds}


def score_sets(options: dict[str, Any]) -> dict[str, Path]:
    """The folders to score on by their names, drawn where they are missing."""
    work = Path(options["work"])
    with alone(work):  # beside other points, under a launcher
        sets = {"heldout": work / "heldout"}
        score_set(options, "heldout", SEED, sets["heldout"])
        if options["photographs"] and importlib.util.find_spec("sklearn") is None:
            print("photographs: left out, they are scikit-learn's, which is not installed", flush=True)
        elif options["photographs"]:
            sets["photographs"] = photographs(options)
    return sets


def score_set(options: dict[str, Any], kind: str, seed: int, out: Path) -> None:
    """Draw pictures to score on, of which the option `kind` tells."""
    told = (f"n={options['scored']}", f"seed={seed}", f"size={options['px']}", "valid=0", f"out={out}")
    draw("raster.generate", *options["base"], *options[kind], *told)


def photographs(options: dict[str, Any]) -> Path:
    """The folder of pictures with photographs behind the objects; made once, whole or not at all."""
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


def draw(module: str, *told: str) -> None:
    """Run a program that draws."""
    program(module, *told, *shared("workers"))


def shared(key: str) -> list[str]:
    """The option that holds a program to this point's share of the cores, where a launcher runs several points at once."""
    return [f"{key}={own_cores()}"] if own_cores() < usable_cores() else []


def program(module: str, *told: str) -> None:
    """Run a program to its end. InputError with the last line that it said, if it failed."""
    command, quiet = [sys.executable, "-m", module, *told], {**os.environ, "HYDRA_FULL_ERROR": "0"}  # raster.run.config sets it
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=quiet)
    if done.returncode:
        said = [line for line in done.stderr.replace("\r", "\n").splitlines() if line.strip()]
        raise InputError(f"{module}: {said[-1].removeprefix('error: ') if said else f'ended with {done.returncode}'}")


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Wait until no other process is between the lines that this surrounds."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def cpu_seconds() -> float:
    """Seconds of cores that this process and those that it waited for have used."""
    return sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))
