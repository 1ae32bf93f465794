"""Sensor: blur, exposure, white balance, noise, sharpening, tones and JPEG, as of a telephone's camera."""

from dataclasses import dataclass

import numpy as np

from raster.randomizers.ranges import Range, check_range, check_share, set_fields
from raster.scene.requirements import EFFECTS, Requirements
from raster.scene.scenes import Scenes
from raster.streams import Streams

NEUTRAL = {
    "exposure_ev": 0, "balance": 1, "shot": 0, "read": 0, "blur_px": 0, "sharpen": 0, "saturation": 1, "contrast": 1,
    "curve": 0,
}  # fmt: skip


@dataclass(frozen=True)
class Sensor:
    """Writes `sensor`."""

    exposure_ev: Range = (-0.4, 0.4)  # stops: 1 is twice the light
    balance: Range = (0.94, 1.06)  # factor of each of red, green and blue
    shot: Range = (0, 0.03)  # noise of the light itself: standard deviation at white, as a share of white
    read: Range = (0, 0.01)  # noise of the electronics: standard deviation, as a share of white
    filtered: float = 0.5  # share of images that blur and sharpening change
    blur_px: Range = (0, 0.7)  # standard deviation; above 0.7 it is slow
    sharpen: Range = (0, 0.5)  # strength of unsharp masking
    saturation: Range = (0.8, 1.2)  # factor of colourfulness
    contrast: Range = (0.85, 1.15)  # factor around middle grey
    curve: Range = (0, 1)  # 0 = linear and clipped, 1 = a film's tone curve
    jpeg: float = 0.0  # share of images that are compressed
    quality: Range = (40, 95)  # JPEG's, of those

    def __post_init__(self) -> None:
        set_fields(
            self,
            exposure_ev=check_range("exposure_ev", self.exposure_ev, -10, 10),
            balance=check_range("balance", self.balance, 0.1, 10),
            shot=check_range("shot", self.shot, 0, 1),
            read=check_range("read", self.read, 0, 1),
            filtered=check_share("filtered", self.filtered),
            blur_px=check_range("blur_px", self.blur_px, 0, 5),
            sharpen=check_range("sharpen", self.sharpen, 0, 5),
            saturation=check_range("saturation", self.saturation, 0, 5),
            contrast=check_range("contrast", self.contrast, 0, 5),
            curve=check_range("curve", self.curve, 0, 1),
            jpeg=check_share("jpeg", self.jpeg),
            quality=check_range("quality", self.quality, 1, 100, whole=True),
        )

    def requirements(self) -> Requirements:
        wanted = {"sensor": any(getattr(self, key) != (value, value) for key, value in NEUTRAL.items()), "jpeg": self.jpeg > 0}
        return Requirements(effects=tuple(effect for effect in EFFECTS if wanted.get(effect)))

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        sensor = scenes.sensor
        sensor.exposure[:] = 2 ** streams.uniform_between("exposure", self.exposure_ev)
        sensor.balance[:] = streams.log_uniform("balance", self.balance, 3)
        filtered = streams.bernoulli("filtered", self.filtered)
        sensor.blur[:] = streams.uniform_between("blur", self.blur_px) * filtered
        for name in ("shot", "read", "sharpen", "saturation", "contrast", "curve"):
            getattr(sensor, name)[:] = streams.uniform_between(name, getattr(self, name))
        sensor.sharpen[:] *= filtered
        sensor.quality[:] = streams.integers("quality", self.quality) * streams.bernoulli("jpeg", self.jpeg)
        sensor.noise[:] = streams.integers("noise", (0, 2**32 - 1)).astype(np.uint32)
