"""orbit: poses of cameras on spheres around targets near the origin, at which they look."""

from typing import Protocol

import numpy as np

from raster.randomizers.ranges import Range
from raster.randomizers.sampled import Sampled
from raster.streams import Streams
from raster.transforms import direction, look_at, normalize


class _Options(Protocol):
    """Those of raster.randomizers.camera.Camera."""

    @property
    def distance(self) -> Range: ...
    @property
    def azimuth_deg(self) -> Range: ...
    @property
    def elevation_deg(self) -> Range | None: ...
    @property
    def height(self) -> Range | None: ...
    @property
    def jitter(self) -> Range: ...
    @property
    def aim_deg(self) -> Range: ...
    @property
    def box(self) -> tuple[float, float, float]: ...
    @property
    def roll_deg(self) -> Range: ...
    @property
    def fov_deg(self) -> Range | None: ...


def orbit(streams: Streams, options: _Options) -> np.ndarray:
    """(B, 4, 4) float32: world_from_camera, OpenGL's camera."""
    azimuth = np.radians(streams.uniform_between("azimuth", options.azimuth_deg))
    distance = streams.uniform_between("distance", options.distance)
    if options.elevation_deg is not None:
        elevation = np.radians(streams.uniform_between("elevation", options.elevation_deg))
    else:
        elevation = np.arcsin(np.clip(streams.uniform_between("height", options.height or (0, 0)) / distance, -1, 1))
    around = 2 * np.pi * streams.uniform("target_azimuth")
    above = np.arcsin(2 * streams.uniform("target_elevation") - 1)
    target = direction(around, above) * streams.uniform_between("jitter", options.jitter)[:, None]
    eye = target + direction(azimuth, elevation) * distance[:, None]
    eye += (streams.uniform("box", 3) - 0.5) * options.box
    off = direction(2 * np.pi * streams.uniform("aim_azimuth"), np.arcsin(2 * streams.uniform("aim_elevation") - 1))
    axis = normalize(target - eye)
    off -= np.einsum("bi,bi->b", off, axis)[:, None] * axis  # perpendicular to the line of sight
    away = np.tan(np.radians(streams.uniform_between("aim", options.aim_deg))) * np.linalg.norm(target - eye, axis=1)
    target = target + normalize(off + 1e-12) * away[:, None]
    roll = np.radians(streams.uniform_between("roll", options.roll_deg))
    return look_at(eye, target, roll)


def sampled_camera(options: _Options, calibrated: bool, posed: bool) -> tuple[Sampled, ...]:
    """The options whose drawn values can be told again. A framed image has its camera at another distance."""
    fov = (Sampled("fov_deg", "fov"),) if options.fov_deg is not None and not calibrated else ()
    if posed:
        return fov
    framed = ("framing.share",)
    above = (Sampled("elevation_deg", "elevation"),) if options.elevation_deg is not None else ()
    moved = Sampled("distance", "distance", unless=framed), Sampled("jitter", "jitter", unless=framed)
    return *moved, *above, Sampled("roll_deg", "roll"), *fov
