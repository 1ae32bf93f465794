"""Lights: point, spot and directional lights, with colour temperatures and soft shadows, and ambient light."""

from dataclasses import dataclass

import numpy as np

from raster.color import linear_from_kelvin
from raster.errors import InputError
from raster.randomizers.ranges import Range, check_count, check_range, check_share, set_fields
from raster.scene.lights import MAX_LIGHTS, NOT_A_SPOT
from raster.scene.requirements import Requirements
from raster.scene.scenes import Scenes
from raster.streams import Streams
from raster.transforms import direction, normalize


@dataclass(frozen=True)
class Lights:
    """Writes `lights`, the brightest first. Brightness 1 lights a white surface that faces all lamps, at the origin, just to
    white; a spot light points near the origin."""

    count: Range = (1, 4)
    point: float = 0.5  # share of lamps near by; the others shine from infinity
    spot: float = 0.3  # share of the near ones that shine in a cone
    distance: Range = (2.5, 6)  # metres of near ones from the origin
    azimuth_deg: Range = (0, 360)
    elevation_deg: Range = (15, 85)  # above the horizon
    cone_deg: Range = (20, 50)  # half the angle of a spot's cone
    brightness: Range = (0.6, 1.3)  # of all lights together, shared out at random
    kelvin: Range = (2500, 9000)  # colour temperature
    ambient: Range = (0.08, 0.35)  # light from everywhere
    shadows: Range = (0, 1)  # so many lights, the brightest first, cast shadows
    softness: Range = (0.01, 0.12)  # radius of a light over its distance, uniform in the logarithm
    shadow_taps: int = 3  # samples that look for what blocks a light; twice as many smooth a shadow's edge

    def __post_init__(self) -> None:
        set_fields(
            self,
            count=check_range("count", self.count, 1, MAX_LIGHTS, whole=True),
            point=check_share("point", self.point),
            spot=check_share("spot", self.spot),
            distance=check_range("distance", self.distance, 0.1, 10000),
            azimuth_deg=check_range("azimuth_deg", self.azimuth_deg, -3600, 3600),
            elevation_deg=check_range("elevation_deg", self.elevation_deg, -90, 90),
            cone_deg=check_range("cone_deg", self.cone_deg, 1, 89),
            brightness=check_range("brightness", self.brightness, 0, 100),
            kelvin=check_range("kelvin", self.kelvin, 1667, 25000),
            ambient=check_range("ambient", self.ambient, 0, 10),
            shadows=check_range("shadows", self.shadows, 0, MAX_LIGHTS, whole=True),
            softness=check_range("softness", self.softness, 0.0001, 1),
            shadow_taps=check_count("shadow_taps", self.shadow_taps, 1, 64),
        )
        if self.shadows[1] > self.count[1]:
            what = f"more than count={list(self.count)} lights"
            raise InputError(f"shadows={list(self.shadows)}: {what}; lower it, or raise count")

    def requirements(self) -> Requirements:
        return Requirements(lights=int(self.count[1]), shadows=int(self.shadows[1]))

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        lights, most = scenes.lights, int(self.count[1])
        azimuth = np.radians(streams.uniform_between("azimuth", self.azimuth_deg, most))
        elevation = np.radians(streams.uniform_between("elevation", self.elevation_deg, most))
        near = streams.bernoulli("point", self.point, most)
        distance = np.where(near, streams.uniform_between("distance", self.distance, most), 0.0)[..., None]
        towards = direction(azimuth, elevation)
        lights.position[..., :3] = np.where(distance > 0, towards * distance, towards)
        lights.position[..., 3] = distance[..., 0] > 0
        share = (0.25 + streams.uniform("share", most)) * (np.arange(most) < streams.integers("count", self.count)[:, None])
        share = -np.sort(-share, axis=1)
        power = streams.uniform_between("brightness", self.brightness)[:, None] * share / share.sum(axis=1, keepdims=True)
        color = linear_from_kelvin(streams.uniform_between("kelvin", self.kelvin, most)) * power[..., None]
        lights.color[:] = color * np.where(distance > 0, distance**2, 1.0)
        tint = linear_from_kelvin(streams.uniform_between("ambient_kelvin", self.kelvin))
        lights.ambient[:] = tint * streams.uniform_between("ambient", self.ambient)[:, None]
        self._aim(scenes, streams, towards, near & streams.bernoulli("spot", self.spot, most))
        lights.shadows[:] = streams.integers("shadows", self.shadows)
        softness = streams.log_uniform("softness", self.softness, most)
        lights.softness[:] = softness * np.where(near, distance[..., 0], 1.0)
        lights.shadow_samples[:] = self.shadow_taps

    def _aim(self, scenes: Scenes, streams: Streams, towards: np.ndarray, spot: np.ndarray) -> None:
        """Point the spots (B, L) bool, which stand where `towards` (B, L, 3) says, near the origin; let their edges fade."""
        lights, most = scenes.lights, spot.shape[1]
        lights.axis[:] = normalize(0.25 * (2 * streams.uniform("aim", most, 3) - 1) - towards)
        half = np.radians(streams.uniform_between("cone", self.cone_deg, most))
        fade = streams.uniform_between("fade", (0.05, 0.6), most)
        cone = np.stack([np.cos(half * (1 - fade)), np.cos(half)], axis=-1)
        lights.cone[:] = np.where(spot[..., None], cone, NOT_A_SPOT)
