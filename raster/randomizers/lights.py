"""Lights: point, spot and directional lights, with colour temperatures and soft shadows, and ambient light with occlusion."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from raster.color import linear_from_kelvin
from raster.errors import InputError
from raster.randomizers.options import check_options, count_option, range_option, share_option
from raster.randomizers.ranges import Range
from raster.randomizers.sampled import Sampled
from raster.scene.lights import MAX_LIGHTS, NOT_A_SPOT
from raster.scene.requirements import Requirements
from raster.scene.scenes import Scenes
from raster.streams import Streams
from raster.transforms import direction, normalize


@dataclass(frozen=True)
class Lights:
    """Writes `lights`, the brightest first.

    With brightness 1 a white surface at the origin that faces all lights is shown just as white. A spot light points near
    the origin.
    """

    cost_ms: ClassVar[str] = "4.5 for one with shadows, 7.7 for two; ambient occlusion 2.5"
    source: ClassVar[str] = "Fernando 2005, Jimenez 2016, Karis 2013"

    count: Range = range_option((1, 4), 1, MAX_LIGHTS, "lights", "How many lights an image has.", whole=True)
    point: float = share_option(0.5, "How many of the lights are near; the others shine from infinity.")
    spot: float = share_option(0.3, "How many of the near lights are spots, which shine in a cone.")
    distance: Range = range_option((2.5, 6), 0.1, 10000, "m", "Distance of near lights from the origin.")
    azimuth_deg: Range = range_option(
        (0, 360), -3600, 3600, "degrees", "Azimuth of a light: 0 is on the x axis, counter-clockwise seen from above."
    )
    elevation_deg: Range = range_option((15, 85), -90, 90, "degrees", "Elevation of a light above the horizon.")
    cone_deg: Range = range_option((20, 50), 1, 89, "degrees", "Half the angle of a spot's cone.")
    brightness: Range = range_option((0.6, 1.3), 0, 100, "", "Brightness of all lights together, shared out at random.")
    kelvin: Range = range_option((2500, 9000), 1667, 25000, "K", "Colour temperature of each light and of the ambient light.")
    ambient: Range = range_option((0.08, 0.35), 0, 10, "", "Brightness of the ambient light.")
    shadows: Range = range_option(
        (0, 1),
        0,
        MAX_LIGHTS,
        "lights",
        "How many lights, the brightest first, cast shadows; at most `count`. 0: suns cast none either.",
        whole=True,
    )
    softness: Range = range_option(
        (0.01, 0.12), 0.0001, 1, "", "Radius of a light over its distance, which makes shadows soft; uniform in the logarithm."
    )
    shadow_taps: int = count_option(
        3, 1, 64, "samples", "Samples that find what blocks a light. Twice as many make the shadow's edge smooth."
    )

    occlusion: Range = range_option(
        (0, 0), 0, 1, "", "Ambient occlusion: how much of the light from all around things near by keep off; 1 is as it is."
    )
    contact: Range = range_option(
        (0, 0), 0, 1, "", "The same for lights that cast no shadows, as if they were large: it is darker where things touch."
    )
    occlusion_radius: Range = range_option(
        (0.3, 0.3), 0.001, 100, "m", "Things farther away keep off no light; uniform in the logarithm."
    )

    bounce: Range = range_option(
        (0, 0), 0, 1, "", "How much light floor and walls send on in their colours, of one bounce; 1 is as it is."
    )
    highlights: Range = range_option(
        (0, 0), 0, 1, "", "How far the size of a light, `softness`, widens its highlights; 1 is as it is. pbr only."
    )

    def __post_init__(self) -> None:
        """Check all fields. InputError names the first wrong one."""
        check_options(self)
        if self.shadows[1] > self.count[1]:
            what = f"more than count={list(self.count)} lights"
            raise InputError(f"shadows={list(self.shadows)}: {what}; lower it, or raise count")

    def requirements(self) -> Requirements:
        """Room for as many lights and shadows as an image may have."""
        occlusion = self.occlusion[1] > 0 or self.contact[1] > 0
        return Requirements(
            lights=int(self.count[1]), shadows=int(self.shadows[1]), occlusion=occlusion, highlights=self.highlights[1] > 0
        )

    @property
    def sampled(self) -> tuple[Sampled, ...]:
        """The options whose drawn values can be told again."""
        ambient = Sampled("ambient", "ambient", unless=("environment.share",))
        numbers = (Sampled(name, name, "whole") for name in ("count", "shadows"))
        return *numbers, Sampled("brightness", "brightness"), ambient

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        """Write lights of random place, colour and share of the brightness; black ones where an image has fewer."""
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
        lights.sun_shadows[:] = self.shadows[1] > 0
        softness = streams.log_uniform("softness", self.softness, most)
        lights.softness[:] = softness * np.where(near, distance[..., 0], 1.0)
        lights.shadow_samples[:] = self.shadow_taps
        lights.occlusion[:] = streams.uniform_between("occlusion", self.occlusion)
        lights.contact[:] = streams.uniform_between("contact", self.contact)
        lights.bounce[:] = streams.uniform_between("bounce", self.bounce)
        lights.highlights[:] = streams.uniform_between("highlights", self.highlights)
        lights.occlusion_radius[:] = streams.log_uniform("occlusion_radius", self.occlusion_radius)

    def _aim(self, scenes: Scenes, streams: Streams, towards: np.ndarray, spot: np.ndarray) -> None:
        """Point the lights that are spots near the origin, and choose their cones and how their edges fade.

        towards (B, L, 3): unit vectors from the origin to the lights; spot (B, L) bool: which lights are spots.
        """
        lights, most = scenes.lights, spot.shape[1]
        lights.axis[:] = normalize(0.25 * (2 * streams.uniform("aim", most, 3) - 1) - towards)
        half = np.radians(streams.uniform_between("cone", self.cone_deg, most))
        fade = streams.uniform_between("fade", (0.05, 0.6), most)
        cone = np.stack([np.cos(half * (1 - fade)), np.cos(half)], axis=-1)
        lights.cone[:] = np.where(spot[..., None], cone, NOT_A_SPOT)
