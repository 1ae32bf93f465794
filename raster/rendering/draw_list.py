"""(Scenes) -> DrawList: what every pass draws. The only place that assigns instance ids."""

from dataclasses import dataclass, fields

import numpy as np

from raster.errors import InputError
from raster.geometry.mesh import MeshAtlas
from raster.rendering.shadow_views import casting, shadow_views
from raster.scene.lights import MAX_LIGHTS
from raster.scene.scenes import TEXTURES, Material, Scenes
from raster.transforms import invert_rigid, multiply, perspective

# Each dtype is the CPU side of the struct of the same name in shaders/include/scene.glsl, or morph.glsl (std430).
INSTANCE = np.dtype([
    ("world_from_object", np.float32, (3, 4)),
    ("texture_from_object", np.float32, (3, 4)),
    ("color", np.float32, 3), ("specular", np.float32),
    ("color2", np.float32, 3), ("shininess", np.float32),
    ("metallic", np.float32), ("coat", np.float32), ("wear", np.float32), ("bump", np.float32),
    ("scene", np.uint32), ("class_id", np.uint32), ("instance_id", np.uint32),
    ("surface", np.uint32),  # bits 0-7 texture, 8-13 mapping, 14 thin, 15 casts shadows, 16-31 image
    ("morph", np.uint32), ("spare", np.uint32, 3),  # row of DrawList.morphs, counted from 1; 0 = none
])  # fmt: skip
VIEW = np.dtype([
    ("clip_from_world", np.float32, (4, 4)),
    ("eye", np.float32, 3), ("light_count", np.int32),
    ("ambient", np.float32, 3), ("shadow_count", np.int32),
    ("ray", np.float32, (3, 4)),
    ("irradiance", np.float32, (9, 4)),
    ("cos_yaw", np.float32), ("sin_yaw", np.float32), ("gain", np.float32), ("blur", np.float32),
    ("map", np.int32), ("visible", np.int32), ("maps", np.int32), ("taps", np.int32),
])  # fmt: skip
LIGHT = np.dtype([
    ("position", np.float32, 4),
    ("color", np.float32, 3), ("softness", np.float32),
    ("axis", np.float32, 4),
    ("shadow_from_world", np.float32, (4, 4)),
])  # fmt: skip
MORPH = np.dtype([
    ("object_from_part", np.float32, (3, 4)),
    ("world_from_object", np.float32, (3, 4)),
    ("taper", np.float32), ("twist", np.float32), ("bend", np.float32), ("bend_turn", np.float32),
    ("bulge", np.float32), ("roundness", np.float32), ("noise", np.float32), ("frequency", np.float32),
    ("seed", np.float32, 3), ("fit", np.float32),
])  # fmt: skip

SCREEN_MAPPING = 2  # after those of scene.MAPPINGS: a triangle that covers the screen, behind everything, unlit
# Paints: textures by the file in shaders/include/ that draws them. A software rasterizer runs through all of a shader, so that
# each paint has a program without the others. "environment" is its map, behind everything.
PAINTS = ("plain", "noise", "image", "environment", "base_color")
PLACES = ("lit", "mirroring", "background")  # in a scene without an environment map; with one; behind everything
_NOISE = ("voronoi", "value_noise", "gradient_noise", "turbulence", "marble", "wood")
_OWN = {"image": PAINTS.index("image"), "skin": PAINTS.index("base_color")}
PAINT_OF_TEXTURE = np.array([_OWN.get(name, int(name in _NOISE)) for name in TEXTURES])
OUTLINE_PX = 0.35  # half a pixel, less what an oblique view adds
STRETCHED = 1.5  # how much a morph enlarges what an outline is wrong by
THIN, CASTS, IMAGE = 1 << 14, 1 << 15, 1 << 16  # in `surface`
MAX_INSTANCES = 65535  # instance ids are 16 bit; 0 is where nothing was drawn


