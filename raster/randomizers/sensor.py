"""Sensor: metering, blur, exposure, white balance, noise, sharpening, tones and JPEG, as of a phone's camera."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from raster.randomizers.options import check_options, number_option, range_option, share_option, weights_option
from raster.randomizers.ranges import Range, Weights, check_weights
from raster.randomizers.sampled import Sampled
from raster.scene.requirements import EFFECTS, Requirements
from raster.scene.scenes import Scenes
from raster.streams import Streams

# Values with which the sensor changes nothing; if all fields have them, the step is left out.
NEUTRAL = {
    "exposure_ev": 0, "balance": 1, "shot": 0, "read": 0, "blur_px": 0, "sharpen": 0, "saturation": 1, "contrast": 1,
    "curve": 0,
}  # fmt: skip


METERING = ("average", "center_weighted")


@dataclass(frozen=True)
class Sensor:
    """Writes `sensor`: what happens to a picture after the lens."""

    cost_ms: ClassVar[str] = "2.3; metering 0.05, JPEG 4.5"
    source: ClassVar[str] = "Narkowicz 2015; Reinhard 2002"

    exposure_ev: Range = range_option(
        (-0.4, 0.4), -10, 10, "stops", "Exposure of the images that are not metered; one stop more is twice the light."
    )
    metered: float = share_option(
        0.0, "How many of the images are exposed so that their mean luminance becomes `key`, as a camera does by itself."
    )
    key: float = number_option(0.18, 0.01, 1, "of white", "Linear grey that the mean of the logarithm of luminance becomes.")
    compensation_ev: Range = range_option(
        (-1, 1), -10, 10, "stops", "Exposure compensation of metered images: so much more than `key`."
    )
    metering: Weights = weights_option(
        {"average": 1, "center_weighted": 1}, METERING, "What the mean is of: all of the picture, or more of its middle."
    )
    balance: Range = range_option((0.94, 1.06), 0.1, 10, "factor", "White balance: a factor each for red, green and blue.")
    shot: Range = range_option((0, 0.03), 0, 1, "share of white", "Shot noise: its standard deviation at white.")
    read: Range = range_option((0, 0.01), 0, 1, "share of white", "Read noise: its standard deviation.")
    filtered: float = share_option(0.5, "How many of the images are blurred and sharpened.")
    blur_px: Range = range_option((0, 0.7), 0, 5, "px", "Standard deviation of a Gaussian blur; above 0.7 it is slow.")
    sharpen: Range = range_option((0, 0.5), 0, 5, "", "Strength of unsharp masking.")
    saturation: Range = range_option((0.8, 1.2), 0, 5, "factor", "Factor of the colours' saturation.")
    contrast: Range = range_option((0.85, 1.15), 0, 5, "factor", "Factor of the contrast around middle grey.")
    curve: Range = range_option((0, 1), 0, 1, "", "Tone curve: 0 is linear and clipped, 1 is a film's.")
    jpeg: float = share_option(0.0, "How many of the images are compressed as JPEG.")
    quality: Range = range_option((40, 95), 1, 100, "", "JPEG quality of those images.", whole=True)

    def __post_init__(self) -> None:
        """Check all fields. InputError names the first wrong one."""
        check_options(self)

    def requirements(self) -> Requirements:
        """The effects that it needs: sensor unless every field is neutral, and jpeg."""
        wanted = {
            "sensor": self.metered > 0 or any(getattr(self, key) != (value, value) for key, value in NEUTRAL.items()),
            "jpeg": self.jpeg > 0,
        }
        return Requirements(effects=tuple(effect for effect in EFFECTS if wanted.get(effect)))

    @property
    def sampled(self) -> tuple[Sampled, ...]:
        """The options whose drawn values can be told again."""
        metered = ("sensor.metered",)
        metering = Sampled("metered", "metered", "share"), Sampled("compensation_ev", "compensation", given=metered)
        filtered = Sampled("filtered", "filtered", "share"), Sampled("blur_px", "blur", given=("sensor.filtered",))
        encoded = Sampled("jpeg", "jpeg", "share"), Sampled("quality", "quality", "whole", given=("sensor.jpeg",))
        return (
            Sampled("exposure_ev", "exposure", unless=metered), *(metering if self.metered else ()),
            *(Sampled(name, name) for name in ("shot", "read", "saturation", "contrast")),
            *filtered, *(encoded if self.jpeg else ()),
        )  # fmt: skip

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        """Write the sensor of each image."""
        sensor = scenes.sensor
        sensor.exposure[:] = 2 ** streams.uniform_between("exposure", self.exposure_ev)
        if self.metered:
            self._meter(scenes, streams)
        sensor.balance[:] = streams.log_uniform("balance", self.balance, 3)
        filtered = streams.bernoulli("filtered", self.filtered)
        sensor.blur[:] = streams.uniform_between("blur", self.blur_px) * filtered
        for name in ("shot", "read", "sharpen", "saturation", "contrast", "curve"):
            getattr(sensor, name)[:] = streams.uniform_between(name, getattr(self, name))
        sensor.sharpen[:] *= filtered
        sensor.quality[:] = streams.integers("quality", self.quality) * streams.bernoulli("jpeg", self.jpeg)
        # Views that share all else have noise of their own.
        sensor.noise[:] = streams.per_layout(1).integers("noise", (0, 2**32 - 1)).astype(np.uint32)

    def _meter(self, scenes: Scenes, streams: Streams) -> None:
        """Write how some of the images are metered."""
        sensor, metered = scenes.sensor, streams.bernoulli("metered", self.metered)
        weights = check_weights("metering", self.metering, METERING)
        sensor.metering_key[:] = np.where(metered, self.key, 0)
        sensor.metering_center[:] = metered & (streams.choice("metering", weights) == METERING.index("center_weighted"))
        compensation = streams.uniform_between("compensation", self.compensation_ev)
        sensor.exposure[:] = np.where(metered, 2**compensation, sensor.exposure)
