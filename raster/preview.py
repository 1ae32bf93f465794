"""python -m raster.preview [dir=OUT] [count=12] [file=preview.png] [--config-dir MINE] [any overrides]: a contact sheet.

Each image stands beside its label in colours and an overlay of both, with a legend of the classes below. With dir= the first
images of a data set are shown, else images drawn anew from the configuration with the overrides and the folder MINE.
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image

from raster.dataset.files import CODES, file_name
from raster.errors import InputError, one_line
from raster.run.contact_sheet import contact_sheet
from raster.run.flags import explain_flag
from raster.run.hydra_messages import known_keys
from raster.run.own_folder import split_config_dir

OPTIONS = {"dir": "", "count": "12", "file": "preview.png"}


def main() -> None:
    """Run the program."""
    with one_line():
        options, overrides = dict(OPTIONS), []
        folder, arguments = split_config_dir(sys.argv[1:])
        for argument in arguments:
            key, _, value = argument.partition("=")
            if key in options:
                options[key] = value
            elif argument in ("-h", "--help"):
                print(__doc__)
                return
            elif key.lstrip("-") in ("n", "out"):
                raise InputError(f"{argument}: is no option here; count= says how many images, and file= where they go")
            else:
                overrides.append(argument)
        if flag := next((word for word in overrides if word.startswith("-")), ""):
            import raster.run.config  # noqa: F401  (registers the schema)

            raise InputError(explain_flag(arguments, flag, [*OPTIONS, "preset", "passes/color", *known_keys("config")]))
        if not options["count"].isdecimal() or not 1 <= int(options["count"]) <= 400:
            raise InputError(f"count={options['count']}: expected a whole number from 1 to 400")
        if options["dir"] and overrides:
            raise InputError(f"{overrides[0]}: dir= shows images that are drawn already; give dir or overrides, not both")
        count = int(options["count"])
        images, labels, codes = read(Path(options["dir"]), count) if options["dir"] else draw(overrides, count, folder)
        try:
            contact_sheet(images, labels, codes).save(options["file"])
        except (OSError, ValueError) as error:
            raise InputError(f"file={options['file']}: cannot write this picture ({error})") from None
        print(f"{options['file']}: {len(images)} images, each with its label and both together")


def read(folder: Path, count: int) -> tuple[list[np.ndarray], list[np.ndarray], list[str]]:
    """Return the first images (H, W, 3) uint8, labels (H, W) uint8, and the class names of a data set."""
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


def draw(overrides: list[str], count: int, folder: Path | None) -> tuple[list[np.ndarray], list[np.ndarray], list[str]]:
    """Draw images and return them as read() does. `folder`: the user's own, None without one."""
    from raster.gl.context import announce
    from raster.run.config import load_config
    from raster.run.image_source import ImageSource
    from raster.run.setup import build_setup

    setup = build_setup(load_config([*overrides, f"n={count}"], folder), folder)
    source = ImageSource(setup)
    print(*setup.meshes.notes, *announce(source.info), sep="\n")
    batches = list(source.frames(0, count))
    for layer in ("color", "class_id"):
        if layer not in batches[0].layers:
            raise InputError(f"passes: no pass draws the layer {layer}, which a contact sheet shows")
    images, labels = ([one for batch in batches for one in batch.layers[layer]] for layer in ("color", "class_id"))
    return images, labels, list(source.classes)


if __name__ == "__main__":
    main()
