"""read_mtl: the materials of an OBJ file."""

import math
import re

import numpy as np

from raster.assets.meshes.cut_outs import BLEND_CUTOFF, cutoff_of
from raster.assets.meshes.external_files import References
from raster.assets.meshes.imported_mesh import GREY, PLAIN, PbrMaterial
from raster.assets.meshes.parsed_file import EncodedPicture
from raster.assets.meshes.text_files import decode_text
from raster.color import linear_from_srgb
from raster.errors import InputError
from raster.roughness import roughness_of

# Options before a picture's name, such as "-s 1 1 1", "-clamp on", "-bm 0.5".
_OPTIONS = re.compile(r"^(-[a-zA-Z]+([ \t]+(on|off|[-+]?[0-9.]+(e[-+]?[0-9]+)?|[rgbmlz](?=[ \t])))+[ \t]+)*", re.IGNORECASE)


def read_mtl(
    data: bytes, used: set[str], references: References, pictures: dict[str, EncodedPicture]
) -> dict[str, PbrMaterial]:
    """The materials of the names in `used`; their pictures are added to `pictures`. InputError for text that is no number.

    A picture that is missing counts as a grey one.
    Kd is taken as sRGB code values, as viewers do; it multiplies the picture unless it is black. Ns, the exponent of Phong's
    highlight, becomes roughness. Pr and Pm, roughness and metallic as newer programs write them, come before it.
    d, which is 1 - Tr, and map_d cut out where their product is below BLEND_CUTOFF. map_d is the alpha of its picture, or
    its grey if it has none; the picture of map_Kd named again means its alpha alone. d 0 and Tr 1 count as opaque, since many
    programs write them for what is.
    """
    materials: dict[str, PbrMaterial] = {}
    for block in re.split(r"^[ \t]*newmtl[ \t]+", decode_text(data), flags=re.MULTILINE)[1:]:
        name, *lines = (line.strip() for line in block.split("\n"))
        if name in used and name not in materials:
            said = {words[0].lower(): words[1] for line in lines if len(words := line.split(None, 1)) == 2}
            materials[name] = _material(name, said, references, pictures)
    return materials


def _material(name: str, said: dict[str, str], references: References, pictures: dict[str, EncodedPicture]) -> PbrMaterial:
    """The material with the lines `said` (key, rest of the line) of an MTL file."""

    def numbers(key: str, default: float, count: int = 1) -> list[float]:
        words = said.get(key, str(default)).removeprefix("-halo").split()
        try:
            values = [float(word) for word in words[:count]]
        except ValueError:
            values = [math.nan]
        if not all(map(math.isfinite, values)):
            raise InputError(f"{references.path}: material {name}: {key} {said[key]} is no number")
        return values if len(values) == count else values[:1] * count

    picture, colored, masked = _picture(said, references, pictures)
    kd = [min(max(c, 0.0), 1.0) for c in numbers("kd", 1.0 if "map_kd" in said else 0.735, 3)]
    if "map_kd" in said and max(kd) == 0:
        kd = [1.0, 1.0, 1.0]
    shininess = max(numbers("ns", 0.0)[0], 0.0)
    roughness = float(roughness_of(shininess)) if "ns" in said else PLAIN.roughness
    roughness, metallic = numbers("pr", roughness)[0], numbers("pm", 0.0)[0]
    grey = GREY if "map_kd" in said and not colored else 1.0
    red, green, blue = np.round(grey * linear_from_srgb(np.array(kd)), 6).tolist()
    opacity = numbers("d", 1 - numbers("tr", 0.0)[0])[0]
    opacity = opacity if opacity > 0 else 1.0
    cutoff = cutoff_of(BLEND_CUTOFF, opacity) if masked or opacity < BLEND_CUTOFF else 0.0
    return PbrMaterial((red, green, blue), min(max(metallic, 0.0), 1.0), min(max(roughness, 0.0), 1.0), picture, cutoff)


def _picture(said: dict[str, str], references: References, pictures: dict[str, EncodedPicture]) -> tuple[int, bool, bool]:
    """The number in `pictures` of what map_Kd and map_d name together, which is added, and which of the two there are.

    The number is -1 if there is none.
    """
    names = [_OPTIONS.sub("", said[key]) if key in said else "" for key in ("map_kd", "map_d")]
    color, alpha = (references.optional(name) if name else None for name in names)
    if color is None and alpha is None:
        return -1, False, False
    mask = None if alpha is None or names[0] == names[1] else EncodedPicture(names[1], alpha)
    key = "\n".join(names)
    pictures.setdefault(key, EncodedPicture(names[0], color, mask))
    return list(pictures).index(key), color is not None, alpha is not None
