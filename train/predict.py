"""raster predict model=RUN images='photos/*.jpg' out=DIR: masks and overlays for pictures of any size."""

import glob
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from raster import InputError, one_line, out_folder, overlay, palette, run_hydra

from .config import check_views
from .data.folder import IMAGES, read_image
from .learning.require_fastai import require_torch

if TYPE_CHECKING:
    from omegaconf import DictConfig

MAX_OVERLAY_PX = 1600  # longer side of an overlay


def main() -> None:
    """Run the program with the options of the command line; an InputError ends it with one line and exit code 2."""
    from . import config  # noqa: F401  (registers the schema)

    with one_line():
        run_hydra(predict, "predict")


def predict(cfg: "DictConfig") -> dict[str, Any]:
    """Write OUT/labels/NAME.png (8-bit, pixel = class id), OUT/overlays/NAME.png, OUT/codes.txt and OUT/objects.json.

    objects.json: picture -> a list of its connected objects, each with class, bbox, area and confidence; see
    train.scores.objects.objects_of.

    Returns what --json prints: the folder, the number of pictures and what objects.json holds.

    cfg: a PredictConfig. InputError for a missing or wrong option, a damaged picture, or two pictures of one name.
    """
    options: dict[str, Any] = dict(cfg)
    for key, what in (("model", "FOLDER, which raster fit wrote"), ("images", "'photos/*.jpg', a file or a folder")):
        if options[key] is None:
            raise InputError(f"{key}: expected {key}={what}")
    paths, out = find_pictures(options["images"]), out_folder(options, "")
    check_views(options)
    require_torch()
    from .learning.device import prepare
    from .network.saved import load, seen_at, write_text
    from .network.segment import probabilities
    from .scores.metrics import WHAT_HELPS
    from .scores.objects import objects_of

    model = seen_at(load(Path(options["model"]), prepare(options)), options)
    make_folders(out)
    (out / "codes.txt").write_text("".join(f"{code}\n" for code in model.codes))
    colors = palette(len(model.codes))
    objects, blank = {}, 0
    for path in paths:
        picture = read_image(path)
        found = probabilities(model, picture)
        mask = found.argmax(axis=0).astype(np.uint8)
        objects[str(path)] = objects_of(mask, found, model.codes)
        Image.fromarray(mask).save(out / "labels" / f"{path.stem}.png")
        shown = Image.fromarray(overlay(np.asarray(picture), mask, colors))
        shown.thumbnail((MAX_OVERLAY_PX, MAX_OVERLAY_PX))
        shown.save(out / "overlays" / f"{path.stem}.png")
        shares = np.bincount(mask.ravel(), minlength=len(model.codes)) / mask.size
        seen = ", ".join(f"{code} {share:.1%}" for code, share in zip(model.codes[1:], shares[1:], strict=True) if share > 0)
        blank += not seen
        print(f"{path}: {seen or 'background only'}", flush=True)
    write_text(out / "objects.json", json.dumps(objects, indent=1) + "\n")
    print(f"{out}: {len(paths)} masks in labels/, pictures of them in overlays/, boxes and confidences in objects.json")
    if blank == len(paths):
        print(f"NOTE: the network calls every pixel of {blank} pictures background; if they show objects, {WHAT_HELPS}")
    return {"out": str(out), "pictures": len(paths), "objects": objects}


def find_pictures(images: str) -> list[Path]:
    """PNG and JPEG files of a file name, folder or pattern, sorted. InputError for none, or for two of one name."""
    at = Path(images)
    matching = [str(at)] if at.is_file() else glob.glob(f"{glob.escape(images)}/*" if at.is_dir() else images, recursive=True)
    found = sorted(map(Path, matching))
    paths = [path for path in found if path.is_file() and path.suffix.lower() in IMAGES]
    if not paths:
        raise InputError(f"images={images}: no PNG or JPEG file is there")
    stems: dict[str, Path] = {}
    for path in paths:
        if path.stem in stems:
            raise InputError(f"images={images}: {stems[path.stem]} and {path} would both become labels/{path.stem}.png")
        stems[path.stem] = path
    return paths


def make_folders(out: Path) -> None:
    """Make OUT/labels and OUT/overlays. InputError where that is not possible, or where OUT is a data set."""
    if (out / "images").exists() or (out / "manifest.json").exists():
        raise InputError(f"out={out}: is a data set, whose labels would be overwritten; name another folder")
    try:
        for name in ("labels", "overlays"):
            (out / name).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"out={out}: cannot be made ({error.strerror})") from None


if __name__ == "__main__":
    main()
