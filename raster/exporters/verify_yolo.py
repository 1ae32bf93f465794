"""check: data.yaml, labels and masks of format=yolo by the rules of Ultralytics, which drops what breaks them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from raster.dataset.layer_files import LayerFile, decode_layer
from raster.errors import InputError
from raster.exporters.exported import Exported, need, read_bytes, read_picture
from raster.exporters.options import IMAGES_OF_TASKS
from raster.exporters.yolo import folder_of, names_of

IGNORE = 255


def check(export: Exported) -> Iterator[tuple[str, int]]:
    """Yield split and number of objects of each image, after it was checked. InputError for the first that is wrong."""
    path, task = export.folder / "data.yaml", export.facts["options"]["task"]
    facts = _read_yaml(path)
    classes = names_of(task, export.classes)
    need(facts.get("names") == dict(enumerate(classes)), path, f"names are {facts.get('names')}; expected {classes}")
    points = facts["kpt_shape"][0] if task == "pose" else 0
    for name in export.names:
        need(facts.get(name) == f"images/{name}", path, f"{name} is {facts.get(name)}; expected images/{name}")
        labels = folder_of(task)
        _check_pairs(export.folder, name, labels)
        for image in sorted((export.folder / "images" / name).iterdir()):
            size = read_picture(image).shape[:2]
            home = export.folder / labels / name / image.name
            if task in IMAGES_OF_TASKS:
                (_check_depth if task == "depth" else _check_mask)(home, size, len(classes))
                yield name, 0
            else:
                home = home.with_suffix(".txt")
                yield name, _check_rows(home, task, len(classes), points)


def _read_yaml(path: Path) -> Mapping[str, Any]:
    try:
        facts = yaml.safe_load(read_bytes(path))
    except yaml.YAMLError as error:
        raise InputError(f"{path}: is not YAML: {' '.join(str(error).split())}") from error
    need(isinstance(facts, dict), path, "is no map of names and values")
    need("path" not in facts, path, "has path, so that the folder could not be moved")
    return dict(facts)


def _check_pairs(folder: Path, name: str, labels: str) -> None:
    """Each image has a file of labels, and no such file is left over."""
    images, others = ({each.stem for each in (folder / kind / name).iterdir()} for kind in ("images", labels))
    if odd := sorted(images ^ others):
        need(False, folder / labels / name, f"{odd[0]} is there or in images/{name} alone")


def _check_mask(path: Path, size: tuple[int, ...], classes: int) -> None:
    mask = read_picture(path, "L")
    need(mask.shape == size, path, f"is {mask.shape[1]} x {mask.shape[0]} px; its image is {size[1]} x {size[0]}")
    highest = int(np.where(mask == IGNORE, 0, mask).max())
    need(highest < classes, path, f"holds the value {highest}; data.yaml has {classes} names")


def _check_depth(path: Path, size: tuple[int, ...], classes: int) -> None:
    """16-bit PNG, or metres as float32, as large as the image."""
    path = path if path.exists() else path.with_suffix(".npy")
    layer: LayerFile = {"folder": "depth", "format": "png16" if path.suffix == ".png" else "npy"}
    depth = decode_layer(read_bytes(path), path, "depth", layer)
    need(depth.shape == size, path, f"has the shape {depth.shape}; its image is {size[1]} x {size[0]} px")
    need(bool(depth.dtype == np.uint16 or depth.dtype == np.float32), path, f"holds {depth.dtype}; expected float32")
    need(bool(np.isfinite(depth).all() and (depth >= 0).all()), path, "holds what is no depth")


def _check_rows(path: Path, task: str, classes: int, points: int) -> int:
    """How many rows a file has: class, then numbers from 0 to 1, and 0, 1 or 2 for flags of keypoints; none comes twice."""
    rows = read_bytes(path).decode(errors="replace").splitlines()
    need(len(set(rows)) == len(rows), path, "has the same row twice")
    for number, row in enumerate(rows, 1):
        where = f"{path} line {number}"
        try:
            kind, *numbers = map(float, row.split())
        except ValueError:
            raise InputError(f"{where}: is {row!r}; expected numbers") from None
        count = len(numbers)
        counts = {"detect": count == 4, "obb": count == 8, "pose": count == 4 + 3 * points}
        need(counts.get(task, count >= 6 and count % 2 == 0), where, f"has {count} numbers after the class")
        need(kind in range(classes), where, f"class is {kind:g}; data.yaml has {classes} names")
        flags, shares = numbers[6::3] if points else [], numbers
        if points:
            shares = [value for k, value in enumerate(numbers) if k < 4 or k % 3 != 0]
        need(all(0 <= value <= 1 for value in shares), where, "a number is not from 0 to 1")
        need(all(flag in (0, 1, 2) for flag in flags), where, "the flag of a keypoint is none of 0, 1, 2")
    return len(rows)
