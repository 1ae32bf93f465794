"""Camera: on a shell around the scene, looking near its middle, rolled, with a random field of view."""

from dataclasses import dataclass

import numpy as np

from raster.randomizers.checks import Range, check_range, settle
from raster.scene import Scenes
from raster.streams import Streams
from raster.transforms import direction, look_at


@dataclass(frozen=True)
class Camera:
    """Writes `cameras`."""

    distance: Range = (2.6, 4.5)  # metres from the point looked at
    azimuth_deg: Range = (0, 360)  # 0 = on the x axis, counter-clockwise seen from above
    elevation_deg: Range = (12, 75)  # above the horizon
    jitter: Range = (0, 0.35)  # metres that the point looked at lies away from the origin
    roll_deg: Range = (-15, 15)
    fov_deg: Range = (35, 70)  # vertical field of view

    def __post_init__(self) -> None:
        settle(
            self,
            distance=check_range("distance", self.distance, 0.1, 50),
            azimuth_deg=check_range("azimuth_deg", self.azimuth_deg, -3600, 3600),
            elevation_deg=check_range("elevation_deg", self.elevation_deg, -90, 90),
            jitter=check_range("jitter", self.jitter, 0, 5),
            roll_deg=check_range("roll_deg", self.roll_deg, -3600, 3600),
            fov_deg=check_range("fov_deg", self.fov_deg, 0, 180, open_ends=True),
        )

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        azimuth = np.radians(streams.between("azimuth", self.azimuth_deg))
        elevation = np.radians(streams.between("elevation", self.elevation_deg))
        distance = streams.between("distance", self.distance)
        around = 2 * np.pi * streams.uniform("target_azimuth")
        above = np.arcsin(2 * streams.uniform("target_elevation") - 1)
        target = direction(around, above) * streams.between("jitter", self.jitter)[:, None]
        eye = target + direction(azimuth, elevation) * distance[:, None]
        roll = np.radians(streams.between("roll", self.roll_deg))
        scenes.cameras.world_from_camera[:] = look_at(eye, target, roll)
        scenes.cameras.fov_y[:] = np.radians(streams.between("fov", self.fov_deg))
