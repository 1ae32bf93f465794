"""raster preview [OPTION=VALUE ...] [--config-dir MINE] [any overrides]: images beside their labels, on one picture.

    dir=OUT          images of this data set: as they are on the disk, or with overrides drawn anew from its manifest
    first=N          number of the first image; by default the first of the set in dir=, else 0
    count=12         how many images, 1 to 400
    file=preview.png where the picture goes
    explain=X,Y      say what is at this pixel of the first image, with its record; column from the left, row from the top

Each image stands beside its label in colours and an overlay of both, with a legend of the classes below. Without dir=, images
are drawn from the configuration with the overrides and the folder MINE; --help all lists the overrides. One image again,
larger and without shadows:

    raster preview dir=OUT first=137 count=1 size=1024 randomizers.lights.shadows=0
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image

from raster.dataset.files import CODES, file_name, number_of
from raster.dataset.manifest import first_of
from raster.errors import InputError, one_line
from raster.run.contact_sheet import contact_sheet
from raster.run.image_source import ImageSource
from raster.run.program_options import open_source, read_options, whole_number
from raster.system.regular_files import open_regular, read_regular

OPTIONS = {"dir": "", "first": "", "count": "12", "file": "preview.png", "explain": ""}
Shown = tuple[list[np.ndarray], list[np.ndarray], list[str]]  # images (H, W, 3) uint8, labels (H, W) uint8, class names


def main() -> None:
    """Run the program."""
    with one_line():
        if (read := read_options(OPTIONS, sys.argv[1:], __doc__)) is None:
            return
        options, overrides, folder = read
        options["first"] = options["first"] or str(first_of(options["dir"]))
        first, count = whole_number(options, "first", 0, 10**8), whole_number(options, "count", 1, 400)
        if options["explain"]:
            explain(open_source(options["dir"], overrides, folder, 1), first, options["explain"])
            return
        if options["dir"] and not overrides:
            shown = read_set(Path(options["dir"]), first, count)
        else:
            shown = draw(open_source(options["dir"], overrides, folder, count), first, count)
        try:
            contact_sheet(*shown).save(options["file"])
        except (OSError, ValueError) as error:
            raise InputError(f"file={options['file']}: cannot write this picture ({error})") from None
        print(f"{options['file']}: {len(shown[0])} images from number {first}, each with its label and both together")


def read_set(folder: Path, first: int, count: int) -> Shown:
    """Return `count` images of a data set as they are on the disk, or as many as there are, from number `first`."""
    try:
        codes = read_regular(folder / CODES).decode().splitlines()
        numbers = sorted(number_of(path.name) for path in (folder / "images").iterdir())  # -1: it is none of an image
        names = [file_name(number) for number in numbers if number >= first][:count]
        images = [_pixels(folder / "images" / name, "RGB") for name in names]
        labels = [_pixels(folder / "labels" / name) for name in names]
    except (OSError, ValueError) as error:
        raise InputError(f"dir={folder}: not a data set that can be shown ({error})") from None
    if not images:
        raise InputError(f"dir={folder}: holds no images yet, such as images/{file_name(first)}")
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


def explain(source: ImageSource, image: int, place: str) -> None:
    """Print what is at a pixel, given as "column,row"."""
    from raster.run.explain_pixel import explain_pixel, in_words

    words = place.split(",")
    if len(words) != 2 or not all(word.strip().isdecimal() for word in words):
        raise InputError(f"explain={place}: expected column,row of a pixel, as explain=120,64")
    print(in_words(explain_pixel(source, image, int(words[0]), int(words[1]))))


if __name__ == "__main__":
    main()
