"""Materials: colours and finishes of objects and distractors: matte, plastic, glossy, metal, lacquer, worn, bumpy."""

from dataclasses import dataclass

import numpy as np

from raster.color import linear_from_hsv, linear_from_srgb
from raster.randomizers.ranges import (
    Range,
    Weights,
    check_colors,
    check_range,
    check_share,
    check_variants,
    check_weights,
    set_fields,
)
from raster.scene.scenes import Scenes
from raster.streams import Streams

# specular and shininess (lowest, highest), metallic, coat. "any" takes the randomizer's own ranges.
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
    """Writes `color`, `color2`, `specular`, `shininess`, `metallic`, `coat`, `wear` and `bump`, one set for each object.

    passes/color=phong shows the first four only.
    """

    hue_deg: Range = (0, 360)
    saturation: Range = (0, 1)
    value: Range = (0.15, 1)
    colors: tuple[str, ...] | None = None  # #rrggbb, one of which each object has, in place of hue, saturation and value
    finishes: Weights = tuple(FINISHES)  # a list, or how often each
    specular: Range = (0, 0.6)  # strength of the highlight, of the finish "any"
    shininess: Range = (4, 200)  # Blinn-Phong exponent, uniform in the logarithm, of the finish "any"
    worn: float = 0.2  # share of the objects whose texture's second colour is rougher
    wear: Range = (0.3, 1)  # by so much
    bumpy: float = 0.25  # share of the objects whose texture is also a relief
    bump: Range = (0.001, 0.01)  # metres, uniform in the logarithm; half of them sunk
    variants: int | None = None  # so many different ones in the whole run, each with one of as many textures'; None: no limit

    def __post_init__(self) -> None:
        check_weights("finishes", self.finishes, tuple(FINISHES))
        set_fields(
            self,
            hue_deg=check_range("hue_deg", self.hue_deg, -360, 720),
            saturation=check_range("saturation", self.saturation, 0, 1),
            value=check_range("value", self.value, 0, 1),
            colors=check_colors("colors", self.colors),
            specular=check_range("specular", self.specular, 0, 1),
            shininess=check_range("shininess", self.shininess, 1, 1000),
            worn=check_share("worn", self.worn),
            wear=check_range("wear", self.wear, 0, 1),
            bumpy=check_share("bumpy", self.bumpy),
            bump=check_range("bump", self.bump, 0.00001, 1),
            variants=check_variants(self.variants),
        )

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        for slot in ("objects", "distractors"):
            objects = scenes.slots[slot]
            many = objects.stop - objects.start
            own = streams.child(slot).with_variants(self.variants, many)
            for name in ("color", "color2"):
                scenes.set_material(objects, name, self._color(own, name, many))
            for name, values in self._finish(own, many).items():
                scenes.set_material(objects, name, values)
            worn, bumpy = own.bernoulli("worn", self.worn, many), own.bernoulli("bumpy", self.bumpy, many)
            sign = np.where(own.bernoulli("sunk", 0.5, many), -1.0, 1.0)
            scenes.set_material(objects, "wear", worn * own.uniform_between("wear", self.wear, many))
            scenes.set_material(objects, "bump", bumpy * sign * own.log_uniform("bump", self.bump, many))

    def _color(self, own: Streams, name: str, many: int) -> np.ndarray:
        """(B, many, 3) float32, linear."""
        if self.colors is not None:
            codes = np.array([tuple(bytes.fromhex(each[1:])) for each in self.colors]) / 255
            return linear_from_srgb(codes).astype(np.float32)[own.choice(name, np.ones(len(codes)), many)]
        hue = own.uniform_between(f"{name}_hue", self.hue_deg, many)
        saturation = own.uniform_between(f"{name}_saturation", self.saturation, many)
        return linear_from_hsv(hue, saturation, own.uniform_between(f"{name}_value", self.value, many))

    def _finish(self, own: Streams, many: int) -> dict[str, np.ndarray]:
        """Each (B, many): specular, shininess, metallic, coat."""
        kind = own.choice("finish", check_weights("finishes", self.finishes, tuple(FINISHES)), many)
        table = [FINISHES[name] or (self.specular, self.shininess, 0.0, 0.0) for name in FINISHES]
        specular, shininess = (np.array([row[k] for row in table])[kind] for k in (0, 1))
        low, high = np.log(shininess[..., 0]), np.log(shininess[..., 1])
        return {
            "specular": specular[..., 0] + (specular[..., 1] - specular[..., 0]) * own.uniform("specular", many),
            "shininess": np.exp(low + (high - low) * own.uniform("shininess", many)),
            "metallic": np.array([row[2] for row in table])[kind],
            "coat": np.array([row[3] for row in table])[kind],
        }
