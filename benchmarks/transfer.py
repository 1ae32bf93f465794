"""How far a network carries: python -m benchmarks.transfer RUN scores it on pictures unlike those that it learnt from.

Each domain is a data set of its own, drawn now with other seeds: preset=fast, as in `make tutorial`, with one thing beyond its
range, two photographs behind the objects, a worse camera, and pictures of another renderer (benchmarks.path_tracer; it shares
no code with raster). Prints mean IoU and the IoU of each class, writes a JSON file and a sheet with a picture of each domain.
"""

import argparse
import importlib.util
import json
import subprocess
import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageFilter

from benchmarks import machine
from raster.errors import InputError, one_line
from train.learning.require_fastai import require_fastai

SIDE = 256  # px of the pictures
SEED = 7_000_000  # beyond what a training set is likely to have


@dataclass(frozen=True)
class Domain:
    """Pictures of one kind: what is drawn, by the overrides of raster.generate, and what is done to them afterwards."""

    name: str
    overrides: tuple[str, ...] = ()
    change: str = ""  # photograph or camera


DOMAINS = (
    Domain("as trained, another seed"),
    Domain(
        "flat colours, one light",
        (
            "randomizers.textures.kinds=[flat]", "randomizers.background.kinds=[flat]", "randomizers.floor.kinds=[flat]",
            "randomizers.background.images=null", "randomizers.floor.images=null", "randomizers.walls=null",
            "randomizers.placement.floor=1", "randomizers.lights.count=[1,1]", "randomizers.environment=null",
        ),
    ),
    Domain("crowded", ("randomizers.objects.count=[25,25]", "randomizers.distractors.count=[8,8]")),
    Domain("from farther away", ("randomizers.camera.distance=[4.5,6]",)),
    Domain("rolled, from above", ("randomizers.camera.roll_deg=[-180,180]", "randomizers.camera.elevation_deg=[75,90]")),
    Domain(
        "one hard light, dim",
        (
            "randomizers.lights.count=[1,1]", "randomizers.lights.ambient=[0,0.05]", "randomizers.lights.brightness=[0.3,0.6]",
            "randomizers.lights.shadows=1", "randomizers.environment=null",
        ),
    ),
    Domain("photographs behind", ("randomizers.distractors.count=[0,0]", "randomizers.placement.floor=0"), "photograph"),
    Domain("blur, noise, JPEG", (), "camera"),
)  # fmt: skip
FOREIGN = "another renderer"


def main() -> None:
    """The program."""
    with one_line():
        transfer(parse())


def parse() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.transfer", description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path, help="the folder that train.fit left")
    parser.add_argument("--n", type=int, default=300, help="pictures of each domain (default %(default)s)")
    parser.add_argument("--foreign", type=Path, help="a folder of benchmarks.path_tracer (default: 100 are drawn, for minutes)")
    parser.add_argument("--out", type=Path, help="the JSON file (default: benchmarks/results/, named by the machine)")
    parser.add_argument("--sheet", type=Path, help="a JPEG with a picture of each domain (default: beside the JSON file)")
    parser.add_argument("--scratch", help="folder for the pictures (default: /dev/shm where there is room)")
    return parser.parse_args()


