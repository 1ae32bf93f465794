"""SAMPLED: the options whose drawn values can be told again for any image, each with the stream that they are drawn from."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from raster.randomizers.materials import FINISHES
from raster.randomizers.ranges import check_weights
from raster.scene.materials import TEXTURES
from raster.scene.scenes import ARRANGEMENTS
from raster.streams import Streams

CHOICES = {
    "materials.finishes": tuple(FINISHES),
    "placement.arrangements": ARRANGEMENTS,
    **dict.fromkeys(("textures.kinds", "floor.kinds", "walls.kinds", "background.kinds"), TEXTURES),
}


@dataclass(frozen=True)
class SampledOption:
    """An option of a randomizer, NAME.FIELD, and how a randomizer draws it from a stream of its own.

    how: range, log (a range that is uniform in the logarithm), whole (numbers), share (a share for which it is true) or choice
    (weights of names). Its value counts in images, or for objects, where the shares `given` are true and `unless` are not.
    """

    key: str
    stream: str
    how: str = "range"
    given: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    objects: bool = False  # one for each labelled object
    variants: bool = False  # the randomizer's field `variants` may make some alike

    @property
    def randomizer(self) -> str:
        """Its randomizer's name."""
        return self.key.partition(".")[0]

    @property
    def field(self) -> str:
        """The field of its randomizer."""
        return self.key.partition(".")[2]

    def is_drawn(self, made: Any) -> bool:
        """Whether the randomizer `made` is the one of this name that is meant here, and draws the option."""
        if type(made).__module__ != f"raster.randomizers.{self.randomizer}" or getattr(made, self.field) is None:
            return False
        if self.randomizer == "camera" and self.field != "fov_deg":
            return made.given_poses is None
        if self.key == "scale.size":
            return made.sizes is None
        return not (self.field == "pictured" and made.pictures is None)

    def draw(self, made: Any, streams: Streams, count: int) -> np.ndarray:
        """(B,), or (B, count) for objects: what the randomizer `made` draws. streams: its own; count: slots for objects."""
        shape = (count,) if self.objects else ()
        own = streams.child("objects") if self.objects else streams
        if self.variants:
            own = own.with_variants(made.variants, *shape)
        bounds = getattr(made, self.field)
        if self.how == "choice":
            weights = check_weights(self.key, bounds, CHOICES[self.key])
            return np.array(CHOICES[self.key], object)[own.choice(self.stream, weights, *shape)]
        if self.how == "share":
            return own.bernoulli(self.stream, bounds, *shape)
        draw = {"range": own.uniform_between, "log": own.log_uniform, "whole": own.integers}[self.how]
        return draw(self.stream, bounds, *shape)


def _of_objects(key: str, stream: str, how: str, **more: Any) -> SampledOption:
    return SampledOption(key, stream, how, objects=True, **more)


FRAMED, FLOOR, LIT, AROUND = ("framing.share",), ("placement.floor",), ("environment.share",), ("surroundings.share",)
FILTERED, METERED, JPEG, PICTURED = ("sensor.filtered",), ("sensor.metered",), ("sensor.jpeg",), ("textures.pictured",)
SAMPLED = (
    SampledOption("framing.share", "share", "share"),
    SampledOption("framing.size", "size", "log", given=FRAMED),
    SampledOption("framing.offset", "offset", given=FRAMED),
    SampledOption("camera.distance", "distance", unless=FRAMED),
    SampledOption("camera.elevation_deg", "elevation"),
    SampledOption("camera.fov_deg", "fov"),
    SampledOption("camera.jitter", "jitter", unless=FRAMED),
    SampledOption("camera.roll_deg", "roll"),
    SampledOption("objects.count", "count", "whole"),
    SampledOption("distractors.count", "count", "whole"),
    _of_objects("scale.size", "size", "range"),
    _of_objects("shapes.share", "share", "share"),
    _of_objects("morphs.share", "share", "share"),
    _of_objects("markings.share", "share", "share"),
    _of_objects("materials.finishes", "finish", "choice", variants=True),
    _of_objects("materials.worn", "worn", "share", variants=True),
    _of_objects("materials.bumpy", "bumpy", "share", variants=True),
    _of_objects("textures.pictured", "pictured", "share", variants=True),
    _of_objects("textures.kinds", "kind", "choice", unless=(*PICTURED, "markings.share"), variants=True),
    _of_objects("textures.frequency", "frequency", "log", unless=(*PICTURED, "markings.share"), variants=True),
    SampledOption("placement.floor", "floor", "share"),
    SampledOption("placement.radius", "radius", unless=FLOOR),
    SampledOption("placement.floor_radius", "floor_radius", given=FLOOR),
    SampledOption("placement.arrangements", "arrangement", "choice", given=FLOOR),
    SampledOption("floor.kinds", "kind", "choice", given=FLOOR, unless=("floor.pictured",), variants=True),
    SampledOption("floor.pictured", "pictured", "share", given=FLOOR, variants=True),
    SampledOption("walls.share", "share", "share", given=FLOOR),
    SampledOption("background.kinds", "kind", "choice", unless=("background.pictured", "environment.visible"), variants=True),
    SampledOption("background.pictured", "pictured", "share", unless=("environment.visible",), variants=True),
    SampledOption("lights.count", "count", "whole"),
    SampledOption("lights.brightness", "brightness"),
    SampledOption("lights.ambient", "ambient", unless=LIT),
    SampledOption("lights.shadows", "shadows", "whole"),
    SampledOption("environment.share", "share", "share"),
    SampledOption("environment.visible", "visible", "share", given=LIT),
    SampledOption("environment.gain", "gain", "log", given=LIT),
    SampledOption("surroundings.share", "share", "share"),
    SampledOption("surroundings.count", "count", "whole", given=AROUND),
    SampledOption("surroundings.held", "held", "share", given=AROUND),
    SampledOption("lens.defocused", "defocused", "share"),
    SampledOption("lens.moving", "moving", "share"),
    SampledOption("lens.distorted", "distorted", "share"),
    SampledOption("lens.vignette", "vignette"),
    SampledOption("sensor.metered", "metered", "share"),
    SampledOption("sensor.exposure_ev", "exposure", unless=METERED),
    SampledOption("sensor.compensation_ev", "compensation", given=METERED),
    SampledOption("sensor.shot", "shot"),
    SampledOption("sensor.read", "read"),
    SampledOption("sensor.filtered", "filtered", "share"),
    SampledOption("sensor.blur_px", "blur", given=FILTERED),
    SampledOption("sensor.saturation", "saturation"),
    SampledOption("sensor.contrast", "contrast"),
    SampledOption("sensor.jpeg", "jpeg", "share"),
    SampledOption("sensor.quality", "quality", "whole", given=JPEG),
)
