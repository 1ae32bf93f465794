"""Geometry: the vertices and indices that all passes read. Those of the user's own meshes come when a batch wants them."""

import moderngl
import numpy as np

from raster.assets.catalog import Catalog
from raster.assets.meshes.imported_mesh import VERTEX
from raster.rendering.residency import Residency

LAYOUT = {"position": ("3f", "3x4"), "normal": ("3f", "3x4"), "uv": ("2f", "2x4"), "tint": ("4f1", "4x1")}  # read, and skipped
MAX_BYTES = 1 << 31  # bytes of a buffer
WHITE = 255


class Geometry:
    """Buffers of a catalog: its solids for good, and as many of its models as there is room for.

    `vertices` and `indices` are replaced by larger ones when one batch wants more: whoever draws with them connects again.
    """

    def __init__(self, ctx: moderngl.Context, catalog: Catalog, budget: int):
        """budget: bytes for models in each of the two buffers; more only if a single batch wants more."""
        self.ctx, self.atlas, self.models = ctx, catalog.atlas, catalog.imported
        kept = (len(self.atlas.vertices), len(self.atlas.indices))
        total = [sum(part) for part in zip((0, 0), *map(self._sizes, range(len(self.models))), strict=True)]
        most = (budget // VERTEX.itemsize, budget // 4)
        whole = (kept[0] + min(total[0], most[0]), kept[1] + min(total[1], most[1]))
        self.room = Residency(whole, kept, (MAX_BYTES // VERTEX.itemsize, MAX_BYTES // 4))
        self._allocate()

    def _sizes(self, model: int) -> tuple[int, int]:
        """Vertices and indices of a model."""
        parts = self.models[model].parts
        return max(p.first_vertex + p.vertex_count for p in parts), max(p.first_index + p.index_count for p in parts)

    def _allocate(self) -> None:
        """Make buffers as large as the room, with the solids at their beginning."""
        vertices, indices = self.room.whole
        self.vertices = self.ctx.buffer(reserve=vertices * VERTEX.itemsize)
        self.indices = self.ctx.buffer(reserve=indices * 4)
        solids = np.zeros(len(self.atlas.vertices), VERTEX)
        solids["position"], solids["normal"], solids["uv"] = np.split(self.atlas.vertices, [3, 6], axis=1)
        solids["color"] = WHITE
        self.vertices.write(solids)
        self.indices.write(self.atlas.indices)

    def place(self, commands: np.ndarray, owners: np.ndarray) -> bool:
        """Let commands (S, 5) count from where their meshes lie, and bring those that are not there; owners (S,).

        True when the buffers are new ones.
        """
        wanted = np.unique(owners[owners >= 0]).tolist()
        if not wanted:
            return False
        before = self.room.whole
        new = self.room.place(wanted, self._sizes)
        if grown := self.room.whole != before:
            self.vertices.release()
            self.indices.release()
            self._allocate()
        for model in new:
            vertex, index = self.room.places[model]
            self.vertices.write(self.models[model].vertices(), offset=vertex * VERTEX.itemsize)
            self.indices.write(self.models[model].indices(), offset=index * 4)
        theirs = owners >= 0
        starts = np.array([self.room.places[model] for model in owners[theirs]], np.uint32)
        commands[theirs, 2] += starts[:, 1]
        commands[theirs, 3] += starts[:, 0]
        return grown

    def release(self) -> None:
        """Free the buffers."""
        self.vertices.release()
        self.indices.release()
