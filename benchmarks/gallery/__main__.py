"""Pictures of every feature: python -m benchmarks.gallery draws contact sheets, one for each group of features.

A strip shows the same image of the same seed without a feature, with a little of it, and with much of it; where labels move
with the feature, as they do with a lens, they are outlined. The last groups show six images of each preset and of own meshes in
each format, and under them the same with their labels. The group "layers" shows images beside all their layers.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks import machine
from benchmarks.gallery.camera import CAMERA, SENSOR
from benchmarks.gallery.contact_sheet import Row, contact_sheet, outlined, save
from benchmarks.gallery.layers import layer_rows
from benchmarks.gallery.materials import MATERIALS, TEXTURES
from benchmarks.gallery.shapes import SHAPES, meshes, scratch
from benchmarks.gallery.strips import LIGHT, STILL, SURROUNDINGS, Overrides, Strip
from raster.errors import InputError, one_line

GROUPS: dict[str, tuple[Strip, ...]] = {
    "light": LIGHT, "surroundings": SURROUNDINGS, "materials": MATERIALS, "textures": TEXTURES,
    "camera": CAMERA, "sensor": SENSOR, "shapes": SHAPES,
}  # fmt: skip
PRESETS = {"presets": ("fast", "plain", "default", "realistic"), "scenes": ("tutorial", "tobin", "movi_a", "clutter")}
OTHERS = ("meshes", "layers")
SHOWN = 6  # images of each preset and of each format of meshes
Drawn = tuple[np.ndarray, np.ndarray]  # image (H, W, 3) uint8, label (H, W) uint8


def main() -> None:
    """Run the program with the options of the command line; an InputError ends it with one line and exit code 2."""
    with one_line():
        options = parse()
        if not 16 <= options.size <= 1024:
            raise InputError(f"--size {options.size}: expected px from 16 to 1024")
        for group in options.only or (*GROUPS, *PRESETS, *OTHERS):
            page = contact_sheet(draw_group(group, options.size), columns=2 if group in GROUPS else 1)
            path = options.out / f"gallery-{group}.jpg"
            print(f"{path}: {save(page, path) / 1e3:.0f} kB, {page.width} x {page.height} px", flush=True)


def parse() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gallery", description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=machine.RESULTS, help="the folder (default: benchmarks/results/)")
    parser.add_argument("--size", type=int, default=160, help="px of each picture (default %(default)s)")
    parser.add_argument("--only", nargs="+", choices=(*GROUPS, *PRESETS, *OTHERS), help="groups (default: all)")
    return parser.parse_args()


def draw_group(group: str, size: int) -> list[Row]:
    """Draw the rows of a group's contact sheet, with pictures of size px."""
    if group in GROUPS:
        return [draw_strip(strip, size) for strip in GROUPS[group]]
    with scratch() as folder:
        if group == "layers":
            return layer_rows(Path(folder), size)
        if group == "meshes":
            return [row for form, given in meshes(Path(folder)).items() for row in labelled(f".{form}", given, size)]
        return [row for name in PRESETS[group] for row in labelled(f"preset={name}", [f"preset={name}", "seed=11"], size)]


def draw_strip(strip: Strip, size: int) -> Row:
    """Draw a strip as a row."""
    show: Callable[..., np.ndarray] = outlined if strip.moves else lambda image, _: image
    return Row(strip.title, tuple(show(*one) for one in pictures(strip, size)), strip.captions)


def pictures(strip: Strip, size: int) -> list[Drawn]:
    """Draw the three images of a strip: without the feature, with a little, with much of it."""
    return [draw(overrides(strip, change, size), strip.image, 1)[0] for change in (strip.off, strip.low, strip.high)]


def overrides(strip: Strip, change: Overrides, size: int) -> list[str]:
    """Overrides of raster.generate for one picture of a strip; "@0.5" becomes half of `size`."""
    given = (*STILL, *strip.scene, *change)
    parts = (override.partition("@") for override in given)
    return [f"size={size}", *(before + (f"{float(share) * size:g}" if at else "") for before, at, share in parts)]


def draw(given: list[str], first: int, count: int) -> list[Drawn]:
    """Draw `count` images of a configuration, from image `first` on."""
    from raster.run.image_source import ImageSource

    source = ImageSource.of([*given, f"batch={count}", f"n={first + count}"])
    try:
        layers = [frames.layers for frames in source.frames(first, count)]
        return [pair for some in layers for pair in zip(some["color"], some["class_id"], strict=True)]
    finally:
        source.release()


def labelled(title: str, given: list[str], size: int) -> list[Row]:
    """Two rows: SHOWN images of a configuration, and the same with their labels as overlays."""
    from raster.label_colors import overlay, palette

    pairs = draw([*given, f"size={size}"], 0, SHOWN)
    marked = tuple(overlay(image, label, palette(int(label.max()) + 1)) for image, label in pairs)
    return [Row(title, tuple(image for image, _ in pairs), ("",) * SHOWN), Row("its labels", marked, ("",) * SHOWN)]


if __name__ == "__main__":
    main()
