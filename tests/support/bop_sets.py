"""complete_set: a small set without GL that has all that format=bop needs; bop_of: its export, with meshes of solids."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from sets_with_instances import set_with_instances

from raster.dataset.mask_box import box_of
from raster.exporters.options import ExportOptions
from raster.exporters.run import export
from raster.frames import Frames
from raster.geometry.mesh import Part
from raster.solids.cube import cube
from raster.solids.sphere import sphere
from raster.writers.camvid import Camvid
from raster.writers.layers import Layers

NAMES = ["instance_id", "depth", "coverage"]
FEW = {"scale": {"size": [0.5, 1], "sizes": [0.5, 1]}}  # the randomizer of sizes, as manifests have it


def add_all(frames: Frames) -> None:
    """Depth that depends on the instance, masks one pixel wider than what is seen, poses, sizes of 1 m, names of solids."""
    ids = frames.layers["instance_id"]
    frames.layers["depth"] = (ids * 0.5).astype(np.float32)
    frames.layers["depth"][ids == 3] = 70.0  # too far for 16 bits of mm
    coverage = np.zeros(ids.shape, np.uint32)
    for b, record in enumerate(frames.records):
        for entry in record["objects"]:
            seen = ids[b] == entry["instance"]
            alone = seen | np.roll(seen, 1, axis=1)
            coverage[b] |= alone.astype(np.uint32) << np.uint32(entry["instance"] - 1)
            if entry["class_id"]:
                x, y, w, h = box_of(alone) or (0, 0, 0, 0)
                there = bool(alone.any())
                entry |= {"solid": entry["class"], "full_px": int(alone.sum()) + 5 if there else None,
                          "full_bbox": [x - 5, y, w + 5, h] if there else None, "size": [1.0, 1.0, 1.0],
                          "pose": {"rotation": entry["world_from_object"][:3, :3].copy(),
                                   "translation": np.array([0.25, -0.5, 3], np.float32)}}  # fmt: skip
    frames.layers["coverage"] = coverage


def complete_set(
    out: Path, n: int = 6, change: Callable[[Frames], None] = lambda frames: None, names: list[str] = NAMES, **options: Any
) -> Path:
    """A set with all that BOP needs; options: of the writer of layers, and keys of the configuration."""
    written = {key: options.pop(key) for key in ("depth", "depth_unit_m") if key in options}

    def whole(frames: Frames) -> None:
        add_all(frames)
        change(frames)

    writers = {"camvid": Camvid, "layers": partial(Layers, names=names, **written)}
    facts = {"layers": Layers.files_of(names, **written)}
    return set_with_instances(
        out, n, False, whole, facts, writers, **{"randomizers": FEW, "detail": "surfaces", **options}
    )  # fmt: skip


def each(change: Callable[[dict[str, Any]], Any]) -> Callable[[Frames], None]:
    """A change of each labelled object."""
    return lambda frames: [change(entry) for r in frames.records for entry in r["objects"] if entry["class_id"]] and None


def solids(out: Path, configuration: object):
    """The meshes of sets without GL, in place of those that a configuration describes."""
    made = {"cube": cube(), "sphere": sphere(24)}
    return lambda name: ((Part(name, made[name], np.eye(4, dtype=np.float32)),), name == "own")


def bop_of(source: Path, to: Path, **options: Any) -> dict[str, Any]:
    return export(source, ExportOptions("bop", str(to), **options), 1, lambda done, total: None, solids)
