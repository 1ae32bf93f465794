"""python -m raster.preview [dir=OUT] [count=12] [file=preview.png] [any overrides]: a contact sheet to look at.

Each image stands beside its label in colours and an overlay of both, with a legend of the classes below. With dir= the first
images of a data set are shown, else images drawn anew from the configuration with the overrides.
"""

import colorsys
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from raster.dataset.files import CODES, file_name
from raster.errors import InputError, one_line

OPTIONS = {"dir": "", "count": "12", "file": "preview.png"}
GAP, LEGEND = 6, 22  # px


def main() -> None:
    """The program."""
    with one_line():
        options, overrides = dict(OPTIONS), []
        for argument in sys.argv[1:]:
            key, _, value = argument.partition("=")
            if key in options:
                options[key] = value
            elif argument in ("-h", "--help"):
                print(__doc__)
                return
            else:
                overrides.append(argument)
        if not options["count"].isdecimal() or not 1 <= int(options["count"]) <= 400:
            raise InputError(f"count={options['count']}: expected a whole number from 1 to 400")
        if options["dir"] and overrides:
            raise InputError(f"{overrides[0]}: dir= shows images that are drawn already; give dir or overrides, not both")
        count = int(options["count"])
        images, labels, codes = read(Path(options["dir"]), count) if options["dir"] else draw(overrides, count)
        try:
            contact_sheet(images, labels, codes).save(options["file"])
        except (OSError, ValueError) as error:
            raise InputError(f"file={options['file']}: cannot write this picture ({error})") from None
        print(f"{options['file']}: {len(images)} images, each with its label and both together")


def read(folder: Path, count: int) -> tuple[list[np.ndarray], list[np.ndarray], list[str]]:
    """The first images (H, W, 3) uint8, labels (H, W) uint8, and the class names of a data set."""
    try:
        codes = (folder / CODES).read_text().split("\n")[:-1]
        names = sorted(path.name for path in (folder / "images").iterdir() if not path.name.startswith("."))[:count]
        images = [np.asarray(Image.open(folder / "images" / name).convert("RGB")) for name in names]
        labels = [np.asarray(Image.open(folder / "labels" / name)) for name in names]
    except (OSError, ValueError) as error:
        raise InputError(f"dir={folder}: not a data set that can be shown ({error})") from None
    if not images:
        raise InputError(f"dir={folder}: holds no images yet, such as images/{file_name(0)}")
    return images, labels, codes


def draw(overrides: list[str], count: int) -> tuple[list[np.ndarray], list[np.ndarray], list[str]]:
    """Images drawn now: as read()."""
    from raster.gl.context import announce
    from raster.run.image_source import Drawer

    if flag := next((word for word in overrides if word.startswith("-")), ""):
        raise InputError(f"{flag}: is no option here; --help tells of dir=, count= and file=, the rest are overrides")
    drawer = Drawer.of([*overrides, f"n={count}"])
    print(*announce(drawer.info), sep="\n")
    batches = list(drawer.frames(0, count))
    for layer in ("color", "class_id"):
        if layer not in batches[0].layers:
            raise InputError(f"passes: no pass draws the layer {layer}, which a contact sheet shows")
    images, labels = ([one for batch in batches for one in batch.layers[layer]] for layer in ("color", "class_id"))
    return images, labels, list(drawer.classes)


def palette(classes: int) -> np.ndarray:
    """(classes, 3) uint8: background black, then hues far from each other."""
    hues = (np.arange(classes - 1) * 0.618034) % 1.0  # the golden ratio spreads any number of them
    return np.array([(0, 0, 0), *(np.array(colorsys.hsv_to_rgb(h, 0.85, 1.0)) * 255 for h in hues)], np.uint8)


def overlay(image: np.ndarray, label: np.ndarray, colors: np.ndarray) -> np.ndarray:
    """The image (H, W, 3) with each labelled region tinted and outlined in its class's colour."""
    tinted = np.where(label[..., None] > 0, 0.55 * image + 0.45 * colors[label], image)
    edge = np.zeros(label.shape, bool)
    edge[:, 1:] |= label[:, 1:] != label[:, :-1]
    edge[1:] |= label[1:] != label[:-1]
    return np.where(edge[..., None], 255, tinted).astype(np.uint8)


def contact_sheet(images: list[np.ndarray], labels: list[np.ndarray], codes: list[str]) -> Image.Image:
    """One picture of all images, three pictures each, with a legend at the bottom."""
    colors = palette(max(len(codes), 1 + max(int(label.max()) for label in labels)))
    height, width = images[0].shape[:2]
    columns = max(1, min(len(images), round(1800 / (3 * width + 3 * GAP))))
    rows = -(-len(images) // columns)
    sheet = Image.new("RGB", (columns * (3 * width + 3 * GAP), rows * (height + GAP) + LEGEND), (40, 40, 40))
    for k, (image, label) in enumerate(zip(images, labels, strict=True)):
        x, y = k % columns * (3 * width + 3 * GAP), k // columns * (height + GAP)
        for part, pixels in enumerate((image, colors[label], overlay(image, label, colors))):
            sheet.paste(Image.fromarray(pixels), (x + part * (width + 1), y))
    pen, x = ImageDraw.Draw(sheet), GAP
    for name, color in list(zip(codes, colors.tolist(), strict=False))[1:]:
        pen.rectangle((x, sheet.height - 16, x + 10, sheet.height - 6), fill=tuple(color))
        pen.text((x + 15, sheet.height - 17), name, fill=(230, 230, 230))
        x += 30 + int(pen.textlength(name))
    return sheet


if __name__ == "__main__":
    main()
