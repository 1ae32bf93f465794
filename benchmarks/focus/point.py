"""measure: one network of benchmarks.focus: draws its set, trains, diagnoses or scores, keeps the numbers."""

import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.ablation.point import run_program
from raster.dataset.manifest import first_difference
from raster.errors import InputError
from raster.system.atomic_files import make_folder, write_atomic
from train.learning.schedule import TOTAL_IMAGES

FIRST, AGAIN, FOCUSED = "first", "a third anew", "a third anew with focus"
ARMS = (FIRST, AGAIN, FOCUSED)
SEEDS = {"diagnosed": 8_000_000, "scored": 9_000_000}  # of these sets: no training set has them
VALID = 10  # each so many-th image of the two thirds that stay is for validation
LINKED = ("images", "labels", "instances")
Point = dict[str, Any]


@dataclass(frozen=True)
class Settings:
    """What all networks of a run have in common."""

    n: int  # images of a training set
    seen: int  # image passes of a training
    diagnosed: int  # images
    scored: int  # images
    size: int  # px
    work: Path
    draw: tuple[str, ...] = ()  # overrides of raster.generate
    fit: tuple[str, ...] = ()  # overrides of train.fit


def measure(settings: Settings, seed: int, arm: str) -> Point:
    """The numbers of one network; what its file in the work folder holds is not made again. InputError.

    FIRST learns from images 0 .. n - 1 of its seed. The others keep two thirds of them, and have images n .. 4 n / 3 - 1 in
    place of the last third, with and without the focus that FIRST's diagnosis wrote.
    """
    work, title = settings.work, f"{arm.replace(' ', '-')}-seed{seed}"
    make_folder(work / "points")
    kept, model = work / "points" / f"{title}.json", work / f"model-{title}"
    told = {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(settings).items() if key != "work"}
    given = {"arm": arm, "seed": seed, **told}
    if kept.exists():
        point: Point = json.loads(kept.read_text())
        if found := first_difference({key: point.get(key) for key in given}, given):
            raise InputError(f"{kept}: {found}; name another --work, or remove this file and {model.name} to make it anew")
        return point
    print(f"{title}: drawing and training", flush=True)
    began = time.perf_counter()
    data = training_set(settings, seed, arm)
    run_program("train.fit", f"data={data}", f"out={model}", f"seed={seed}", *epochs(settings), *settings.fit)
    seconds = round(time.perf_counter() - began, 1)
    point = {**given, "seconds": seconds, "load": os.getloadavg()[0], **scored(settings, model, work / f"scores-{title}")}
    if arm == FIRST:
        point["focus"] = diagnosed(settings, model, work / f"diagnosis-{title}")
    write_atomic(kept, (json.dumps(point, indent=1) + "\n").encode())
    print(f"{title}: mean IoU {point['miou']:.3f}, of objects {point['objects']['iou']:.3f}; {seconds:.0f} s", flush=True)
    return point


def training_set(settings: Settings, seed: int, arm: str) -> Path:
    """The folder that an arm learns from, drawn if it is not there."""
    work, two_thirds = settings.work, settings.n * 2 // 3
    first = draw(settings, work / f"train-seed{seed}", seed, 0, settings.n)
    if arm == FIRST:
        return joined(work / f"joined-first-seed{seed}", [(first, range(settings.n))])
    own = ["--config-dir", str(work / f"model-{FIRST}-seed{seed}"), "+focus=focus"] if arm == FOCUSED else []
    name = "focused" if arm == FOCUSED else "anew"
    third = draw(settings, work / f"{name}-seed{seed}", seed, settings.n, settings.n // 3, *own)
    parts = [(first, range(two_thirds)), (third, range(settings.n, settings.n + settings.n // 3))]
    return joined(work / f"joined-{name}-seed{seed}", parts)


def draw(settings: Settings, out: Path, seed: int, first: int, n: int, *more: str) -> Path:
    """A set of `n` images from number `first` on; the same command completes one that was interrupted."""
    numbers = (f"first={first}", f"n={n}", f"seed={seed}", f"size={settings.size}", "valid=0", "workers=1")
    run_program("raster.generate", *more, *settings.draw, *numbers, f"out={out}")
    return out


def joined(out: Path, parts: list[tuple[Path, range]]) -> Path:
    """A folder of links to images of several sets, by their numbers; each VALID-th of the two thirds is for validation."""
    if (out / "valid.txt").exists():
        return out
    names = []
    for folder in LINKED:
        make_folder(out / folder)
        for part, numbers in parts:
            for number in numbers:
                link = out / folder / f"{number:06}.png"
                if not link.exists():
                    os.link(part / folder / link.name, link)
    (out / "codes.txt").write_text((parts[0][0] / "codes.txt").read_text())
    kept = len(parts[0][1]) if len(parts) > 1 else len(parts[0][1]) * 2 // 3
    names = [f"{number:06}.png" for number in range(0, kept, VALID)]
    write_atomic(out / "valid.txt", "".join(f"{name}\n" for name in names).encode())
    return out


def epochs(settings: Settings) -> list[str]:
    """Epochs of both phases, so that about `seen` images pass, shared out as the recipe does."""
    used = settings.n - -(-settings.n * 2 // 3 // VALID)
    both = [max(1, round(settings.seen * images / sum(TOTAL_IMAGES) / used)) for images in TOTAL_IMAGES]
    return [f"epochs={both[0]}", f"then_epochs={both[1]}"]


def scored(settings: Settings, model: Path, out: Path) -> dict[str, Any]:
    """The scores of a network on the set that all are scored on: of all pixels, and of objects by apparent size."""
    data = draw(settings, settings.work / "scored", SEEDS["scored"], 0, settings.scored)
    run_program("train.evaluate", f"model={model}", f"data={data}", "split=all", f"out={out}", "threads=1")
    found = json.loads((out / "scores.json").read_text())
    told = diagnosis(model, data, out, focus=False)
    size = next(each for each in told["factors"] if each["factor"] == "size")
    groups = [{key: group[key] for key in ("label", "bounds", "objects", "iou", "detected")} for group in size["groups"]]
    objects = {"iou": told["iou"], "interval": told["iou_interval"], "detected": told["detected"], "by_size": groups}
    return {"miou": found["miou"], "iou": found["iou"], "objects": objects}


def diagnosed(settings: Settings, model: Path, out: Path) -> dict[str, Any]:
    """Diagnose a network, which writes its focus; what that changes."""
    data = draw(settings, settings.work / "diagnosed", SEEDS["diagnosed"], 0, settings.diagnosed)
    told = diagnosis(model, data, out, focus=True)
    costs = [{key: each[key] for key in ("factor", "cost", "cost_interval")} for each in told["factors"] if each["costs"]]
    return {"costs": costs, "changes": told["focus"]["changes"]}


def diagnosis(model: Path, data: Path, out: Path, focus: bool) -> dict[str, Any]:
    """What raster diagnose finds."""
    own = (f"model={model}", f"data={data}", "split=all", f"out={out}", f"worst={4 * focus}", "threads=1")
    run_program("train.diagnose", *own, f"focus={str(focus).lower()}")
    found: dict[str, Any] = json.loads((out / "diagnosis.json").read_text())
    return found