@dataclass(frozen=True)
class DrawList:
    """Rows sorted by paint and mesh, for one indirect draw, or one for each paint."""

    instances: np.ndarray  # (I,) INSTANCE
    commands: np.ndarray  # (S, 5) uint32: index count, instances, first index, base vertex, base instance
    owners: np.ndarray  # (S,) int32: MeshAtlas.owner of each command's mesh: within whose file its range counts, or -1
    groups: tuple[tuple[str, str, int, int], ...]  # runs of commands: of PAINTS, of PLACES, first, count
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
    batch, objects = scenes.kind.shape
    drawn = nodes.mesh >= 0
    instance_of_object = number_objects(drawn, nodes.object, objects)
    scene, node = np.nonzero(drawn)
    world = nodes.world_from_node()
    # A lens that bends may spread a pixel over more than one: raster/randomizers/lens.py, MOST_STRETCH.
    outline_px = OUTLINE_PX if pad == (0, 0) else OUTLINE_PX / 1.5
    curved = np.where(scenes.morphs.any, scenes.morphs.curvature, -1)[scene, nodes.object[node]]
    mesh = _levels(scenes, height, outline_px, world[scene, node], scene, nodes.mesh[scene, node], curved)
    kind = PAINT_OF_TEXTURE[nodes.material.texture[scene, node]] + len(PAINTS) * (scenes.surroundings.map[scene] >= 0)
    order = np.lexsort((mesh, kind))
    scene, node, mesh, kind, morphed = scene[order], node[order], mesh[order], kind[order], curved[order] >= 0
    shown = np.where(_shows_map(scenes), PAINTS.index("environment"), PAINT_OF_TEXTURE[scenes.background.texture])
    behind = np.argsort(shown, kind="stable")

    instances = np.zeros(len(scene) + batch, INSTANCE)
    rows = instances[: len(scene)]
    rows["world_from_object"] = world[scene, node, :3]
    rows["scene"] = scene
    rows["class_id"] = nodes.class_id[scene, node]
    rows["instance_id"] = instance_of_object[scene, nodes.object[node]]
    _surface(rows, nodes.material, (scene, node), nodes.material.mapping[scene, node])
    rows["morph"] = np.cumsum(morphed) * morphed
    rows["surface"] += CASTS * casting(scenes)[scene, nodes.object[node]].astype(np.uint32)
    rows["surface"] += THIN * atlas.thin[mesh].astype(np.uint32)
    backdrops = instances[len(scene) :]
    backdrops["scene"] = behind
    _surface(backdrops, scenes.background, (behind,), SCREEN_MAPPING)

    commands, of_mesh, groups = _commands(atlas, kind, mesh, shown[behind])
    views, lights = _views(scenes, height, pad), _lights(scenes, world)
    morphs = _morphs(scenes, world, scene[morphed], node[morphed])
    return DrawList(instances, commands, atlas.owner[of_mesh], groups, views, lights, morphs, instance_of_object, world)


