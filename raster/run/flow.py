"""flow_between: where the surfaces that one image shows are in another image of the same scene, by depth and cameras."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from raster.annotations.camera_frame import project
from raster.dataset.flow_files import INSIDE, MAX_PX, VALID, VISIBLE
from raster.dataset.same_objects import numbers_there
from raster.geometry.lens_distortion import undistorted

ALIKE = 0.01  # a point is seen in an image if its depth is within this share of what the pixel there shows
_EDGE_ON = 0.02  # cosine of ray and normal, below which the plane of a surface says nothing of its depth

Camera = Mapping[str, Any]  # of a record


@dataclass(frozen=True)
class View:
    """What flow is computed from: one image."""

    camera: Camera
    objects: Sequence[Mapping[str, Any]]  # of its record
    instance_id: np.ndarray  # (H, W) uint16
    rays: np.ndarray  # (H, W, 2) float64: x/z and y/z through the centre of each pixel
    depth: np.ndarray  # (H, W) float64 m, of what is under the centre; 0 where nothing is


def view_of(record: Mapping[str, Any], instance_id: np.ndarray, depth: np.ndarray, normal: np.ndarray | None) -> View:
    """A view of layers (H, W): depth in m, and normal (H, W, 3) in the camera's frame, which a lens that distorts needs.

    With such a lens a pixel has the depth of the nearest pixel of the straight picture. The plane of the surface there, by its
    normal, has the depth under the pixel's own centre.
    """
    camera: Camera = record["camera"]
    focal, middle = (np.array([float(camera[key]) for key in keys]) for keys in (("fx", "fy"), ("cx", "cy")))
    height, width = depth.shape
    centers = np.stack(np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5), axis=2)
    rays, metres = (centers - middle) / focal, depth.astype(np.float64)
    if "distortion" in camera:
        assert normal is not None  # drawn with such a lens
        rays = undistorted(rays, *np.asarray(camera["distortion"], np.float64))
        sampled = (np.floor(rays * focal + middle) + 0.5 - middle) / focal
        facing, facing_sampled = (-(each * normal[..., :2]).sum(axis=2) - normal[..., 2] for each in (rays, sampled))
        flat = np.minimum(facing, facing_sampled) > _EDGE_ON
        metres *= np.where(flat, facing_sampled, 1) / np.where(flat, facing, 1)
    return View(camera, record["objects"], instance_id, rays, metres)


def flow_between(one: View, other: View) -> tuple[np.ndarray, np.ndarray]:
    """Flow (H, W, 2) float32 px, u right and v down, from one image to the other, and its masks (H, W) uint8.

    Flow is where the point under a pixel's centre is in the other image, minus the pixel's centre; 0 where the mask VALID is
    not set. VALID: there is a surface, and it is in front of the other camera's near plane. INSIDE: it is within the other
    image. VISIBLE: the pixel it is in there shows the same object at its depth, within ALIKE.
    """
    rows, columns = np.nonzero(one.depth)
    metres = one.depth[rows, columns][:, None]
    points = _moved(one.camera, other.camera, np.concatenate([one.rays[rows, columns] * metres, metres], axis=1))
    place = project(other.camera, points)
    height, width = one.depth.shape
    moved = place - np.stack([columns, rows], axis=1) - 0.5
    with np.errstate(
        invalid="ignore"
    ):  # NaN: where the model of a lens shows nothing; near its edge it shows things very far out
        valid = (points[:, 2] >= float(other.camera["near"])) & (np.abs(moved) < MAX_PX).all(axis=1)
    inside = valid & (place >= 0).all(axis=1) & (place < (width, height)).all(axis=1)
    u, v = np.where(inside[:, None], place, 0).astype(np.int64).T  # the pixel it is in: the one with the nearest centre
    visible = inside & (np.abs(points[:, 2] - other.depth[v, u]) < ALIKE * points[:, 2])
    numbers = numbers_there(one.objects, other.objects)
    # Depth alone is not enough: where a thing stands on a floor, both are as far away.
    visible &= other.instance_id[v, u] == numbers[one.instance_id[rows, columns]]
    flow, masks = np.zeros((height, width, 2), np.float32), np.zeros((height, width), np.uint8)
    flow[rows, columns] = np.where(valid[:, None], moved, 0)
    masks[rows, columns] = VALID * valid + INSIDE * inside + VISIBLE * visible
    return flow, masks


def _moved(one: Camera, other: Camera, points: np.ndarray) -> np.ndarray:
    """Points (N, 3) of a camera's frame in that of another."""
    from_one, from_other = (np.asarray(each["world_from_camera"], np.float64) for each in (one, other))
    world = points @ from_one[:3, :3].T + (from_one[:3, 3] - from_other[:3, 3])
    moved: np.ndarray = world @ from_other[:3, :3]
    return moved
