"""Lights, EnvironmentMaps: where the light of B scenes comes from, as arrays with the batch axis first."""

from dataclasses import dataclass

import numpy as np

MAX_LIGHTS = 4  # in a scene; as in shaders/include/scene.glsl
NOT_A_SPOT = (-2.0, -3.0)  # Lights.cone of a light that is no spot


@dataclass(frozen=True)
class Lights:
    """L lights in each scene; a black one is not drawn. Colours are linear RGB: what a white surface that faces it shows."""

    position: np.ndarray  # (B, L, 4) float32, metres; w = 0: the direction towards a light at infinity
    color: np.ndarray  # (B, L, 3) float32; at w = 1 divided by the squared distance in metres
    axis: np.ndarray  # (B, L, 3) float32 unit: where a spot light points
    cone: np.ndarray  # (B, L, 2) float32: cosines of the angles off its axis where a spot light begins to fade and ends
    shadows: np.ndarray  # (B,) int32: so many of the lights, from the first, cast shadows
    softness: np.ndarray  # (B, L) float32: a light's radius, metres at w = 1, radians at w = 0; how soft its shadows are
    shadow_samples: np.ndarray  # (B,) int32: samples that search a shadow map; twice as many filter it
    ambient: np.ndarray  # (B, 3) float32: light from everywhere
    irradiance: np.ndarray  # (B, 9, 3) float32: light of the surroundings, spherical harmonics as in raster/environments/

    @classmethod
    def default(cls, batch: int, lights: int) -> "Lights":
        """The first one shines over the left shoulder, the others are black; no spot, no shadow; ambient is 0.1."""
        color = np.zeros((batch, lights, 3), np.float32)
        color[:, :1] = 0.9
        return cls(
            position=np.tile(np.array([-0.4, -0.6, 0.7, 0], np.float32), (batch, lights, 1)),
            color=color,
            axis=np.tile(np.array([0, 0, -1], np.float32), (batch, lights, 1)),
            cone=np.tile(np.array(NOT_A_SPOT, np.float32), (batch, lights, 1)),
            shadows=np.zeros(batch, np.int32),
            softness=np.full((batch, lights), 0.05, np.float32),
            shadow_samples=np.full(batch, 4, np.int32),
            ambient=np.full((batch, 3), 0.1, np.float32),
            irradiance=np.zeros((batch, 9, 3), np.float32),
        )


@dataclass(frozen=True)
class EnvironmentMaps:
    """The environment map that is reflected, and seen where nothing stands, in each of B scenes."""

    map: np.ndarray  # (B,) int32: which of Scenes.library.environments, -1 = none
    yaw: np.ndarray  # (B,) float32 radians: the map is turned so far about z, counter-clockwise seen from above
    intensity: np.ndarray  # (B,) float32: factor of its radiance
    visible: np.ndarray  # (B,) bool: seen behind everything, in place of the background
    blur: np.ndarray  # (B,) float32: level of the map that is seen there, 0 = sharp

    @classmethod
    def default(cls, batch: int) -> "EnvironmentMaps":
        """None."""
        return cls(
            map=np.full(batch, -1, np.int32),
            yaw=np.zeros(batch, np.float32),
            intensity=np.ones(batch, np.float32),
            visible=np.zeros(batch, bool),
            blur=np.zeros(batch, np.float32),
        )
