"""Tests of extents: no vertex of a morphed object outside its solid's ball or below the floor, among many random morphs."""

import numpy as np
import pytest

from raster.randomizers.morphs import Morphs
from raster.randomizers.placement import Placement
from raster.randomizers.scale import Scale
from raster.scene.deformed_bounds import fit, rest_distances, surface_points
from raster.scene.sampler import Sampler
from raster.scene.scenes import Scenes
from raster.streams import Streams

WILD = Morphs(share=1, most=6, taper=(-1, 1), twist_deg=(-180, 180), bulge=(-0.5, 0.5), bend_deg=(-15, 15), roundness=(-0.5, 1),
              noise=(0, 0.05), frequency=(0.1, 3))  # fmt: skip


def vertices(catalog, asset: int) -> np.ndarray:
    """(V, 3) float64: all finely subdivided meshes of an asset, in its object space."""
    pieces = []
    for number, place in zip(catalog.part_mesh[asset], catalog.part_local[asset].astype(float), strict=True):
        if number >= 0:
            points = catalog.atlas.meshes[catalog.atlas.fine[number, -1]].positions
            pieces.append(points @ place[:3, :3].T + place[:3, 3])
    return np.concatenate(pieces)


def morphed(catalog, made: Morphs, batch: int, seed: int = 0) -> Scenes:
    """Random assets, each with morphs of `made`."""
    scenes = Scenes.zeros(catalog, np.arange(batch), {"objects": 4, "distractors": 2})
    scenes.set_assets(slice(0, 6), np.random.default_rng(seed).integers(0, len(catalog.assets) - 1, (batch, 6)))
    made(scenes, Streams(seed, 0, batch))
    return scenes


@pytest.mark.slow
@pytest.mark.parametrize("made", [Morphs(share=1), WILD], ids=["default", "wild"])
def test_no_vertex_is_outside_the_ball_or_below_the_floor(made, fine_catalog):
    """By all vertices, not only those that were looked at; some vertex touches."""
    scenes = morphed(fine_catalog, made, 50)
    assert scenes.morphs.any.all()
    rest = np.floor(np.random.default_rng(1).random((50, 6)) * fine_catalog.rest_count[scenes.asset]).astype(int)
    offset = rest_distances(scenes, slice(0, 6), rest)
    reach, low = np.zeros((50, 6)), np.zeros((50, 6))
    for asset in range(len(fine_catalog.assets) - 1):
        b, o = np.nonzero(scenes.asset == asset)
        points = scenes.morphs.at(b, o).apply(vertices(fine_catalog, asset))
        reach[b, o] = np.linalg.norm(points, axis=-1).max(axis=1) / fine_catalog.radius[asset]
        low[b, o] = (points * fine_catalog.rest_directions[asset, rest[b, o]][:, None]).sum(axis=-1).max(axis=1)
    assert reach.max() < 1 + 1e-4
    assert (low - offset).max() < 1e-4
    assert (low - offset).min() > -1e-3
    shrunk = scenes.morphs.fit < 1
    assert reach[shrunk].min() > 1 - 1e-3
    assert 0.1 < shrunk.mean() < 0.95


def test_what_is_not_morphed_rests_as_the_catalog_says(fine_catalog):
    scenes = morphed(fine_catalog, Morphs(share=0.5), 20)
    rest = np.zeros((20, 6), int)
    same = rest_distances(scenes, slice(0, 6), rest) == fine_catalog.rest_distances[scenes.asset, rest]
    assert same[~scenes.morphs.any].all()
    assert not same[scenes.morphs.any].all()
    some = rest_distances(scenes, slice(2, 4), rest[:, 2:4])
    np.testing.assert_array_equal(some, rest_distances(scenes, slice(0, 6), rest)[:, 2:4])


def test_hull_points_are_vertices_of_the_fitted_shape(fine_catalog):
    scenes = morphed(fine_catalog, WILD, 2)
    for b, o in np.ndindex(2, 6):
        asset = scenes.asset[b, o]
        points = surface_points(scenes, b, o)
        whole = scenes.morphs.at(b, o).apply(vertices(fine_catalog, asset))
        distance = np.linalg.norm(points[:, None] - whole, axis=-1)
        assert distance.min(axis=1).max() < 1e-6
        directions = np.random.default_rng(0).normal(size=(20, 3))
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
        assert ((whole @ directions.T).max(axis=0) - (points @ directions.T).max(axis=0)).max() < 0.05


@pytest.mark.parametrize("stretched", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_what_stands_on_a_floor_stands_on_it(stretched, fine_catalog, randomizers):
    """Also where Scale stretched it: the lowest vertex is at z = 0."""
    changed = {"morphs": Morphs(share=0.8), "placement": Placement(floor=1, lying=0.5), "scale": Scale(stretched=stretched)}
    scenes = Sampler(fine_catalog, randomizers(**changed), 1, (64, 64))(0, 12)
    world, seen = scenes.nodes.world_from_node().astype(float), 0
    for b, o in np.argwhere(scenes.morphs.any & (scenes.asset >= 0)):
        if scenes.asset[b, scenes.slots["floor"]][0] < 0:
            continue
        root = world[b, scenes.roots[o]]
        points = scenes.morphs.at(b, o).apply(vertices(fine_catalog, scenes.asset[b, o]))
        size = np.linalg.norm(root[:3, :3], axis=0).max()
        assert abs((points @ root[2, :3] + root[2, 3]).min()) < 1e-3 * size
        seen += 1
    assert seen > 40


@pytest.mark.slow
def test_edges_stray_from_the_true_shape_by_no_more_than_its_curvature_says(fine_catalog):
    """Between the middle of an edge and where its own middle comes to lie, of all edges of two divisions of each solid."""
    scenes, ratios, atlas = morphed(fine_catalog, Morphs(share=1), 30), [], fine_catalog.atlas
    for b, o in np.ndindex(30, 6):
        asset, one = scenes.asset[b, o], scenes.morphs.at(b, o)
        place = fine_catalog.part_local[asset, 0].astype(float)
        for column in (-2, -1):
            mesh = atlas.meshes[atlas.fine[fine_catalog.part_mesh[asset, 0], column]]
            first, last = ((mesh.positions @ place[:3, :3].T + place[:3, 3])[mesh.triangles[:, k]] for k in (0, 1))
            square = ((first - last) ** 2).sum(axis=1)
            strays = np.linalg.norm(one.apply((first + last) / 2) - (one.apply(first) + one.apply(last)) / 2, axis=1)
            ratios.append((8 * strays / (one.curvature * square + 1e-4)).max())
    assert max(ratios) < 1.8
    assert np.median(ratios) > 0.4  # or all would be drawn finer than they need


def test_a_catalog_that_is_not_fine_is_refused(catalog):
    scenes = Scenes.zeros(catalog, [0], {"objects": 1})
    scenes.set_assets(slice(0, 1), np.array([[0]]))
    fit(scenes, slice(0, 1))  # nothing to do
    scenes.morphs.twist[:] = 1
    with pytest.raises(ValueError, match="fine=True"):
        fit(scenes, slice(0, 1))
