"""Tests of the shapes that physics sees against the vertices that are drawn: as large in every direction, however stretched."""

import numpy as np
import pytest
from placed import vertices

from raster.assets.catalog import Catalog
from raster.geometry.mesh import Composite, Part
from raster.geometry.simplify_hull import MAX_POINTS, simplify_hull
from raster.physics.geoms import Geom, geoms
from raster.solids.capsule import capsule
from raster.solids.cube import cube
from raster.solids.cylinder import cylinder
from raster.solids.sphere import sphere
from raster.transforms import compose, rotation_about_z

STRETCHES = {"none": (0.5, 0.5, 0.5), "along z": (0.3, 0.3, 0.6), "every axis": (0.3, 0.45, 0.6)}


def directions(count: int = 600) -> np.ndarray:
    ways = np.random.default_rng(0).normal(size=(count, 3))
    return ways / np.linalg.norm(ways, axis=1, keepdims=True)


def support(geom: Geom, ways: np.ndarray) -> np.ndarray:
    """How far a shape reaches in directions (D, 3), by the formulas of its kind."""
    if geom.shape == "hull":
        return (ways @ geom.points.T).max(axis=1)
    local = ways @ geom.rotation
    x, y, z = np.abs(local).T
    around = np.hypot(x, y)
    reach = {
        "box": x * geom.size[0] + y * geom.size[1] + z * geom.size[2],
        "ellipsoid": np.sqrt(((local * geom.size) ** 2).sum(axis=1)),
        "cylinder": around * geom.size[0] + z * geom.size[2],
        "capsule": geom.size[0] / 2 + z * geom.size[2] / 2,
    }[geom.shape]
    return reach + ways @ geom.position


def turned_parts() -> Catalog:
    """A composite whose parts are turned and stretched, so that a stretched whole is no box and no cylinder any more."""
    askew = compose((0.1, 0, 0.2), rotation_about_z(0.6), (0.5, 0.3, 0.4))
    ball = compose((0, 0.2, -0.2), rotation_about_z(0.4), 0.4)
    parts = (Part("cube", cube(), askew), Part("sphere", sphere(), ball), Part("cylinder", cylinder(), askew))
    return Catalog({"thing": Composite((*parts, Part("capsule", capsule(), compose(scale=(0.3, 0.3, 0.5)))))})


@pytest.mark.slow
@pytest.mark.parametrize("stretch", STRETCHES)
def test_shapes_reach_as_far_as_what_is_drawn(stretch, catalog):
    """All solids of the catalog: to 2 mm for one of 0.6 m, to 6 where few points stand for what is round."""
    ways, scale, kinds = directions(), np.array(STRETCHES[stretch]), set()
    for some in (catalog, turned_parts()):
        for asset, name in enumerate(some.assets):
            drawn = (ways @ (vertices(some, asset) * scale).T).max(axis=1)
            shapes = geoms(some.collision_shapes[asset], scale)
            kinds |= {geom.shape for geom in shapes}
            reach = np.max([support(geom, ways) for geom in shapes], axis=0)
            assert np.abs(reach - drawn).max() < 0.006, name
            assert np.abs(reach - drawn).mean() < 0.002, name
            for geom in shapes:
                np.testing.assert_allclose(geom.rotation @ geom.rotation.T, np.eye(3), atol=1e-5)
                assert np.linalg.det(geom.rotation) > 0
    expected = {"box", "ellipsoid", "hull"}
    expected |= {"none": {"capsule", "cylinder"}, "along z": {"cylinder"}, "every axis": set()}[stretch]
    assert kinds == expected


@pytest.mark.slow
def test_hulls_of_polyhedra_are_exact_and_round_ones_few(catalog):
    for asset, name in enumerate(catalog.assets):
        for part in catalog.collision_shapes[asset]:
            assert len(part.points) <= MAX_POINTS
            if name in ("cone", "pyramid", "tetrahedron", "triangular_prism", "hexagonal_prism"):
                drawn = np.unique(vertices(catalog, asset), axis=0)
                np.testing.assert_allclose(np.unique(part.points, axis=0), drawn, atol=1e-6)
    some = simplify_hull(sphere().positions)
    assert len(some) > 100
    assert {tuple(p) for p in some} <= {tuple(p) for p in sphere().positions}
