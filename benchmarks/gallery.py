"""Pictures of every feature: python -m benchmarks.gallery draws contact sheets, one for each group of features.

A strip shows the same image of the same seed without a feature, with a little of it, and with much of it; where labels move
with the feature, as they do with a lens, they are outlined. The last group shows six images of each preset, and under them
the same with their labels.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks import machine
from benchmarks.gallery_camera import CAMERA, SENSOR
from benchmarks.gallery_materials import MATERIALS, TEXTURES
from benchmarks.gallery_sheet import Tiles, outlined, save, sheet
from benchmarks.gallery_strips import LIGHT, STILL, SURROUNDINGS, Overrides, Strip
from raster.errors import InputError, one_line

GROUPS: dict[str, tuple[Strip, ...]] = {
    "light": LIGHT, "surroundings": SURROUNDINGS, "materials": MATERIALS, "textures": TEXTURES,
    "camera": CAMERA, "sensor": SENSOR,
}  # fmt: skip
PRESETS, SHOWN = ("fast", "default", "realistic"), 6
Drawn = tuple[np.ndarray, np.ndarray]  # image (H, W, 3) uint8, label (H, W) uint8


def main() -> None:
    """The program."""
    with one_line():
        options = parse()
        if not 16 <= options.size <= 1024:
            raise InputError(f"--size {options.size}: expected px from 16 to 1024")
        for group in options.only or (*GROUPS, "presets"):
            rows = presets(options.size) if group == "presets" else [tiles(strip, options.size) for strip in GROUPS[group]]
            page = sheet(rows, columns=1 if group == "presets" else 2)
            path = options.out / f"gallery-{group}.jpg"
            print(f"{path}: {save(page, path) / 1e3:.0f} kB, {page.width} x {page.height} px", flush=True)


def parse() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gallery", description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=machine.RESULTS, help="the folder (default: benchmarks/results/)")
    parser.add_argument("--size", type=int, default=160, help="px of each picture (default %(default)s)")
    parser.add_argument("--only", nargs="+", choices=(*GROUPS, "presets"), help="groups (default: all)")
    return parser.parse_args()


def tiles(strip: Strip, size: int) -> Tiles:
    """A strip, drawn."""
    show: Callable[..., np.ndarray] = outlined if strip.moves else lambda image, _: image
    return Tiles(strip.title, tuple(show(*one) for one in pictures(strip, size)), strip.captions)


def pictures(strip: Strip, size: int) -> list[Drawn]:
    """Without the feature, with a little, with much of it."""
    return [draw(overrides(strip, change, size), strip.image, 1)[0] for change in (strip.off, strip.low, strip.high)]


def overrides(strip: Strip, change: Overrides, size: int) -> list[str]:
    """Those of raster for one picture of a strip; "@0.5" is half of `size`."""
    told = (*STILL, *strip.scene, *change)
    parts = (override.partition("@") for override in told)
    return [f"size={size}", *(before + (f"{float(share) * size:g}" if at else "") for before, at, share in parts)]


def draw(told: list[str], first: int, count: int) -> list[Drawn]:
    """So many images of a configuration, from image `first` on."""
    from raster.rendering import Drawer

    drawer = Drawer.of([*told, f"batch={count}", f"n={first + count}"])
    try:
        layers = [frames.layers for frames in drawer.frames(first, count)]
        return [pair for some in layers for pair in zip(some["color"], some["class_id"], strict=True)]
    finally:
        drawer.release()


def presets(size: int) -> list[Tiles]:
    """Two rows for each preset: images, and the same with their labels."""
    from raster.preview import overlay, palette

    rows = []
    for preset in PRESETS:
        pairs = draw([f"preset={preset}", f"size={size}", "seed=11"], 0, SHOWN)
        marked = tuple(overlay(image, label, palette(int(label.max()) + 1)) for image, label in pairs)
        rows.append(Tiles(f"preset={preset}", tuple(image for image, _ in pairs), ("",) * SHOWN))
        rows.append(Tiles("its labels", marked, ("",) * SHOWN))
    return rows


if __name__ == "__main__":
    main()
