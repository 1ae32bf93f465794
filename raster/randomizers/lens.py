"""Lens: distortion, depth of field, motion blur, vignetting and chromatic aberration, each of a share of the images."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from raster.errors import InputError
from raster.randomizers.distortion_limits import (
    MAX_ASPECT,
    MAX_MARGIN,
    MAX_STRETCH,
    is_injective,
    lowest_k1,
    margin_and_stretch,
)
from raster.randomizers.options import check_options, range_option, share_option
from raster.randomizers.ranges import Range
from raster.randomizers.sampled import Sampled
from raster.scene.requirements import EFFECTS, Requirements
from raster.scene.scenes import Scenes
from raster.streams import Streams
from raster.transforms import direction


@dataclass(frozen=True)
class Lens:
    """Writes `lens`; reads `cameras`, so it comes after the camera.

    The unit of distortion is the distance of the picture's corner from its middle, so that it does not depend on the field
    of view: what a pinhole shows at the radius r is seen at r (1 + k1 r^2 + k2 r^4). Tangential terms have that unit too.
    """

    cost_ms: ClassVar[str] = "1.4; distortion 8.5, depth of field 8.6, motion 2.9, aberration 3.0"
    source: ClassVar[str] = "Brown 1966"

    distorted: float = share_option(0.0, "How many of the images have lens distortion, which their labels follow.")
    k1: Range = range_option(
        (-0.08, 0.08),
        -1,
        1,
        "at the corner",
        "Radial distortion of the share `distorted`: r becomes r (1 + k1 r^2 + k2 r^4), r = 1 at the corner; negative: barrel."
        " A range that folds the picture is refused.",
    )
    k2: Range = range_option((-0.02, 0.02), -1, 1, "at the corner", "The term of the fourth power: see k1.")
    tangential: Range = range_option((-0.004, 0.004), -0.05, 0.05, "", "Tangential distortion, of a lens off its centre.")
    defocused: float = share_option(0.0, "How many of the images have depth of field.")
    focus: Range = range_option(
        (0.75, 1.25), 0.01, 100, "factor", "Distance that is sharp, as a factor of the distance of camera and origin."
    )
    aperture: Range = range_option((0.02, 0.2), 0, 10, "m", "Diameter of the lens.")
    moving: float = share_option(0.0, "How many of the images have motion blur.")
    way: Range = range_option((0, 0.03), 0, 10, "m", "Distance that the camera moves while the shutter is open.")
    turn_deg: Range = range_option((0, 0.8), 0, 30, "degrees", "Angle that the camera turns while the shutter is open.")
    aberrated: float = share_option(0.0, "How many of the images have chromatic aberration.")
    aberration: Range = range_option(
        (-0.003, 0.003), -0.05, 0.05, "", "How much larger blue is drawn than green, and green than red."
    )
    vignette: Range = range_option(
        (0, 0.5), 0, 1, "", "Vignetting: 0 is none, 1 lets light fall off as the fourth power of the cosine."
    )

    def __post_init__(self) -> None:
        """Check all fields and that distortion is possible. InputError names the first wrong one."""
        check_options(self)
        if self.distorted:
            self._check_distortion()

    def _check_distortion(self) -> None:
        """InputError for ranges that fold the picture, need too wide a margin, or make labels coarse."""
        given = f"k1=[{self.k1[0]:g}, {self.k1[1]:g}] with k2=[{self.k2[0]:g}, {self.k2[1]:g}]"
        if not is_injective(self.k1, self.k2):
            raise InputError(f"{given} folds the picture: expected k1 >= {lowest_k1(self.k1, self.k2):.3g}, or a larger k2")
        share, stretch = margin_and_stretch(self.k1, self.k2, self.tangential)
        if not np.isfinite(share):
            raise InputError(f"tangential={list(self.tangential)} with {given} folds the picture: expected it narrower")
        if share > MAX_MARGIN:
            what = f"needs {share:.2f} of the picture beyond each edge: expected {MAX_MARGIN} at most; raise k1 or k2"
            raise InputError(f"{given} {what}")
        if stretch > MAX_STRETCH:
            what = f"spreads a pixel over {stretch:.2f} near the edges, where labels would get coarse"
            given = f"{given} and tangential=[{self.tangential[0]:g}, {self.tangential[1]:g}]"
            raise InputError(f"{given} {what}: expected {MAX_STRETCH} at most; narrow them")

    def requirements(self) -> Requirements:
        """The effects that the fields can ask for, and the margin that distortion needs around the picture."""
        wanted = {
            "distortion": bool(self.distorted) and (any(self.k1) or any(self.k2) or any(self.tangential)),
            "focus": bool(self.defocused) and self.aperture[1] > 0,
            "motion": bool(self.moving) and (self.way[1] > 0 or self.turn_deg[1] > 0),
            "sensor": self.vignette[1] > 0 or (bool(self.aberrated) and any(self.aberration)),
        }
        share = margin_and_stretch(self.k1, self.k2, self.tangential)[0] if wanted["distortion"] else 0.0
        return Requirements(effects=tuple(effect for effect in EFFECTS if wanted.get(effect)), margin=share)

    @property
    def sampled(self) -> tuple[Sampled, ...]:
        """The options whose drawn values can be told again."""
        shares = tuple(Sampled(name, name, "share") for name in ("defocused", "moving", "distorted") if getattr(self, name))
        return *shares, Sampled("vignette", "vignette")

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        """Write the lens of each image. InputError for a picture too long for distortion."""
        lens, cameras = scenes.lens, scenes.cameras
        if self.distorted:  # else a calibrated camera's stays
            lens.distortion[:] = self._distortion(scenes, streams) * streams.bernoulli("distorted", self.distorted)[:, None]
        blurred = streams.bernoulli("defocused", self.defocused)
        distance = np.linalg.norm(cameras.world_from_camera[:, :3, 3].astype(np.float64), axis=1)
        sharp = np.maximum(streams.uniform_between("focus", self.focus) * distance, cameras.near)
        lens.focus[:] = np.where(blurred, sharp, lens.focus)
        lens.aperture[:] = streams.uniform_between("aperture", self.aperture) * blurred
        moving = streams.bernoulli("moving", self.moving)
        lens.shutter_motion[:, :3] = _anywhere(streams, "way") * (streams.uniform_between("way", self.way) * moving)[:, None]
        lens.shutter_motion[:, 3:] = (
            _anywhere(streams, "turn") * (np.radians(streams.uniform_between("turn", self.turn_deg)) * moving)[:, None]
        )
        lens.aberration[:] = streams.uniform_between("aberration", self.aberration) * streams.bernoulli(
            "aberrated", self.aberrated
        )
        lens.vignette[:] = streams.uniform_between("vignette", self.vignette)

    def _distortion(self, scenes: Scenes, streams: Streams) -> np.ndarray:
        """(B, 5): OpenCV's k1, k2, p1, p2, k3, whose unit is the focal length in place of the corner's distance."""
        cameras, tangential = scenes.cameras, streams.uniform_between("tangential", self.tangential, 2)
        far = 1 + np.abs(
            cameras.principal_point_ndc.astype(np.float64)
        )  # the corner that lies farthest from the principal point
        wide = cameras.aspect / cameras.pixel_aspect
        if self.distorted and (np.abs(np.log(wide * far[:, 0] / far[:, 1])) > np.log(MAX_ASPECT) + 1e-6).any():
            what = f"a picture that is more than {MAX_ASPECT:g} times as long as wide, in focal lengths"
            raise InputError(f"distorted={self.distorted}: {what}; use 0, or a size and fx, fy that are nearer to a square")
        # Slopes of rays, not px: Cameras.focal_px would give other last bits.
        corner = np.tan(cameras.fov_y.astype(np.float64) / 2) * np.hypot(far[:, 1], far[:, 0] * wide)
        k1, k2 = streams.uniform_between("k1", self.k1) / corner**2, streams.uniform_between("k2", self.k2) / corner**4
        return np.stack([k1, k2, tangential[:, 0] / corner, tangential[:, 1] / corner, 0 * k1], axis=1)


def _anywhere(streams: Streams, name: str) -> np.ndarray:
    """(B, 3) unit vectors, uniform over all directions."""
    around, above = 2 * np.pi * streams.uniform(f"{name}_azimuth"), np.arcsin(2 * streams.uniform(f"{name}_elevation") - 1)
    return direction(around, above)
