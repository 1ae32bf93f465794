"""Lens: distortion, depth of field, motion blur, vignetting and chromatic aberration, each of a share of the images."""

from dataclasses import dataclass

import numpy as np

from raster.errors import InputError
from raster.randomizers.distortion_limits import MAX_ASPECT, is_injective, lowest_k1, margin_and_stretch
from raster.randomizers.ranges import Range, check_range, check_share, set_fields
from raster.scene.requirements import EFFECTS, Requirements
from raster.scene.scenes import Scenes
from raster.streams import Streams
from raster.transforms import direction

MAX_STRETCH = 1.5  # labels are those of the nearest drawn pixel: half of so many pixels off at most


@dataclass(frozen=True)
class Lens:
    """Writes `lens`; reads `cameras`, so it stands after the camera.

    Distortion is measured by the picture's corner, so that it does not depend on the field of view: what a pinhole would show
    at r times the corner's distance from the middle is seen at r (1 + k1 r^2 + k2 r^4), and tangential terms alike.
    """

    distorted: float = 0.0  # share of images with distortion; the labels follow it
    k1: Range = (-0.08, 0.08)  # at the corner: negative = barrel, positive = pincushion
    k2: Range = (-0.02, 0.02)
    tangential: Range = (-0.004, 0.004)  # of a lens that is not quite centred
    defocused: float = 0.0  # share of images with depth of field
    focus: Range = (0.75, 1.25)  # what is sharp: times the distance from the camera to the origin
    aperture: Range = (0.02, 0.2)  # metres: diameter of the lens
    moving: float = 0.0  # share of images with motion blur
    way: Range = (0, 0.03)  # metres that the camera moves while it is open
    turn_deg: Range = (0, 0.8)  # that it turns
    aberrated: float = 0.0  # share of images with chromatic aberration
    aberration: Range = (-0.003, 0.003)  # how much larger blue is than green, and green than red
    vignette: Range = (0, 0.5)  # 1 = light falls off as the fourth power of the cosine

    def __post_init__(self) -> None:
        shares = {name: check_share(name, getattr(self, name)) for name in ("distorted", "defocused", "moving", "aberrated")}
        set_fields(
            self,
            **shares,
            k1=check_range("k1", self.k1, -1, 1),
            k2=check_range("k2", self.k2, -1, 1),
            tangential=check_range("tangential", self.tangential, -0.05, 0.05),
            focus=check_range("focus", self.focus, 0.01, 100),
            aperture=check_range("aperture", self.aperture, 0, 10),
            way=check_range("way", self.way, 0, 10),
            turn_deg=check_range("turn_deg", self.turn_deg, 0, 30),
            aberration=check_range("aberration", self.aberration, -0.05, 0.05),
            vignette=check_range("vignette", self.vignette, 0, 1),
        )
        if self.distorted:
            self._check_distortion()

    def _check_distortion(self) -> None:
        given = f"k1=[{self.k1[0]:g}, {self.k1[1]:g}] with k2=[{self.k2[0]:g}, {self.k2[1]:g}]"
        if not is_injective(self.k1, self.k2):
            raise InputError(f"{given} folds the picture: expected k1 >= {lowest_k1(self.k1, self.k2):.3g}, or a larger k2")
        share, stretch = margin_and_stretch(self.k1, self.k2, self.tangential)
        if not np.isfinite(share):
            raise InputError(f"tangential={list(self.tangential)} with {given} folds the picture: expected it narrower")
        if share > 0.5:
            raise InputError(f"{given} needs {share:.2f} of the picture beyond each edge: expected 0.5 at most; raise k1 or k2")
        if stretch > MAX_STRETCH:
            what = f"spreads a pixel over {stretch:.2f} near the edges, where labels would get coarse"
            given = f"{given} and tangential=[{self.tangential[0]:g}, {self.tangential[1]:g}]"
            raise InputError(f"{given} {what}: expected {MAX_STRETCH} at most; narrow them")

    def requirements(self) -> Requirements:
        wanted = {
            "distortion": bool(self.distorted) and (any(self.k1) or any(self.k2) or any(self.tangential)),
            "focus": bool(self.defocused) and self.aperture[1] > 0,
            "motion": bool(self.moving) and (self.way[1] > 0 or self.turn_deg[1] > 0),
            "sensor": self.vignette[1] > 0 or (bool(self.aberrated) and any(self.aberration)),
        }
        share = margin_and_stretch(self.k1, self.k2, self.tangential)[0] if wanted["distortion"] else 0.0
        return Requirements(effects=tuple(effect for effect in EFFECTS if wanted.get(effect)), margin=share)

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        lens, cameras = scenes.lens, scenes.cameras
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
        """(B, 5): OpenCV's k1, k2, p1, p2, k3, whose unit of length is the focal length and not the corner's distance."""
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
    """(B, 3) unit vectors, all directions alike."""
    around, above = 2 * np.pi * streams.uniform(f"{name}_azimuth"), np.arcsin(2 * streams.uniform(f"{name}_elevation") - 1)
    return direction(around, above)
