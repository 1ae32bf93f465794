"""DOMAINS: sets of images that a network was not trained on. draw_domains: makes them."""

import argparse
import subprocess
import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageFilter

from raster.errors import InputError

SIZE = 256  # px, side of the images
SEED = 7_000_000  # a seed that no training set is likely to have


@dataclass(frozen=True)
class Domain:
    """A set of images: the overrides of raster.generate that draw it, and how its images are changed afterwards."""

    name: str
    overrides: tuple[str, ...] = ()
    change: str = ""  # photograph or camera, see change_images; "" for none


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
PATH_TRACED = "another renderer"  # the name of the images of benchmarks.path_tracer in tables and results


def draw_domains(scratch: Path, options: argparse.Namespace) -> Any:
    """Yield (name, folder) of each domain, drawn below `scratch` one by one; the path tracer's images come last.

    options: n images of each; path_traced: a folder of benchmarks.path_tracer, None to draw 100 images. InputError if a
    program fails.
    """
    for number, domain in enumerate(DOMAINS):
        out = scratch / f"domain{number}"
        overrides = ("preset=fast", f"n={options.n}", f"seed={SEED + number}", f"size={SIZE}", f"out={out}", *domain.overrides)
        run_program("raster.generate", *overrides)
        if domain.change:
            change_images(out, domain.change)
        yield domain.name, out
    if options.path_traced is None:
        run_program("benchmarks.path_tracer", "n=100", f"size={SIZE}", f"out={scratch / 'path_traced'}")
    yield PATH_TRACED, options.path_traced or scratch / "path_traced"


def run_program(module: str, *arguments: str) -> None:
    """Run `python -m MODULE ARGUMENTS` to its end. InputError with the end of its error output if it fails."""
    done = subprocess.run([sys.executable, "-m", module, *arguments], capture_output=True, text=True)
    if done.returncode:
        raise InputError(f"python -m {module} {' '.join(arguments)}: {done.stderr.strip()[-500:]}")


def change_images(folder: Path, change: str) -> None:
    """Change the images of a data set in place; labels stay as they are.

    change: photograph (a photograph replaces the background) or camera (worse_camera). All images become JPEG-compressed.
    """
    for number, path in enumerate(sorted((folder / "images").iterdir())):
        random = np.random.default_rng([SEED, number])
        with Image.open(path) as picture, Image.open(folder / "labels" / path.name) as label:
            pixels, mask = np.asarray(picture.convert("RGB")), np.asarray(label)
        if change == "photograph":
            changed = Image.fromarray(np.where(mask[..., None] > 0, pixels, photograph(random, mask.shape)))
        else:
            changed = worse_camera(random, pixels)
        file = BytesIO()
        changed.save(file, "jpeg", quality=int(random.integers(35, 90)))
        Image.open(file).save(path)


def photograph(random: np.random.Generator, size: tuple[int, int]) -> np.ndarray:
    """(H, W, 3) uint8 for size (H, W): a random part of one of scikit-learn's two photographs, mirrored at random."""
    from sklearn.datasets import load_sample_images

    photo = Image.fromarray(load_sample_images().images[random.integers(2)])
    side = int(random.integers(120, min(photo.size)))
    x, y = (int(random.integers(0, length - side + 1)) for length in photo.size)
    part = np.asarray(photo.crop((x, y, x + side, y + side)).resize(size[::-1], Image.Resampling.BILINEAR))
    return part[:, ::-1] if random.random() < 0.5 else part


def worse_camera(random: np.random.Generator, pixels: np.ndarray) -> Image.Image:
    """An image (H, W, 3) uint8 as another camera might take it: colour cast, gamma, blur up to 2 px, noise up to 15 levels."""
    light = (pixels / 255) ** np.exp(random.uniform(-0.4, 0.4)) * np.exp(random.uniform(-0.2, 0.2, 3))
    blurred = Image.fromarray((light.clip(0, 1) * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(random.uniform(0, 2)))
    noisy = np.asarray(blurred) + random.normal(0, random.uniform(0, 15), pixels.shape)
    return Image.fromarray(noisy.clip(0, 255).astype(np.uint8))
