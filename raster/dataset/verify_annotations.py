"""check_annotations: do poses, boxes, keypoints and shares of an object's record agree with its other numbers?"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from raster.errors import InputError

RIGID, RELATIVE = 1e-4, 1e-4  # of float32 matrices, and of metres by the distance from the camera
SHARE = 1e-4  # shares have four decimals
PLACE = 0.05  # px: keypoints have two decimals, and corners are float32
LENS = (("fx", "cx"), ("fy", "cy"))
BESIDE = 1.0  # px that a mask may reach over its projected box: an outline is drawn to a third of a pixel
BOXES = (("bbox", "visible_px"), ("amodal_bbox", "amodal_px"), ("full_bbox", "full_px"))  # each holds the one before


def check_annotations(record: Mapping[str, Any], where: str) -> None:
    """Check what annotations say of a record's objects. InputError, which begins with `where`, for the first that is wrong."""
    for entry in record["objects"]:
        here = f"{where}: instance {entry['instance']}"
        if {"amodal_px", "visible_px"} <= set(entry):
            _check_share(entry, "visibility", entry["visible_px"], entry["amodal_px"], here)
        if "amodal_px" in entry and entry.get("full_px") is not None:
            _check_share(entry, "truncation", entry["full_px"] - entry["amodal_px"], entry["full_px"], here)
        _check_boxes(entry, here)
        if "pose" in entry:
            _check_pose(entry, record["camera"], here)
            _check_projection(entry, record["camera"], here)
        _check_keypoints(entry, record["camera"], here)


def _check_share(entry: Mapping[str, Any], key: str, part: int, whole: int, here: str) -> None:
    """`key` is part / whole, None of nothing; 0 <= part <= whole."""
    good = 0 <= part <= whole and (entry[key] is None) == (whole == 0)
    good = good and (whole == 0 or abs(entry[key] - part / whole) <= SHARE)
    if not good:
        raise InputError(f"{here}: {key} is {entry[key]}, but {part} of {whole} pixels")


def _check_pose(entry: Mapping[str, Any], camera: Mapping[str, Any], here: str) -> None:
    """The pose is rigid and puts the object where world_from_object does; the box's corners are those of its other numbers."""
    rotation, translation = (np.asarray(entry["pose"][key], np.float64) for key in ("rotation", "translation"))
    if np.abs(rotation @ rotation.T - np.eye(3)).max() > RIGID or np.linalg.det(rotation) <= 0:
        raise InputError(f"{here}: pose is no rotation: {rotation.round(4).tolist()}")
    world_from_camera = np.asarray(camera["world_from_camera"], np.float64)
    world_from_object = np.asarray(entry["world_from_object"], np.float64)
    scale = np.linalg.norm(world_from_object[:3, :3], axis=0)
    near = RELATIVE * (1 + np.abs(world_from_camera[:3, 3]).max() + np.abs(translation).max())
    turned = np.abs(world_from_camera[:3, :3] @ rotation * scale - world_from_object[:3, :3]).max()
    moved = np.abs(world_from_camera[:3, :3] @ translation + world_from_camera[:3, 3] - world_from_object[:3, 3]).max()
    if max(turned, moved) > near:
        raise InputError(f"{here}: pose puts it elsewhere than world_from_object: {max(turned, moved):.2g} m off")
    if "box3d" not in entry:
        return
    box = {key: np.asarray(value, np.float64) for key, value in entry["box3d"].items()}
    sides = np.array([[k >> 2 & 1, k >> 1 & 1, k & 1] for k in range(8)]) - 0.5
    off = np.abs(box["corners"] - box["center"] - (sides * box["size"]) @ box["rotation"].T).max()
    if off > near or np.abs(box["rotation"] - rotation).max() > RIGID:
        raise InputError(f"{here}: the corners of box3d are not those of its center, size and rotation: {off:.2g} m off")
    if np.abs(box["size"] - np.asarray(entry["size"])).max() > near:
        raise InputError(f"{here}: size is {entry['size']}, but that of box3d is {entry['box3d']['size']}")


def _check_boxes(entry: Mapping[str, Any], here: str) -> None:
    """Each box has room for its pixels, is there if they are, and holds the box of what is seen of it."""
    inner: list[int] | None = None
    for key, count in BOXES:
        box, pixels = entry.get(key), entry.get(count)
        if pixels is None:
            continue
        if (box is None) != (pixels == 0) or (box and box[2] * box[3] < pixels):
            raise InputError(f"{here}: {key} is {box}, but {count} is {pixels}")
        if inner and box and not _holds(box, inner, 0):
            raise InputError(f"{here}: {key} is {box}, but a part of it spans {inner}")
        inner = box


def _holds(box: Sequence[float], inner: Sequence[float], beside: float) -> bool:
    """Whether [x, y, w, h] holds another, which may reach `beside` px farther on each side."""
    (x, y, w, h), (left, top, wide, high) = box, inner
    return x - beside <= left and y - beside <= top and left + wide <= x + w + beside and top + high <= y + h + beside


def _corners(entry: Mapping[str, Any], camera: Mapping[str, Any]) -> np.ndarray:
    """(8, 2) px: where the corners of box3d are seen; (0, 2) without it, with a lens that distorts, or one behind it."""
    corners = np.asarray(entry["box3d"]["corners"], np.float64) if "box3d" in entry else np.zeros((0, 3))
    if "distortion" in camera or not len(corners) or corners[:, 2].min() <= camera["near"]:
        return np.zeros((0, 2))
    return np.stack([camera[f] * corners[:, k] / corners[:, 2] + camera[c] for k, (f, c) in enumerate(LENS)], axis=1)


def _check_projection(entry: Mapping[str, Any], camera: Mapping[str, Any], here: str) -> None:
    """All that is drawn of an object lies where the corners of box3d are seen."""
    corners = _corners(entry, camera)
    if not len(corners):
        return
    around = [*corners.min(axis=0), *np.ptp(corners, axis=0)]
    for key, _ in BOXES:
        if entry.get(key) and not _holds(around, entry[key], BESIDE):
            seen = [round(float(value), 1) for value in around]
            raise InputError(f"{here}: {key} is {entry[key]}, but the corners of box3d span {seen} px")


def _check_keypoints(entry: Mapping[str, Any], camera: Mapping[str, Any], here: str) -> None:
    """Flags are 0, 1 or 2; a point with flag 0 has u = v = 0, others are inside the image; the first are box3d's corners."""
    points = entry.get("keypoints", [])
    for number, (u, v, flag) in enumerate(points):
        inside = 0 <= u < camera["width"] and 0 <= v < camera["height"]
        if flag not in (0, 1, 2) or not inside or (flag == 0 and (u, v) != (0, 0)):
            raise InputError(f"{here}: keypoint {number} is {[u, v, flag]}")
    for number, (point, (u, v)) in enumerate(zip(points, _corners(entry, camera).tolist(), strict=False)):
        if point[2] and max(abs(point[0] - u), abs(point[1] - v)) > PLACE:
            seen = [round(u, 2), round(v, 2)]
            raise InputError(f"{here}: keypoint {number} is {list(point)}, but that corner of box3d is at {seen} px")