def _commands(atlas: MeshAtlas, kind: np.ndarray, mesh: np.ndarray, shown: np.ndarray) -> tuple[np.ndarray, np.ndarray, tuple]:
    """DrawList's commands (S, 5), the mesh (S,) of each, and groups. kind: paint and place of each row; shown: behind."""
    # One command for each run of rows of one paint, place and mesh; of the last mesh where nothing stands.
    last = (2 * len(PAINTS) + shown + 1) * len(atlas.ranges) - 1
    key = np.concatenate([kind * len(atlas.ranges) + mesh, last])
    starts = np.flatnonzero(np.diff(key, prepend=-1))
    of_kind, of_mesh = np.divmod(key[starts], len(atlas.ranges))
    commands = np.zeros((len(starts), 5), np.uint32)
    commands[:, 0], commands[:, 1] = atlas.ranges[of_mesh, 0], np.diff(starts, append=len(key))
    commands[:, 2:4], commands[:, 4] = atlas.ranges[of_mesh, 1:], starts
    firsts = np.flatnonzero(np.diff(of_kind, prepend=-1))
    groups = tuple(
        (PAINTS[of_kind[first] % len(PAINTS)], PLACES[of_kind[first] // len(PAINTS)], int(first), int(count))
        for first, count in zip(firsts, np.diff(firsts, append=len(starts)), strict=True)
    )
    return commands, of_mesh, groups


def _shows_map(scenes: Scenes) -> np.ndarray:
    """(B,) bool: an environment map is seen behind everything."""
    return scenes.surroundings.visible & (scenes.surroundings.map >= 0)


def number_objects(drawn: np.ndarray, number: np.ndarray, objects: int) -> np.ndarray:
    """(B, O) int64 instance ids, 1..N, of objects with at least one drawn node; drawn (B, N) bool, number (N,) their object."""
    present = np.zeros((len(drawn), objects), bool)
    scene, node = np.nonzero(drawn)
    present[scene, number[node]] = True
    return np.cumsum(present, axis=1) * present


def _levels(
    scenes: Scenes, height: int, outline_px: float, world: np.ndarray, scene: np.ndarray, mesh: np.ndarray, curved: np.ndarray
) -> np.ndarray:
    """The coarsest mesh (I,) for each of I rows whose outline is within outline_px of the true solid's.

    curved (I,): the curvature that a morph gives to straight lines, -1 where there is none.
    A length l at depth z is at most l f / z px long, but for oblique views, which OUTLINE_PX leaves room for.
    """
    cameras, atlas = scenes.cameras, scenes.catalog.atlas
    scale = np.linalg.norm(world[:, :3, :3], axis=1)
    towards = world[:, :3, 3] - cameras.world_from_camera[scene, :3, 3]
    depth = -np.einsum("ij,ij->i", towards, cameras.world_from_camera[scene, :3, 2])
    nearest = np.maximum(depth - 0.5 * np.linalg.norm(scale, axis=1), cameras.near[scene])
    focal = height / 2 / np.tan(cameras.fov_y[scene] / 2) * np.maximum(cameras.stretch[scene], 1)
    enlarged = (scale.max(axis=1) * focal / nearest)[:, None]
    result = _coarsest(atlas.levels[mesh], atlas.errors[mesh] * enlarged <= outline_px)
    if (bent := curved >= 0).any():
        own = mesh[bent]
        errors = STRETCHED * atlas.fine_errors[own] + curved[bent, None] * atlas.fine_edges[own] ** 2 / 8
        result[bent] = _coarsest(atlas.fine[own], errors * enlarged[bent] <= outline_px)
    return result


def _coarsest(levels: np.ndarray, good: np.ndarray) -> np.ndarray:
    """(I,) the first of levels (I, L) that is good (I, L), else the last."""
    good[:, -1] = True  # there is no finer one
    return levels[np.arange(len(levels)), np.argmax(good, axis=1)]


def _surface(rows: np.ndarray, material: Material, where: tuple, mapping: np.ndarray | int) -> None:
    """Copy the material at an index into instance rows."""
    for name in ("texture_from_object", "color", "specular", "color2", "shininess", "metallic", "coat", "wear", "bump"):
        rows[name] = getattr(material, name)[where]
    rows["surface"] = material.texture[where] + 256 * mapping + IMAGE * material.image[where]


def _morphs(scenes: Scenes, world: np.ndarray, scene: np.ndarray, node: np.ndarray) -> np.ndarray:
    """(M,) MORPH of nodes by their numbers (M,); world (B, N, 4, 4): world_from_node."""
    number = scenes.nodes.object[node]
    rows, chosen = np.zeros(len(node), MORPH), scenes.morphs.at(scene, number)
    for field in fields(chosen):
        rows[field.name] = getattr(chosen, field.name)
    rows["object_from_part"] = scenes.nodes.local[scene, node, :3]  # parts are children of their object's root
    rows["world_from_object"] = world[scene, scenes.roots[number], :3]
    return rows


def _views(scenes: Scenes, height: int, pad: tuple[int, int]) -> np.ndarray:
    """(B, VIEW)."""
    cameras, lamps, around = scenes.cameras, scenes.lights, scenes.surroundings
    if lamps.color.shape[1] > MAX_LIGHTS:
        raise InputError(f"{lamps.color.shape[1]} lights in a scene; at most {MAX_LIGHTS} are drawn")
    views = np.zeros(len(scenes.index), VIEW)
    higher, wider = 1 + 2 * pad[0] / height, 1 + 2 * pad[1] / (height * cameras.aspect.astype(np.float64))
    clip_from_camera = perspective(cameras.fov_y, cameras.aspect / cameras.stretch, cameras.near, cameras.far, cameras.shift)
    clip_from_camera[:, 0] /= wider[:, None]
    clip_from_camera[:, 1] /= higher
    views["clip_from_world"] = multiply(clip_from_camera, invert_rigid(cameras.world_from_camera))
    views["eye"] = cameras.world_from_camera[:, :3, 3]
    lit = (lamps.color != 0).any(axis=-1)
    views["light_count"] = (lit * np.arange(1, lit.shape[1] + 1)).max(axis=1, initial=0)  # black lights at the end cost nothing
    views["shadow_count"] = np.minimum(lamps.shadows, views["light_count"])
    views["maps"] = lamps.shadows.max(initial=0)
    views["taps"], views["ambient"] = lamps.taps, lamps.ambient
    views["irradiance"][..., :3] = lamps.irradiance
    # A ray (x, y, -1) of the camera has clip x = (m00 x - m02) and y = (m11 y - m12).
    x, y = 1 / clip_from_camera[:, 0, 0], 1 / clip_from_camera[:, 1, 1]
    right, up, back = (cameras.world_from_camera[:, :3, k] for k in range(3))
    views["ray"][:, 0, :3], views["ray"][:, 1, :3] = right * x[:, None], up * y[:, None]
    aside = right * (x * clip_from_camera[:, 0, 2])[:, None] + up * (y * clip_from_camera[:, 1, 2])[:, None]
    views["ray"][:, 2, :3] = aside - back
    views["ray"][:, 0, 3], views["ray"][:, 1, 3] = 0.5 * cameras.aspect * wider, 0.5 * higher
    views["cos_yaw"], views["sin_yaw"] = np.cos(around.yaw), np.sin(around.yaw)
    for name in ("gain", "blur", "map", "visible"):
        views[name] = getattr(around, name)
    return views


def _lights(scenes: Scenes, world: np.ndarray) -> np.ndarray:
    """(B, MAX_LIGHTS) LIGHT."""
    lamps, count = scenes.lights, scenes.lights.color.shape[1]
    lights = np.zeros((len(scenes.index), MAX_LIGHTS), LIGHT)
    lights["position"][:, :count], lights["color"][:, :count] = lamps.position, lamps.color
    inner, outer = lamps.cone[..., 0], lamps.cone[..., 1]
    scale = 1 / np.maximum(inner - outer, 1e-4)
    lights["axis"][:, :count, :3] = lamps.axis * scale[..., None]
    lights["axis"][:, :count, 3] = -outer * scale
    lights["shadow_from_world"], lights["softness"] = shadow_views(scenes, world, int(lamps.shadows.max(initial=0)))
    return lights
