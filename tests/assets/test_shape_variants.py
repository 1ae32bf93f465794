"""Tests of variants of solids: closed, alike in every run, of the class of their solid, seen where their meshes are."""

from functools import partial

import numpy as np
import pytest
import trimesh
from catalogs import fast, renderer_of
from ray_caster import cast, near_silhouette
from ray_solids import Solid

from raster.assets.catalog import Catalog
from raster.geometry.check_solid import check_solid
from raster.geometry.mesh import Mesh
from raster.randomizers.morphs import Morphs
from raster.randomizers.shapes import Shapes
from raster.scene.sampler import Sampler
from raster.solids.cone import cone
from raster.solids.cube import cube
from raster.solids.cylinder import cylinder
from raster.solids.sphere import sphere

SOLIDS = {"cube": cube(0.02), "sphere": sphere(24), "cylinder": cylinder(24)}
EDGES = {"cube": cube, "cylinder": partial(cylinder, 24)}
SHAPES = Shapes(share=0.6, variants=4)


@pytest.fixture(scope="module")
def variants(tmp_path_factory) -> dict:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RASTER_CACHE", str(tmp_path_factory.mktemp("cache")))
        wanted = SHAPES.requirements().shapes
        made = {name: wanted.make(name, solid, EDGES.get(name)) for name, solid in SOLIDS.items()}
        again = wanted.make("cube", SOLIDS["cube"], EDGES["cube"])  # from the cache
        for one, other in zip(made["cube"], again, strict=True):
            assert one.positions.tobytes() == other.positions.tobytes()
            assert len(one.levels_of_detail) == len(other.levels_of_detail)
    return made


@pytest.fixture(scope="module")
def catalog(variants) -> Catalog:
    return Catalog(SOLIDS, {"cone": cone(16)}, variants=variants)


def test_each_is_a_solid_that_differs_from_the_others(variants):
    for name, several in variants.items():
        volumes = []
        for mesh in several:
            check_solid(mesh)
            for level in (*mesh.levels_of_detail, mesh):
                check_solid(level)
                np.testing.assert_allclose(np.linalg.norm(level.normals, axis=1), 1, atol=1e-4)
            low, high = mesh.positions.min(axis=0), mesh.positions.max(axis=0)
            np.testing.assert_allclose((low + high) / 2, 0, atol=1e-5)
            assert (high - low).max() == pytest.approx(1, abs=1e-5)
            volumes.append(trimesh.Trimesh(mesh.positions, mesh.triangles).volume)
            assert volumes[-1] == pytest.approx(
                trimesh.Trimesh(SOLIDS[name].positions, SOLIDS[name].triangles).volume, rel=0.25
            )
        assert len(set(volumes)) >= 3, name


def test_normals_stand_across_deformed_surfaces(variants):
    """The mean of the normals at a triangle's corners, against the normal of the triangle; edges are shaded round."""
    for mesh in variants["sphere"]:
        whole = trimesh.Trimesh(mesh.positions, mesh.triangles, process=False)
        cosine = (mesh.normals[mesh.triangles].mean(axis=1) * whole.face_normals).sum(axis=1)
        assert cosine.min() > 0.95  # of the coarse ball itself: 0.974


def test_errors_of_levels_are_greater_than_the_distances_of_their_vertices(variants):
    for mesh in (*variants["cube"], *variants["sphere"]):
        finest = trimesh.Trimesh(mesh.positions, mesh.triangles)
        for level in mesh.levels_of_detail[:2]:
            centres = level.positions[level.triangles[::7]].astype(np.float64).mean(axis=1)
            away = np.abs(trimesh.proximity.signed_distance(finest, centres)).max()
            assert away < level.silhouette_error + mesh.silhouette_error + 0.01


