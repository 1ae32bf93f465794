"""Camera: on a shell around the scene, looking near its middle, rolled, with a random field of view, or given intrinsics."""

from dataclasses import dataclass

import numpy as np

from raster.errors import InputError
from raster.randomizers.ranges import Range, check_range, check_three, set_fields
from raster.scene.requirements import Requirements
from raster.scene.scenes import Scenes
from raster.streams import Streams
from raster.transforms import direction, look_at, normalize

MAX_OFF_CENTRE = 0.5  # of half the picture, that a principal point lies off its middle


@dataclass(frozen=True)
class Camera:
    """Writes `cameras`."""

    distance: Range = (2.6, 4.5)  # metres from the point looked at
    azimuth_deg: Range = (0, 360)  # 0 = on the x axis, counter-clockwise seen from above
    elevation_deg: Range | None = (12, 75)  # above the horizon; null with height
    height: Range | None = None  # metres above the point looked at, at most the distance; in place of elevation_deg
    jitter: Range = (0, 0.35)  # metres that the point looked at lies away from the origin
    aim_deg: Range = (0, 0)  # that the camera looks off that point
    box: tuple[float, float, float] = (0, 0, 0)  # metres along x, y, z: sides of a box, around where it would be, that it is in
    roll_deg: Range = (-15, 15)
    fov_deg: Range | None = (35, 70)  # vertical field of view; null with fy
    fy: Range | None = None  # px, focal length along y; in place of fov_deg
    fx: Range | None = None  # px, focal length along x; null: as along y
    cx: Range | None = None  # px, principal point from the left edge; null: the middle
    cy: Range | None = None  # px, from the upper edge; null: the middle

    def __post_init__(self) -> None:
        set_fields(
            self,
            distance=check_range("distance", self.distance, 0.1, 50),
            azimuth_deg=check_range("azimuth_deg", self.azimuth_deg, -3600, 3600),
            jitter=check_range("jitter", self.jitter, 0, 5),
            aim_deg=check_range("aim_deg", self.aim_deg, 0, 80),
            box=check_three("box", self.box, 0, 50),
            roll_deg=check_range("roll_deg", self.roll_deg, -3600, 3600),
        )
        _either(self, "elevation_deg", "height")
        _either(self, "fov_deg", "fy")
        if self.elevation_deg is not None:
            set_fields(self, elevation_deg=check_range("elevation_deg", self.elevation_deg, -90, 90))
        if self.fov_deg is not None:
            set_fields(self, fov_deg=check_range("fov_deg", self.fov_deg, 0, 180, open_ends=True))
        if self.height is not None:
            set_fields(self, height=check_range("height", self.height, -self.distance[0], self.distance[0]))
        for name, lowest in (("fx", 1), ("fy", 1), ("cx", -1e5), ("cy", -1e5)):
            if (value := getattr(self, name)) is not None:
                set_fields(self, **{name: check_range(name, value, lowest, 1e5)})
        if self.fx is not None and self.fy is None:
            raise InputError(f"fx={self.fx}: fy is needed too, and fov_deg=null; or leave fx out for square pixels")

    def requirements(self) -> Requirements:
        return Requirements(off_centre=MAX_OFF_CENTRE if self.cx is not None or self.cy is not None else 0.0)

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
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
        off -= np.einsum("bi,bi->b", off, axis)[:, None] * axis  # across the line of sight
        away = np.tan(np.radians(streams.uniform_between("aim", self.aim_deg))) * np.linalg.norm(target - eye, axis=1)
        target = target + normalize(off + 1e-12) * away[:, None]
        roll = np.radians(streams.uniform_between("roll", self.roll_deg))
        scenes.cameras.world_from_camera[:] = look_at(eye, target, roll)
        self._intrinsics(scenes, streams)

    def _intrinsics(self, scenes: Scenes, streams: Streams) -> None:
        cameras = scenes.cameras
        height, width = cameras.height, cameras.height * cameras.aspect
        if self.fov_deg is not None:
            cameras.fov_y[:] = np.radians(streams.uniform_between("fov", self.fov_deg))
        elif self.fy is not None:
            focal = streams.uniform_between("fy", self.fy)
            cameras.fov_y[:] = 2 * np.arctan(height / 2 / focal)
            if self.fx is not None:
                cameras.pixel_aspect[:] = streams.uniform_between("fx", self.fx) / focal
        for axis, name, size, sign in ((0, "cx", width, 1), (1, "cy", height, -1)):
            if (value := getattr(self, name)) is None:
                continue
            low, high = ((1 + off) * float(size[0]) / 2 for off in (-MAX_OFF_CENTRE, MAX_OFF_CENTRE))
            if value[0] < low or value[1] > high:
                raise InputError(f"{name}={list(value)}: too far off the middle; expected px from {low:g} to {high:g}")
            cameras.principal_point_ndc[:, axis] = sign * (2 * streams.uniform_between(name, value) / size - 1)


def _either(camera: Camera, usual: str, other: str) -> None:
    """InputError unless one of two fields that say the same is null."""
    first, second = getattr(camera, usual), getattr(camera, other)
    if first is not None and second is not None:
        raise InputError(f"{other}={second}: {usual}={first} says the same; set {usual}=null")
    if first is None and second is None:
        raise InputError(f"{usual}=null: then {other} is needed")
