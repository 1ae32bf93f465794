"""Camera: its distance and direction from the scene, where it looks, its roll, and its field of view or intrinsics."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from raster.errors import InputError
from raster.randomizers.options import check_options, option, range_option
from raster.randomizers.ranges import Range, check_range, check_three, set_fields
from raster.scene.requirements import Requirements
from raster.scene.scenes import Scenes
from raster.streams import Streams
from raster.transforms import direction, look_at, normalize

MAX_OFF_CENTRE = 0.5  # greatest distance of a principal point from the middle, in half pictures


def _check_box(key: str, value: object) -> tuple[float, float, float]:
    """Three sides of 0 to 50 m."""
    return check_three(key, value, 0, 50)


@dataclass(frozen=True)
class Camera:
    """Writes `cameras`. Its place is on a sphere around a target near the origin, at which it looks."""

    of_view: ClassVar[bool] = True

    distance: Range = range_option((2.6, 4.5), 0.1, 50, "m", "Distance of the camera from its target.")
    azimuth_deg: Range = range_option(
        (0, 360), -3600, 3600, "degrees", "Azimuth of the camera: 0 is on the x axis, counter-clockwise seen from above."
    )
    elevation_deg: Range | None = range_option(
        (12, 75), -90, 90, "degrees", "Elevation of the camera above the horizon; null with height.", nullable=True
    )
    height: Range | None = range_option(
        None, -50, 50, "m", "Height above the target, at most the distance, in place of elevation_deg.", nullable=True
    )
    jitter: Range = range_option((0, 0.35), 0, 5, "m", "Distance of the target from the origin, in any direction.")
    aim_deg: Range = range_option((0, 0), 0, 80, "degrees", "Angle by which the camera looks past its target, to any side.")
    box: tuple[float, float, float] = option(
        (0, 0, 0),
        "Sides along x, y, z of a box around the camera's place; the camera is anywhere in the box.",
        "m",
        "0 to 50",
        _check_box,
    )
    roll_deg: Range = range_option((-15, 15), -3600, 3600, "degrees", "Roll of the camera, counter-clockwise.")
    fov_deg: Range | None = range_option(
        (35, 70), 0, 180, "degrees", "Vertical field of view; null with fy.", open_ends=True, nullable=True
    )
    fy: Range | None = range_option(None, 1, 1e5, "px", "Focal length along y, in place of fov_deg.", nullable=True)
    fx: Range | None = range_option(None, 1, 1e5, "px", "Focal length along x; null: the same as along y.", nullable=True)
    cx: Range | None = range_option(
        None, -1e5, 1e5, "px", "Principal point from the left edge; null: the middle.", nullable=True
    )
    cy: Range | None = range_option(
        None, -1e5, 1e5, "px", "Principal point from the upper edge; null: the middle.", nullable=True
    )

    def __post_init__(self) -> None:
        """Check all fields and how they go together. InputError names the first wrong one."""
        _either(self, "elevation_deg", "height")
        _either(self, "fov_deg", "fy")
        check_options(self)
        if self.height is not None:
            set_fields(self, height=check_range("height", self.height, -self.distance[0], self.distance[0]))
        if self.fx is not None and self.fy is None:
            low, high = self.fx
            given = f"{low:g}" if low == high else f"[{low:g},{high:g}]"
            raise InputError(f"fx={given}: fy is needed too, and fov_deg=null; or leave fx out for square pixels")

    def requirements(self) -> Requirements:
        """How far a principal point may lie off the middle."""
        return Requirements(off_centre=MAX_OFF_CENTRE if self.cx is not None or self.cy is not None else 0.0)

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        """Write the pose, then the intrinsics. InputError for a principal point too far off the middle."""
        azimuth = np.radians(streams.uniform_between("azimuth", self.azimuth_deg))
        distance = streams.uniform_between("distance", self.distance)
        if self.elevation_deg is not None:
            elevation = np.radians(streams.uniform_between("elevation", self.elevation_deg))
        else:
            elevation = np.arcsin(np.clip(streams.uniform_between("height", self.height or (0, 0)) / distance, -1, 1))
        around = 2 * np.pi * streams.uniform("target_azimuth")
        above = np.arcsin(2 * streams.uniform("target_elevation") - 1)
        target = direction(around, above) * streams.uniform_between("jitter", self.jitter)[:, None]
        eye = target + direction(azimuth, elevation) * distance[:, None]
        eye += (streams.uniform("box", 3) - 0.5) * self.box
        off = direction(2 * np.pi * streams.uniform("aim_azimuth"), np.arcsin(2 * streams.uniform("aim_elevation") - 1))
        axis = normalize(target - eye)
        off -= np.einsum("bi,bi->b", off, axis)[:, None] * axis  # perpendicular to the line of sight
        away = np.tan(np.radians(streams.uniform_between("aim", self.aim_deg))) * np.linalg.norm(target - eye, axis=1)
        target = target + normalize(off + 1e-12) * away[:, None]
        roll = np.radians(streams.uniform_between("roll", self.roll_deg))
        scenes.cameras.world_from_camera[:] = look_at(eye, target, roll)
        self._intrinsics(scenes, streams)

    def _intrinsics(self, scenes: Scenes, streams: Streams) -> None:
        """Write field of view, pixel aspect and principal point."""
        cameras = scenes.cameras
        height, width = cameras.height, cameras.height * cameras.aspect
        if self.fov_deg is not None:
            cameras.fov_y[:] = np.radians(streams.uniform_between("fov", self.fov_deg))
        elif self.fy is not None:
            focal = streams.uniform_between("fy", self.fy)
            along_x = focal if self.fx is None else streams.uniform_between("fx", self.fx)
            cameras.fov_y[:] = 2 * np.arctan(height / 2 / focal)
            cameras.pixel_aspect[:] = along_x / focal
            cameras.stated_px[:, :2] = np.stack([along_x, focal], axis=1)
        for axis, name, size, sign in ((0, "cx", width, 1), (1, "cy", height, -1)):
            if (value := getattr(self, name)) is None:
                continue
            low, high = ((1 + off) * float(size[0]) / 2 for off in (-MAX_OFF_CENTRE, MAX_OFF_CENTRE))
            if value[0] < low or value[1] > high:
                raise InputError(f"{name}={list(value)}: too far off the middle; expected px from {low:g} to {high:g}")
            stated = streams.uniform_between(name, value)
            cameras.principal_point_ndc[:, axis] = sign * (2 * stated / size - 1)
            cameras.stated_px[:, 2 + axis] = stated


def _either(camera: Camera, usual: str, other: str) -> None:
    """InputError unless exactly one of two fields that exclude each other is null."""
    first, second = getattr(camera, usual), getattr(camera, other)
    if first is not None and second is not None:
        raise InputError(f"{other}={second}: {usual}={first} says the same; set {usual}=null")
    if first is None and second is None:
        raise InputError(f"{usual}=null: then {other} is needed")
