"""GltfMaterials: the materials of a glTF file, and the pictures that they use."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

from raster.assets.meshes.base_color_images import mean
from raster.assets.meshes.cut_outs import BLEND_CUTOFF, cutoff_of
from raster.assets.meshes.imported_mesh import GREY, PLAIN, PbrMaterial
from raster.assets.meshes.parsed_file import EncodedPicture
from raster.errors import InputError

Tree = dict[str, Any]
SINGLE = ("metallicFactor", "roughnessFactor")
WRAP_OF = {10497: 0, 33071: 1, 33648: 2}  # a sampler's number -> index of WRAPS


def texture_of(tree: Tree, material: int | None) -> tuple[Tree, Tree]:
    """The pbrMetallicRoughness parameters of a material, and the texture entry of its base colour; {} where there is none."""
    if material is None:
        return {}, {}
    entry = tree["materials"][material]
    pbr = entry.get("pbrMetallicRoughness", {})
    old = entry.get("extensions", {}).get("KHR_materials_pbrSpecularGlossiness")
    if old is not None and not pbr:
        pbr = {
            "baseColorFactor": old.get("diffuseFactor", [1, 1, 1, 1]),
            "baseColorTexture": old.get("diffuseTexture", {}),
            "metallicFactor": 0.0,
            "roughnessFactor": 1.0 - old.get("glossinessFactor", 1.0),
        }
    return pbr, pbr.get("baseColorTexture", {})


class GltfMaterials:
    """Materials by number. `pictures`: the base colours of all materials asked for so far.

    Missing factors are 1, as in glTF 2.0. If a picture gives metallic (blue) and roughness (green), its mean is used.
    A base colour picture that is missing counts as a grey one, and one of metallic and roughness as that of PLAIN.
    InputError, which begins with the path, for factors that are not finite.
    """

    def __init__(self, tree: Tree, path: Path, load: Callable[[int], bytes | None]):
        self.pictures: list[EncodedPicture] = []
        self._tree, self._path, self._load = tree, path, load
        self._made: dict[int, PbrMaterial] = {}
        self._numbers: dict[int, int] = {}

    def of(self, material: int | None) -> PbrMaterial | None:
        """The material of a number; None for None."""
        if material is None:
            return None
        if material not in self._made:
            self._made[material] = self._make(material)
        return self._made[material]

    def load_pictures(self) -> None:
        """Load all pictures that the materials of primitives use."""
        for mesh in self._tree.get("meshes", []):
            for primitive in mesh["primitives"]:
                pbr, base = texture_of(self._tree, primitive.get("material"))
                for texture in (base, pbr.get("metallicRoughnessTexture", {})):
                    if (image := self._image(texture)) is not None:
                        self._load(image)

    def _make(self, material: int) -> PbrMaterial:
        """The material of a number, made anew; adds its picture to `pictures`."""
        pbr, texture = texture_of(self._tree, material)
        factors = pbr.get("baseColorFactor", [1, 1, 1, 1])
        for name, values in (("baseColorFactor", factors), *((key, [pbr.get(key, 1.0)]) for key in SINGLE)):
            if not all(type(value) in (int, float) and math.isfinite(value) for value in values):
                entry = self._tree["materials"][material].get("name") or material
                raise InputError(f"{self._path}: material {entry}: {name} is {pbr[name]}; expected numbers from 0 to 1")
        red, green, blue = (float(min(max(c, 0.0), 1.0)) for c in factors[:3])
        metallic, roughness = (float(pbr.get(key, 1.0)) for key in SINGLE)
        if (image := self._image(pbr.get("metallicRoughnessTexture", {}))) is not None:
            data = self._load(image)
            _, rough, metal = (
                (1.0, PLAIN.roughness, PLAIN.metallic) if data is None else mean(f"{self._path}: {self._name(image)}", data)
            )
            metallic, roughness = metallic * metal, roughness * rough
        picture = -1
        if (image := self._image(texture)) is not None:
            picture = self._picture(image)
            if picture < 0:
                red, green, blue = GREY * red, GREY * green, GREY * blue
        cutoff = self._cutoff(material, float(factors[3]) if len(factors) > 3 else 1.0)
        wrap = self._wrap(texture)
        return PbrMaterial(
            (red, green, blue), min(max(metallic, 0.0), 1.0), min(max(roughness, 0.0), 1.0), picture, cutoff, wrap
        )

    def _cutoff(self, material: int, factor: float) -> float:
        """PbrMaterial.cutoff of a material whose alpha is multiplied by a factor."""
        entry = self._tree["materials"][material]
        mode = entry.get("alphaMode", "OPAQUE")
        cutoff = {"MASK": entry.get("alphaCutoff", 0.5), "BLEND": BLEND_CUTOFF}.get(mode, 0.0)
        return cutoff_of(cutoff, factor) if cutoff > 0 else 0.0

    def _wrap(self, texture: Tree) -> tuple[int, int]:
        """PbrMaterial.wrap of a texture entry."""
        if "index" not in texture:
            return 0, 0
        number = self._tree["textures"][texture["index"]].get("sampler")
        sampler = {} if number is None else self._tree["samplers"][number]
        return WRAP_OF.get(sampler.get("wrapS", 0), 0), WRAP_OF.get(sampler.get("wrapT", 0), 0)

    def _picture(self, image: int) -> int:
        """The number in `pictures` of an image, which is added where it is not there yet; -1 if it is missing."""
        if image not in self._numbers:
            data = self._load(image)
            self._numbers[image] = -1 if data is None else len(self.pictures)
            if data is not None:
                self.pictures.append(EncodedPicture(self._name(image), data))
        return self._numbers[image]

    def _image(self, texture: Tree) -> int | None:
        """The image number of a texture entry; a WebP image only if there is no other."""
        if "index" not in texture:
            return None
        entry = self._tree["textures"][texture["index"]]
        return entry.get("source", entry.get("extensions", {}).get("EXT_texture_webp", {}).get("source"))

    def _name(self, image: int) -> str:
        """The name of an image for messages."""
        entry = self._tree["images"][image]
        uri = entry.get("uri", "data:")
        return f"picture {image}" if uri.startswith("data:") else uri
