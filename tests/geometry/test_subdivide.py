"""Tests of subdivide and thin: the same closed surface in small triangles; all of its vertices in cells around samples."""

import numpy as np
import pytest
import trimesh

from raster.assets.catalog import Catalog
from raster.geometry.point_sampling import COUNT
from raster.geometry.subdivide import MAX_EDGE, subdivide
from raster.rendering.draw_list import draw_list
from raster.scene.scenes import Scenes
from raster.solids.cube import cube
from raster.solids.cylinder import cylinder
from raster.solids.sphere import sphere


def pairs(catalog: Catalog) -> list:
    """(name, mesh, the fine one) of all that a catalog draws."""
    atlas = catalog.atlas
    return [(name, atlas.meshes[k], atlas.meshes[atlas.fine[k, -1]]) for name, k in atlas.numbers.items()]


def test_fine_meshes_are_closed_and_the_same_surface(fine_catalog):
    """Watertight once equal positions are one vertex: a T-junction would leave open edges. Trimesh measures."""
    for name, mesh, fine in pairs(fine_catalog):
        before, after = (trimesh.Trimesh(m.positions, m.triangles) for m in (mesh, fine))
        assert after.is_watertight, name
        assert after.is_winding_consistent, name
        assert after.volume == pytest.approx(before.volume, rel=1e-6), name
        assert after.area == pytest.approx(before.area, rel=1e-6), name
        assert after.area_faces.min() > 0, name


def test_edges_are_short_and_triangles_not_many(fine_catalog):
    """Within the ladders that slivers become a diagonal may be longer: by as much as a sliver is wide."""
    counts = {}
    for name, _, fine in pairs(fine_catalog):
        scale = np.array([0.16, 0.16, 0.6]) if name.startswith("dumbbell/cylinder") else 1
        if name.startswith(("dumbbell/sphere", "cross")):
            continue
        assert trimesh.Trimesh(fine.positions * scale, fine.triangles).edges_unique_length.max() < 1.5 * MAX_EDGE, name
        counts[name.split("/")[0]] = len(fine.triangles)
    assert max(counts.values()) < 6000
    assert counts["cube"] < 4000
    assert len(subdivide(cube()).triangles) == 6 * 2 * 16**2  # sharp


def test_normals_and_uvs_are_interpolated():
    """On a sharp cube normals are its faces'; on a cylinder's side they are radial, to the angle within a strip."""
    fine = subdivide(cube())
    a, b, c = (fine.positions[fine.triangles[:, k]] for k in range(3))
    face = np.cross(b - a, c - a)
    face /= np.linalg.norm(face, axis=1, keepdims=True)
    for k in range(3):
        np.testing.assert_allclose(fine.normals[fine.triangles[:, k]], face, atol=1e-6)
    # Each face carries the whole texture: uv is a rotation of the two coordinates along it.
    assert fine.uvs.min() == 0
    assert fine.uvs.max() == 1
    edge = fine.uvs[fine.triangles[:, 0]] - fine.uvs[fine.triangles[:, 1]]
    np.testing.assert_allclose(np.linalg.norm(edge, axis=1), np.linalg.norm(a - b, axis=1), atol=1e-6)
    round_one = subdivide(cylinder(12))
    np.testing.assert_allclose(np.linalg.norm(round_one.normals, axis=1), 1, atol=1e-6)
    side = np.abs(round_one.normals[:, 2]) < 0.5
    radial = round_one.positions[side, :2] / np.linalg.norm(round_one.positions[side, :2], axis=1, keepdims=True)
    assert (radial * round_one.normals[side, :2]).sum(axis=1).min() > np.cos(0.02)


def test_what_is_fine_already_stays_as_it_is():
    mesh = sphere()
    assert subdivide(mesh) is mesh
    assert len(subdivide(mesh, scale=(3, 3, 3)).triangles) > 2 * len(mesh.triangles)


def test_divisions_are_coarse_where_a_solid_is_seen_small_and_bent_little(fine_catalog):
    """Fewest triangles first; what is drawn is the first that is within 0.35 px, by outline error and curvature."""
    atlas = fine_catalog.atlas
    counts = np.array([len(mesh.triangles) for mesh in atlas.meshes])[atlas.fine]
    assert (np.diff(counts, axis=1) >= 0).all()
    asset = fine_catalog.assets.index("cube")
    number = fine_catalog.part_mesh[asset, 0]
    used = {}
    for distance, bend in ((2, 0.9), (2, 0.05), (15, 0.9), (60, 0.9)):
        scenes = Scenes.zeros(fine_catalog, [0], {"objects": 1})
        scenes.set_assets(slice(0, 1), np.array([[asset]]))
        scenes.nodes.local[:, 0, :3, 3] = 0, distance - 4, 0
        scenes.morphs.bend[:] = bend
        drawn = draw_list(scenes, 256)
        mesh = next(m for m in atlas.fine[number] if tuple(drawn.commands[0, [0, 2]]) == tuple(atlas.ranges[m, :2]))
        pixels = 256 / 2 / np.tan(np.radians(25)) / (distance - 0.866)
        column = list(atlas.fine[number]).index(mesh)
        strays = 1.5 * atlas.fine_errors[number] + scenes.morphs.curvature[0, 0] * atlas.fine_edges[number] ** 2 / 8
        assert column == len(strays) - 1 or strays[column] * pixels <= 0.35
        assert not (strays[:column] * pixels <= 0.35)[counts[number, :column] < counts[number, column]].any()
        used[distance, bend] = len(atlas.meshes[mesh].triangles)
    assert used[2, 0.9] > used[2, 0.05] > used[60, 0.9]
    assert used[2, 0.9] > used[15, 0.9] >= used[60, 0.9]


def test_a_catalog_that_is_not_fine_has_nothing_more(catalog, fine_catalog):
    for name, number in catalog.atlas.numbers.items():
        assert (catalog.atlas.fine[number] == number).all()
        assert fine_catalog.atlas.numbers[name] == number
    np.testing.assert_array_equal(catalog.atlas.levels, fine_catalog.atlas.levels)
    assert not catalog.fine


def test_every_vertex_is_in_a_cell_around_its_sample(fine_catalog):
    for asset, name in enumerate(fine_catalog.assets):
        clusters, locals_ = fine_catalog.point_clusters(asset), fine_catalog.part_local[asset].astype(float)
        points = [
            fine_catalog.atlas.meshes[fine_catalog.atlas.fine[m, -1]].positions @ local[:3, :3].T + local[:3, 3]
            for m, local in zip(fine_catalog.part_mesh[asset], locals_, strict=True)
            if m >= 0
        ]
        assert len(clusters.samples) == COUNT
        whole = {tuple(p) for p in np.round(np.concatenate(points), 5) + 0.0}
        assert {tuple(p) for p in np.round(clusters.cells.reshape(-1, 3).astype(float), 5) + 0.0} == whole, name
        away = np.linalg.norm(clusters.cells - clusters.samples[clusters.owner][:, None], axis=-1).max(axis=1)
        np.testing.assert_allclose(away, clusters.radius, atol=1e-6)
        gaps = np.linalg.norm(clusters.cells.reshape(-1, 1, 3)[::7] - clusters.samples, axis=-1).min(axis=1)
        assert gaps.max() < 0.2, name
