"""Pictures by another renderer: python -m benchmarks.path_tracer [n=100] [size=256] [seed=0] [out=out/foreign] [workers=N].

A test set to judge a model by that has learnt from raster's pictures: tabletops with cubes, spheres and cylinders, drawn
by a small path tracer that shares nothing with raster/: closed-form solids, soft shadows, light between things, glossy
coats, metals, a lens, a film's curve, JPEG. Writes images/000000.jpg, labels/000000.png (class ids, from the one ray
through each pixel's centre) and codes.txt. Image i depends on the seed and i alone.
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

from benchmarks.path_tracer.integrator import BOUNCES, Scene, radiance
from benchmarks.path_tracer.scene import CLASSES, Camera, Development, make
from raster.errors import InputError, one_line
from raster.system.cpu import usable_cores

DEFAULTS = {"n": "100", "size": "256", "seed": "0", "out": "out/foreign", "workers": "auto"}
SAMPLES = 16  # rays through each pixel
PIXELS = 2048  # that are traced at once: what fits into a core's cache
MIN_SHARE, MAX_SHARE = 0.02, 0.75  # shares of the pixels that have a class, in pictures that are kept
# Steps of a sequence that fills the square evenly (Roberts 2018, R2): powers of 1 over the plastic number.
EVENLY = np.array([0.7548776662466927, 0.5698402909980532])


def labels(scene: Scene, camera: Camera, size: int) -> np.ndarray:
    """Class ids (size, size) uint8 of what lies under the pixels' centres."""
    at = (np.arange(size) + 0.5) / size * 2 - 1
    x, y = np.tile(at, size), np.repeat(at, size)
    _, what = scene.hit(*camera.rays(x, y))
    ids = np.array([*(solid.class_id for solid in scene.solids), 0], np.uint8)  # -1, nothing, is the last
    return ids[what].reshape(size, size)


def light(scene: Scene, camera: Camera, development: Development, size: int, random: np.random.Generator) -> np.ndarray:
    """Linear light (size, size, 3) float32, a mean over SAMPLES rays a pixel."""
    middle = float((scene.sky.zenith + scene.sky.horizon).mean()) + _brightness(scene)
    picture = np.empty((3, size * size), np.float32)
    pairs = 2 + (BOUNCES + 1) * (2 + len(scene.lights))  # of random numbers for each ray
    for start in range(0, size * size, PIXELS):
        pixels = np.arange(start, min(start + PIXELS, size * size))
        u = _even(random, pairs, len(pixels)).reshape(pairs, 2, -1)
        shift = (u[0] - 0.5) * development.width + 0.5
        pixels = np.tile(pixels, SAMPLES)
        x, y = (pixels % size + shift[0]) / size * 2 - 1, (pixels // size + shift[1]) / size * 2 - 1
        o, d = (v.astype(np.float32) for v in camera.rays(x, y, u[1]))
        by_bounce = u[2:].reshape(BOUNCES + 1, -1, u.shape[-1])
        found = radiance(scene, o, d, by_bounce[:, 1:], middle)  # the first pair's second number is not needed
        picture[:, start : start + PIXELS] = found.reshape(3, SAMPLES, -1).mean(axis=1)
    return picture.T.reshape(size, size, 3)


def _brightness(scene: Scene) -> float:
    """Roughly the radiance of white things under the lamps."""
    total = 0.0
    for lamp in scene.lights:
        area = np.pi * lamp.radius**2 if hasattr(lamp, "radius") else 4 * np.linalg.norm(np.cross(lamp.right, lamp.up))
        total += float(lamp.emission.mean() * area / (lamp.centre @ lamp.centre) / np.pi)
    return total


def _even(random: np.random.Generator, pairs: int, count: int) -> np.ndarray:
    """(pairs, 2, SAMPLES, count) float32 in [0, 1): each pixel's numbers of a pair fill the square evenly."""
    order = random.permuted(np.tile(np.arange(SAMPLES), (pairs, 1)), axis=1)
    steps = EVENLY[:, None] * order[:, None, :] % 1
    u = steps[..., None].astype(np.float32) + random.random((pairs, 2, 1, count), np.float32)
    return u - (u >= 1)


def develop(linear: np.ndarray, how: Development, random: np.random.Generator) -> np.ndarray:
    """sRGB (H, W, 3) uint8 of linear light: white balance, exposure, vignette, film curve, grain.

    The curve is Narkowicz's fit to ACES (2015), then sRGB's own (IEC 61966-2-1).
    """
    size = len(linear)
    at = (np.arange(size) + 0.5) / size * 2 - 1
    falloff = (1 + 0.25 * how.vignette * (at[:, None] ** 2 + at**2)) ** -2
    balanced = linear * how.balance
    middle = np.exp(np.log(np.maximum(balanced.mean(axis=-1), 1e-4)).mean())
    x = balanced * (how.key / middle) * falloff[..., None] * 0.7
    x = np.clip(x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14), 0, 1)
    srgb = np.where(x <= 0.0031308, 12.92 * x, 1.055 * x ** (1 / 2.4) - 0.055)
    noisy = srgb + how.grain * random.standard_normal(srgb.shape)
    return np.rint(np.clip(noisy, 0, 1) * 255).astype(np.uint8)


