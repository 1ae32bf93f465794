"""The cost of PNG encoding: python -m benchmarks.encode [--sweep] prints milliseconds and bytes of an image, as medians.

Three images: clean (gradients, shaded balls), noisy (the same with sensor noise), mask (class ids). With --sweep also a 3-pixel
checker and white noise, and every PNG filter and level; raster.dataset.encode_png uses the filter and level found so.
"""

import argparse
import io
import statistics
import time
from collections.abc import Callable

import numpy as np
from isal import isal_zlib
from PIL import Image

from raster.dataset.encode_png import encode_grey, encode_rgb

BALLS = ((0.3, 0.4, 0.18), (0.65, 0.35, 0.12), (0.55, 0.7, 0.2), (0.2, 0.8, 0.1))  # x, y, radius in image sizes
TINTS = ((1.0, 0.3, 0.2), (0.2, 0.8, 0.3), (0.3, 0.4, 1.0), (0.9, 0.9, 0.2))


def images(size: int) -> dict[str, np.ndarray]:
    """Return test images by name: (size, size, 3) uint8 in colour, (size, size) uint8 for "mask"."""
    random = np.random.default_rng(0)
    y, x = np.mgrid[0:size, 0:size] / size
    clean = np.stack([80 + 100 * y + 20 * x, 60 + 120 * x, 90 + 60 * y], axis=-1)
    mask = np.zeros((size, size), np.uint8)
    for number, ((u, v, radius), tint) in enumerate(zip(BALLS, TINTS, strict=True), start=1):
        distance = ((x - u) ** 2 + (y - v) ** 2) / radius**2
        normal = np.sqrt(np.maximum(0, 1 - distance))
        light = 0.15 + 0.85 * np.clip(0.5 * normal + 0.6 * (u - x) / radius - 0.4 * (y - v) / radius, 0, 1)
        clean[distance < 1] = (255 * light[..., None] * np.array(tint))[distance < 1]
        mask[distance < 1] = number
    rows, columns = np.mgrid[0:size, 0:size] // 3 % 2
    checker = np.where((rows ^ columns)[..., None] == 1, 255 - clean, clean)
    noisy = clean + random.normal(0, 4, clean.shape)
    white = random.integers(0, 256, clean.shape)
    colour = {"clean": clean, "noisy": noisy, "checker": checker, "white": white}
    return {name: np.clip(np.rint(image), 0, 255).astype(np.uint8) for name, image in (*colour.items(), ("mask", mask))}


def median_ms(call: Callable[[], object], runs: int) -> float:
    """Return the median duration of `runs` calls in milliseconds, after one call that is not measured."""
    call()
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        call()
        times.append(1e3 * (time.perf_counter() - began))
    return statistics.median(times)


def pillow(image: np.ndarray) -> bytes:
    """Return the PNG that Pillow makes at its fastest level that compresses."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, "png", compress_level=1)
    return file.getvalue()


def ours(image: np.ndarray) -> bytes:
    """Return the PNG that the writers make."""
    return encode_rgb(image) if image.ndim == 3 else encode_grey(image)


def filtered(image: np.ndarray, kind: int) -> np.ndarray:
    """Return the scan lines (H, 1 + bytes of a row) uint8 of an image under PNG filter 0 None, 1 Sub or 2 Up."""
    pixels = image.reshape(len(image), -1)
    step = image.shape[2] if image.ndim == 3 else 1
    rows = np.full((len(pixels), 1 + pixels.shape[1]), kind, np.uint8)
    rows[:, 1:] = pixels
    if kind == 1:
        rows[:, 1 + step :] -= pixels[:, :-step]
    if kind == 2:
        rows[1:, 1:] -= pixels[:-1]
    return rows


def sweep(image: np.ndarray, runs: int) -> None:
    """Print milliseconds and bytes of deflate for each filter and level."""
    for kind, name in enumerate(("None", "Sub", "Up")):
        rows = filtered(image, kind)
        cells = []
        for level in range(4):
            cost = median_ms(lambda rows=rows, level=level: isal_zlib.compress(rows, level), runs)
            cells.append(f"{cost:8.3f} {len(isal_zlib.compress(rows, level)):8d}")
        print(f"    {name:5s}" + " |".join(cells))


def main() -> None:
    """Run the program with the options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.encode", description=__doc__)
    parser.add_argument("--runs", type=int, default=100, help="calls for each median (default 100)")
    parser.add_argument("--sweep", action="store_true", help="also deflate alone, ms and bytes by filter and level")
    arguments = parser.parse_args()
    print(f"{'image':14s}{'Pillow ms':>10s}{'bytes':>9s}{'ours ms':>10s}{'bytes':>9s}{'faster':>8s}")
    for size in (256, 512):
        for name, image in images(size).items():
            if name in ("checker", "white") and not arguments.sweep:
                continue
            theirs = median_ms(lambda image=image: pillow(image), max(arguments.runs // 5, 3))
            mine = median_ms(lambda image=image: ours(image), arguments.runs)
            print(f"{name:8s}{size:4d}  {theirs:10.3f}{len(pillow(image)):9d}{mine:10.3f}{len(ours(image)):9d}"
                  f"{theirs / mine:7.1f}x")  # fmt: skip
            if arguments.sweep:
                sweep(image, max(arguments.runs // 5, 3))


if __name__ == "__main__":
    main()
