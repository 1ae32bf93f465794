"""read_mtl: the materials of an OBJ file."""

import math
import re

import numpy as np

from raster.assets.meshes.external_files import References
from raster.assets.meshes.imported_mesh import GREY, PLAIN, PbrMaterial
from raster.assets.meshes.text_files import decode_text
from raster.color import linear_from_srgb
from raster.errors import InputError
from raster.roughness import roughness_of

# Options before a picture's name, such as "-s 1 1 1", "-clamp on", "-bm 0.5".
_OPTIONS = re.compile(r"^(-[a-zA-Z]+([ \t]+(on|off|[-+]?[0-9.]+(e[-+]?[0-9]+)?|[rgbmlz](?=[ \t])))+[ \t]+)*", re.IGNORECASE)


def read_mtl(data: bytes, used: set[str], references: References, pictures: dict[str, bytes]) -> dict[str, PbrMaterial]:
    """The materials of the names in `used`; their pictures are added to `pictures`. InputError for text that is no number.

    A picture that is missing counts as a grey one.
    Kd is taken as sRGB code values, as viewers do; it multiplies the picture unless it is black. Ns, the exponent of Phong's
    highlight, becomes roughness. Pr and Pm, roughness and metallic as newer programs write them, come before it. d, Tr and
    map_d, transparency, are passed over.
    """
    materials: dict[str, PbrMaterial] = {}
    for block in re.split(r"^[ \t]*newmtl[ \t]+", decode_text(data), flags=re.MULTILINE)[1:]:
        name, *lines = (line.strip() for line in block.split("\n"))
        if name in used and name not in materials:
            said = {words[0].lower(): words[1] for line in lines if len(words := line.split(None, 1)) == 2}
            materials[name] = _material(name, said, references, pictures)
    return materials


def _material(name: str, said: dict[str, str], references: References, pictures: dict[str, bytes]) -> PbrMaterial:
    """The material with the lines `said` (key, rest of the line) of an MTL file."""

    def numbers(key: str, default: float, count: int = 1) -> list[float]:
        words = said.get(key, str(default)).split()
        try:
            values = [float(word) for word in words[:count]]
        except ValueError:
            values = [math.nan]
        if not all(map(math.isfinite, values)):
            raise InputError(f"{references.path}: material {name}: {key} {said[key]} is no number")
        return values if len(values) == count else values[:1] * count

    picture = -1
    if "map_kd" in said:
        file = _OPTIONS.sub("", said["map_kd"])
        data = references.optional(file)
        if data is not None:
            pictures.setdefault(file, data)
            picture = list(pictures).index(file)
    kd = [min(max(c, 0.0), 1.0) for c in numbers("kd", 1.0 if "map_kd" in said else 0.735, 3)]
    if "map_kd" in said and max(kd) == 0:
        kd = [1.0, 1.0, 1.0]
    shininess = max(numbers("ns", 0.0)[0], 0.0)
    roughness = float(roughness_of(shininess)) if "ns" in said else PLAIN.roughness
    roughness, metallic = numbers("pr", roughness)[0], numbers("pm", 0.0)[0]
    grey = GREY if "map_kd" in said and picture < 0 else 1.0
    red, green, blue = np.round(grey * linear_from_srgb(np.array(kd)), 6).tolist()
    return PbrMaterial((red, green, blue), min(max(metallic, 0.0), 1.0), min(max(roughness, 0.0), 1.0), picture)
