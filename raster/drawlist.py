"""(Scenes) -> DrawList: what every pass draws. The only place that assigns instance ids."""

from dataclasses import dataclass

import numpy as np

from raster.errors import InputError
from raster.scene import MAX_LIGHTS, Material, Scenes
from raster.transforms import invert_rigid, multiply, perspective

# Each dtype is the CPU side of the struct of the same name in shaders/include/scene.glsl (std430).
INSTANCE = np.dtype([
    ("world_from_object", np.float32, (3, 4)),
    ("texture_from_object", np.float32, (3, 4)),
    ("color", np.float32, 3), ("specular", np.float32),
    ("color2", np.float32, 3), ("shininess", np.float32),
    ("scene", np.uint32), ("class_id", np.uint32), ("instance_id", np.uint32),
    ("surface", np.uint32),  # texture + 256 * mapping
])  # fmt: skip
VIEW = np.dtype([
    ("clip_from_world", np.float32, (4, 4)),
    ("eye", np.float32, 3), ("light_count", np.int32),
    ("ambient", np.float32, 3), ("aspect", np.float32),
])  # fmt: skip
LIGHT = np.dtype([("position", np.float32, 4), ("color", np.float32, 3), ("pad", np.float32)])

SCREEN_MAPPING = 2  # after those of scene.MAPPINGS: a triangle that covers the screen, behind everything, unlit
OUTLINE_PX = 0.35  # half a pixel, less what an oblique view adds
MAX_INSTANCES = 65535  # instance ids are 16 bit; 0 is where nothing was drawn


@dataclass(frozen=True)
class DrawList:
    """Rows sorted by mesh, for one indirect draw."""

    instances: np.ndarray  # (I,) INSTANCE
    commands: np.ndarray  # (S, 5) uint32: index count, instances, first index, base vertex, base instance
    views: np.ndarray  # (B,) VIEW
    lights: np.ndarray  # (B, MAX_LIGHTS) LIGHT
    instance_of_object: np.ndarray  # (B, O) int64: 1..N in the order of the objects, 0 = not drawn
    world_from_node: np.ndarray  # (B, N, 4, 4) float32


def draw_list(scenes: Scenes, height: int) -> DrawList:
    """Everything that the scenes hold, the background as the last mesh; height px of the picture."""
    nodes, atlas = scenes.nodes, scenes.catalog.atlas
    batch, objects = scenes.kind.shape
    drawn = nodes.mesh >= 0
    instance_of_object = number_objects(drawn, nodes.object, objects)
    scene, node = np.nonzero(drawn)
    world = nodes.world_from_node()
    mesh = _levels(scenes, height, world[scene, node], scene, nodes.mesh[scene, node])
    order = np.argsort(mesh, kind="stable")
    scene, node = scene[order], node[order]

    instances = np.zeros(len(scene) + batch, INSTANCE)
    rows = instances[: len(scene)]
    rows["world_from_object"] = world[scene, node, :3]
    rows["scene"] = scene
    rows["class_id"] = nodes.class_id[scene, node]
    rows["instance_id"] = instance_of_object[scene, nodes.object[node]]
    _surface(rows, nodes.material, (scene, node))
    backdrops = instances[len(scene) :]
    backdrops["scene"] = np.arange(batch)
    _surface(backdrops, scenes.background, (slice(None),))
    backdrops["surface"] = scenes.background.texture + 256 * SCREEN_MAPPING

    counts = np.bincount(mesh, minlength=len(atlas.ranges))
    counts[-1] = batch
    commands = np.zeros((len(counts), 5), np.uint32)
    commands[:, 0], commands[:, 1] = atlas.ranges[:, 0], counts
    commands[:, 2:4], commands[:, 4] = atlas.ranges[:, 1:], np.cumsum(counts) - counts
    views, lights = _views(scenes)
    return DrawList(instances, commands[counts > 0], views, lights, instance_of_object, world)


def number_objects(drawn: np.ndarray, number: np.ndarray, objects: int) -> np.ndarray:
    """(B, O) int64 instance ids, 1..N, of objects with at least one drawn node; drawn (B, N) bool, number (N,) their object."""
    present = np.zeros((len(drawn), objects), bool)
    scene, node = np.nonzero(drawn)
    present[scene, number[node]] = True
    return np.cumsum(present, axis=1) * present


def _levels(scenes: Scenes, height: int, world: np.ndarray, scene: np.ndarray, mesh: np.ndarray) -> np.ndarray:
    """The coarsest mesh (I,) for each of I rows whose outline is within OUTLINE_PX of the true solid's.

    A length l at depth z is at most l f / z px long, but for oblique views, which OUTLINE_PX leaves room for.
    """
    cameras, atlas = scenes.cameras, scenes.catalog.atlas
    scale = np.linalg.norm(world[:, :3, :3], axis=1)
    towards = world[:, :3, 3] - cameras.world_from_camera[scene, :3, 3]
    depth = -np.einsum("ij,ij->i", towards, cameras.world_from_camera[scene, :3, 2])
    nearest = np.maximum(depth - 0.5 * np.linalg.norm(scale, axis=1), cameras.near[scene])
    focal = height / 2 / np.tan(cameras.fov_y[scene] / 2)
    errors = atlas.errors[mesh] * (scale.max(axis=1) * focal / nearest)[:, None]
    good = errors <= OUTLINE_PX
    good[:, -1] = True  # there is no finer one
    return atlas.levels[mesh, np.argmax(good, axis=1)]


def _surface(rows: np.ndarray, material: Material, where: tuple) -> None:
    """Copy the material at an index into instance rows."""
    for name in ("texture_from_object", "color", "specular", "color2", "shininess"):
        rows[name] = getattr(material, name)[where]
    rows["surface"] = material.texture[where] + 256 * material.mapping[where]


def _views(scenes: Scenes) -> tuple[np.ndarray, np.ndarray]:
    cameras, lamps = scenes.cameras, scenes.lights
    views = np.zeros(len(scenes.index), VIEW)
    clip_from_camera = perspective(cameras.fov_y, cameras.aspect, cameras.near, cameras.far)
    views["clip_from_world"] = multiply(clip_from_camera, invert_rigid(cameras.world_from_camera))
    if lamps.color.shape[1] > MAX_LIGHTS:
        raise InputError(f"{lamps.color.shape[1]} lights in a scene; at most {MAX_LIGHTS} are drawn")
    views["eye"] = cameras.world_from_camera[:, :3, 3]
    lit = (lamps.color != 0).any(axis=-1)
    views["light_count"] = (lit * np.arange(1, lit.shape[1] + 1)).max(axis=1, initial=0)  # black lights at the end cost nothing
    views["ambient"] = lamps.ambient
    views["aspect"] = cameras.aspect
    count = lit.shape[1]
    lights = np.zeros((len(lit), MAX_LIGHTS), LIGHT)
    lights["position"][:, :count], lights["color"][:, :count] = lamps.position, lamps.color
    return views, lights
