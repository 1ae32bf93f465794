"""Camera: its distance and direction from the scene, where it looks, its roll, and its field of view or intrinsics."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from raster.assets.cameras.calibration import CENTERS, Calibration, read_calibration
from raster.errors import InputError
from raster.randomizers.distortion_limits import margin_of
from raster.randomizers.intrinsics import MAX_OFF_CENTRE, write_calibration, write_intrinsics
from raster.randomizers.options import check_options, choice_option, option, range_option
from raster.randomizers.ranges import Range, check_range, check_three, set_fields
from raster.scene.requirements import Requirements
from raster.scene.scenes import Scenes
from raster.streams import Streams
from raster.transforms import direction, look_at, normalize


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
    calibration: Any = option(
        None,
        "Matrix K and distortion of a camera, in place of fov_deg and of fx, fy, cx, cy; scaled to the size of the images.",
        allowed="{k, width, height, distortion}, or a JSON or YAML file with these keys or with those of OpenCV or ROS",
        nullable=True,
    )
    pixel_centers: str = choice_option(
        "integer",
        tuple(CENTERS),
        "Where `calibration` has the first pixel's centre: integer: at 0, as OpenCV and ROS; half: at 0.5.",
    )

    def __post_init__(self) -> None:
        """Check all fields and how they go together. InputError names the first wrong one."""
        _either(self, "elevation_deg", "height")
        if self.calibration is None:
            _either(self, "fov_deg", "fy")
        check_options(self)
        object.__setattr__(self, "_calibrated", self._read_calibration())
        if self.height is not None:
            set_fields(self, height=check_range("height", self.height, -self.distance[0], self.distance[0]))
        if self.fx is not None and self.fy is None:
            low, high = self.fx
            given = f"{low:g}" if low == high else f"[{low:g},{high:g}]"
            raise InputError(f"fx={given}: fy is needed too, and fov_deg=null; or leave fx out for square pixels")

    def requirements(self) -> Requirements:
        """How far a principal point may lie off the middle; what distortion needs; what was read."""
        if (known := self.calibrated) is None:
            return Requirements(off_centre=MAX_OFF_CENTRE if self.cx is not None or self.cy is not None else 0.0)
        files = (known.digest,) if known.digest else ()
        if known.distorts:
            return Requirements(effects=("distortion",), margin=margin_of(known), files=files)
        return Requirements(off_centre=MAX_OFF_CENTRE, files=files)

    @property
    def calibrated(self) -> Calibration | None:
        """The calibration that was given, read."""
        return self.__dict__["_calibrated"]

    def _read_calibration(self) -> Calibration | None:
        """InputError for a calibration that cannot be, or beside options that say the same."""
        if self.calibration is None:
            return None
        if other := next((name for name in ("fov_deg", "fx", "fy", "cx", "cy") if getattr(self, name) is not None), None):
            raise InputError(f"calibration: {other} says the same; set randomizers.camera.{other}=null")
        known = read_calibration("calibration", self.calibration, self.pixel_centers)
        try:
            margin_of(known)
        except InputError as error:
            raise InputError(f"calibration: {error}") from None
        return known

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
        if self.calibrated is not None:
            write_calibration(scenes, self.calibrated)
        else:
            write_intrinsics(scenes, streams, self)


def _either(camera: Camera, usual: str, other: str) -> None:
    """InputError unless exactly one of two fields that exclude each other is null."""
    first, second = getattr(camera, usual), getattr(camera, other)
    if first is not None and second is not None:
        raise InputError(f"{other}={second}: {usual}={first} says the same; set {usual}=null")
    if first is None and second is None:
        raise InputError(f"{usual}=null: then {other} is needed")
