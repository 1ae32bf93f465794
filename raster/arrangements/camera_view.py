"""first_place: where the first object stands, so that the camera sees it. holds_camera: objects that the camera is in."""

import numpy as np

from raster.arrangements.problem import ArrangementProblem
from raster.transforms import direction

IN_VIEW = 0.75  # the first object's centre lies within this share of the half angle of view
CLOSE = 0.4  # largest radius of its bounding ball over its distance from the camera
MIDDLE = 0.25  # share of the problem's radius: within it stands the first object if places must not depend on the camera


def eye_and_axis(problem: ArrangementProblem) -> tuple[np.ndarray, np.ndarray]:
    """(B, 3) float64 positions of the cameras in metres, and (B, 3) unit vectors along which they look."""
    pose = problem.scenes.cameras.world_from_camera.astype(np.float64)
    return pose[:, :3, 3], -pose[:, :3, 2]


def first_place(problem: ArrangementProblem, height: np.ndarray, reach: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A place (B, 3) m for the first object of each scene, and a factor (B,) <= 1 for its size.

    height (B,) m: of its origin, if it stands on a floor; reach (B,) m: radius of its bounding ball.
    """
    return in_middle(problem, height) if problem.free else in_view(problem, height, reach)


def in_middle(problem: ArrangementProblem, height: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """As first_place, without regard to the camera: a place near the origin, at which cameras look."""
    out, around = np.sqrt(problem.streams.uniform("first_out")), 2 * np.pi * problem.streams.uniform("first_around")
    place = direction(around, np.zeros_like(around)) * (MIDDLE * problem.radius * out)[:, None]
    up = MIDDLE * problem.radius * problem.streams.uniform_between("first_depth", (-1, 1))
    place[:, 2] = np.where(problem.floor, height, up)
    return place, np.ones(len(place))


def in_view(problem: ArrangementProblem, height: np.ndarray, reach: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """As first_place: a place that the camera sees, and a size that does not fill the picture.

    The view contains a cone of half angle a about its axis. A ball around a point of the axis at distance s lies in this cone
    if its radius is at most s sin a.
    """
    streams, cameras, radius, floor = problem.streams, problem.scenes.cameras, problem.radius, problem.floor
    pose, (eye, axis) = cameras.world_from_camera.astype(np.float64), eye_and_axis(problem)
    # Slopes of the rays to the nearest edges: the principal point may be off the middle, and pixels need not be square.
    # They are not derived from Cameras.focal_px, which would give other last bits.
    across, up = (1 - np.abs(cameras.principal_point_ndc[:, k].astype(np.float64)) for k in (0, 1))
    narrow = np.tan(cameras.fov_y / 2) * np.minimum(up, across * cameras.aspect / cameras.pixel_aspect)
    angle = IN_VIEW * np.arctan(narrow)
    out, around = np.sqrt(streams.uniform("first_out")), 2 * np.pi * streams.uniform("first_around")

    middle = np.einsum("bi,bi->b", -eye, axis)  # distance of the origin along the axis
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


def holds_camera(problem: ArrangementProblem, position: np.ndarray, reach: np.ndarray) -> np.ndarray:
    """(B, O) bool: whether an object's bounding ball contains the camera or a corner of its near plane.

    position (B, O, 3) m: of the balls; reach (B, O) m: their radii.
    """
    cameras = problem.scenes.cameras
    # Slopes of the rays to the edges that are farthest from the principal point, as above.
    slope, farthest = np.tan(cameras.fov_y.astype(np.float64) / 2), 1 + np.abs(cameras.principal_point_ndc)
    up, across = slope * farthest[:, 1], slope * cameras.aspect / cameras.pixel_aspect * farthest[:, 0]
    corner = cameras.near * np.sqrt(1 + up * up + across * across)
    away = np.linalg.norm(position - eye_and_axis(problem)[0][:, None], axis=-1)
    return away < reach + corner[:, None]
