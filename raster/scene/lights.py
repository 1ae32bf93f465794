"""Lights, EnvironmentMaps: the lights and the surroundings of B scenes, as arrays with the batch axis first."""

from dataclasses import dataclass

import numpy as np

MAX_LIGHTS = 4  # in a scene; shaders get it from raster/rendering/shader_constants.py
NOT_A_SPOT = (-2.0, -3.0)  # Lights.cone of a light that is not a spot light


@dataclass(frozen=True)
class Lights:
    """L lights in each scene. A black light is not drawn.

    Colours are linear RGB: the colour that a white surface facing the light shows.
    """

    position: np.ndarray  # (B, L, 4) float32, metres; w = 0: the direction towards a light at infinity
    color: np.ndarray  # (B, L, 3) float32; at w = 1 it is divided by the squared distance in metres
    axis: np.ndarray  # (B, L, 3) float32 unit: where a spot light points
    cone: np.ndarray  # (B, L, 2) float32: cosines of the angles off its axis where a spot light begins to fade and ends
    shadows: np.ndarray  # (B,) int32: how many of the lights, from the first on, cast shadows
    sun_shadows: np.ndarray  # (B,) bool: the sun of an environment, which becomes the first light, casts shadows
    softness: np.ndarray  # (B, L) float32: radius of the light, metres at w = 1, radians at w = 0: makes shadows soft
    shadow_samples: np.ndarray  # (B,) int32: samples for the search in a shadow map; twice as many filter it
    ambient: np.ndarray  # (B, 3) float32: light from everywhere
    occlusion: (
        np.ndarray
    )  # (B,) float32: how much of the light from all around things near by keep off, 0 = none, 1 = as they are
    contact: np.ndarray  # (B,) float32: the same for lights that cast no shadows
    bounce: np.ndarray  # (B,) float32: how much of one bounce of light from floor and walls is added, 0 = none, 1 = as it is
    highlights: np.ndarray  # (B,) float32: how far the size of lights widens their highlights, 0 = not, 1 = as it is; pbr only
    reflections: np.ndarray  # (B,) float32: how much a glossy floor mirrors of what stands on it, 0 = nothing, 1 = as it is
    occlusion_radius: np.ndarray  # (B,) float32 metres: what is farther away keeps off no light
    # (B, 9, 3) float32: light of the surroundings, as spherical harmonics: see raster.assets.environments.prefilter.irradiance.
    irradiance: np.ndarray

    @property
    def occludes(self) -> np.ndarray:
        """(B,) bool: scenes with ambient occlusion."""
        wanted: np.ndarray = (self.occlusion > 0) | (self.contact > 0)
        return wanted

    @classmethod
    def default(cls, batch: int, lights: int) -> "Lights":
        """The first light shines over the left shoulder, the others are black. No spot light, no shadow; ambient 0.1."""
        color = np.zeros((batch, lights, 3), np.float32)
        color[:, :1] = 0.9
        return cls(
            position=np.tile(np.array([-0.4, -0.6, 0.7, 0], np.float32), (batch, lights, 1)),
            color=color,
            axis=np.tile(np.array([0, 0, -1], np.float32), (batch, lights, 1)),
            cone=np.tile(np.array(NOT_A_SPOT, np.float32), (batch, lights, 1)),
            shadows=np.zeros(batch, np.int32),
            sun_shadows=np.ones(batch, bool),
            softness=np.full((batch, lights), 0.05, np.float32),
            shadow_samples=np.full(batch, 4, np.int32),
            ambient=np.full((batch, 3), 0.1, np.float32),
            occlusion=np.zeros(batch, np.float32),
            contact=np.zeros(batch, np.float32),
            bounce=np.zeros(batch, np.float32),
            highlights=np.zeros(batch, np.float32),
            reflections=np.zeros(batch, np.float32),
            occlusion_radius=np.full(batch, 0.3, np.float32),
            irradiance=np.zeros((batch, 9, 3), np.float32),
        )


@dataclass(frozen=True)
class EnvironmentMaps:
    """The environment map of each of B scenes: objects reflect it, and it can be seen behind them."""

    map: np.ndarray  # (B,) int32: index into Scenes.library.environments, -1 = none
    yaw: np.ndarray  # (B,) float32 radians: rotation of the map about z, counter-clockwise seen from above
    intensity: np.ndarray  # (B,) float32: factor of its radiance
    visible: np.ndarray  # (B,) bool: the map is seen behind everything, in place of the background
    blur: np.ndarray  # (B,) float32: the blur level of the map that is seen behind everything, 0 = sharp

    @classmethod
    def default(cls, batch: int) -> "EnvironmentMaps":
        """No map in any scene."""
        return cls(
            map=np.full(batch, -1, np.int32),
            yaw=np.zeros(batch, np.float32),
            intensity=np.ones(batch, np.float32),
            visible=np.zeros(batch, bool),
            blur=np.zeros(batch, np.float32),
        )
