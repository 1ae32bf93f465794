"""draw, write: one image with its label, and a folder of them. For benchmarks.path_tracer.

Apart from __main__, because processes that multiprocessing spawns cannot import the __main__ of a package.
"""

import io
import multiprocessing
import signal
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.path_tracer.camera import Camera, Development
from benchmarks.path_tracer.contents import Contents
from benchmarks.path_tracer.integrator import BOUNCES, Scene, radiance
from benchmarks.path_tracer.scene import USUAL, make
from raster.errors import InputError

SAMPLES = 16  # rays for each pixel
PIXELS = 2048  # traced at once, so that the rays fit into a core's cache
MIN_SHARE, MAX_SHARE = 0.02, 0.75  # limits for the share of labelled pixels; other scenes are drawn anew
# Steps of the R2 sequence (Roberts 2018), which fills the square evenly: powers of 1 / plastic number.
R2_STEPS = np.array([0.7548776662466927, 0.5698402909980532])


def labels(scene: Scene, camera: Camera, size: int) -> np.ndarray:
    """Class ids (size, size) uint8 of the solids under the pixels' centres."""
    at = (np.arange(size) + 0.5) / size * 2 - 1
    x, y = np.tile(at, size), np.repeat(at, size)
    _, hit, _ = scene.hit(*camera.rays(x, y))
    ids = np.array([*(solid.class_id for solid in scene.solids), 0], np.uint8)  # index -1 (no solid) picks the last
    return ids[hit].reshape(size, size)


def light(scene: Scene, camera: Camera, development: Development, size: int, random: np.random.Generator) -> np.ndarray:
    """Linear RGB (size, size, 3) float32, the mean over SAMPLES rays a pixel."""
    middle = scene.sky.brightness() + _brightness(scene)
    picture = np.empty((3, size * size), np.float32)
    pairs = 2 + (BOUNCES + 1) * (2 + len(scene.lights))  # pairs of random numbers for each ray
    for start in range(0, size * size, PIXELS):
        pixels = np.arange(start, min(start + PIXELS, size * size))
        u = _even(random, pairs, len(pixels)).reshape(pairs, 2, -1)
        shift = (u[0] - 0.5) * development.width + 0.5
        pixels = np.tile(pixels, SAMPLES)
        x, y = (pixels % size + shift[0]) / size * 2 - 1, (pixels // size + shift[1]) / size * 2 - 1
        o, d = (v.astype(np.float32) for v in camera.rays(x, y, u[1]))
        by_bounce = u[2:].reshape(BOUNCES + 1, -1, u.shape[-1])
        found = radiance(scene, o, d, by_bounce[:, 1:], middle)  # of each bounce 3 + 2 * lights numbers are used
        picture[:, start : start + PIXELS] = found.reshape(3, SAMPLES, -1).mean(axis=1)
    return picture.T.reshape(size, size, 3)


def _brightness(scene: Scene) -> float:
    """An estimate of the radiance of a white surface under the lamps."""
    total = 0.0
    for lamp in scene.lights:
        area = np.pi * lamp.radius**2 if hasattr(lamp, "radius") else 4 * np.linalg.norm(np.cross(lamp.right, lamp.up))
        total += float(lamp.emission.mean() * area / (lamp.centre @ lamp.centre) / np.pi)
    return total


def _even(random: np.random.Generator, pairs: int, count: int) -> np.ndarray:
    """(pairs, 2, SAMPLES, count) float32 in [0, 1): the SAMPLES points of each pixel and pair fill the square evenly."""
    order = random.permuted(np.tile(np.arange(SAMPLES), (pairs, 1)), axis=1)
    steps = R2_STEPS[:, None] * order[:, None, :] % 1
    u = steps[..., None].astype(np.float32) + random.random((pairs, 2, 1, count), np.float32)
    return u - (u >= 1)


def develop(linear: np.ndarray, development: Development, random: np.random.Generator) -> np.ndarray:
    """sRGB (H, W, 3) uint8 of linear RGB (H, W, 3): white balance, exposure, vignette, film curve, grain.

    The curve is Narkowicz's fit to ACES (2015), then sRGB's own (IEC 61966-2-1).
    """
    size = len(linear)
    at = (np.arange(size) + 0.5) / size * 2 - 1
    falloff = (1 + 0.25 * development.vignette * (at[:, None] ** 2 + at**2)) ** -2
    balanced = linear * development.balance
    middle = np.exp(np.log(np.maximum(balanced.mean(axis=-1), 1e-4)).mean())
    x = balanced * (development.key / middle) * falloff[..., None] * 0.7
    x = np.clip(x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14), 0, 1)
    srgb = np.where(x <= 0.0031308, 12.92 * x, 1.055 * x ** (1 / 2.4) - 0.055)
    noisy = srgb + development.grain * random.standard_normal(srgb.shape)
    return np.rint(np.clip(noisy, 0, 1) * 255).astype(np.uint8)


def draw(size: int, seed: int, index: int, contents: Contents = USUAL) -> tuple[bytes, np.ndarray]:
    """Draw image `index` of a seed: the bytes of a JPEG, and class ids (size, size) uint8."""
    random = np.random.default_rng([seed, index])
    while True:
        scene, camera, development = make(random, contents)
        share = (labels(scene, camera, 48) > 0).mean()
        if MIN_SHARE <= share <= MAX_SHARE:
            break
    image = develop(light(scene, camera, development, size, random), development, random)
    file = io.BytesIO()
    Image.fromarray(image).save(file, "jpeg", quality=development.quality)
    return file.getvalue(), labels(scene, camera, size)


def names(index: int) -> tuple[str, str]:
    """Paths of image and label `index`, below the folder."""
    return f"images/{index:06d}.jpg", f"labels/{index:06d}.png"


def _write(out: Path, size: int, seed: int, contents: Contents, index: int) -> None:
    """Draw and write one image with its label."""
    jpeg, ids = draw(size, seed, index, contents)
    image, label = names(index)
    (out / image).write_bytes(jpeg)
    Image.fromarray(ids).save(out / label)


def write(out: Path, n: int, size: int, seed: int, workers: int, contents: Contents = USUAL) -> None:
    """Write n images with their labels by `workers` processes; codes.txt, written last, says that the set is complete.

    InputError for a folder that holds other files or cannot be written.
    """
    expected = {"codes.txt", "images", "labels", *(name for index in range(n) for name in names(index))}
    if out.exists() and not out.is_dir():
        raise InputError(f"out={out}: is a file; expected a folder, or nothing yet")
    for path in sorted(out.rglob("*")) if out.exists() else ():
        if str(path.relative_to(out)) not in expected:
            raise InputError(f"out={out}: holds {path.relative_to(out)}, which is not of this set; choose another folder")
    try:
        for name in ("images", "labels"):
            (out / name).mkdir(parents=True, exist_ok=True)
        (out / "codes.txt").unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"out={out}: {error.strerror}; choose a folder that can be written") from None
    task, began = partial(_write, out, size, seed, contents), time.monotonic()
    ignore = (signal.SIGINT, signal.SIG_IGN)  # on Ctrl-C this process ends the others
    with multiprocessing.get_context("spawn").Pool(min(workers, n), signal.signal, ignore) as pool:
        for done, _ in enumerate(pool.imap_unordered(task, range(n)), start=1):
            if sys.stderr.isatty():
                print(f"\r{done} of {n} images, {(time.monotonic() - began) / done:.2f} s each", end="", file=sys.stderr)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    (out / "codes.txt").write_text("".join(f"{name}\n" for name in contents.codes()))
