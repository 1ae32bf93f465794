"""check: the tables of each scene of format=bop against its masks, depth and images, and the files of the models."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from raster.dataset.decode_grey import decode_grey
from raster.dataset.mask_box import box_of
from raster.exporters.bop import FOLDERS, NOWHERE, SCENE, TABLES
from raster.exporters.bop_files import FACE, VERTEX
from raster.exporters.exported import Exported, need, read_bytes, read_json, read_picture

RIGID = 1e-5  # of float32 rotations
MM = 1e-3  # by which measures of a model may be off


def check(export: Exported) -> Iterator[tuple[str, int]]:
    """Yield split and number of seen objects of each image, after it was checked. InputError for the first that is wrong."""
    models = export.folder / "models"
    info = read_json(models / "models_info.json")
    for number, measures in info.items():
        _check_model(models / f"obj_{int(number):06d}.ply", measures)
    camera = read_json(export.folder / "camera.json")
    size, numbers = (camera["height"], camera["width"]), {int(number) for number in info}
    for name in export.names:
        for home in sorted((export.folder / name).iterdir()):
            cameras, truth, visibility = (read_json(home / f"{table}.json") for table in TABLES)
            need(0 < len(cameras) <= SCENE, home, f"holds {len(cameras)} images; expected 1 to {SCENE}")
            need(cameras.keys() == truth.keys() == visibility.keys(), home, f"{', '.join(TABLES)} are of different images")
            listed = {f"{int(image):06d}.png" for image in cameras}
            need(
                listed == {path.name for path in (home / FOLDERS[0]).iterdir()}, home, "has images that its tables do not have"
            )
            for image in cameras:
                yield name, _check_image(home, int(image), (cameras[image], truth[image], visibility[image]), size, numbers)


def _check_model(path: Path, measures: Mapping[str, float]) -> None:
    """The PLY file has as many bytes as its header says, and the size that models_info.json says."""
    head, end, rest = read_bytes(path).partition(b"end_header\n")
    counts = [int(count) for count in re.findall(rb"element (?:vertex|face) (\d+)", head)]
    whole = bool(end) and len(counts) == 2 and len(rest) == counts[0] * VERTEX.itemsize + counts[1] * FACE.itemsize
    need(whole, path, "is no PLY file of as many vertices and triangles as it says")
    vertices = np.frombuffer(rest, VERTEX, counts[0])
    for axis in "xyz":
        found = (float(vertices[axis].min()), float(np.ptp(vertices[axis])))
        said = (measures[f"min_{axis}"], measures[f"size_{axis}"])
        need(np.abs(np.subtract(found, said)).max() <= MM, path, f"reaches from {found[0]} over {found[1]} mm along {axis}; "
             f"models_info.json says {said[0]} and {said[1]}")  # fmt: skip


def _check_image(
    home: Path, number: int, tables: tuple[dict[str, Any], list[Any], list[Any]], size: tuple[int, int], models: set[int]
) -> int:
    """How many objects of an image are seen."""
    camera, truth, visibility = tables
    where, name = f"{home}: image {number}", f"{number:06d}"
    need(_is_rotation(camera["cam_R_w2c"]), where, "cam_R_w2c is no rotation")
    need(len(camera["cam_K"]) == 9 and min(camera["cam_K"][0], camera["cam_K"][4]) > 0, where, "cam_K has no focal length")
    picture, units = home / f"rgb/{name}.png", home / f"depth/{name}.png"
    depth = decode_grey(read_bytes(units), units)
    need(depth.dtype == np.uint16, units, "is not of 16 bits")
    for path, shape in ((picture, read_picture(picture).shape), (units, depth.shape)):
        need(shape[:2] == size, path, f"is {shape[1]} x {shape[0]} px; camera.json says {size[1]} x {size[0]}")
    need(len(truth) == len(visibility), where, f"has {len(truth)} poses and {len(visibility)} rows of scene_gt_info.json")
    taken, seen = np.zeros(size, bool), 0
    for k, (pose, told) in enumerate(zip(truth, visibility, strict=True)):
        here = f"{where}, object {k}"
        need(pose["obj_id"] in models, here, f"obj_id is {pose['obj_id']}, of which there is no model")
        need(_is_rotation(pose["cam_R_m2c"]), here, "cam_R_m2c is no rotation")
        whole, visible = (_mask(home / folder / f"{name}_{k:06d}.png", size) for folder in FOLDERS[2:])
        need(not (taken & visible).any(), here, "its mask_visib overlaps that of another object")
        taken |= visible
        _check_visibility(told, whole, visible, depth > 0, here)
        seen += bool(visible.any())
    return seen


def _is_rotation(values: list[float]) -> bool:
    rotation = np.asarray(values, np.float64).reshape(3, 3)
    return bool(np.abs(rotation @ rotation.T - np.eye(3)).max() <= RIGID and np.linalg.det(rotation) > 0)


def _mask(path: Path, size: tuple[int, int]) -> np.ndarray:
    """(H, W) bool."""
    values = read_picture(path, "L")
    need(values.shape == size, path, f"is {values.shape[1]} x {values.shape[0]} px; camera.json says {size[1]} x {size[0]}")
    need(bool(np.isin(values, (0, 255)).all()), path, "holds other values than 0 and 255")
    return values > 0


def _check_visibility(told: Mapping[str, Any], whole: np.ndarray, visible: np.ndarray, measured: np.ndarray, here: str) -> None:
    """Counts, share and boxes are those of the masks (H, W) bool; what is beyond the image is known to the data set alone."""
    need(not (visible & ~whole).any(), here, "its mask lacks pixels of its mask_visib")
    counts = {"px_count_visib": visible, "px_count_valid": whole & measured}
    for key, mask in counts.items():
        need(told[key] == mask.sum(), here, f"{key} is {told[key]}; its masks have {mask.sum()} pixels")
    most = told["px_count_all"]
    need(most >= whole.sum(), here, f"px_count_all is {most}; its mask has {whole.sum()} pixels")
    share = told["px_count_visib"] / most if most else 0.0
    need(abs(told["visib_fract"] - share) <= 1e-6, here, f"visib_fract is {told['visib_fract']}; its counts give {share}")
    x, y, w, h = box_of(visible) or (-1, -1, 0, 0)
    expected = [x, y, w - 1, h - 1]
    need(told["bbox_visib"] == expected, here, f"bbox_visib is {told['bbox_visib']}; that of its mask_visib is {expected}")
    if not visible.any():
        need(
            told["bbox_obj"] == NOWHERE,
            here,
            f"bbox_obj is {told['bbox_obj']}; expected {NOWHERE}, since nothing of it is seen",
        )
        return
    left, top, wide, high = told["bbox_obj"]
    x, y, w, h = box_of(whole) or (0, 0, 0, 0)
    around = left <= x and top <= y and left + wide >= x + w - 1 and top + high >= y + h - 1
    need(around, here, f"bbox_obj is {told['bbox_obj']}, which does not hold its mask")
