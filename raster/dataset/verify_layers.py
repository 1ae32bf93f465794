"""check_layers: do the layers of an image on disk agree with its label, its record and one another?"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from raster.dataset.flow_files import FLOWS, with_masks
from raster.dataset.held_files import Folder, Place
from raster.dataset.layer_files import METRIC, NORMALS, LayerFile, metres_of, path_of, read_layer
from raster.dataset.verify_flow import check_flow
from raster.dataset.verify_geometry import check_geometry
from raster.errors import InputError

KNOWN = ("instance_id", "coverage", *METRIC, *NORMALS, *with_masks(FLOWS))
UNIT = 2e-3  # how far the length of a normal may be from 1: float16 has 11 bits
UNIT_8 = 2e-2  # of one in 8 bits


def check_layers(
    out: Folder, index: int, record: Mapping[str, Any], label: np.ndarray | None, files: Mapping[str, LayerFile]
) -> set[str]:
    """Check the layers of image `index`, hashes too, and return their paths in OUT.

    label (H, W) uint8, None without one; files: "layers" of the manifest. InputError for the first file that is wrong.
    """
    listed = record.get("files", {})
    layers: dict[str, np.ndarray] = {}
    for name, file in files.items():
        path = path_of(file, index)
        _need(path in listed, out / path, "is not among the files of its record in scenes.jsonl")
        layers[name] = read_layer(out / path, name, file, listed[path])
        shape = (record["camera"]["height"], record["camera"]["width"])
        found = layers[name].shape[:2]
        fits = found == shape if name in KNOWN else min(np.subtract(found, shape)) >= 0  # others may be drawn on a canvas
        _need(fits, out / path, f"is an array of {layers[name].shape}; the image has {shape}")
    where = {name: out / path_of(file, index) for name, file in files.items()}
    ids = layers.get("instance_id")
    if ids is not None:
        check_ids(ids, record["objects"], label, where["instance_id"])
    if ids is not None and "coverage" in layers:
        _check_coverage(layers["coverage"], ids, record["objects"], where["coverage"])
    there = None if ids is None else ids > 0
    for name in METRIC:
        if name in layers:
            metres = metres_of(layers[name], files[name])
            _check_metres(metres, there, record.get("too_far", {}).get(name, 0), where[name])
    for name in NORMALS:
        if name in layers:
            _check_normals(layers[name], there, files[name], where[name])
    for name in FLOWS:
        if name in layers:
            check_flow(out, index, name, layers, files, record.get("too_far", {}).get(name, 0))
    check_geometry(layers, files, record, where)
    return {path_of(file, index) for file in files.values()}


def _need(good: bool, path: Place, problem: str) -> None:
    if not good:
        raise InputError(f"{path}: {problem}")


def check_ids(ids: np.ndarray, objects: list[dict[str, Any]], label: np.ndarray | None, path: Place) -> None:
    """Hold instance ids (H, W) uint16 against the table of objects and the label."""
    areas = np.bincount(ids.ravel(), minlength=len(objects) + 1)
    _need(len(areas) == len(objects) + 1, path, f"holds the id {len(areas) - 1}, but the record has {len(objects)} objects")
    for entry in objects:
        found, said = int(areas[entry["instance"]]), entry.get("visible_px")
        what = f"{found} pixels of instance {entry['instance']}, but its visible_px is {said}"
        _need(said is None or found == said, path, what)
        if entry.get("bbox"):
            x, y, w, h = entry["bbox"]
            inside = ids[y : y + h, x : x + w] == entry["instance"]
            edges = inside[0].any() and inside[-1].any() and inside[:, 0].any() and inside[:, -1].any()
            _need(
                edges and int(inside.sum()) == found,
                path,
                f"instance {entry['instance']} does not fill its bbox {entry['bbox']}",
            )
    if label is not None:
        class_of = np.zeros(len(objects) + 1, np.int64)
        for entry in objects:
            class_of[entry["instance"]] = entry["class_id"]
        wrong = class_of[ids] != label
        if wrong.any():
            row, column = np.argwhere(wrong)[0].tolist()
            what = f"column {column}, row {row} shows instance {ids[row, column]}, whose class is not that of the label"
            raise InputError(f"{path}: {what} ({label[row, column]})")


def _check_coverage(coverage: np.ndarray, ids: np.ndarray, objects: list[dict[str, Any]], path: Place) -> None:
    """The amodal mask of each labelled object holds its visible pixels (ids (H, W) uint16), and has as many as it says."""
    words = coverage.reshape(*ids.shape, -1)
    for entry in (each for each in objects if each["class_id"]):
        word, bit = divmod(entry["instance"] - 1, 32)
        mask = (words[..., word] >> np.uint32(bit) & np.uint32(1)).astype(bool)
        lost = int((~mask & (ids == entry["instance"])).sum())
        _need(lost == 0, path, f"lacks {lost} visible pixels of instance {entry['instance']}")
        found, said = int(np.count_nonzero(mask)), entry.get("amodal_px")
        _need(said in (None, found), path, f"{found} pixels of instance {entry['instance']}, but its amodal_px is {said}")


def _check_metres(metres: np.ndarray, there: np.ndarray | None, too_far: int, path: Place) -> None:
    """Metres (H, W) are finite, and above 0 exactly where something is; too_far: pixels that did not fit."""
    _need(bool(np.isfinite(metres).all()) and metres.min() >= 0, path, "holds what is no length")
    if there is not None:
        _need(not (metres[~there] > 0).any(), path, "has a length where instances/ shows nothing")
        lacking = int((metres[there] == 0).sum())
        _need(lacking == too_far, path, f"{lacking} pixels of objects are 0, but the record says that {too_far} are too far")


def _check_normals(normals: np.ndarray, there: np.ndarray | None, file: LayerFile, path: Place) -> None:
    """Normals (H, W, 3) have length 1 where something is, else 0."""
    of_bytes = file["format"] == "png8"
    values = normals / 127.5 - 1 if of_bytes else normals.astype(np.float32)
    length = np.linalg.norm(values, axis=2)
    nothing = length < 0.5
    good = np.abs(length[~nothing] - 1).max(initial=0) <= (UNIT_8 if of_bytes else UNIT)
    _need(bool(good), path, "holds normals whose length is not 1")
    _need(there is None or bool((nothing == ~there).all()), path, "has normals where nothing is, or lacks some")
