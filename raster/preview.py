"""raster preview: images beside their labels, on one picture.

Each image stands beside its label in colours and an overlay of both, with a legend of the classes
below. Without dir=, images are drawn from the configuration with the overrides. One image again,
larger and without shadows:

raster preview dir=OUT first=137 count=1 size=1024 randomizers.lights.shadows=0
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from PIL import Image

from raster.dataset import manifest
from raster.dataset.files import CODES, file_name, number_of
from raster.dataset.manifest import images_of
from raster.errors import InputError, one_line
from raster.run.contact_sheet import contact_sheet
from raster.run.image_source import ImageSource
from raster.run.program_options import check_file, open_source, run_program
from raster.shards.sharded_set import SHARDS
from raster.shards.shown import read_manifest_at, read_pictures
from raster.system.regular_files import open_regular, read_regular

Shown = tuple[list[np.ndarray], list[np.ndarray], list[str]]  # images (H, W, 3) uint8, labels (H, W) uint8, class names


@dataclass(frozen=True)
class Options:
    """The options of preview, beside those of raster generate."""

    # --- Which images
    dir: str | None = None  # a data set: its images as they are, or with overrides drawn anew [; a folder, or null]
    first: int | None = None  # number of the first image; null: the first of the set in dir, or 0 [; 0 to 100,000,000, or null]
    count: int = 12  # how many images [; 1 to 400]
    # --- What is shown
    file: str = "preview.png"  # where the picture goes [; a file]
    explain: str | None = None  # say what is at this pixel of the first image, with its record [px; column,row, or null]
    quiet: bool = False  # print nothing but warnings and errors [; true, false]


def main() -> None:
    """Run the program."""
    with one_line():
        run_program(Options, preview)


def preview(options: Options, overrides: list[str], folder: Path | None) -> dict[str, Any]:
    """Write the picture, or explain a pixel; return what --json prints. InputError for bad input."""
    held = read_manifest_at(options.dir)
    numbers = images_of(held, options.first, options.count, options.dir)
    first = numbers.start
    if options.explain is not None:
        return explain(open_source(options.dir, overrides, folder, 1), first, options.explain)
    check_file(options.file, Image.registered_extensions(), "no picture has this ending; give a file such as preview.png")
    if options.dir and not overrides:
        read = read_pictures if held is not None and SHARDS in held else read_set
        shown = read(options.dir, first, options.count)
    else:
        shown = draw(open_source(options.dir, overrides, folder, len(numbers)), first, len(numbers))
    try:
        contact_sheet(*shown).save(options.file)
    except (OSError, ValueError) as error:
        raise InputError(f"file={options.file}: cannot write this picture ({error})") from None
    print(f"{options.file}: {len(shown[0])} images from number {first}, each with its label and both together")
    return {"file": options.file, "first": first, "images": len(shown[0])}


def read_set(place: str | Path, first: int, count: int) -> Shown:
    """Return `count` images of a data set as they are on the disk, or as many as there are, from number `first`."""
    folder = Path(place)
    held = manifest.read(folder)
    try:
        partly = held is not None and not held["complete"]
        codes = held["classes"] if held and partly else read_regular(folder / CODES).decode().splitlines()
        names = set() if partly and not (folder / "labels").is_dir() else set(os.listdir(folder / "images"))
        if partly:
            names = {name for name in names if (folder / "labels" / name).exists()}  # the last one may have none yet
        drawn = sorted(number for name in names if (number := number_of(name)) >= 0)
        shown = [file_name(number) for number in drawn if number >= first][:count]
        images = [_pixels(folder / "images" / name, "RGB") for name in shown]
        labels = [_pixels(folder / "labels" / name) for name in shown]
    except (OSError, ValueError) as error:
        raise InputError(f"dir={folder}: not a data set that can be shown ({error})") from None
    if held and partly:
        print(f"NOTE: {folder} is not complete: {len(drawn)} of {held['n']} images are drawn")
    if not images:
        there = f"; the last one there is number {drawn[-1]}" if drawn else ""
        raise InputError(f"dir={folder}: holds no image from number {first} on yet, such as images/{file_name(first)}{there}")
    return images, labels, codes


def _pixels(path: Path, mode: str | None = None) -> np.ndarray:
    with open_regular(path) as file, Image.open(file) as picture:
        return np.asarray(picture.convert(mode))


def draw(source: ImageSource, first: int, count: int) -> Shown:
    """Draw images from number `first`."""
    batches = list(source.frames(first, count))
    for layer in ("color", "class_id"):
        if layer not in batches[0].layers:
            raise InputError(f"passes: no pass draws the layer {layer}, which a contact sheet shows")
    images, labels = ([one for batch in batches for one in batch.layers[layer]] for layer in ("color", "class_id"))
    return images, labels, list(source.classes)


def explain(source: ImageSource, image: int, place: str) -> dict[str, Any]:
    """Print what is at a pixel, given as "column,row", and return it."""
    from raster.run.explain_pixel import in_words

    words = place.split(",")
    if len(words) != 2 or not all(word.strip().isdecimal() for word in words):
        raise InputError(f"explain={place}: expected column,row of a pixel, as explain=120,64")
    found = source.explain(image, int(words[0]), int(words[1]))
    print(in_words(found))
    return orjson.loads(orjson.dumps(found, option=orjson.OPT_SERIALIZE_NUMPY))  # numbers as scenes.jsonl has them


if __name__ == "__main__":
    main()
