"""Environment: light from all around: skies with a sun, studios, or HDR maps, as light, mirror image and backdrop."""

from dataclasses import dataclass

import numpy as np

from raster.assets.library import EnvironmentSource
from raster.errors import InputError
from raster.randomizers.ranges import Range, check_count, check_range, check_share, check_source, set_fields
from raster.scene.lights import NOT_A_SPOT
from raster.scene.requirements import Requirements
from raster.scene.scenes import Scenes
from raster.streams import Streams


@dataclass(frozen=True)
class Environment:
    """Writes `surroundings`, and `lights`, after the randomizer of that name: ambient, irradiance, the sun as first light."""

    share: float = 0.5  # of the images that an environment lights
    visible: float = 0.6  # share of those in which it is also what is seen behind everything
    skies: int = 6  # procedural ones of a run
    studios: int = 6  # procedural ones of a run
    files: str | None = None  # folder or pattern of .hdr and .exr files, twice as wide as high
    most: int = 16  # files of a run
    gain: Range = (0.5, 1.6)  # white that faces up shows half of this, uniform in the logarithm
    lamps: Range = (0.1, 0.8)  # factor of the other lights, which an environment outshines
    blur: Range = (0, 2)  # of what is seen behind everything, in levels that each halve the detail
    sun: Range = (0.005, 0.03)  # radius of a sun, radians: how soft its shadows are, which it always casts

    def __post_init__(self) -> None:
        set_fields(
            self,
            share=check_share("share", self.share),
            visible=check_share("visible", self.visible),
            skies=check_count("skies", self.skies, 0, 512),
            studios=check_count("studios", self.studios, 0, 512),
            files=check_source("files", self.files, ".hdr and .exr"),
            most=check_count("most", self.most, 1, 512),
            gain=check_range("gain", self.gain, 0.001, 100),
            lamps=check_range("lamps", self.lamps, 0, 1),
            blur=check_range("blur", self.blur, 0, 5),
            sun=check_range("sun", self.sun, 0.0001, 1),
        )
        if self.share > 0 and not (self.skies or self.studios or self.files):
            raise InputError(f"share={self.share}: there is no environment to show; give skies, studios or files, or share=0")

    def requirements(self) -> Requirements:
        if self.share == 0:
            return Requirements()
        source = EnvironmentSource(self.skies, self.studios, self.files, self.most)
        return Requirements(environments=source, shadows=int(self.skies > 0 or self.files is not None))

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        maps = scenes.library.environments
        if maps is None:
            return
        around, lights, lit = scenes.environment, scenes.lights, streams.bernoulli("share", self.share)
        chosen = np.floor(streams.uniform("map") * len(maps.names)).astype(np.int64)
        yaw, gain = 2 * np.pi * streams.uniform("yaw"), streams.log_uniform("gain", self.gain)
        around.map[:] = np.where(lit, chosen, -1)
        around.yaw[:], around.intensity[:] = yaw, gain
        around.visible[:] = lit & streams.bernoulli("visible", self.visible)
        around.blur[:] = streams.uniform_between("blur", self.blur)
        lights.irradiance[lit] = turned(maps.irradiance[chosen] * gain[:, None, None], yaw)[lit]
        lights.ambient[lit] = 0.0
        lights.color[lit] *= streams.uniform_between("lamps", self.lamps)[lit, None, None]
        # A sun takes the place of the first light, and casts shadows.
        sun, (x, y, z) = lit & (maps.sun_color[chosen] > 0).any(axis=1), maps.sun_direction[chosen].T
        c, s = np.cos(yaw), np.sin(yaw)
        lights.position[sun, 0] = np.stack([c * x - s * y, s * x + c * y, z, np.zeros_like(x)], axis=1)[sun]
        lights.color[sun, 0] = (maps.sun_color[chosen] * gain[:, None])[sun]
        lights.cone[sun, 0] = NOT_A_SPOT
        lights.softness[sun, 0] = streams.log_uniform("sun", self.sun)[sun]
        lights.shadows[sun] = np.maximum(lights.shadows[sun], 1)


def turned(harmonics: np.ndarray, yaw: np.ndarray) -> np.ndarray:
    """Coefficients (B, 9, 3) of light that is turned by yaw (B,) radians about z, counter-clockwise seen from above.

    Harmonics that differ in the sign of their order m mix by the angle m yaw; order as in raster/environments/.
    """
    result = harmonics.copy()
    for sine, cosine, order in ((1, 3, 1), (5, 7, 1), (4, 8, 2)):
        c, s = np.cos(order * yaw)[:, None], np.sin(order * yaw)[:, None]
        result[:, cosine] = c * harmonics[:, cosine] - s * harmonics[:, sine]
        result[:, sine] = s * harmonics[:, cosine] + c * harmonics[:, sine]
    return result
