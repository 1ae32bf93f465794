"""Looks: the user's own meshes keep the colours and pictures of their files, varied at will, or are painted like solids."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from raster.randomizers.options import check_options, range_option, share_option
from raster.randomizers.ranges import Range
from raster.roughness import shininess_of
from raster.scene.materials import MAPPINGS, TEXTURES
from raster.scene.scenes import Scenes
from raster.streams import Streams

SPECULAR = 0.5  # a reflectance of 4 % seen straight on, as glTF has it (Khronos, glTF 2.0, appendix B)


@dataclass(frozen=True)
class Looks:
    """Writes the materials of the user's own meshes among objects and distractors, after Materials and Textures."""

    source: ClassVar[str] = "glTF 2.0"

    share: float = share_option(1.0, "How many of the own meshes look as their files say; the others are painted like solids.")
    hue_deg: Range = range_option((0, 0), -180, 180, "degrees", "Turn of the hue of the file's colours and pictures.")
    saturation: Range = range_option((1, 1), 0, 4, "factor", "Factor of their colourfulness; 0 makes them grey.")
    brightness: Range = range_option((1, 1), 0.05, 10, "factor", "Factor of their brightness; uniform in the logarithm.")
    roughness: Range = range_option((0, 0), -1, 1, "", "What is added to the file's roughness, which stays within 0 to 1.")
    metallic: Range = range_option((0, 0), -1, 1, "", "What is added to the file's metallic, which stays within 0 to 1.")

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
            own, count = streams.child(slot), objects.stop - objects.start
            keeps = own.bernoulli("own", self.share, count)
            asset = scenes.asset[:, objects]
            row = np.where((keeps & (asset >= 0))[..., None], catalog.part_material[asset], -1)
            brightness = own.log_uniform("brightness", self.brightness, count)[..., None, None]
            rougher = own.uniform_between("roughness", self.roughness, count)[..., None]
            roughness = np.clip(looks.roughness[row].astype(np.float64) + rougher, 0, 1)
            metallic = looks.metallic[row] + own.uniform_between("metallic", self.metallic, count)[..., None]
            values = {
                "color": looks.color[row] * brightness,
                "color2": np.broadcast_to(self._hue_turn(own, count)[:, :, None], (*row.shape, 3)),
                "specular": np.full(row.shape, SPECULAR),
                "shininess": shininess_of(roughness),
                "metallic": np.clip(metallic, 0, 1),
                **{name: np.zeros(row.shape) for name in ("coat", "wear", "bump")},
                "texture": np.full(row.shape, TEXTURES.index("base_color")),
                "image": looks.picture[row],
                "mapping": np.full(row.shape, MAPPINGS.index("uv")),
                "texture_from_object": np.broadcast_to(np.eye(3, 4), (*row.shape, 3, 4)),
            }
            for name, each in values.items():
                scenes.set_part_material(objects, name, each, row >= 0)

    def _hue_turn(self, own: Streams, count: int) -> np.ndarray:
        """(B, count, 3) float64: what color2 means to the texture base_color: raster/scene/materials.py."""
        turn = np.radians(own.uniform_between("hue_deg", self.hue_deg, count))
        saturation = own.uniform_between("saturation", self.saturation, count)
        return np.stack([np.cos(turn) - 1, np.sin(turn), saturation - 1], axis=-1)
