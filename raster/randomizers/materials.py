"""Materials: colours and finishes of objects and what is around: matte, plastic, glossy, metal, lacquer, worn, bumpy."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from raster.color import linear_from_hsv, linear_from_srgb
from raster.randomizers.options import (
    check_options,
    option,
    range_option,
    share_option,
    variants_option,
    weights_option,
)
from raster.randomizers.ranges import Range, Weights, check_colors, check_weights
from raster.randomizers.sampled import Sampled
from raster.scene.scenes import Scenes
from raster.streams import Streams

# Of each finish: specular (lowest, highest), shininess (lowest, highest), metallic, coat. "any" takes the fields of Materials.
FINISHES = {
    "any": None,
    "matte": ((0.1, 0.4), (1, 6), 0.0, 0.0),
    "plastic": ((0.4, 0.6), (20, 150), 0.0, 0.0),
    "glossy": ((0.5, 0.8), (200, 1000), 0.0, 0.0),
    "metal": ((0.6, 0.9), (8, 600), 1.0, 0.0),
    "lacquer": ((0.05, 0.2), (4, 30), 0.0, 1.0),
}


@dataclass(frozen=True)
class Materials:
    """Writes `color`, `color2`, `specular`, `shininess`, `metallic`, `coat`, `wear` and `bump`, the same for all parts.

    passes/color=phong shows the first four only.
    """

    cost_ms: ClassVar[str] = "0.8"
    source: ClassVar[str] = "Walter 2007, Mikkelsen 2010"

    hue_deg: Range = range_option((0, 360), -360, 720, "degrees", "Hue of each of an object's two colours.")
    saturation: Range = range_option((0, 1), 0, 1, "", "Saturation of each of the two colours.")
    value: Range = range_option((0.15, 1), 0, 1, "", "Value (HSV) of each of the two colours.")
    colors: tuple[str, ...] | None = option(
        None,
        "A list of colours to choose from, in place of hue, saturation and value.",
        "sRGB",
        "#rrggbb",
        check_colors,
        nullable=True,
        control={"kind": "colors"},
    )
    finishes: Weights = weights_option(tuple(FINISHES), tuple(FINISHES), "Finishes to choose from.")
    specular: Range = range_option((0, 0.6), 0, 1, "", "Strength of the highlight, for the finish `any`.")
    shininess: Range = range_option(
        (4, 200), 1, 1000, "", "Blinn-Phong exponent, for the finish `any`; uniform in the logarithm."
    )
    worn: float = share_option(0.2, "How many of the objects are rougher where their texture has its second colour.")
    wear: Range = range_option((0.3, 1), 0, 1, "", "How much rougher the second colour is on a worn object.")
    bumpy: float = share_option(0.25, "How many of the objects have a relief that follows their texture.")
    bump: Range = range_option(
        (0.001, 0.01), 0.00001, 1, "m", "Height of the relief; half of all reliefs are sunk; uniform in the logarithm."
    )
    variants: int | None = variants_option(
        "How many different materials the whole run shows; null: no limit. Each keeps its texture if textures has as many."
    )

    def __post_init__(self) -> None:
        """Check all fields. InputError names the first wrong one."""
        check_options(self)

    @property
    def sampled(self) -> tuple[Sampled, ...]:
        """The options whose drawn values can be told again."""
        shares = (Sampled(name, name, "share", objects=True, variants=True) for name in ("worn", "bumpy"))
        return Sampled("finishes", "finish", "choice", objects=True, variants=True, names=tuple(FINISHES)), *shares

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        """Write colours, finish, wear and relief for each object."""
        for slot in scenes.painted:
            objects = scenes.slots[slot]
            count = objects.stop - objects.start
            own = streams.child(slot).with_variants(self.variants, count)
            for name in ("color", "color2"):
                scenes.set_material(objects, name, self._color(own, name, count))
            for name, values in self._finish(own, count).items():
                scenes.set_material(objects, name, values)
            worn, bumpy = own.bernoulli("worn", self.worn, count), own.bernoulli("bumpy", self.bumpy, count)
            sign = np.where(own.bernoulli("sunk", 0.5, count), -1.0, 1.0)
            scenes.set_material(objects, "wear", worn * own.uniform_between("wear", self.wear, count))
            scenes.set_material(objects, "bump", bumpy * sign * own.log_uniform("bump", self.bump, count))

    def _color(self, own: Streams, name: str, count: int) -> np.ndarray:
        """(B, count, 3) float32, linear: one colour for each object."""
        if self.colors is not None:
            codes = np.array([tuple(bytes.fromhex(each[1:])) for each in self.colors]) / 255
            return linear_from_srgb(codes).astype(np.float32)[own.choice(name, np.ones(len(codes)), count)]
        hue = own.uniform_between(f"{name}_hue", self.hue_deg, count)
        saturation = own.uniform_between(f"{name}_saturation", self.saturation, count)
        return linear_from_hsv(hue, saturation, own.uniform_between(f"{name}_value", self.value, count))

    def _finish(self, own: Streams, count: int) -> dict[str, np.ndarray]:
        """Each (B, count): specular, shininess, metallic, coat."""
        finish = own.choice("finish", check_weights("finishes", self.finishes, tuple(FINISHES)), count)
        table = [FINISHES[name] or (self.specular, self.shininess, 0.0, 0.0) for name in FINISHES]
        specular, shininess = (np.array([row[k] for row in table])[finish] for k in (0, 1))
        low, high = np.log(shininess[..., 0]), np.log(shininess[..., 1])
        return {
            "specular": specular[..., 0] + (specular[..., 1] - specular[..., 0]) * own.uniform("specular", count),
            "shininess": np.exp(low + (high - low) * own.uniform("shininess", count)),
            "metallic": np.array([row[2] for row in table])[finish],
            "coat": np.array([row[3] for row in table])[finish],
        }
