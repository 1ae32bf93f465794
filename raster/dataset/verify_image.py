"""check_image: does one image of a data set keep every promise about its files, its record and its labels?"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import fields
from types import MappingProxyType
from typing import Any

import numpy as np
import orjson

from raster.dataset.files import FOLDERS, SCENES, file_name
from raster.dataset.held_files import Folder, HeldFolder, Place, bytes_at
from raster.dataset.label_values import LabelValues
from raster.dataset.layer_files import LayerFile
from raster.dataset.read_png import read_png
from raster.dataset.record import SPLITS
from raster.dataset.verify_annotations import check_annotations
from raster.dataset.verify_flow import check_warps
from raster.dataset.verify_label import check_label
from raster.dataset.verify_layers import check_layers
from raster.errors import InputError
from raster.geometry.deformations import Deformations

NO_LAYERS: Mapping[str, LayerFile] = MappingProxyType({})
_RIGID = 1e-4  # matrices are float32 and products of rotations


def check_images(
    out: Folder, row: int, lines: Sequence[bytes], labels: LabelValues, first: int, layers: Mapping[str, LayerFile], views: int
) -> None:
    """Check the images whose records these lines hold, the lines row, row + 1, ... (from 0) of a set's scenes.jsonl.

    `first`: the number of the set's first image; layers: the manifest's; views: images of each layout. Raises InputError for
    the first that is wrong.
    """
    records = [check_image(out, first + k, line, labels, first, layers) for k, line in enumerate(lines, row)]
    check_warps(out, records, layers, views)


def check_image(
    out: Folder, index: int, line: bytes, labels: LabelValues, first: int = 0, layers: Mapping[str, LayerFile] = NO_LAYERS
) -> dict[str, Any]:
    """Return the record of image `index` after checking it and its files. Raises InputError naming the file.

    `first`: the number of the set's first image; layers: the manifest's.
    """
    where = f"{out.name}: image {index}" if isinstance(out, HeldFolder) else f"{out / SCENES} line {index - first + 1}"
    try:
        record = orjson.loads(line)
        _need(line.endswith(b"\n"), where, "is cut short")
        _need(record["index"] == index, where, f"index is {record['index']}, expected {index}")
        for key, folder in zip(("image", "label"), FOLDERS, strict=True):
            name = f"{folder}/{file_name(index)}"
            if key in record or f"{key}_sha256" in record:
                _need(record[key] == name, where, f"{key} is {record[key]!r}, expected {name!r}")
        where = f"{where} ({record['image']})" if "image" in record else where
        _need(record["split"] in SPLITS, where, f"split is {record['split']!r}, expected one of {', '.join(SPLITS)}")
        _need(isinstance(record["lights"], list), where, "lights is not a list")
        size = _check_camera(record["camera"], where)
        _check_objects(record["objects"], labels, size, where)
        check_annotations(record, where)
        _check_layout(record.get("layout"), where)
        if "image" in record:
            read_png(out / record["image"], size, "RGB", record["image_sha256"])
        label = _read_label(out, record, labels, size, where)
        of_layers = check_layers(out, index, record, label, layers)
        for path, expected in record.get("files", {}).items():
            if path not in of_layers:
                _check_file(out / path, expected)
    except InputError:
        raise
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        has = f"the record has no {error}" if isinstance(error, KeyError) else f"the record cannot be used: {error}"
        said = f"is no record in JSON: {error}" if isinstance(error, orjson.JSONDecodeError) else has
        raise InputError(f"{where}: {said}") from error
    return record


def _read_label(
    out: Folder, record: dict[str, Any], labels: LabelValues, size: tuple[int, int], where: str
) -> np.ndarray | None:  # fmt: skip
    """Return the label (H, W) uint8 of a record after checking it, None if there is none."""
    if "label" not in record:
        return None
    label = read_png(out / record["label"], size, "L", record["label_sha256"])
    check_label(label, record["objects"], labels, str(out / record["label"]))
    shows = bool(((label > 0) & (label != labels.ignore)).any())
    _need(not (record.get("unlabelled") and shows), where, "is unlabelled, but its label shows a class")
    return label


def _check_file(path: Place, expected: str) -> None:
    """Hold a file of another writer than camvid against its SHA-256 in hex."""
    try:
        found = hashlib.sha256(bytes_at(path)).hexdigest()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    _need(found == expected, str(path), f"its sha256 is {found}, but scenes.jsonl says {expected}")


def _need(good: bool, where: str, problem: str) -> None:
    if not good:
        raise InputError(f"{where}: {problem}")


def _matrix(value: Any, where: str) -> np.ndarray:
    """Return (4, 4) float64, an affine matrix of finite numbers."""
    matrix = np.asarray(value, np.float64)
    _need(matrix.shape == (4, 4), where, f"is an array of shape {matrix.shape}, expected (4, 4)")
    _need(math.isfinite(matrix.sum()), where, "is not finite")
    _need(matrix[3].tolist() == [0, 0, 0, 1], where, f"has the last row {matrix[3].tolist()}, expected [0, 0, 0, 1]")
    return matrix


def _check_camera(camera: dict[str, Any], where: str) -> tuple[int, int]:
    """Return (width, height) in pixels."""
    width, height = camera["width"], camera["height"]
    _need(min(camera["fx"], camera["fy"]) > 0, where, f"fx, fy are {camera['fx']}, {camera['fy']}, expected above 0")
    centre = (camera["cx"], camera["cy"])
    _need(0 < centre[0] < width and 0 < centre[1] < height, where, f"cx, cy are {centre}, expected a point of the picture")
    if "distortion" in camera:
        bent = np.asarray(camera["distortion"], np.float64)
        _need(bent.shape == (5,) and bool(np.isfinite(bent).all()), where, f"distortion is {bent.tolist()}, expected 5 numbers")
    near, far = camera["near"], camera["far"]
    _need(0 < near < far < np.inf, where, f"near, far are {near}, {far}, expected 0 < near < far")
    rotation = _matrix(camera["world_from_camera"], f"{where}: world_from_camera")[:3, :3]
    if np.abs(rotation @ rotation.T - np.eye(3)).max() > _RIGID or np.linalg.det(rotation) <= 0:
        raise InputError(f"{where}: world_from_camera is no rotation: {rotation.round(4).tolist()}")
    return width, height


def _check_objects(objects: list[dict[str, Any]], labels: LabelValues, size: tuple[int, int], where: str) -> None:
    instances = [entry["instance"] for entry in objects]
    numbered = sorted(instances) == list(range(1, len(objects) + 1))
    _need(numbered, where, f"instances are {instances}, expected each of 1..{len(objects)} once")
    counted = {("visible_px" in entry, "bbox" in entry) for entry in objects}
    whole = counted <= {(True, True)} or counted == {(False, False)}
    _need(whole, where, "visible_px and bbox are on some objects only")
    for entry in objects:
        here = f"{where}: instance {entry['instance']}"
        known = labels.name(entry["class_id"]) == entry["class"]
        _need(known, here, f"class {entry['class']!r} with class_id {entry['class_id']} does not agree with codes.txt")
        _need(not (problem := labels.filter_problem(entry)), here, problem)
        for part in (entry, *entry.get("parts", ())):
            _need(isinstance(part["solid"], str), here, f"solid is {part['solid']!r}, expected a name")
            _matrix(part["world_from_object"], f"{here}: world_from_object")
        if "morph" in entry:
            _check_morph(entry["morph"], f"{here}: morph")
        if "bbox" in entry:
            _check_box(entry["visible_px"], entry["bbox"], size, here)


def _check_morph(morph: dict[str, Any], where: str) -> None:
    for name in (field.name for field in fields(Deformations)):
        value, shape = np.asarray(morph[name], np.float64), (3,) if name == "seed" else ()
        good = value.shape == shape and bool(np.isfinite(value).all())
        _need(good, where, f"{name} is {morph[name]!r}, expected {'3 numbers' if shape else 'a number'}")
    _need(0 < morph["fit"] <= 1, where, f"fit is {morph['fit']}, expected above 0 and at most 1")


def _check_layout(layout: dict[str, Any] | None, where: str) -> None:
    if layout is None:
        return
    counted = all(type(layout[key]) is int and layout[key] >= 0 for key in ("number", "redrawn"))
    good = counted and isinstance(layout["arrangement"], str) and isinstance(layout["settled"], bool)
    _need(good, where, f"layout is {layout}, expected number, arrangement, redrawn and settled")


def _check_box(visible: int, box: list[int] | None, size: tuple[int, int], where: str) -> None:
    _need(visible >= 0 and (visible == 0) == (box is None), where, f"visible_px is {visible} and bbox is {box}")
    if box is not None:
        x, y, w, h = box
        inside = min(x, y) >= 0 and min(w, h) >= 1 and x + w <= size[0] and y + h <= size[1]
        _need(inside, where, f"bbox {box} is not inside {size[0]} x {size[1]} pixels")
        _need(w * h >= visible, where, f"bbox {box} has {w * h} pixels, but visible_px is {visible}")
