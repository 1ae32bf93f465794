"""Camera, Development, random_camera: a thin lens, and what happens to the light behind it. For benchmarks.path_tracer."""

from dataclasses import dataclass

import numpy as np

from benchmarks.path_tracer.shapes import rotation_about_z


@dataclass(frozen=True)
class Camera:
    """A thin lens and the direction in which it looks."""

    eye: np.ndarray  # (3,) float64
    rotation: np.ndarray  # (3, 3) float64, world from camera: right, down, forward in its columns
    tangent: float  # of half the field of view
    aperture: float  # radius of the lens, world units
    focus: float  # distance of what is sharp, world units

    def rays(self, x: np.ndarray, y: np.ndarray, u: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Origins and unit directions, both (3, N) float64, of the rays through N image points.

        x, y (N,): the points in -1..1, y downwards. u (2, N) in [0, 1): picks a point of the lens; None: its centre.
        """
        ends = np.stack([x * self.tangent, y * self.tangent, np.ones_like(x)]) * self.focus
        lens = np.zeros_like(ends)
        if u is not None:
            lens[:2] = self.aperture * np.sqrt(u[0]) * np.stack([np.cos(2 * np.pi * u[1]), np.sin(2 * np.pi * u[1])])
        d = np.einsum("ij,jn->in", self.rotation, ends - lens)
        return self.eye[:, None] + np.einsum("ij,jn->in", self.rotation, lens), d / np.linalg.norm(d, axis=0)


@dataclass(frozen=True)
class Development:
    """How linear light becomes an image file."""

    balance: np.ndarray  # (3,) float32 white balance: a gain for each channel
    key: float  # the value to which the geometric mean of the image is brought
    vignette: float  # 0 none .. 1 cos^4
    width: float  # px, of the pixel filter
    grain: float  # standard deviation of the sensor's noise, sRGB 0..1
    quality: int  # of the JPEG


def random_camera(random: np.random.Generator, extent: float) -> Camera:
    """A camera 15 to 60 degrees above the floor, far enough to see most of a circle of radius `extent` about the origin."""
    elevation, half_view = np.radians(random.uniform(15, 60)), np.radians(random.uniform(14, 28))
    distance = max(extent * random.uniform(0.75, 1.25) / np.sin(half_view), extent + 0.6)
    azimuth = random.uniform(0, 2 * np.pi)
    target = np.array([*random.normal(0, 0.12 * extent, 2), random.uniform(0, 0.3)])
    backward = np.array([np.cos(azimuth) * np.cos(elevation), np.sin(azimuth) * np.cos(elevation), np.sin(elevation)])
    right = np.array([-np.sin(azimuth), np.cos(azimuth), 0])
    down = np.cross(-backward, right)
    rotation = np.stack([right, down, -backward], axis=1) @ rotation_about_z(random.normal(0, 0.04))
    aperture = distance * random.uniform(0, 0.012)
    return Camera(target + distance * backward, rotation, float(np.tan(half_view)), aperture, distance)
