"""The scene graph of B scenes as flat arrays: nodes, cameras, lights, background. Allocated once, assigned in place."""

from dataclasses import dataclass

import numpy as np

from raster.catalog import Catalog
from raster.transforms import multiply

# Material.texture: the procedural textures, numbered as in shaders/include/texture.glsl.
TEXTURES = ("flat", "gradient", "checker", "stripes", "dots", "value_noise", "gradient_noise")
MAX_LIGHTS = 4  # in a scene; as in shaders/include/scene.glsl
# Material.mapping: what a texture is a function of, numbered as in shaders/include/scene.glsl.
MAPPINGS = ("object", "uv")


@dataclass(frozen=True)
class Material:
    """Surfaces, over any leading axes: (B, N) for nodes, (B,) for backgrounds. Colours are linear RGB in 0..1."""

    color: np.ndarray  # (..., 3) float32
    color2: np.ndarray  # (..., 3) float32: the texture's second colour
    specular: np.ndarray  # (...) float32: strength of the highlight, 0..1
    shininess: np.ndarray  # (...) float32: Blinn-Phong exponent, >= 1
    texture: np.ndarray  # (...) int32: index into TEXTURES
    mapping: np.ndarray  # (...) int32: index into MAPPINGS; a background is mapped to the screen, -0.5..0.5 over its height
    texture_from_object: np.ndarray  # (..., 3, 4) float32: from object space, uv or screen to texture space, one cell a unit

    @classmethod
    def default(cls, shape: tuple[int, ...]) -> "Material":
        """Grey, slightly shiny, without texture."""
        return cls(
            color=np.full((*shape, 3), 0.5, np.float32),
            color2=np.full((*shape, 3), 0.5, np.float32),
            specular=np.full(shape, 0.2, np.float32),
            shininess=np.full(shape, 32, np.float32),
            texture=np.zeros(shape, np.int32),
            mapping=np.zeros(shape, np.int32),
            texture_from_object=np.tile(np.eye(3, 4, dtype=np.float32), (*shape, 1, 1)),
        )


@dataclass(frozen=True)
class Nodes:
    """N nodes in each of B scenes. The nodes of one object share its number, its instance id and its class."""

    parent: np.ndarray  # (N,) int32, parents first, -1 = the world
    object: np.ndarray  # (N,) int32: number of the object that the node is part of, 0..O-1
    local: np.ndarray  # (B, N, 4, 4) float32: parent_from_node
    mesh: np.ndarray  # (B, N) int32: mesh number in the atlas, -1 = nothing to draw
    class_id: np.ndarray  # (B, N) int32
    material: Material  # over (B, N)

    def world_from_node(self) -> np.ndarray:
        """(B, N, 4, 4) float32, one matrix product for each level of the tree."""
        world = self.local.copy()
        level = np.zeros(len(self.parent), np.int32)
        for n, parent in enumerate(self.parent):  # N is small and the same for all scenes
            level[n] = 0 if parent < 0 else level[parent] + 1
        for depth in range(1, level.max(initial=0) + 1):
            here = np.flatnonzero(level == depth)
            world[:, here] = multiply(world[:, self.parent[here]], world[:, here])
        return world


@dataclass(frozen=True)
class Cameras:
    """One pinhole camera for each scene."""

    world_from_camera: np.ndarray  # (B, 4, 4) float32, OpenGL's camera: x right, y up, z backward
    fov_y: np.ndarray  # (B,) float32, radians
    aspect: np.ndarray  # (B,) float32, width / height of the picture
    near: np.ndarray  # (B,) float32, metres
    far: np.ndarray  # (B,) float32, metres


@dataclass(frozen=True)
class Lights:
    """L lights in each scene; a black one is not drawn."""

    position: np.ndarray  # (B, L, 4) float32, metres; w = 0: the direction towards a light at infinity
    color: np.ndarray  # (B, L, 3) float32 linear RGB; at w = 1 divided by the squared distance in metres
    ambient: np.ndarray  # (B, 3) float32 linear RGB


