"""The scene graph of B scenes as flat arrays: nodes, cameras, lights, surroundings. Allocated once, assigned in place."""

from dataclasses import dataclass
from html import escape

import numpy as np

from raster.assets.catalog import Catalog
from raster.assets.library import EMPTY, Library
from raster.frames import numbers_of
from raster.geometry.deformations import Deformations
from raster.label_colors import palette
from raster.notebook_sheet import MOST, SIDE, legend
from raster.scene.cameras import Cameras, Lens, Sensor
from raster.scene.lights import EnvironmentMaps, Lights
from raster.scene.materials import Material
from raster.transforms import multiply


@dataclass(frozen=True)
class Nodes:
    """N nodes in each of B scenes. The nodes of one object share its number, its instance id and its class."""

    parent: np.ndarray  # (N,) int32, parents first, -1 = the world
    object: np.ndarray  # (N,) int32: number of the object that the node is part of, 0..O-1
    local: np.ndarray  # (B, N, 4, 4) float32: parent_from_node
    mesh: np.ndarray  # (B, N) int32: number of the mesh in the atlas, -1 = nothing to draw
    class_id: np.ndarray  # (B, N) int32
    material: Material  # over (B, N)

    def world_from_node(self) -> np.ndarray:
        """(B, N, 4, 4) float32 matrices of all nodes; one matrix product for each level of the tree."""
        world = self.local.copy()
        level = np.zeros(len(self.parent), np.int32)
        for n, parent in enumerate(self.parent):  # N is small and the same for all scenes
            level[n] = 0 if parent < 0 else level[parent] + 1
        for depth in range(1, level.max(initial=0) + 1):
            here = np.flatnonzero(level == depth)
            world[:, here] = multiply(world[:, self.parent[here]], world[:, here])
        return world


# Arrangement.method: how objects on a floor are arranged. Objects without a floor are always in a grid.
ARRANGEMENTS = ("grid", "poisson", "stacks", "physics")


@dataclass(frozen=True)
class Arrangement:
    """How the objects of B scenes were arranged, and whether they came to rest."""

    method: np.ndarray  # (B,) int32: index into ARRANGEMENTS
    redrawn: np.ndarray  # (B,) int32: how often the objects were dropped again because they had not settled
    settled: np.ndarray  # (B,) bool: the last drop settled; True for arrangements without physics

    @classmethod
    def default(cls, batch: int) -> "Arrangement":
        """All in a grid."""
        return cls(np.zeros(batch, np.int32), np.zeros(batch, np.int32), np.ones(batch, bool))


