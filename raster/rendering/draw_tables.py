"""DrawTables: all that the drawing of a batch is told, as tables; prepare: makes them; pack, unpack: in shared memory."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from raster.assets.library import Library
from raster.rendering.camera_effects import camera_rows
from raster.rendering.check_scenes import check_scenes
from raster.rendering.draw_list import DrawList, draw_list
from raster.rendering.drawn_margins import VIEWPORT_SHIFT
from raster.rendering.gpu_structs import CAMERA, INSTANCE, LIGHT, METER, MORPH, VIEW
from raster.rendering.metering import meter_rows
from raster.rendering.shader_variants import Group
from raster.scene.lights import MAX_LIGHTS
from raster.scene.requirements import Requirements
from raster.scene.scenes import Scenes

# Of each table the type and the shape of a row, in the order in which they are packed.
ROWS: dict[str, tuple[np.dtype, tuple[int, ...]]] = {
    "instances": (INSTANCE, ()), "commands": (np.dtype(np.uint32), (5,)), "owners": (np.dtype(np.int32), ()),
    "views": (VIEW, ()), "lights": (LIGHT, (MAX_LIGHTS,)), "morphs": (MORPH, ()), "cameras": (CAMERA, ()), "meters": (METER, ())
}  # fmt: skip
OF_MESHES = ("instances", "commands", "owners", "morphs")  # a row for each drawn mesh, at most; the others: for each scene
ALIGNMENT = 64  # bytes


@dataclass(frozen=True)
class DrawTables:
    """B scenes as a renderer takes them. The first five and `morphs`, `groups`: as of DrawList."""

    instances: np.ndarray
    commands: np.ndarray
    owners: np.ndarray
    views: np.ndarray  # (B,) VIEW
    lights: np.ndarray
    morphs: np.ndarray
    cameras: np.ndarray  # (B,) CAMERA, (0,) without post-processing
    meters: np.ndarray  # (B,) METER, (0,) without post-processing
    groups: tuple[Group, ...]
    shadows: int  # lights that cast shadows, the most of any scene


def margin_px(size: tuple[int, int], requirements: Requirements) -> tuple[int, int]:
    """Rows and columns that are drawn beyond each edge of pictures of size (H, W) px, for a lens that distorts."""
    margin = requirements.margin if "distortion" in requirements.effects else 0.0
    return math.ceil(margin * size[0]), math.ceil(margin * size[1])


def prepare(
    scenes: Scenes, library: Library, size: tuple[int, int], batch: int, requirements: Requirements
) -> tuple[DrawList, DrawTables]:
    """The draw list and the tables of scenes. library, size (H, W) px, batch, requirements: what the renderer was made with.

    ValueError and InputError as check_scenes().
    """
    check_scenes(scenes, library, size, batch, requirements)
    pad, cameras, meters = margin_px(size, requirements), np.zeros(0, CAMERA), np.zeros(0, METER)
    drawn = draw_list(scenes, size[0], pad)
    if requirements.effects:
        cameras = camera_rows(scenes, size, pad, requirements.effects)
        drawn.views["viewport"] = cameras["scene"] >> VIEWPORT_SHIFT
        meters = meter_rows(scenes)
    own = {name: getattr(drawn, name) for name in ("instances", "commands", "owners", "views", "lights", "morphs", "groups")}
    return drawn, DrawTables(**own, cameras=cameras, meters=meters, shadows=int(scenes.lights.shadows.max(initial=0)))


def room_for(batch: int, meshes: int) -> int:
    """Bytes that pack() needs at most for `batch` scenes of `meshes` drawn meshes each."""
    rows = {name: batch * (1 + meshes if name in OF_MESHES else 1) for name in ROWS}
    return sum(_padded(_row_bytes(name) * count) for name, count in rows.items())


def pack(tables: DrawTables, memory: np.ndarray) -> tuple[dict[str, int], tuple[Group, ...], int]:
    """Write tables into memory (bytes,) uint8; what unpack() has to be told beside it: rows of each table, groups, shadows."""
    rows, start = {}, 0
    for name in ROWS:
        table = np.ascontiguousarray(getattr(tables, name))
        memory[start : start + table.nbytes] = table.reshape(-1).view(np.uint8)
        rows[name] = len(table)
        start += _padded(table.nbytes)
    return rows, tables.groups, tables.shadows


def unpack(memory: np.ndarray, rows: Mapping[str, int], groups: tuple[Group, ...], shadows: int) -> DrawTables:
    """The tables that pack() wrote there, without a copy."""
    tables, start = {}, 0
    for name, (dtype, shape) in ROWS.items():
        size = _row_bytes(name) * rows[name]
        tables[name] = memory[start : start + size].view(dtype).reshape(rows[name], *shape)
        start += _padded(size)
    return DrawTables(**tables, groups=groups, shadows=shadows)


def _row_bytes(name: str) -> int:
    dtype, shape = ROWS[name]
    return dtype.itemsize * math.prod(shape)


def _padded(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT
