"""draw_list: scenes -> DrawList, the rows and commands that every pass draws.

The label of a pixel is decided here and in shaders/class_id.frag. Each drawn mesh is a row of INSTANCE with the class_id of
its node and the instance_id of its object. The class_id pass draws all rows and writes the ids of the mesh that is nearest
under the pixel's centre. Floor, walls and distractors have class_id 0, and the background has both ids 0.
"""

from dataclasses import dataclass, fields

import numpy as np

from raster.geometry.mesh_atlas import MeshAtlas
from raster.rendering.gpu_structs import INSTANCE, MORPH
from raster.rendering.level_of_detail import OUTLINE_PX, choose_levels
from raster.rendering.picture_sizes import size_classes
from raster.rendering.shader_constants import (
    CASTS_SHIFT,
    DOUBLE_SIDED_SHIFT,
    IMAGE_SHIFT,
    MAPPING_SHIFT,
    SCREEN_MAPPING,
    WRAP_SHIFT,
)
from raster.rendering.shader_variants import PAINT_NUMBERS, PAINTS, SHADER_ROLES
from raster.rendering.shadow_views import casting
from raster.rendering.view_rows import light_rows, view_rows
from raster.scene.materials import Material
from raster.scene.scenes import Scenes

MAX_INSTANCES = 65535  # instance ids are 16 bit; 0 is where nothing was drawn


@dataclass(frozen=True)
class DrawList:
    """B scenes as tables for the GPU. I rows of meshes, sorted by shader variant and mesh; S commands for indirect drawing."""

    instances: np.ndarray  # (I,) INSTANCE: the meshes, then the background of each scene
    commands: np.ndarray  # (S, 5) uint32: index count, instances, first index, base vertex, base instance
    owners: np.ndarray  # (S,) int32: of each command's mesh, the block of blocks_of() in whose range it counts; -1 = a solid
    groups: tuple[tuple[str, str, int, int], ...]  # runs of commands: one of PAINTS, one of SHADER_ROLES, first, count
    views: np.ndarray  # (B,) VIEW
    lights: np.ndarray  # (B, MAX_LIGHTS) LIGHT
    morphs: np.ndarray  # (M,) MORPH, one for each row that is deformed
    instance_of_object: np.ndarray  # (B, O) int64: 1..N in the order of the objects, 0 = not drawn
    world_from_node: np.ndarray  # (B, N, 4, 4) float32


def draw_list(scenes: Scenes, height: int, pad: tuple[int, int] = (0, 0)) -> DrawList:
    """The draw list of B scenes. No other function assigns instance ids.

    height: of the picture, px. pad: (rows, columns) px that are drawn beyond each edge, for a lens that distorts.
    """
    nodes, atlas = scenes.nodes, scenes.catalog.atlas
    drawn = nodes.mesh >= 0
    instance_of_object = number_objects(drawn, nodes.object, scenes.asset.shape[1])
    scene, node = np.nonzero(drawn)  # (I,) each: one entry for each drawn mesh
    world = nodes.world_from_node()
    # A lens that distorts may spread a pixel over more than one: raster/randomizers/lens.py, MAX_STRETCH.
    outline_px = OUTLINE_PX if pad == (0, 0) else OUTLINE_PX / 1.5
    curved = np.where(scenes.morphs.any, scenes.morphs.curvature, -1)[scene, nodes.object[node]]
    mesh = choose_levels(
        scenes, height, outline_px, world[scene, node], scene, nodes.mesh[scene, node], curved, nodes.object[node]
    )
    role = (scenes.environment.map[scene] >= 0) + 2 * (atlas.cutoff[mesh] > 0)  # of SHADER_ROLES
    variant = PAINT_NUMBERS[nodes.material.texture[scene, node]] + len(PAINTS) * role
    order = np.lexsort((mesh, variant))
    scene, node, mesh, variant, morphed = scene[order], node[order], mesh[order], variant[order], curved[order] >= 0

    rows = _mesh_rows(scenes, world, instance_of_object, scene, node)
    rows["morph"] = np.cumsum(morphed) * morphed
    rows["surface"] += atlas.double_sided[mesh].astype(np.uint32) << DOUBLE_SIDED_SHIFT
    rows["picture"], rows["cutoff"] = atlas.mask[mesh] + (atlas.wrap[mesh] << WRAP_SHIFT), atlas.cutoff[mesh]
    rows["size_class"] = size_classes(scenes, height, world, scene, node)
    background_rows, background_paint = _background_rows(scenes)
    commands, mesh_of_command, groups = _commands(atlas, variant, mesh, background_paint)
    return DrawList(
        instances=np.concatenate([rows, background_rows]),
        commands=commands,
        owners=atlas.owner[mesh_of_command],
        groups=groups,
        views=view_rows(scenes, height, pad),
        lights=light_rows(scenes, world),
        morphs=_morph_rows(scenes, world, scene[morphed], node[morphed]),
        instance_of_object=instance_of_object,
        world_from_node=world,
    )


