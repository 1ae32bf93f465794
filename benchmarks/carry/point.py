"""measure: one network of benchmarks.carry: draws a set, trains on it, scores the network, keeps the numbers."""

import json
import os
import re
import shutil
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.ablation.point import run_program
from raster.dataset.manifest import first_difference
from raster.errors import InputError
from raster.system.atomic_files import make_folder, write_atomic
from train.learning.schedule import TOTAL_IMAGES
from train.run_files import FACTS, SCORES

OWN, PATH_TRACED, PHOTOGRAPHS = "own split", "path traced", "photographs"
BASE, ALL = "base", "all together"
VALID = 0.2  # share of a training set that is its own split
PATH_TRACED_SEED = 7_000_000
Point = dict[str, Any]


def score_sets(options: dict[str, Any]) -> dict[str, Path]:
    """Folders to score on by name; the path-traced one is drawn if it is missing. InputError for a wrong folder."""
    work = Path(options["work"])
    path_traced = Path(options["path_traced"] or work / "path-traced")
    if options["path_traced"] is None and not (path_traced / "codes.txt").exists():
        print(f"path-traced pictures: {options['path_traced_n']} of {options['path_traced_size']} px", flush=True)
        size = (f"n={options['path_traced_n']}", f"size={options['path_traced_size']}", f"seed={PATH_TRACED_SEED}")
        run_program("benchmarks.path_tracer", *size, f"out={path_traced}")
    sets = {PATH_TRACED: path_traced}
    if options["photos"] is None:
        print(f"{PHOTOGRAPHS}: left out, since photos=FOLDER is not given", flush=True)
    else:
        sets[PHOTOGRAPHS] = Path(options["photos"])
    for key, path in sets.items():
        if not (path / "codes.txt").exists():
            raise InputError(f"{key}: {path}: no codes.txt in it; expected a folder with images/, labels/ and codes.txt")
    return sets


def measure(options: dict[str, Any], kind: str, name: str, seed: int, sets: dict[str, Path]) -> Point:
    """The numbers of one network; what its file in the work folder holds is not made again. InputError.

    kind: full or equal. sets: folders to score on besides its own split.
    """
    work, title = Path(options["work"]), re.sub(r"\W+", "-", f"{kind}-{name}-seed{seed}")
    make_folder(work / "points")
    kept, data, model = work / "points" / f"{title}.json", work / f"train-{title}", work / f"model-{title}"
    given = {"kind": kind, "row": name, "seed": seed, **overrides(options, kind, name), "n": options["n"]}
    if kept.exists():
        point = json.loads(kept.read_text())
        if found := first_difference({key: point.get(key) for key in given}, given):
            raise InputError(f"{kept}: {found}; name another work=, or remove this file and {model.name} to make it anew")
    else:
        print(f"{title}: drawing and training", flush=True)
        point = {**given, "model": str(model), **train(given, data, model), "scores": {}}
        point["scores"][OWN] = scored(model, data, "valid", work / f"scores-{title}-own")
        write_atomic(kept, (json.dumps(point, indent=1) + "\n").encode())
    for label, path in sets.items():
        known = point["scores"].get(label)
        if known is None or known["data"] != str(path):
            point["scores"][label] = scored(model, path, "all", work / f"scores-{title}-{label.replace(' ', '-')}")
            write_atomic(kept, (json.dumps(point, indent=1) + "\n").encode())
    found = ", ".join(f"{label} {point['scores'][label]['miou']:.3f}" for label in (OWN, *sets))
    print(f"{title}: mean IoU {found}; {point['training_s']:.0f} s of training", flush=True)
    if not options["keep"]:
        shutil.rmtree(data, ignore_errors=True)
    return {**point, "scores": {label: point["scores"][label] for label in (OWN, *sets)}}


def overrides(options: dict[str, Any], kind: str, name: str) -> dict[str, list[str]]:
    """The overrides of raster.generate and of train.fit for a row: of base first, then its own, then those of all rows."""
    row = options["rows"][name]
    before = options["rows"].get(BASE, {}) if name not in (BASE, ALL) else {}
    found = {key: [*before.get(key, ()), *row[key], *options[key]] for key in ("draw", "fit")}
    if kind == "equal":
        used = options["n"] - round(options["n"] * VALID)
        epochs = [max(1, round(options["seen"] * images / sum(TOTAL_IMAGES) / used)) for images in TOTAL_IMAGES]
        found["fit"] = [f"epochs={epochs[0]}", f"then_epochs={epochs[1]}", *found["fit"]]
    return found


def train(given: dict[str, Any], data: Path, model: Path) -> dict[str, Any]:
    """Draw the training set and train on it; both programs continue an interrupted run. Returns seconds, passes, digest."""
    began = time.perf_counter()
    drawn = (f"n={given['n']}", f"seed={given['seed']}", f"valid={VALID}", f"out={data}")
    run_program("raster.generate", *given["draw"], *drawn)
    seconds = time.perf_counter() - began
    run_program("train.fit", f"data={data}", f"out={model}", f"seed={given['seed']}", *given["fit"])
    facts = json.loads((model / FACTS).read_text())
    rows = max(0, len((model / "metrics.csv").read_text().splitlines()) - 1) if (model / "metrics.csv").exists() else 0
    images = sum(1 for _ in (data / "images").iterdir())
    return {
        "drawing_s": round(seconds, 1), "training_s": facts.get("seconds") or 0.0, "digest": facts.get("digest"),
        "epochs": rows, "passes": rows * (images - round(images * VALID)), "load": os.getloadavg()[0],
    }  # fmt: skip


def scored(model: Path, data: Path, split: str, out: Path) -> dict[str, Any]:
    """Scores of a network on a folder, by train.evaluate: mean IoU, IoU by class, shares, confusion matrix."""
    run_program("train.evaluate", f"model={model}", f"data={data}", f"split={split}", f"out={out}")
    found = json.loads((out / SCORES).read_text())
    kept = {key: found[key] for key in ("miou", "iou", "images", "digest", "confusion")}
    return {"data": str(data), **kept, **shares(np.array(found["confusion"]))}


def shares(matrix: np.ndarray) -> dict[str, float]:
    """Shares of all pixels by a confusion matrix (C, C), a true class a row, background first.

    false: background that is called an object; missed: objects called background; confused: objects called another class.
    """
    objects = matrix[1:, 1:]
    counts = {"false": matrix[0, 1:].sum(), "missed": matrix[1:, 0].sum(), "confused": objects.sum() - np.trace(objects)}
    return {key: round(float(count / max(matrix.sum(), 1)), 5) for key, count in counts.items()}
