"""(Scenes) -> DrawList: what every pass draws. The only place that assigns instance ids."""

from dataclasses import dataclass, fields

import numpy as np

from raster.geometry.mesh_atlas import MeshAtlas
from raster.rendering.gpu_structs import INSTANCE, MORPH
from raster.rendering.level_of_detail import OUTLINE_PX, choose_levels
from raster.rendering.shader_constants import CASTS_SHIFT, DOUBLE_SIDED_SHIFT, IMAGE_SHIFT, MAPPING_SHIFT, SCREEN_MAPPING
from raster.rendering.shader_variants import PAINT_NUMBERS, PAINTS, SHADER_ROLES
from raster.rendering.shadow_views import casting
from raster.rendering.view_rows import light_rows, view_rows
from raster.scene.materials import Material
from raster.scene.scenes import Scenes

MAX_INSTANCES = 65535  # instance ids are 16 bit; 0 is where nothing was drawn


@dataclass(frozen=True)
class DrawList:
    """Rows sorted by paint and mesh, for one indirect draw, or one for each paint."""

    instances: np.ndarray  # (I,) INSTANCE
    commands: np.ndarray  # (S, 5) uint32: index count, instances, first index, base vertex, base instance
    owners: np.ndarray  # (S,) int32: MeshAtlas.owner of each command's mesh: within whose file its range counts, or -1
    groups: tuple[tuple[str, str, int, int], ...]  # runs of commands: of PAINTS, of SHADER_ROLES, first, count
    views: np.ndarray  # (B,) VIEW
    lights: np.ndarray  # (B, MAX_LIGHTS) LIGHT
    morphs: np.ndarray  # (M,) MORPH, one for each row whose shape is changed
    instance_of_object: np.ndarray  # (B, O) int64: 1..N in the order of the objects, 0 = not drawn
    world_from_node: np.ndarray  # (B, N, 4, 4) float32


def draw_list(scenes: Scenes, height: int, pad: tuple[int, int] = (0, 0)) -> DrawList:
    """Everything that the scenes hold, the background as the last mesh.

    height px of the picture; pad = (rows, columns) px that are drawn beyond each of its edges.
    """
    nodes, atlas = scenes.nodes, scenes.catalog.atlas
    batch, objects = scenes.asset.shape
    drawn = nodes.mesh >= 0
    instance_of_object = number_objects(drawn, nodes.object, objects)
    scene, node = np.nonzero(drawn)
    world = nodes.world_from_node()
    # A lens that bends may spread a pixel over more than one: raster/randomizers/lens.py, MAX_STRETCH.
    outline_px = OUTLINE_PX if pad == (0, 0) else OUTLINE_PX / 1.5
    curved = np.where(scenes.morphs.any, scenes.morphs.curvature, -1)[scene, nodes.object[node]]
    mesh = choose_levels(scenes, height, outline_px, world[scene, node], scene, nodes.mesh[scene, node], curved)
    variant = PAINT_NUMBERS[nodes.material.texture[scene, node]] + len(PAINTS) * (scenes.environment.map[scene] >= 0)
    order = np.lexsort((mesh, variant))
    scene, node, mesh, variant, morphed = scene[order], node[order], mesh[order], variant[order], curved[order] >= 0
    shown = np.where(_shows_map(scenes), PAINTS.index("environment"), PAINT_NUMBERS[scenes.background.texture])
    behind = np.argsort(shown, kind="stable")

    instances = np.zeros(len(scene) + batch, INSTANCE)
    rows = instances[: len(scene)]
    rows["world_from_object"] = world[scene, node, :3]
    rows["scene"] = scene
    rows["class_id"] = nodes.class_id[scene, node]
    rows["instance_id"] = instance_of_object[scene, nodes.object[node]]
    _surface(rows, nodes.material, (scene, node), nodes.material.mapping[scene, node])
    rows["morph"] = np.cumsum(morphed) * morphed
    rows["surface"] += casting(scenes)[scene, nodes.object[node]].astype(np.uint32) << CASTS_SHIFT
    rows["surface"] += atlas.double_sided[mesh].astype(np.uint32) << DOUBLE_SIDED_SHIFT
    backdrops = instances[len(scene) :]
    backdrops["scene"] = behind
    _surface(backdrops, scenes.background, (behind,), SCREEN_MAPPING)

    commands, of_mesh, groups = _commands(atlas, variant, mesh, shown[behind])
    views, lights = view_rows(scenes, height, pad), light_rows(scenes, world)
    morphs = _morphs(scenes, world, scene[morphed], node[morphed])
    return DrawList(instances, commands, atlas.owner[of_mesh], groups, views, lights, morphs, instance_of_object, world)


