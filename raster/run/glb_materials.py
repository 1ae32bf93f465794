"""material: the look of a drawn mesh as a material of glTF. mapped: where its picture lies on it."""

from typing import Any

import numpy as np

from raster.assets.meshes.gltf_materials import WRAP_OF
from raster.rendering.shader_constants import (
    DOUBLE_SIDED_SHIFT,
    IMAGE_SHIFT,
    MAPPING_MASK,
    MAPPING_SHIFT,
    TEXTURE_MASK,
    WRAP_SHIFT,
)
from raster.roughness import roughness_of
from raster.run.glb import Glb
from raster.scene.materials import MAPPINGS, MARKINGS, TEXTURES
from raster.scene.scenes import Scenes

WRAPPED = tuple(WRAP_OF)  # a sampler's numbers by index of WRAPS
MIRRORED_REPEAT = WRAPPED[2]
OWN_COLOR = ("flat", *MARKINGS)  # textures whose second colour covers little


def material(glb: Glb, scenes: Scenes, row: np.void, shared: dict[Any, Any]) -> int:
    """The number of a material like that of a row of INSTANCE. shared: textures that other materials show, by their key."""
    surface, texture = int(row["surface"]), TEXTURES[int(row["surface"]) & TEXTURE_MASK]
    color, number = row["color"].astype(float), surface >> IMAGE_SHIFT
    said: dict[str, Any] = {"metallicFactor": float(row["metallic"])}
    said["roughnessFactor"] = float(roughness_of(row["shininess"]))
    if texture == "image" and not row["cutoff"] > 0:
        color = np.ones(3)
    elif texture not in ("base_color", *OWN_COLOR):
        color = (color + row["color2"]) / 2
    wrap = (MIRRORED_REPEAT, MIRRORED_REPEAT)
    if texture == "base_color" or row["cutoff"] > 0:
        codes = int(row["picture"]) >> WRAP_SHIFT
        wrap = (WRAPPED[codes & 3], WRAPPED[codes >> 2 & 3])
    key = (texture if texture in ("image", "base_color") else "", number, int(row["picture"]), bool(row["cutoff"] > 0))
    if (picture := _picture(scenes, *key)) is not None:
        if key not in shared:
            shared[key] = glb.texture(picture, wrap)
        said["baseColorTexture"] = {"index": shared[key]}
    said["baseColorFactor"] = [*np.clip(color, 0, 1).tolist(), 1.0]
    whole = {"pbrMetallicRoughness": said, "doubleSided": bool(surface >> DOUBLE_SIDED_SHIFT & 1)}
    if row["cutoff"] > 0:
        whole |= {"alphaMode": "MASK", "alphaCutoff": float(row["cutoff"])}
    if row["coat"] > 0:
        coat = {"clearcoatFactor": float(row["coat"]), "clearcoatRoughnessFactor": float(np.sqrt(0.02))}
        whole |= glb.extend("KHR_materials_clearcoat", coat)
    return glb.add("materials", whole)


def _picture(scenes: Scenes, texture: str, number: int, packed: int, cut_out: bool) -> np.ndarray | None:
    """(H, W, 3 or 4) uint8 sRGB of a row's texture; of a mesh that alpha cuts out its own picture, or one that is white."""
    if texture == "image" and not cut_out:
        found: np.ndarray = scenes.library.pictures[number]
        return found
    number = number if texture == "base_color" else packed & ((1 << WRAP_SHIFT) - 1)
    if not number:
        return None
    mesh, own = scenes.catalog.mesh_materials.pictures[number - 1]
    imported = scenes.catalog.imported[mesh]
    picture = np.array(imported.picture(own, imported.pictures[own].side)[0])
    if texture != "base_color":
        picture[..., :3] = 255
    return picture


def mapped(row: np.void, vertices: dict[str, np.ndarray]) -> np.ndarray:
    """(V, 2) places of the vertices in texture space, y upwards."""
    planar = MAPPINGS[(int(row["surface"]) >> MAPPING_SHIFT) & MAPPING_MASK] == "uv"
    points = np.column_stack([vertices["uv"], np.full(len(vertices["uv"]), 0.5)]) if planar else vertices["position"]
    matrix = row["texture_from_object"][:2]
    found: np.ndarray = points @ matrix[:, :3].T + matrix[:, 3]
    return found