def transfer(options: argparse.Namespace) -> None:
    """Draw, score, print and write. InputError for bad input."""
    require_fastai()
    if importlib.util.find_spec("sklearn") is None:
        raise InputError("the photographs are scikit-learn's, which is not installed: pip install -e '.[dev]'")
    from train.data.folder import read_folder
    from train.learning.device import free_cores
    from train.network.saved import load, read_facts
    from train.network.segment import segment
    from train.scores.figures import sheet
    from train.scores.scoring import require_same_classes, score

    if options.n < 1:
        raise InputError(f"--n {options.n}: expected a whole number from 1")
    import torch

    torch.set_num_threads(free_cores())
    model = load(options.model)
    width = max(len(d.name) for d in DOMAINS)
    print(f"{'':<{width}}{'mIoU':>8}" + "".join(f"{code:>12}" for code in model.codes) + f"{'foreground':>12}")
    rows, shown = [], []
    with machine.scratch(options.scratch) as scratch:
        known = machine.facts(scratch)
        for name, path in _sets(scratch, options):
            if (path / "manifest.json").exists():
                known["renderer"] = {"name": json.loads((path / "manifest.json").read_text())["renderers"][0]}
            folder = read_folder(path)
            require_same_classes(model, folder)
            scores, _ = score(model, folder.pair, range(len(folder)))
            each = "".join(f"{iou:12.3f}" for iou in scores.iou)
            print(f"{name:<{width}}{scores.miou:8.3f}{each}{scores.foreground_accuracy:12.3f}", flush=True)
            rows.append({"domain": name, "images": len(folder), **scores.summary(model.codes)})
            picture, mask = folder.pair(len(folder) // 2)
            shown.append((np.asarray(picture), np.asarray(mask), segment(model, [picture])[0], name))
    facts = read_facts(options.model)
    trained = {key: facts.get(key) for key in ("arch", "size", "digest", "seconds", "configuration", "scores")}
    out = options.out or machine.RESULTS / f"transfer-{machine.slug(facts['arch'], known)}.json"
    machine.save(out, {"benchmark": "transfer", "machine": known, "model": trained, "domains": rows})
    sheet(shown, model.codes).save(options.sheet or out.with_suffix(".jpg"), quality=80)


def _sets(scratch: Path, options: argparse.Namespace) -> Any:
    """(name, folder) of each domain, drawn when its turn comes."""
    for number, domain in enumerate(DOMAINS):
        out = scratch / f"domain{number}"
        told = ("preset=fast", f"n={options.n}", f"seed={SEED + number}", f"size={SIDE}", f"out={out}", *domain.overrides)
        _program("raster.generate", *told)
        if domain.change:
            _change(out, domain.change)
        yield domain.name, out
    if options.foreign is None:
        _program("benchmarks.path_tracer", "n=100", f"size={SIDE}", f"out={scratch / 'foreign'}")
    yield FOREIGN, options.foreign or scratch / "foreign"


def _program(module: str, *told: str) -> None:
    done = subprocess.run([sys.executable, "-m", module, *told], capture_output=True, text=True)
    if done.returncode:
        raise InputError(f"python -m {module} {' '.join(told)}: {done.stderr.strip()[-500:]}")


def _change(folder: Path, change: str) -> None:
    """Replace the images of a data set, and leave its labels. photograph: behind the objects. camera: a worse one."""
    for number, path in enumerate(sorted((folder / "images").iterdir())):
        random = np.random.default_rng([SEED, number])
        with Image.open(path) as picture, Image.open(folder / "labels" / path.name) as label:
            pixels, mask = np.asarray(picture.convert("RGB")), np.asarray(label)
        if change == "photograph":
            changed = Image.fromarray(np.where(mask[..., None] > 0, pixels, _photograph(random, mask.shape)))
        else:
            changed = _worse(random, pixels)
        kept = BytesIO()
        changed.save(kept, "jpeg", quality=int(random.integers(35, 90)))
        Image.open(kept).save(path)


def _photograph(random: np.random.Generator, size: tuple[int, int]) -> np.ndarray:
    """(H, W, 3) uint8: a part of one of the two photographs that scikit-learn brings along, flipped at random."""
    from sklearn.datasets import load_sample_images

    photo = Image.fromarray(load_sample_images().images[random.integers(2)])
    side = int(random.integers(120, min(photo.size)))
    x, y = (int(random.integers(0, whole - side + 1)) for whole in photo.size)
    part = np.asarray(photo.crop((x, y, x + side, y + side)).resize(size[::-1], Image.Resampling.BILINEAR))
    return part[:, ::-1] if random.random() < 0.5 else part


def _worse(random: np.random.Generator, pixels: np.ndarray) -> Image.Image:
    """The picture of another camera: colour cast, gamma, blur of up to 2 px, noise of up to 15 levels."""
    light = (pixels / 255) ** np.exp(random.uniform(-0.4, 0.4)) * np.exp(random.uniform(-0.2, 0.2, 3))
    blurred = Image.fromarray((light.clip(0, 1) * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(random.uniform(0, 2)))
    noisy = np.asarray(blurred) + random.normal(0, random.uniform(0, 15), pixels.shape)
    return Image.fromarray(noisy.clip(0, 255).astype(np.uint8))


if __name__ == "__main__":
    main()