@dataclass(frozen=True)
class Scenes:
    """B scenes. Only `zeros` allocates the arrays; randomizers, and you, assign values in place.

    >>> import numpy as np
    >>> import raster
    >>> from raster.solids.cube import cube
    >>> catalog = raster.Catalog({"cube": cube()})
    >>> scenes = raster.Scenes.zeros(catalog, np.arange(4), {"objects": 1})
    """

    index: np.ndarray  # (B,) int64: image numbers
    nodes: Nodes
    cameras: Cameras
    lights: Lights
    background: Material  # over (B,); drawn unlit
    environment: EnvironmentMaps
    lens: Lens
    sensor: Sensor
    asset: np.ndarray  # (B, O) int32: row of the catalog that an object shows, -1 = none
    morphs: Deformations  # over (B, O)
    casts: np.ndarray  # (B, O) bool: an object casts shadows, unless its slot never does
    slots: dict[str, slice]  # ranges over the O objects: "objects", "distractors", "floor", "walls", "surroundings"
    catalog: Catalog
    library: Library
    layout: np.ndarray  # (B,) int64: images with the same number show the same objects in the same places
    views: int  # images of each layout
    arrangement: Arrangement

    @classmethod
    def zeros(
        cls,
        catalog: Catalog,
        index: np.ndarray | list[int],
        slots: dict[str, int],
        lights: int = 1,
        aspect: float | None = None,
        size: tuple[int, int] = (256, 256),
        library: Library = EMPTY,
        views: int = 1,
    ) -> "Scenes":
        """Empty scenes for the images `index` (B,) of size (H, W) px.

        slots: number of objects in each slot. Each object is one root node and, below it, one node for each part. aspect: width
        / height of the picture, by default that of `size`. Matrices are identities; everything else has its default.
        """
        index = np.asarray(index, np.int64)
        batch, objects, parts = len(index), sum(slots.values()), catalog.part_mesh.shape[1]
        number = np.repeat(np.arange(objects, dtype=np.int32), 1 + parts)
        root = np.arange(objects, dtype=np.int32) * (1 + parts)
        parent = np.repeat(root, 1 + parts)
        parent[root] = -1
        shape = (batch, len(parent))
        ends = np.cumsum(list(slots.values()))
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
            cameras=Cameras.default(batch, aspect or size[1] / size[0], size[0]),
            lights=Lights.default(batch, lights),
            background=Material.default((batch,)),
            environment=EnvironmentMaps.default(batch),
            lens=Lens.default(batch),
            sensor=Sensor.default(batch),
            asset=np.full((batch, objects), -1, np.int32),
            morphs=Deformations.zeros((batch, objects)),
            casts=np.ones((batch, objects), bool),
            slots={name: slice(int(end) - size, int(end)) for (name, size), end in zip(slots.items(), ends, strict=True)},
            catalog=catalog,
            library=library,
            layout=index // views,
            views=views,
            arrangement=Arrangement.default(batch),
        )

    def __repr__(self) -> str:
        """In one line: numbers of the images, slots for objects, classes."""
        slots = ", ".join(f"{objects.stop - objects.start} {name}" for name, objects in self.slots.items())
        return f"Scenes({numbers_of(self.index)}; room for {slots}; classes {', '.join(self.catalog.classes)})"

    def _repr_html_(self) -> str:
        """In a notebook: sketches of the first scenes, boxes in the colours of their classes. A Renderer draws them."""
        pictures = [self._sketch(b) for b in range(min(MOST, len(self.index)))]
        return f"<div><code>{escape(repr(self))}</code><br>{''.join(pictures)}<br>{legend(self.catalog.classes)}</div>"

    def _sketch(self, b: int) -> str:
        """Scene b as SVG: its objects and distractors."""
        from raster.scene.sketch import sketch  # it needs scipy, which is slow to load

        size = SIDE, max(1, round(SIDE * float(self.cameras.aspect[b])))
        things = [k for name in ("objects", "distractors") if name in self.slots
                  for k in range(self.slots[name].start, self.slots[name].stop) if self.asset[b, k] >= 0]  # fmt: skip
        colors = palette(len(self.catalog.classes))
        ids = self.nodes.class_id[b, self.roots[things] + 1] if things else []
        told = ["rgb({},{},{})".format(*colors[k]) if 0 < k < len(colors) else None for k in ids]
        intrinsics, pose = self.cameras.intrinsics_px(size)[b], self.cameras.world_from_camera[b]
        return sketch(self.nodes.local[b, self.roots[things]], told, pose, intrinsics, float(self.cameras.near[b]), size)

    @property
    def painted(self) -> tuple[str, ...]:
        """The slots whose objects each have a look of their own."""
        return tuple(name for name in ("objects", "distractors", "surroundings") if name in self.slots)

    @property
    def roots(self) -> np.ndarray:
        """(O,) int: the root node of each object."""
        return np.flatnonzero(self.nodes.parent < 0)

    def set_assets(self, objects: slice, asset: np.ndarray) -> None:
        """Let a range of objects show assets, by their rows (B, len) in the catalog, -1 = nothing.

        Sets the meshes, classes and transforms of their parts.
        """
        parts = self.catalog.part_mesh.shape[1]
        self.asset[:, objects] = asset
        children = (self.roots[objects, None] + 1 + np.arange(parts)).ravel()
        batch = len(self.index)
        self.nodes.mesh[:, children] = np.where(asset[..., None] < 0, -1, self.catalog.part_mesh[asset]).reshape(batch, -1)
        self.nodes.local[:, children] = self.catalog.part_local[asset].reshape(batch, -1, 4, 4)
        self.nodes.class_id[:, children] = np.repeat(self.catalog.class_id[asset], parts, axis=1)

    def set_material(self, objects: slice, field: str, values: np.ndarray) -> None:
        """Set a Material field of all parts of a range of objects to the object's value in values (B, len, ...)."""
        target = getattr(self.nodes.material, field)
        for part in range(1, 1 + self.catalog.part_mesh.shape[1]):
            target[:, self.roots[objects] + part] = values

    def set_part_material(self, objects: slice, field: str, values: np.ndarray, where: np.ndarray) -> None:
        """Set a Material field of single parts of a range of objects to values (B, len, P, ...), where (B, len, P) is True."""
        nodes = self.roots[objects, None] + 1 + np.arange(self.catalog.part_mesh.shape[1])
        scene, o, part = np.nonzero(where)
        getattr(self.nodes.material, field)[scene, nodes[o, part]] = values[scene, o, part]
