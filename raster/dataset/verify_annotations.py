"""check_annotations: do poses, boxes in three dimensions and shares of an object's record agree with its other numbers?"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from raster.errors import InputError

RIGID, RELATIVE = 1e-4, 1e-4  # of float32 matrices, and of metres by the distance from the camera
SHARE = 1e-4  # shares have four decimals


def check_annotations(record: Mapping[str, Any], where: str) -> None:
    """Check what annotations say of a record's objects. InputError, which begins with `where`, for the first that is wrong."""
    for entry in record["objects"]:
        here = f"{where}: instance {entry['instance']}"
        if {"amodal_px", "visible_px"} <= set(entry):
            _check_share(entry, "visibility", entry["visible_px"], entry["amodal_px"], here)
        if "amodal_px" in entry and entry.get("full_px") is not None:
            _check_share(entry, "truncation", entry["full_px"] - entry["amodal_px"], entry["full_px"], here)
        if "pose" in entry:
            _check_pose(entry, record["camera"], here)


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