def draw(size: int, seed: int, index: int) -> tuple[bytes, np.ndarray]:
    """Image `index`: a JPEG's bytes, and class ids (size, size) uint8."""
    random = np.random.default_rng([seed, index])
    while True:
        scene, camera, development = make(random)
        share = (labels(scene, camera, 48) > 0).mean()
        if MIN_SHARE <= share <= MAX_SHARE:
            break
    image = develop(light(scene, camera, development, size, random), development, random)
    file = io.BytesIO()
    Image.fromarray(image).save(file, "jpeg", quality=development.quality)
    return file.getvalue(), labels(scene, camera, size)


def names(index: int) -> tuple[str, str]:
    """Where image and label go, below the folder."""
    return f"images/{index:06d}.jpg", f"labels/{index:06d}.png"


def _write(out: Path, size: int, seed: int, index: int) -> None:
    jpeg, ids = draw(size, seed, index)
    image, label = names(index)
    (out / image).write_bytes(jpeg)
    Image.fromarray(ids).save(out / label)


def write(out: Path, n: int, size: int, seed: int, workers: int) -> None:
    """The whole folder, by so many processes. InputError for a folder that holds anything else; codes.txt comes last."""
    ours = {"codes.txt", "images", "labels", *(name for index in range(n) for name in names(index))}
    if out.exists() and not out.is_dir():
        raise InputError(f"out={out}: is a file; expected a folder, or nothing yet")
    for path in sorted(out.rglob("*")) if out.exists() else ():
        if str(path.relative_to(out)) not in ours:
            raise InputError(f"out={out}: holds {path.relative_to(out)}, which is not of this set; choose another folder")
    try:
        for name in ("images", "labels"):
            (out / name).mkdir(parents=True, exist_ok=True)
        (out / "codes.txt").unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"out={out}: {error.strerror}; choose a folder that can be written") from None
    task, began = partial(_write, out, size, seed), time.monotonic()
    leave = (signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is this process's business; it ends the others
    with multiprocessing.get_context("spawn").Pool(min(workers, n), signal.signal, leave) as pool:
        for done, _ in enumerate(pool.imap_unordered(task, range(n)), start=1):
            if sys.stderr.isatty():
                print(f"\r{done} of {n} images, {(time.monotonic() - began) / done:.2f} s each", end="", file=sys.stderr)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    (out / "codes.txt").write_text("".join(f"{name}\n" for name in CLASSES))


def parse(words: list[str]) -> tuple[Path, int, int, int, int]:
    """The arguments of write(). InputError for a word that is none of ours."""
    told = dict(DEFAULTS)
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or key not in told or not value:
            raise InputError(f"{word}: expected KEY=VALUE with a key of {', '.join(told)}")
        told[key] = value
    limits = {"n": (1, 10**6), "size": (16, 4096), "seed": (0, 2**63 - 1), "workers": (1, 512)}
    numbers: dict[str, int] = {}
    for key, (low, high) in limits.items():
        text = str(usable_cores()) if told[key] == "auto" and key == "workers" else told[key]
        if not text.isascii() or not text.isdecimal() or not low <= int(text) <= high:
            raise InputError(f"{key}={told[key]}: expected a whole number from {low} to {high}")
        numbers[key] = int(text)
    return Path(told["out"]), numbers["n"], numbers["size"], numbers["seed"], numbers["workers"]


def main() -> None:
    """The program."""
    with one_line():
        if {"-h", "--help"} & set(sys.argv[1:]):
            print(__doc__)
            return
        out, n, size, seed, workers = parse(sys.argv[1:])
        began = time.monotonic()
        write(out, n, size, seed, workers)
        print(f"{out}: {n} images of {size} px in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
