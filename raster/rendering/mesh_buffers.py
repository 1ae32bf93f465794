"""MeshBuffers: the vertices and indices that all passes read. Imported meshes are uploaded when a batch shows them."""

import moderngl
import numpy as np

from raster.assets.catalog import Catalog
from raster.assets.catalog_parts import blocks_of
from raster.assets.meshes.imported_mesh import VERTEX
from raster.rendering.residency import Residency

# Of VERTEX, by the name in the shaders: moderngl's format of an attribute, and the padding where a shader does not use it.
LAYOUT = {"position": ("3f", "3x4"), "normal": ("3f", "3x4"), "uv": ("2f", "2x4"), "tint": ("4f1", "4x1")}
MAX_BYTES = 1 << 31  # of a buffer
WHITE = 255


class MeshBuffers:
    """Buffers of a catalog: all its solids, and as many of its imported meshes as fit.

    When one batch shows more, larger buffers replace `vertices` and `indices`: vertex arrays must then be made anew.
    """

    def __init__(self, ctx: moderngl.Context, catalog: Catalog, budget: int):
        """budget: bytes for imported meshes in each of the two buffers; it is exceeded only if a single batch needs more."""
        self.ctx, self.atlas, self.meshes = ctx, catalog.atlas, catalog.imported
        self.blocks = blocks_of(catalog.imported)
        kept = (len(self.atlas.vertices), len(self.atlas.indices))
        total = [sum(part) for part in zip((0, 0), *map(self._sizes, range(len(self.blocks))), strict=True)]
        most = (budget // VERTEX.itemsize, budget // 4)
        whole = (kept[0] + min(total[0], most[0]), kept[1] + min(total[1], most[1]))
        self.residency = Residency(whole, kept, (MAX_BYTES // VERTEX.itemsize, MAX_BYTES // 4))
        self._allocate()

    def _sizes(self, number: int) -> tuple[int, int]:
        """Counts of vertices and indices of a block, by its number."""
        mesh, level = self.blocks[number]
        if level >= 0:
            return self.meshes[mesh].levels[level].vertex_count, self.meshes[mesh].levels[level].index_count
        parts = self.meshes[mesh].parts
        return max(p.first_vertex + p.vertex_count for p in parts), max(p.first_index + p.index_count for p in parts)

    def _allocate(self) -> None:
        """Make buffers of the sizes that residency says, with the solids at their beginning."""
        vertices, indices = self.residency.whole
        self.vertices = self.ctx.buffer(reserve=vertices * VERTEX.itemsize)
        self.indices = self.ctx.buffer(reserve=indices * 4)
        solids = np.zeros(len(self.atlas.vertices), VERTEX)
        solids["position"], solids["normal"], solids["uv"] = np.split(self.atlas.vertices, [3, 6], axis=1)
        solids["color"] = WHITE
        self.vertices.write(solids)
        self.indices.write(self.atlas.indices)

    def make_resident(self, commands: np.ndarray, owners: np.ndarray) -> bool:
        """Upload the blocks of imported meshes that are drawn and not there yet, and add their places to the commands.

        commands (S, 5) uint32 and owners (S,) int32: of a DrawList; first index and base vertex are changed in place, from
        counting within a mesh to counting within the buffers. Gives True if the buffers are new ones.
        """
        wanted = np.unique(owners[owners >= 0]).tolist()
        if not wanted:
            return False
        before = self.residency.whole
        new = self.residency.reserve(wanted, self._sizes)
        if grown := self.residency.whole != before:
            self.vertices.release()
            self.indices.release()
            self._allocate()
        for number in new:
            vertex, index = self.residency.places[number]
            held, level = self.meshes[self.blocks[number][0]], self.blocks[number][1]
            vertices = held.level_vertices(level) if level >= 0 else held.vertices()
            indices = held.level_indices(level) if level >= 0 else held.indices()
            if len(indices):
                self.vertices.write(vertices, offset=vertex * VERTEX.itemsize)
                self.indices.write(indices, offset=index * 4)
        imported = owners >= 0
        starts = np.array([self.residency.places[number] for number in owners[imported]], np.uint32)
        commands[imported, 2] += starts[:, 1]
        commands[imported, 3] += starts[:, 0]
        return grown

    def release(self) -> None:
        """Free the buffers."""
        self.vertices.release()
        self.indices.release()