def _commands(
    atlas: MeshAtlas, variant: np.ndarray, mesh: np.ndarray, shown: np.ndarray
) -> tuple[np.ndarray, np.ndarray, tuple]:
    """DrawList's commands (S, 5), the mesh (S,) of each, and groups. variant: paint and role of each row; shown: behind."""
    # One command for each run of rows of one paint, place and mesh; of the last mesh where nothing stands.
    last = (2 * len(PAINTS) + shown + 1) * len(atlas.ranges) - 1
    key = np.concatenate([variant * len(atlas.ranges) + mesh, last])
    starts = np.flatnonzero(np.diff(key, prepend=-1))
    of_variant, of_mesh = np.divmod(key[starts], len(atlas.ranges))
    commands = np.zeros((len(starts), 5), np.uint32)
    commands[:, 0], commands[:, 1] = atlas.ranges[of_mesh, 0], np.diff(starts, append=len(key))
    commands[:, 2:4], commands[:, 4] = atlas.ranges[of_mesh, 1:], starts
    firsts = np.flatnonzero(np.diff(of_variant, prepend=-1))
    groups = tuple(
        (PAINTS[of_variant[first] % len(PAINTS)], SHADER_ROLES[of_variant[first] // len(PAINTS)], int(first), int(count))
        for first, count in zip(firsts, np.diff(firsts, append=len(starts)), strict=True)
    )
    return commands, of_mesh, groups


def _shows_map(scenes: Scenes) -> np.ndarray:
    """(B,) bool: an environment map is seen behind everything."""
    return scenes.environment.visible & (scenes.environment.map >= 0)


def number_objects(drawn: np.ndarray, number: np.ndarray, objects: int) -> np.ndarray:
    """(B, O) int64 instance ids, 1..N, of objects with at least one drawn node; drawn (B, N) bool, number (N,) their object."""
    present = np.zeros((len(drawn), objects), bool)
    scene, node = np.nonzero(drawn)
    present[scene, number[node]] = True
    return np.cumsum(present, axis=1) * present


def _surface(rows: np.ndarray, material: Material, where: tuple, mapping: np.ndarray | int) -> None:
    """Copy the material at an index into instance rows."""
    for name in ("texture_from_object", "color", "specular", "color2", "shininess", "metallic", "coat", "wear", "bump"):
        rows[name] = getattr(material, name)[where]
    rows["surface"] = material.texture[where] + (mapping << MAPPING_SHIFT) + (material.image[where] << IMAGE_SHIFT)


def _morphs(scenes: Scenes, world: np.ndarray, scene: np.ndarray, node: np.ndarray) -> np.ndarray:
    """(M,) MORPH of nodes by their numbers (M,); world (B, N, 4, 4): world_from_node."""
    number = scenes.nodes.object[node]
    rows, chosen = np.zeros(len(node), MORPH), scenes.morphs.at(scene, number)
    for field in fields(chosen):
        rows[field.name] = getattr(chosen, field.name)
    rows["object_from_part"] = scenes.nodes.local[scene, node, :3]  # parts are children of their object's root
    rows["world_from_object"] = world[scene, scenes.roots[number], :3]
    return rows
