"""Cameras, Lens, Sensor: the cameras of B scenes, as arrays with the batch axis first."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Cameras:
    """One camera for each scene."""

    world_from_camera: np.ndarray  # (B, 4, 4) float32, OpenGL's camera: x right, y up, z backward
    fov_y: np.ndarray  # (B,) float32, radians
    aspect: np.ndarray  # (B,) float32, width / height of the picture
    height: np.ndarray  # (B,) float32 px, of the picture; randomizers measure lengths in px by it
    pixel_aspect: np.ndarray  # (B,) float32: focal length along x over that along y; 1 = square pixels
    # (B, 2) float32: the principal point from the middle of the picture, (right, up), in half widths and half heights.
    principal_point_ndc: np.ndarray
    near: np.ndarray  # (B,) float32, metres
    far: np.ndarray  # (B,) float32, metres
    # (B, 4) float64 px: fx, fy, cx, cy as a randomizer was told, 0 where it was not. The fields above hold them in float32.
    stated_px: np.ndarray
    centered: np.ndarray  # (B,) bool: things are laid out about the world's origin, without regard to where the camera looks

    @classmethod
    def default(cls, batch: int, aspect: float = 1.0, height: int = 256) -> "Cameras":
        """At (0, -4, 0), looking along +y, seeing 50 degrees."""
        pose = np.array([[1, 0, 0, 0], [0, 0, -1, -4], [0, 1, 0, 0], [0, 0, 0, 1]], np.float32)
        return cls(
            world_from_camera=np.tile(pose, (batch, 1, 1)),
            fov_y=np.full(batch, np.radians(50), np.float32),
            aspect=np.full(batch, aspect, np.float32),
            height=np.full(batch, height, np.float32),
            pixel_aspect=np.ones(batch, np.float32),
            principal_point_ndc=np.zeros((batch, 2), np.float32),
            near=np.full(batch, 0.05, np.float32),
            far=np.full(batch, 200.0, np.float32),
            stated_px=np.zeros((batch, 4)),
            centered=np.zeros(batch, bool),
        )

    def focal_px(self, size: tuple[int, int] | None = None) -> np.ndarray:
        """(B, 2) float64 px: the focal lengths fx and fy for pictures of size (H, W) px, by default those of `height`.

        A point at (x, y, z) m (x right, y down, z forward) is seen at column u = fx x / z + cx and row v = fy y / z + cy.
        """
        height = self.height.astype(np.float64) if size is None else size[0]
        along_y = height / 2 / np.tan(self.fov_y.astype(np.float64) / 2)
        return np.stack([along_y * self.pixel_aspect, along_y], axis=1)

    def principal_px(self, size: tuple[int, int] | None = None) -> np.ndarray:
        """(B, 2) float64 px: the principal point (cx, cy) from the left and the top edge of the picture; size as above."""
        height = self.height.astype(np.float64)
        half = np.stack([np.rint(height * self.aspect), height], axis=1) / 2 if size is None else np.array(size[::-1]) / 2
        return (1 + self.principal_point_ndc.astype(np.float64) * [1, -1]) * half

    def intrinsics_px(self, size: tuple[int, int]) -> np.ndarray:
        """(B, 4) float64 px: fx, fy, cx, cy for pictures of size (H, W) px, as stated where that is so but for rounding."""
        drawn = np.concatenate([self.focal_px(size), self.principal_px(size)], axis=1)
        return np.where(np.isclose(self.stated_px, drawn, rtol=1e-6), self.stated_px, drawn)


@dataclass(frozen=True)
class Lens:
    """What the lens does to each of B pictures. A renderer shows it only if it was made with the effect named in brackets."""

    distortion: np.ndarray  # (B, 5) float32: OpenCV's k1, k2, p1, p2, k3 (effect "distortion"); ids follow
    focus: np.ndarray  # (B,) float32 metres along the axis: what is sharp (effect "focus", colour only)
    aperture: np.ndarray  # (B,) float32: diameter of the lens, metres; 0 = all is sharp
    shutter_motion: (
        np.ndarray
    )  # (B, 6) float32: way (m) and turn (radians) of the camera, own axes, while open (effect "motion")
    # (B,) float32: share of the fall-off with the fourth power of the cosine of the angle to the axis (effect "sensor").
    vignette: np.ndarray
    aberration: np.ndarray  # (B,) float32: how much larger blue is than green, and green than red (effect "sensor")

    @classmethod
    def default(cls, batch: int) -> "Lens":
        """A pinhole: everything is sharp, nothing is distorted."""
        shapes = {"distortion": 5, "shutter_motion": 6}
        zeros = {name: np.zeros((batch, n), np.float32) for name, n in shapes.items()}
        names = ("aperture", "vignette", "aberration")
        return cls(**zeros, focus=np.full(batch, 4, np.float32), **{n: np.zeros(batch, np.float32) for n in names})


@dataclass(frozen=True)
class Sensor:
    """What the camera's electronics do to each of B pictures (effect "sensor"; quality: effect "jpeg").

    The order is: metering, blur and sharpening in linear light, the lens's vignette, exposure and balance, shot and read noise,
    curve, saturation, sRGB, contrast, JPEG.
    """

    blur: np.ndarray  # (B,) float32 px: standard deviation
    sharpen: np.ndarray  # (B,) float32: strength of unsharp masking, relative to the light
    exposure: np.ndarray  # (B,) float32: factor of the light, beside that of metering
    metering_key: np.ndarray  # (B,) float32: linear grey to which the picture's mean is exposed; 0 = not metered
    metering_center: np.ndarray  # (B,) float32: 0 = all of the picture counts alike in this mean, 1 = its middle counts most
    balance: np.ndarray  # (B, 3) float32: factors of red, green, blue
    shot: np.ndarray  # (B,) float32: standard deviation, at white = 1, of the noise that grows with the square root of light
    read: np.ndarray  # (B,) float32: standard deviation of the noise that is the same everywhere, where white = 1
    curve: np.ndarray  # (B,) float32: 0 = linear and clipped, 1 = a film's tone curve
    saturation: np.ndarray  # (B,) float32: factor of colourfulness
    contrast: np.ndarray  # (B,) float32: factor around middle grey, of the encoded picture
    quality: np.ndarray  # (B,) float32: JPEG's, 1..100; 0 = not compressed
    noise: np.ndarray  # (B,) uint32: seed of the noise

    @classmethod
    def default(cls, batch: int) -> "Sensor":
        """A perfect sensor: it changes nothing."""
        ones, zeros = (lambda: np.ones(batch, np.float32)), (lambda: np.zeros(batch, np.float32))
        return cls(
            blur=zeros(), exposure=ones(), metering_key=zeros(), metering_center=zeros(),
            balance=np.ones((batch, 3), np.float32), shot=zeros(), read=zeros(),
            sharpen=zeros(), saturation=ones(), contrast=ones(), curve=zeros(), quality=zeros(),
            noise=np.zeros(batch, np.uint32),
        )  # fmt: skip
