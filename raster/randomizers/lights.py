"""Lights: point lights and directional ones, with colour temperatures, and ambient light."""

from dataclasses import dataclass

import numpy as np

from raster.color import linear_from_kelvin
from raster.randomizers.checks import Range, check_range, check_share, settle
from raster.scene import MAX_LIGHTS, Scenes
from raster.streams import Streams
from raster.transforms import direction


@dataclass(frozen=True)
class Lights:
    """Writes `lights`. Brightness 1 lights a white surface that faces all lamps, at the origin, just to white."""

    count: Range = (1, 4)
    point: float = 0.5  # share of point lights; the others shine from infinity
    distance: Range = (2.5, 6)  # metres of point lights from the origin
    azimuth_deg: Range = (0, 360)
    elevation_deg: Range = (15, 85)  # above the horizon
    brightness: Range = (0.6, 1.3)  # of all lights together, shared out at random
    kelvin: Range = (2500, 9000)  # colour temperature
    ambient: Range = (0.08, 0.35)  # light from everywhere

    def __post_init__(self) -> None:
        settle(
            self,
            count=check_range("count", self.count, 1, MAX_LIGHTS, whole=True),
            point=check_share("point", self.point),
            distance=check_range("distance", self.distance, 0.1, 10000),
            azimuth_deg=check_range("azimuth_deg", self.azimuth_deg, -3600, 3600),
            elevation_deg=check_range("elevation_deg", self.elevation_deg, -90, 90),
            brightness=check_range("brightness", self.brightness, 0, 100),
            kelvin=check_range("kelvin", self.kelvin, 1667, 25000),
            ambient=check_range("ambient", self.ambient, 0, 10),
        )

    def room(self) -> dict[str, int]:
        return {"lights": int(self.count[1])}

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        lights, most = scenes.lights, int(self.count[1])
        azimuth = np.radians(streams.between("azimuth", self.azimuth_deg, most))
        elevation = np.radians(streams.between("elevation", self.elevation_deg, most))
        distance = np.where(
            streams.chance("point", self.point, most), streams.between("distance", self.distance, most), 0.0
        )[..., None]
        towards = direction(azimuth, elevation)
        lights.position[..., :3] = np.where(distance > 0, towards * distance, towards)
        lights.position[..., 3] = distance[..., 0] > 0
        share = (0.25 + streams.uniform("share", most)) * (np.arange(most) < streams.integers("count", self.count)[:, None])
        power = streams.between("brightness", self.brightness)[:, None] * share / share.sum(axis=1, keepdims=True)
        color = linear_from_kelvin(streams.between("kelvin", self.kelvin, most)) * power[..., None]
        lights.color[:] = color * np.where(distance > 0, distance**2, 1.0)
        tint = linear_from_kelvin(streams.between("ambient_kelvin", self.kelvin))
        lights.ambient[:] = tint * streams.between("ambient", self.ambient)[:, None]
