"""Depth, distance, normals, amodal masks and flow of mesh files in all formats are those of trimesh's ray casting."""

from types import SimpleNamespace

import numpy as np
import orjson
import pytest
import trimesh
from catalogs import COVERAGE, GEOMETRY, fast, renderer_of
from trimesh_rays import Cast, cast_meshes, flow_of, folded, shape_of

from benchmarks.sample_meshes import CLASSES, FORMATS, make
from raster.annotations.amodal import bits_of
from raster.assets.catalog import Catalog
from raster.assets.meshes.load import load_meshes
from raster.assets.meshes.options import MeshOptions
from raster.dataset.flow_files import VALID
from raster.passes import CLASS_ID
from raster.randomizers.looks import Looks
from raster.randomizers.objects import Objects
from raster.run.derived_layers import derived
from raster.scene.sampler import Sampler

pytestmark = pytest.mark.slow
SIZE = (88, 120)
DEPTH, NORMAL_DEG, FLOW_PX = 1e-4, 0.5, 0.05
SHARP = np.radians(40)  # from 45 degrees on an edge without normals in its file is sharp


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """Frames of 3 layouts of 2 views, their records, the meshes of each in the world, and what trimesh sees."""
    folder = tmp_path_factory.mktemp("meshes")
    make(folder, len(CLASSES) * len(FORMATS), detail=3)
    catalog = Catalog({}, {}, load_meshes(MeshOptions(str(folder)), 256).meshes, surfaces=True)
    chosen = fast(objects=Objects(count=(4, 7)), distractors=None, looks=Looks(), floor=None)
    sampler = Sampler(catalog, chosen, 3, SIZE, 2)
    sampler.randomizers["placement"] = type(sampler.randomizers["placement"])(floor=0.0)
    layers = ("instance_id", "coverage", *GEOMETRY.layers)
    renderer = renderer_of(sampler, 6, passes=(CLASS_ID, GEOMETRY, COVERAGE), layers=layers)
    frames = derived(renderer.render(sampler(0, 6)), SimpleNamespace(flows=("flow",), sampler=sampler), None)
    renderer.release()
    records = [orjson.loads(orjson.dumps(record, option=orjson.OPT_SERIALIZE_NUMPY)) for record in frames.records]
    meshes = []
    for record in records:
        placed = []
        for entry in record["objects"]:
            mesh = shape_of(folder / entry["solid"])
            mesh.merge_vertices(merge_tex=True, merge_norm=True)
            placed.append((entry["instance"], mesh.apply_transform(np.array(entry["world_from_object"]))))
        meshes.append(placed)
    return frames, records, meshes, [cast_meshes(*each) for each in zip(records, meshes, strict=True)]


def smooth_normals(cast: Cast, meshes: list[tuple[int, trimesh.Trimesh]]) -> np.ndarray:
    """(H, W, 3): mean of the normals at a face's corners, of any length; NaN beside sharp edges and where nothing is."""
    normals, numbers, first = [], [], 0
    for _, mesh in meshes:
        own = mesh.vertex_normals.copy()
        own[mesh.face_adjacency_edges[mesh.face_adjacency_angles > SHARP].ravel()] = np.nan
        normals.append(own)
        numbers.append(mesh.faces + first)
        first += len(own)
    corners = np.concatenate(normals)[np.concatenate(numbers)[cast.face]]
    return np.where((cast.face >= 0)[..., None], np.einsum("hwk,hwkj->hwj", cast.corners, corners), np.nan)


def test_depth_distance_and_normals(drawn):
    frames, records, meshes, casts = drawn
    compared = 0
    for b, (record, placed, cast) in enumerate(zip(records, meshes, casts, strict=True)):
        within = ~cast.border & (cast.instance > 0) & ~folded(cast.depth)
        camera, layer = record["camera"], {name: frames.layers[name][b].astype(float) for name in GEOMETRY.layers}
        assert (frames.layers["instance_id"][b] == cast.instance)[~cast.border].all()
        assert (np.abs(layer["depth"] - cast.depth) <= DEPTH * cast.depth)[within].all()
        v, u = np.mgrid[: SIZE[0], : SIZE[1]] + 0.5
        x, y = (u - camera["cx"]) / camera["fx"], (v - camera["cy"]) / camera["fy"]
        assert layer["distance"][within] == pytest.approx((cast.depth * np.sqrt(x**2 + y**2 + 1))[within], rel=DEPTH)
        expected = smooth_normals(cast, placed)
        known = within & np.isfinite(expected).all(axis=2)
        cross = np.linalg.norm(np.cross(layer["normal"], expected), axis=2)
        angle = np.degrees(np.arctan2(cross, (layer["normal"] * expected).sum(axis=2)))
        assert angle[known].max() < NORMAL_DEG
        compared += known.sum()
    assert compared > 1000


def test_amodal_masks_are_those_of_each_mesh_alone(drawn):
    frames, records, meshes, _ = drawn
    hidden = 0
    for b, (record, placed) in enumerate(zip(records, meshes, strict=True)):
        for instance, mesh in placed:
            alone = cast_meshes(record, [(instance, mesh)])
            mask = bits_of(frames.layers["coverage"][b].reshape(*SIZE, -1), instance) != 0
            assert (mask == (alone.instance > 0))[~alone.border].all()
            hidden += int((mask & (frames.layers["instance_id"][b] != instance)).sum())
    assert hidden > 50


def test_flow_is_that_of_the_points_that_trimesh_sees(drawn):
    frames, records, _, casts = drawn
    compared = 0
    for a in range(0, 6, 2):
        here, there, depth = records[a]["camera"], records[a + 1]["camera"], casts[a].depth
        flow, z = flow_of(here, there, depth)
        seen = (casts[a].instance > 0) & ~casts[a].border & ~folded(depth) & (z > there["near"])
        assert (frames.layers["flow_masks"][a][seen] & VALID).all()
        assert (np.linalg.norm(frames.layers["flow"][a] - flow, axis=2) <= FLOW_PX)[seen].all()
        compared += seen.sum()
    assert compared > 900
