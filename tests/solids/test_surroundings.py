"""Tests of the meshes of surroundings: closed, outward, finite, of extent 1, the same in every run, unlike any class."""

import numpy as np
import pytest

from raster.assets.surroundings import NAMES, solids, tables
from raster.geometry.check_solid import check_solid
from raster.solids.surroundings.kinds import KINDS, VARIANTS, variants


@pytest.mark.parametrize("name", KINDS)
def test_the_meshes_of_a_kind_are_closed_and_face_out(name):
    things = variants(name)
    assert len(things) == VARIANTS
    for thing in things:
        assert 1 <= len(thing.meshes) <= 2
        points = np.concatenate([mesh.positions for mesh in thing.meshes])
        np.testing.assert_allclose(np.abs(points).max(axis=0), thing.half, atol=1e-5)
        assert np.isclose(np.ptp(points, axis=0).max(), 1, atol=1e-5)
        for mesh in thing.meshes:
            check_solid(mesh)
            np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=1), 1, atol=1e-4)
            assert np.isfinite(mesh.uvs).all()
            assert len(mesh.triangles) < 1000
    assert len({thing.meshes[0].positions.tobytes() for thing in things}) == VARIANTS


def test_normals_point_away_from_the_inside():
    """The normals of a triangle's corners are within a right angle of its own, but for thin rims."""
    for name, mesh in solids().items():
        corners = mesh.positions.astype(np.float64)[mesh.triangles]
        own = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        area = np.linalg.norm(own, axis=1)
        agree = (own[:, None] * mesh.normals[mesh.triangles]).sum(axis=2).mean(axis=1) > 0
        assert area[~agree].sum() < 0.05 * area.sum(), name


def test_nothing_is_like_a_cube_or_a_ball():
    """Where a thing is one convex body, its shortest side is below 0.6 of its longest one; of boxes it is below 0.5."""
    for name in ("slab", "books", "mat", "keyboard"):
        assert all(thing.half.min() < 0.25 for thing in variants(name)), name
    for name in ("rod", "blob", "cushion", "cloth", "strip", "cable"):
        assert all(thing.half.min() < 0.3 for thing in variants(name)), name


def test_the_tables_name_every_mesh_once():
    rows = tables().row
    np.testing.assert_array_equal(np.sort(rows[rows >= 0]), np.arange(len(solids())))
    names = list(solids())
    for k, v in ((0, 0), (NAMES.index("window"), 3), (NAMES.index("hand"), 5)):
        assert names[rows[k, v, 0]] == f"surroundings.{NAMES[k]}.{v}"
    assert (tables().radius >= tables().half.max(axis=-1) - 1e-5).all()
    assert (tables().radius <= np.linalg.norm(tables().half, axis=-1) + 1e-5).all()
