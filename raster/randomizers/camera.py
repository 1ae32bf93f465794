"""Camera: its distance and direction from the scene, where it looks, its roll; or poses; field of view, or intrinsics."""

from dataclasses import dataclass
from typing import Any, ClassVar

from raster.assets.cameras.calibration import CENTERS, Calibration, read_calibration
from raster.assets.cameras.planes import read_plane
from raster.assets.cameras.poses import AXES, CONVENTIONS, STYLES, CameraPoses, read_poses
from raster.errors import InputError
from raster.randomizers.distortion_limits import margin_of
from raster.randomizers.intrinsics import MAX_OFF_CENTRE, write_calibration, write_intrinsics
from raster.randomizers.options import (
    check_options,
    choice_option,
    number_option,
    numbers_option,
    option,
    range_option,
    source_option,
)
from raster.randomizers.orbit import orbit, sampled_camera
from raster.randomizers.ranges import Range, check_range, check_three, set_fields
from raster.randomizers.sampled import Sampled
from raster.scene.requirements import Requirements
from raster.scene.scenes import Scenes
from raster.streams import Streams

POSE_OPTIONS = {
    "pose_style": "matrices", "pose_convention": None, "pose_axes": "opencv", "pose_unit_m": 1, "pose_order": "in_order",
}  # fmt: skip


@dataclass(frozen=True)
class Camera:
    """Writes `cameras`. Its place is on a sphere around a target near the origin, at which it looks, or is given by poses."""

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
    box: tuple[float, float, float] = numbers_option(
        (0, 0, 0), 0, 50, "m", "Sides along x, y, z of a box around the camera's place; the camera is anywhere in the box.",
        lambda key, value: check_three(key, value, 0, 50),
    )  # fmt: skip
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
    poses: str | None = source_option(
        None, "camera poses", "File (.json, .yaml, .npy, .txt) of poses, which take the place of distance to roll_deg."
    )
    pose_style: str = choice_option(
        "matrices", STYLES, "What a pose is: 4 x 4; quaternion and translation of COLMAP's images.txt; OpenCV's rvec and tvec."
    )
    pose_convention: str | None = choice_option(
        None, CONVENTIONS, "What a pose takes to what; null: world_from_camera for matrices, else the other one.", nullable=True
    )
    pose_axes: str = choice_option(
        "opencv", AXES, "Axes of the camera: opencv: x right, y down, z forward; opengl, as in Blender: y up, z backward."
    )
    pose_unit_m: float = number_option(1, 1e-6, 1e6, "m", "Length of one unit of the poses' translations.")
    pose_order: str = choice_option(
        "in_order", ("in_order", "random"), "in_order: image i has pose i, and begins again after the last; random: any."
    )
    plane: Any = option(
        None,
        "A plane in OpenCV's camera frame, on which things stand: the world's z = 0, in place of distance to roll_deg.",
        "m",
        "{point, normal}, 4 x 4 camera_from_plane, or a JSON or YAML file with one",
        nullable=True,
    )
    stereo_baseline: float | None = number_option(
        None, 1e-4, 10, "m",
        "Distance of the two views of a layout, left and right, which are alike in all else; needs views_per_layout=2.",
        nullable=True,
    )  # fmt: skip

    def __post_init__(self) -> None:
        """Check all fields and how they go together. InputError names the first wrong one."""
        _either(self, "elevation_deg", "height")
        if self.calibration is None:
            _either(self, "fov_deg", "fy")
        check_options(self)
        object.__setattr__(self, "_calibrated", self._read_calibration())
        object.__setattr__(self, "_poses", self._read_poses())
        if self.height is not None:
            set_fields(self, height=check_range("height", self.height, -self.distance[0], self.distance[0]))
        if self.fx is not None and self.fy is None:
            low, high = self.fx
            given = f"{low:g}" if low == high else f"[{low:g},{high:g}]"
            raise InputError(f"fx={given}: fy is needed too, and fov_deg=null; or leave fx out for square pixels")

    def requirements(self) -> Requirements:
        """How far a principal point may lie off the middle; what distortion and stereo need; what was read."""
        read = (self.calibrated, self.given_poses)
        files = tuple(each.digest for each in read if each is not None and each.digest)
        known, moved = self.calibrated, self.cx is not None or self.cy is not None
        distorts = known is not None and known.distorts
        return Requirements(
            effects=("distortion",) if distorts else (),
            margin=margin_of(known) if known is not None and distorts else 0.0,
            off_centre=MAX_OFF_CENTRE if moved or (known is not None and not distorts) else 0.0,
            files=files,
            baseline=self.stereo_baseline or 0.0,
        )

    @property
    def calibrated(self) -> Calibration | None:
        """The calibration that was given, read."""
        return self.__dict__["_calibrated"]

    @property
    def given_poses(self) -> CameraPoses | None:
        """The poses that were given, read."""
        return self.__dict__["_poses"]

    def _read_poses(self) -> CameraPoses | None:
        """InputError for poses, or a plane, that cannot be used."""
        if self.poses is None:
            if other := next((name for name, default in POSE_OPTIONS.items() if getattr(self, name) != default), None):
                raise InputError(f"{other}={getattr(self, other)}: says how to use poses, which is null; give it too")
            return None if self.plane is None else read_plane("plane", self.plane)
        if self.plane is not None:
            raise InputError("plane: poses places the camera too; set one of them to null")
        how = (self.pose_style, self.pose_convention, self.pose_axes, float(self.pose_unit_m))
        return read_poses("poses", self.poses, *how)

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

    @property
    def sampled(self) -> tuple[Sampled, ...]:
        """The options whose drawn values can be told again."""
        return sampled_camera(self, self.calibrated is not None, self.given_poses is not None)

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        """Write the pose, then the intrinsics. InputError for intrinsics that do not fit the size of the images."""
        if self.given_poses is not None:
            known = self.given_poses.world_from_camera
            number = scenes.index // streams.views % len(known)
            if self.pose_order == "random":
                number = streams.integers("pose", (0, len(known) - 1))
            scenes.cameras.world_from_camera[:] = known[number]
            scenes.cameras.centered[:] = self.plane is not None
        else:
            scenes.cameras.world_from_camera[:] = orbit(streams, self)
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