def test_variants_have_the_class_of_their_solid_and_are_drawn_by_shapes_alone(catalog):
    plain_catalog = Catalog(SOLIDS, {"cone": cone(16)})
    assert catalog.assets[4:-1] == tuple(f"{name}/{k}" for name in SOLIDS for k in range(4))
    for name, row in zip(SOLIDS, catalog.variants, strict=False):
        assert [catalog.assets[k] for k in row] == [f"{name}/{k}" for k in range(4)]
        assert (catalog.class_id[row] == catalog.classes.index(name)).all()
    np.testing.assert_array_equal(catalog.variant_count, [4, 4, 4] + [0] * 14)
    np.testing.assert_array_equal(catalog.members, plain_catalog.members)
    np.testing.assert_array_equal(catalog.unlabelled, plain_catalog.unlabelled)
    assert not catalog.is_variant[catalog.floor]


def test_a_share_shows_variants_and_nothing_else_changes(catalog):
    usual = fast(shapes=None)
    before, after = Sampler(catalog, usual, 5)(0, 150), Sampler(catalog, _shaped(usual), 5)(0, 150)
    there = before.asset[:, before.slots["objects"]] >= 0
    varied = catalog.is_variant[after.asset[:, after.slots["objects"]]] & there
    assert abs(varied[there].mean() - 0.6) < 0.06
    assert set(after.asset[:, after.slots["objects"]][varied]) == set(catalog.variants[:3].ravel())
    np.testing.assert_array_equal(before.nodes.class_id, after.nodes.class_id)
    np.testing.assert_array_equal(before.nodes.material.color, after.nodes.material.color)
    np.testing.assert_array_equal(before.cameras.world_from_camera, after.cameras.world_from_camera)


def _shaped(randomizers: dict) -> dict:
    """The same randomizers, with shapes behind distractors, as in conf/config.yaml."""
    names = [name for name in randomizers for name in ((name, "shapes") if name == "distractors" else (name,))]
    return {name: SHAPES if name == "shapes" else randomizers[name] for name in names}


def of_triangles(mesh: Mesh) -> Solid:
    """The shape of a mesh for the independent ray caster: Möller, Trumbore, "Ray/triangle intersection" (1997)."""
    a, b, c = mesh.positions.astype(np.float64)[mesh.triangles].transpose(1, 0, 2)

    def entries(origin: np.ndarray, directions: np.ndarray) -> np.ndarray:
        across = np.cross(directions.T[None], (c - a)[:, None])  # (T, N, 3)
        det = np.einsum("tnk,tk->tn", across, b - a)
        u = np.einsum("tnk,tk->tn", across, origin - a) / det
        q = np.cross(origin - a, b - a)
        v, t = (q @ directions) / det, np.einsum("tk,tk->t", q, c - a)[:, None] / det
        return np.where((det > 0) & (u >= 0) & (v >= 0) & (u + v <= 1), t, np.inf)

    return Solid(float(np.linalg.norm(mesh.positions, axis=1).max()), entries)


def test_labels_are_those_of_a_ray_caster_that_knows_the_meshes(catalog):
    sampler = Sampler(catalog, _shaped(fast(shapes=None, walls=None)), 7, (72, 72))
    renderer = renderer_of(sampler, batch=2)
    frames = renderer.render(sampler(0, 2))
    renderer.release()
    solids = {name: of_triangles(catalog.atlas.mesh(catalog.part_mesh[k, 0])) for k, name in enumerate(catalog.assets[:-1])}
    for record, seen in zip(frames.records, frames.layers["instance_id"], strict=True):
        inside = ~near_silhouette(record, steps=1, solids=solids)
        assert (seen == cast(record, solids=solids).instance_id)[inside].all()
        assert inside.mean() > 0.5
        assert any("/" in entry["solid"] for entry in record["objects"])


def test_a_variant_is_not_morphed(variants):
    catalog = Catalog(SOLIDS, {"cone": cone(16)}, fine=True, variants=variants)
    scenes = Sampler(catalog, _shaped(fast(shapes=None, morphs=Morphs(share=1.0))), 0)(0, 20)
    there = scenes.asset >= 0
    is_variant = catalog.is_variant[scenes.asset] & there
    assert is_variant.any()
    assert not scenes.morphs.any[is_variant].any()
    plain_objects = there & ~is_variant & (scenes.asset != catalog.floor)
    assert scenes.morphs.any[plain_objects].all()
