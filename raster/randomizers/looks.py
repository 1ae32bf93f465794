"""Looks: the user's own meshes keep the colours and pictures of their files, or are painted like solids."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from raster.randomizers.options import check_options, share_option
from raster.scene.materials import MAPPINGS, TEXTURES
from raster.scene.scenes import Scenes
from raster.streams import Streams

SPECULAR = 0.5  # a reflectance of 4 % seen straight on, as glTF has it (Khronos, glTF 2.0, appendix B)
SHININESS = (1.0, 1000.0)


@dataclass(frozen=True)
class Looks:
    """Writes the materials of the user's own meshes among objects and distractors, after Materials and Textures."""

    source: ClassVar[str] = "glTF 2.0"

    share: float = share_option(1.0, "How many of the own meshes look as their files say; the others are painted like solids.")

    def __post_init__(self) -> None:
        """Check all fields. InputError names the first wrong one."""
        check_options(self)

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        """Give a share of the own meshes the materials that their files describe."""
        catalog, looks = scenes.catalog, scenes.catalog.mesh_materials
        if not catalog.imported:
            return
        for slot in ("objects", "distractors"):
            objects = scenes.slots[slot]
            keeps = streams.child(slot).bernoulli("own", self.share, objects.stop - objects.start)
            asset = scenes.asset[:, objects]
            row = np.where((keeps & (asset >= 0))[..., None], catalog.part_material[asset], -1)
            roughness = looks.roughness[row].astype(np.float64)
            values = {
                "color": looks.color[row],
                "specular": np.full(row.shape, SPECULAR),
                "shininess": shininess_of(roughness),
                "metallic": looks.metallic[row],
                **{name: np.zeros(row.shape) for name in ("coat", "wear", "bump")},
                "texture": np.full(row.shape, TEXTURES.index("base_color")),
                "image": looks.picture[row],
                "mapping": np.full(row.shape, MAPPINGS.index("uv")),
                "texture_from_object": np.broadcast_to(np.eye(3, 4), (*row.shape, 3, 4)),
            }
            for name, each in values.items():
                scenes.set_part_material(objects, name, each, row >= 0)


def shininess_of(roughness: np.ndarray) -> np.ndarray:
    """Blinn-Phong exponents of roughness 0..1: 2 / alpha^2 - 2 with alpha = roughness^2 (Walter et al., 2007)."""
    return np.clip(2 / np.maximum(roughness, 0.05) ** 4 - 2, *SHININESS)
