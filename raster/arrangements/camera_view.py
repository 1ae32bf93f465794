"""in_view: where the first object stands, so that the camera sees it. in_middle: where it stands for many cameras."""

import numpy as np

from raster.arrangements.problem import ArrangementProblem
from raster.transforms import direction

IN_VIEW = 0.75  # the first object's centre lies within this share of the half angle of view
CLOSE = 0.4  # and its bounding ball is at most so large, seen from the eye: radius over distance
MIDDLE = 0.25  # of the room's radius: so near to the origin stands the first object that no camera is asked about


def eye_and_axis(room: ArrangementProblem) -> tuple[np.ndarray, np.ndarray]:
    """(B, 3) where the cameras are and (B, 3) where they look."""
    pose = room.scenes.cameras.world_from_camera.astype(np.float64)
    return pose[:, :3, 3], -pose[:, :3, 2]


def first_place(room: ArrangementProblem, height: np.ndarray, reach: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A place (B, 3) for the first object, and a factor (B,) <= 1 for its size.

    height (B,): of its origin on a floor, metres; reach (B,): of its bounding ball.
    """
    return in_middle(room, height) if room.free else in_view(room, height, reach)


def in_middle(room: ArrangementProblem, height: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Near the origin, which cameras look at."""
    out, around = np.sqrt(room.streams.uniform("first_out")), 2 * np.pi * room.streams.uniform("first_around")
    place = direction(around, np.zeros_like(around)) * (MIDDLE * room.radius * out)[:, None]
    up = MIDDLE * room.radius * room.streams.uniform_between("first_depth", (-1, 1))
    place[:, 2] = np.where(room.floor, height, up)
    return place, np.ones(len(place))


def in_view(room: ArrangementProblem, height: np.ndarray, reach: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A place that the camera sees; what stands there is made smaller lest it fill the picture.

    The view holds a cone of half angle a; a ball around a point at distance s on its axis lies within it up to radius s sin a.
    """
    streams, cameras, radius, floor = room.streams, room.scenes.cameras, room.radius, room.floor
    pose, (eye, axis) = cameras.world_from_camera.astype(np.float64), eye_and_axis(room)
    # Slopes up to the nearest edges, of a principal point that may be off the middle, and of pixels that need not be square.
    across, up = (1 - np.abs(cameras.principal_point_ndc[:, k].astype(np.float64)) for k in (0, 1))
    narrow = np.tan(cameras.fov_y / 2) * np.minimum(up, across * cameras.aspect / cameras.pixel_aspect)
    angle = IN_VIEW * np.arctan(narrow)
    out, around = np.sqrt(streams.uniform("first_out")), 2 * np.pi * streams.uniform("first_around")

    middle = np.einsum("bi,bi->b", -eye, axis)  # how far along the axis the origin is
    depth = np.maximum(
        middle + radius * streams.uniform_between("first_depth", (-0.8, 0.5)), np.maximum(0.35 * middle, 0.3 * radius)
    )
    ray = direction(around, np.pi / 2 - angle * out) * np.array([1.0, 1.0, -1.0])
    afloat = eye + depth[:, None] * np.einsum("bij,bj->bi", pose[:, :3, :3], ray)

    def on_floor(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        far = (eye[:, 2] - z) / np.maximum(-axis[:, 2], 0.1)
        away = np.minimum(IN_VIEW * far * np.sin(np.arctan(narrow)), radius) * out
        return eye + far[:, None] * axis + direction(around, np.zeros_like(around)) * away[:, None], far

    distance = np.where(floor, on_floor(height)[1], depth)
    shrink = np.minimum(1.0, CLOSE * distance / reach)
    return np.where(floor[:, None], on_floor(height * shrink)[0], afloat), shrink


def holds_camera(room: ArrangementProblem, position: np.ndarray, reach: np.ndarray) -> np.ndarray:
    """(B, O) bool: the camera, or a corner of its near plane, is in the ball of radius reach (B, O) at position (B, O, 3)."""
    cameras = room.scenes.cameras
    up = np.tan(cameras.fov_y.astype(np.float64) / 2) * (1 + np.abs(cameras.principal_point_ndc[:, 1]))
    across = (
        np.tan(cameras.fov_y.astype(np.float64) / 2)
        * cameras.aspect
        / cameras.pixel_aspect
        * (1 + np.abs(cameras.principal_point_ndc[:, 0]))
    )
    corner = cameras.near * np.sqrt(1 + up * up + across * across)
    away = np.linalg.norm(position - eye_and_axis(room)[0][:, None], axis=-1)
    return away < reach + corner[:, None]
