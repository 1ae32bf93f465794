"""Environment: light from all around: skies with a sun, studios, or HDR maps, as light, reflection and background."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from raster.assets.library import EnvironmentSource
from raster.errors import InputError
from raster.randomizers.options import check_options, count_option, range_option, share_option, source_option
from raster.randomizers.ranges import Range
from raster.randomizers.sampled import Sampled
from raster.scene.lights import NOT_A_SPOT
from raster.scene.requirements import Requirements
from raster.scene.scenes import Scenes
from raster.streams import Streams


@dataclass(frozen=True)
class Environment:
    """Writes `environment`, and changes `lights` after that randomizer: a sun becomes the first light."""

    cost_ms: ClassVar[str] = "3.8, with the sun's shadows"
    source: ClassVar[str] = "Preetham 1999, Ramamoorthi 2001"

    share: float = share_option(0.5, "How many of the images are lit by an environment.")
    visible: float = share_option(0.6, "How many of those images also show it as their background.")
    skies: int = count_option(6, 0, 512, "", "Procedural skies made for the run.")
    studios: int = count_option(6, 0, 512, "", "Procedural studios made for the run.")
    files: str | None = source_option(
        None, ".hdr and .exr", "Folder or pattern of .hdr and .exr files, twice as wide as high; null: none."
    )
    most: int = count_option(16, 1, 512, "", "Files loaded for a run, at most.")
    gain: Range = range_option(
        (0.5, 1.6),
        0.001,
        100,
        "",
        "Brightness: at 1 a white surface that faces up is half as bright as white; uniform in the logarithm.",
    )
    lamps: Range = range_option(
        (0.1, 0.8), 0, 1, "factor", "Factor that dims the other lights of an image with an environment."
    )
    blur: Range = range_option((0, 2), 0, 5, "levels", "Blur of the visible environment; each level halves the detail.")
    sun: Range = range_option(
        (0.005, 0.03), 0.0001, 1, "radians", "Angular radius of a sun: how soft its shadows are; none with lights.shadows=0."
    )

    def __post_init__(self) -> None:
        """Check all fields. InputError names the first wrong one."""
        check_options(self)
        if self.share > 0 and not (self.skies or self.studios or self.files):
            raise InputError(f"share={self.share}: there is no environment to show; give skies, studios or files, or share=0")

    def requirements(self) -> Requirements:
        """The environment maps of the run, and one shadow if a map may have a sun; nothing when share is 0."""
        if self.share == 0:
            return Requirements()
        source = EnvironmentSource(self.skies, self.studios, self.files, self.most)
        return Requirements(environments=source, shadows=int(self.skies > 0 or self.files is not None))

    @property
    def sampled(self) -> tuple[Sampled, ...]:
        """The options whose drawn values can be told again."""
        if not self.share:
            return ()
        lit = ("environment.share",)
        gain = Sampled("gain", "gain", "log", given=lit)
        return Sampled("share", "share", "share"), Sampled("visible", "visible", "share", given=lit), gain

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        """Choose a map for a share of the images; let it light them, dim the other lights, add its sun."""
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
        # A sun takes the place of the first light, and casts shadows unless no light may.
        sun, (x, y, z) = lit & (maps.sun_color[chosen] > 0).any(axis=1), maps.sun_direction[chosen].T
        c, s = np.cos(yaw), np.sin(yaw)
        lights.position[sun, 0] = np.stack([c * x - s * y, s * x + c * y, z, np.zeros_like(x)], axis=1)[sun]
        lights.color[sun, 0] = (maps.sun_color[chosen] * gain[:, None])[sun]
        lights.cone[sun, 0] = NOT_A_SPOT
        lights.softness[sun, 0] = streams.log_uniform("sun", self.sun)[sun]
        lights.shadows[sun] = np.maximum(lights.shadows[sun], lights.sun_shadows[sun])


def turned(harmonics: np.ndarray, yaw: np.ndarray) -> np.ndarray:
    """Coefficients (B, 9, 3) of an environment turned by yaw (B,) radians about z, counter-clockwise seen from above.

    harmonics (B, 9, 3): in the order of raster/assets/environments/. Those of orders m and -m mix by the angle m yaw.
    """
    result = harmonics.copy()
    for sine, cosine, order in ((1, 3, 1), (5, 7, 1), (4, 8, 2)):
        c, s = np.cos(order * yaw)[:, None], np.sin(order * yaw)[:, None]
        result[:, cosine] = c * harmonics[:, cosine] - s * harmonics[:, sine]
        result[:, sine] = s * harmonics[:, cosine] + c * harmonics[:, sine]
    return result
