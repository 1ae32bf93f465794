"""Markings: a share of the objects looks like things: puzzle cubes, dice, labelled tins, balls with seams, stickers, dirt."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from raster.assets.catalog import Catalog
from raster.randomizers.options import check_options, range_option, share_option, weights_option
from raster.randomizers.ranges import Range, Weights, check_weights
from raster.randomizers.sampled import Sampled
from raster.randomizers.texture_mapping import texture_matrix
from raster.scene.materials import MAPPINGS, MARKINGS, TEXTURES
from raster.scene.scenes import Scenes
from raster.streams import Streams

# Which markings suit which solids; the user's own meshes get none. Others: what suits any shape.
SUITED = {
    "cube": ("puzzle", "dice", "sticker", "smudges"),
    "sphere": ("seams", "sticker", "smudges"),
    "cylinder": ("label", "sticker", "smudges"),
    "hexagonal_prism": ("label", "sticker", "smudges"),
}
ANY_SHAPE = ("sticker", "smudges")
SEEDS = 1000  # whole numbers along each axis of a texture point, which the shader takes as seeds
PLASTIC = (0.5, 80.0)  # specular, shininess
SMUDGES = (2.0, 5.0)  # cells of the noise for each unit of object space
BODIES = ((0.01, 0.01, 0.01), (0.75, 0.75, 0.75))  # linear RGB of the plastic between the squares of a puzzle


@dataclass(frozen=True)
class Markings:
    """Writes materials of objects and distractors anew, after Materials and Textures and before Looks."""

    cost_ms: ClassVar[str] = "0.3 at share 1"
    source: ClassVar[str] = "Perlin 1985"

    share: float = share_option(0.0, "How many of the objects carry a marking that suits their solid.")
    kinds: Weights = weights_option(MARKINGS, MARKINGS, "Markings to choose from.")
    relief: Range = range_option((0.0005, 0.003), 0, 0.1, "m", "Depth of grooves, pips and seams.")
    darkening: Range = range_option((0.3, 0.85), 0, 1, "factor", "Brightness of dirt, as a part of the surface's.")
    roughening: Range = range_option((0.2, 0.9), 0, 1, "", "How much rougher the surface is under dirt.")

    def __post_init__(self) -> None:
        """Check all fields. InputError names the first wrong one."""
        check_options(self)

    @property
    def sampled(self) -> tuple[Sampled, ...]:
        """The options whose drawn values can be told again."""
        return (Sampled("share", "share", "share", objects=True),) if self.share else ()

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        """Choose a marking for each object, and write it in place of the object's texture."""
        if not self.share:
            return
        weights = _suited(scenes.catalog) * check_weights("kinds", self.kinds, MARKINGS)  # (K, M)
        for slot in ("objects", "distractors"):
            own, objects = streams.child(slot), scenes.slots[slot]
            asset = scenes.asset[:, objects]
            edges = np.cumsum(weights[asset], axis=-1)  # (B, count, M)
            chosen = (own.uniform("kind", asset.shape[1])[..., None] * edges[..., -1:] >= edges).sum(axis=-1)
            marked = own.bernoulli("share", self.share, asset.shape[1]) & (edges[..., -1] > 0) & (asset >= 0)
            parts = np.repeat(marked[..., None], scenes.catalog.part_mesh.shape[1], axis=2)
            for name, values in self._materials(scenes, own, objects, np.minimum(chosen, len(MARKINGS) - 1)).items():
                each = np.repeat(values[:, :, None], parts.shape[2], axis=2)
                scenes.set_part_material(objects, name, each, parts)

    def _materials(self, scenes: Scenes, own: Streams, objects: slice, chosen: np.ndarray) -> dict[str, np.ndarray]:
        """Fields of Material, each (B, count, ...), of objects that carry the markings `chosen` (B, count) of MARKINGS."""
        count, is_kind = chosen.shape[1], {name: chosen == k for k, name in enumerate(MARKINGS)}
        first = {f: getattr(scenes.nodes.material, f)[:, scenes.roots[objects] + 1] for f in
                 ("color", "color2", "specular", "shininess", "metallic")}  # fmt: skip
        light = first["color"].mean(axis=-1) > 0.25
        contrast = np.where(light[..., None], 0.02, 0.8)
        body = np.array(BODIES)[own.choice("body", np.array([3, 1]), count)]
        dirt = first["color"] * own.uniform_between("darkening", self.darkening, count)[..., None] * [1.0, 0.93, 0.82]
        plain = own.bernoulli("contrast", 0.6, count)[..., None]
        color2 = np.where(is_kind["puzzle"][..., None], body, first["color2"])
        color2 = np.where(is_kind["dice"][..., None] | (is_kind["seams"][..., None] & plain), contrast, color2)
        moulded = is_kind["puzzle"] | is_kind["dice"] | is_kind["seams"]
        smudged = is_kind["smudges"]
        seeds = np.floor(SEEDS * own.uniform("seed", count, 3))
        on_object = np.concatenate([np.broadcast_to(0.5 * np.eye(3), (*chosen.shape, 3, 3)), seeds[..., None]], axis=-1)
        texture = np.array([TEXTURES.index(name) for name in MARKINGS])[chosen]
        carved = texture_matrix(texture, own.log_uniform("cells", SMUDGES, count), own.uniform("turn", count, 3), seeds / SEEDS)
        return {
            "texture": texture,
            "mapping": np.full(chosen.shape, MAPPINGS.index("object")),
            "texture_from_object": np.where(smudged[..., None, None], carved, on_object),
            "color2": np.where(smudged[..., None], dirt, color2),
            "specular": np.where(is_kind["puzzle"], PLASTIC[0], first["specular"]),
            "shininess": np.where(is_kind["puzzle"], PLASTIC[1], first["shininess"]),
            "metallic": np.where(moulded, 0.0, first["metallic"]),
            "wear": smudged * own.uniform_between("roughening", self.roughening, count),
            "bump": -1.0 * moulded * own.uniform_between("relief", self.relief, count),
        }


def _suited(catalog: Catalog) -> np.ndarray:
    """(K, M) float64: 1 for each of MARKINGS that suits an asset, else 0; none suits the user's own meshes."""
    names = [
        name.partition("/")[0] if varied else name for name, varied in zip(catalog.assets, catalog.is_variant, strict=True)
    ]
    table = np.array([[kind in SUITED.get(name, ANY_SHAPE) for kind in MARKINGS] for name in names], np.float64)
    table[catalog.first_imported :] = 0
    return table