def number_objects(drawn: np.ndarray, number: np.ndarray, objects: int) -> np.ndarray:
    """Instance ids (B, O) int64: 1..N for the objects of a scene with at least one drawn node, 0 for the others.

    drawn (B, N) bool: of each node; number (N,): the object of each node, 0..objects - 1.
    """
    present = np.zeros((len(drawn), objects), bool)
    scene, node = np.nonzero(drawn)
    present[scene, number[node]] = True
    return np.cumsum(present, axis=1) * present


def _mesh_rows(
    scenes: Scenes, world: np.ndarray, instance_of_object: np.ndarray, scene: np.ndarray, node: np.ndarray
) -> np.ndarray:
    """(I,) INSTANCE of drawn nodes, given by the numbers of scene and node (I,); world (B, N, 4, 4): world_from_node."""
    nodes = scenes.nodes
    rows = np.zeros(len(scene), INSTANCE)
    rows["world_from_object"] = world[scene, node, :3]
    rows["scene"] = scene
    rows["class_id"] = nodes.class_id[scene, node]
    rows["instance_id"] = instance_of_object[scene, nodes.object[node]]
    _write_material(rows, nodes.material, (scene, node), nodes.material.mapping[scene, node])
    rows["surface"] += casting(scenes)[scene, nodes.object[node]].astype(np.uint32) << CASTS_SHIFT
    return rows


def _background_rows(scenes: Scenes) -> tuple[np.ndarray, np.ndarray]:
    """(B,) INSTANCE of the scenes' backgrounds, sorted by paint, and the number in PAINTS (B,) of each row."""
    map_shown = scenes.environment.visible & (scenes.environment.map >= 0)
    paint = np.where(map_shown, PAINTS.index("environment"), PAINT_NUMBERS[scenes.background.texture])
    order = np.argsort(paint, kind="stable")
    rows = np.zeros(len(order), INSTANCE)
    rows["scene"] = order
    _write_material(rows, scenes.background, (order,), SCREEN_MAPPING)
    return rows, paint[order]


def _write_material(rows: np.ndarray, material: Material, where: tuple, mapping: np.ndarray | int) -> None:
    """Write the material at an index into instance rows, with mapping (I,)."""
    for name in ("texture_from_object", "color", "specular", "color2", "shininess", "metallic", "coat", "wear", "bump"):
        rows[name] = getattr(material, name)[where]
    rows["surface"] = material.texture[where] + (mapping << MAPPING_SHIFT) + (material.image[where] << IMAGE_SHIFT)


def _commands(
    atlas: MeshAtlas, variant: np.ndarray, mesh: np.ndarray, background_paint: np.ndarray
) -> tuple[np.ndarray, np.ndarray, tuple]:
    """DrawList.commands (S, 5), the mesh (S,) of each, and DrawList.groups.

    variant (I,): of each row, paint + len(PAINTS) * role, sorted; mesh (I,); background_paint (B,).
    """
    # One command for each run of rows of one paint, role and mesh. The background is drawn with the atlas's last mesh.
    last = (SHADER_ROLES.index("background") * len(PAINTS) + background_paint + 1) * len(atlas.ranges) - 1
    key = np.concatenate([variant * len(atlas.ranges) + mesh, last])
    starts = np.flatnonzero(np.diff(key, prepend=-1))
    variants, meshes = np.divmod(key[starts], len(atlas.ranges))
    commands = np.zeros((len(starts), 5), np.uint32)
    commands[:, 0], commands[:, 1] = atlas.ranges[meshes, 0], np.diff(starts, append=len(key))
    commands[:, 2:4], commands[:, 4] = atlas.ranges[meshes, 1:], starts
    firsts = np.flatnonzero(np.diff(variants, prepend=-1))
    groups = tuple(
        (PAINTS[variants[first] % len(PAINTS)], SHADER_ROLES[variants[first] // len(PAINTS)], int(first), int(count))
        for first, count in zip(firsts, np.diff(firsts, append=len(starts)), strict=True)
    )
    return commands, meshes, groups


def _morph_rows(scenes: Scenes, world: np.ndarray, scene: np.ndarray, node: np.ndarray) -> np.ndarray:
    """(M,) MORPH of deformed nodes, given by the numbers of scene and node (M,); world (B, N, 4, 4): world_from_node."""
    number = scenes.nodes.object[node]
    rows, chosen = np.zeros(len(node), MORPH), scenes.morphs.at(scene, number)
    for field in fields(chosen):
        rows[field.name] = getattr(chosen, field.name)
    rows["object_from_part"] = scenes.nodes.local[scene, node, :3]  # parts are children of their object's root
    rows["world_from_object"] = world[scene, scenes.roots[number], :3]
    return rows