@dataclass(frozen=True)
class Scenes:
    """B scenes. `zeros` is the only allocation; randomizers, or you, assign in place."""

    index: np.ndarray  # (B,) int64: image numbers
    nodes: Nodes
    cameras: Cameras
    lights: Lights
    background: Material  # over (B,); drawn unlit
    kind: np.ndarray  # (B, O) int32: row of the catalog that an object shows, -1 = none
    slots: dict[str, slice]  # ranges over the O objects: "objects", "distractors", "floor"
    catalog: Catalog

    @classmethod
    def zeros(
        cls, catalog: Catalog, index: np.ndarray | list[int], slots: dict[str, int], lights: int = 1, aspect: float = 1.0
    ) -> "Scenes":
        """Empty scenes with room for so many objects in each slot, and so many lights.

        Each object is one root node and, under it, a node for each part. Cameras stand at (0, -4, 0), look along +y and see
        50 degrees; aspect = width / height of the picture; nodes are identities; the first light shines over the left
        shoulder, the others are black; ambient is 0.1.
        """
        index = np.asarray(index, np.int64)
        batch, objects, parts = len(index), sum(slots.values()), catalog.part_mesh.shape[1]
        number = np.repeat(np.arange(objects, dtype=np.int32), 1 + parts)
        root = np.arange(objects, dtype=np.int32) * (1 + parts)
        parent = np.repeat(root, 1 + parts)
        parent[root] = -1
        shape = (batch, len(parent))
        ends = np.cumsum(list(slots.values()))
        color = np.zeros((batch, lights, 3), np.float32)
        color[:, :1] = 0.9
        camera = np.array([[1, 0, 0, 0], [0, 0, -1, -4], [0, 1, 0, 0], [0, 0, 0, 1]], np.float32)
        return cls(
            index=index,
            nodes=Nodes(
                parent=parent,
                object=number,
                local=np.tile(np.eye(4, dtype=np.float32), (*shape, 1, 1)),
                mesh=np.full(shape, -1, np.int32),
                class_id=np.zeros(shape, np.int32),
                material=Material.default(shape),
            ),
            cameras=Cameras(
                world_from_camera=np.tile(camera, (batch, 1, 1)),
                fov_y=np.full(batch, np.radians(50), np.float32),
                aspect=np.full(batch, aspect, np.float32),
                near=np.full(batch, 0.05, np.float32),
                far=np.full(batch, 200.0, np.float32),
            ),
            lights=Lights(
                position=np.tile(np.array([-0.4, -0.6, 0.7, 0], np.float32), (batch, lights, 1)),
                color=color,
                ambient=np.full((batch, 3), 0.1, np.float32),
            ),
            background=Material.default((batch,)),
            kind=np.full((batch, objects), -1, np.int32),
            slots={name: slice(int(end) - size, int(end)) for (name, size), end in zip(slots.items(), ends, strict=True)},
            catalog=catalog,
        )

    @property
    def roots(self) -> np.ndarray:
        """(O,) int: the root node of each object."""
        return np.flatnonzero(self.nodes.parent < 0)

    def put(self, objects: slice, kind: np.ndarray) -> None:
        """Let a range of objects show these kinds (B, len) of the catalog: sets meshes, classes and the parts' transforms."""
        parts = self.catalog.part_mesh.shape[1]
        self.kind[:, objects] = kind
        children = (self.roots[objects, None] + 1 + np.arange(parts)).ravel()
        batch = len(self.index)
        self.nodes.mesh[:, children] = np.where(kind[..., None] < 0, -1, self.catalog.part_mesh[kind]).reshape(batch, -1)
        self.nodes.local[:, children] = self.catalog.part_local[kind].reshape(batch, -1, 4, 4)
        self.nodes.class_id[:, children] = np.repeat(self.catalog.class_id[kind], parts, axis=1)

    def paint(self, objects: slice, field: str, values: np.ndarray) -> None:
        """Give each object of a range one value of a Material field: values (B, len, ...), all parts of an object alike."""
        target = getattr(self.nodes.material, field)
        for part in range(1, 1 + self.catalog.part_mesh.shape[1]):
            target[:, self.roots[objects] + part] = values
