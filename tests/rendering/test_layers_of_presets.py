"""Layers of the default and of preset=realistic, as users draw them, are those of trimesh's rays; morphs; four samples."""

from typing import Any, NamedTuple

import numpy as np
import orjson
import pytest
from recorded_meshes import mesh_of
from trimesh_rays import Cast, cast_meshes, flow_of, folded

from raster.annotations.amodal import bits_of
from raster.assets.catalog import Catalog
from raster.dataset.flow_files import VALID
from raster.frames import Frames
from raster.run.image_source import ImageSource

pytestmark = pytest.mark.slow
SIZE, COUNT = (64, 88), 6
LAYERS = "layers=[instance_id,depth,distance,normal,coverage,flow]"
OPTIONS = (f"size=[{SIZE[0]},{SIZE[1]}]", LAYERS, "views_per_layout=2", "randomizers.lens.distorted=0")
MORPHED = ("randomizers.morphs.share=0.9", "randomizers.morphs.most=3")
SETS = {"default": (), "realistic": ("preset=realistic",), "morphs": (*MORPHED, "seed=2"), "4 samples": ("samples=4", "seed=3")}
# Relative errors of depth: of the triangles that are drawn, and of the finest where coarser ones may be drawn.
EXACT, DEPTH = 1e-5, 2e-3
NORMAL_DEG, FLOW_PX = 0.5, 0.05
BEVELS = 0.01  # share of pixels of objects that may show a cut edge, whose normals turn within less than a pixel


class Drawn(NamedTuple):
    """What is drawn, and what trimesh sees."""

    frames: Frames
    records: list[dict[str, Any]]
    meshes: list[list[tuple]]  # of each record: instance, mesh and normals of its objects
    casts: list[Cast]
    levelled: list[list[int]]  # of each record: instances that may be drawn in fewer triangles than there are


@pytest.fixture(scope="module", params=SETS)
def drawn(request) -> Drawn:
    source = ImageSource.of((*OPTIONS, *SETS[request.param]))
    (frames,) = source.frames(0, COUNT)
    records = [orjson.loads(orjson.dumps(each, option=orjson.OPT_SERIALIZE_NUMPY)) for each in frames.records]
    catalog = source.setup.sampler.catalog
    meshes = [[(entry["instance"], *mesh_of(catalog, entry)) for entry in record["objects"]] for record in records]
    source.release()
    assert request.param != "morphs" or sum("morph" in entry for record in records for entry in record["objects"]) > 10
    casts = [cast_meshes(record, [each[:2] for each in row]) for record, row in zip(records, meshes, strict=True)]
    return Drawn(frames, records, meshes, casts, [levelled(catalog, record) for record in records])


def levelled(catalog: Catalog, record: dict[str, Any]) -> list[int]:
    """Instances of the objects that have levels of detail."""
    rows = {entry["instance"]: catalog.part_mesh[catalog.assets.index(entry["solid"])] for entry in record["objects"]
            if "morph" not in entry and entry["slot"] != "floor"}  # fmt: skip
    return [number for number, row in rows.items() if np.ptp(catalog.atlas.levels[row[row >= 0]], axis=1).any()]


def test_ids_depth_distance_and_normals(drawn):
    compared = bent = 0
    for b, (record, placed, cast) in enumerate(zip(drawn.records, drawn.meshes, drawn.casts, strict=True)):
        layer = {name: each[b].astype(float) for name, each in drawn.frames.layers.items()}
        assert (layer["instance_id"] == cast.instance)[~cast.border].all()
        within = ~cast.border & (cast.instance > 0) & ~folded(cast.depth)
        coarse = np.isin(cast.instance, drawn.levelled[b])
        bound = np.where(coarse, DEPTH, EXACT)
        assert (np.abs(layer["depth"] / cast.depth - 1) <= bound)[within].all()
        camera = record["camera"]
        v, u = np.mgrid[: SIZE[0], : SIZE[1]] + 0.5
        ray = np.sqrt(((u - camera["cx"]) / camera["fx"]) ** 2 + ((v - camera["cy"]) / camera["fy"]) ** 2 + 1)
        assert (np.abs(layer["distance"] / (cast.depth * ray) - 1) <= bound)[within].all()
        corners = np.concatenate([normals[mesh.faces] for _, mesh, normals in placed])[cast.face]
        expected = np.einsum("hwk,hwkj->hwj", cast.corners, corners)
        cross = np.linalg.norm(np.cross(layer["normal"], expected), axis=2)
        angle = np.degrees(np.arctan2(cross, (layer["normal"] * expected).sum(axis=2)))
        large = np.isin(
            cast.instance, [entry["instance"] for entry in record["objects"] if entry["slot"] in ("floor", "walls")]
        )
        assert (angle < NORMAL_DEG)[within & large].all()
        assert (angle < 10)[within].all()
        compared += int((within & ~large).sum())
        bent += int((angle > NORMAL_DEG)[within & ~large].sum())
    assert bent <= BEVELS * compared
    assert compared > 500


def test_amodal_masks_are_those_of_each_object_alone(drawn):
    hidden = 0
    for b, (record, placed) in enumerate(zip(drawn.records, drawn.meshes, strict=True)):
        labelled = [each for each, entry in zip(placed, record["objects"], strict=True) if entry["class_id"]]
        coverage = drawn.frames.layers["coverage"][b].reshape(*SIZE, -1)
        for rank, (instance, mesh, _) in enumerate(labelled, 1):
            alone = cast_meshes(record, [(instance, mesh)])
            mask = bits_of(coverage, rank) != 0
            assert (mask == (alone.instance > 0))[~alone.border].all()
            hidden += int((mask & (drawn.frames.layers["instance_id"][b] != instance)).sum())
    assert hidden > 50


def test_flow_is_that_of_the_points_that_trimesh_sees(drawn):
    compared = 0
    for a in range(0, COUNT, 2):
        cast = drawn.casts[a]
        flow, z = flow_of(drawn.records[a]["camera"], drawn.records[a + 1]["camera"], cast.depth)
        near = drawn.records[a + 1]["camera"]["near"]
        seen = (cast.instance > 0) & ~cast.border & ~folded(cast.depth) & (z > near)
        assert (drawn.frames.layers["flow_masks"][a][seen] & VALID).all()
        assert (np.linalg.norm(drawn.frames.layers["flow"][a] - flow, axis=2) <= FLOW_PX)[seen].all()
        compared += int(seen.sum())
    assert compared > 1000
