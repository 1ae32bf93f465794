"""Tests of the maps of shadows, without drawing: what lies within them, depth and softness, by geometry."""

import numpy as np
import pytest
from shadow_scenes import LIGHTS, THINGS, stage

from raster.rendering.shadow_views import casting, shadow_views
from raster.scene.sampler import Sampler
from raster.transforms import direction


@pytest.mark.parametrize("light", LIGHTS)
def test_softness_is_that_of_similar_triangles(light, catalog):
    """What blocks at a distance a from a light of radius r throws an edge r (b - a) / a wide at b; the sun r (b - a)."""
    scenes = stage(catalog, *THINGS, light=LIGHTS[light])
    scenes.lights.softness[:] = radius = 0.11
    matrices, softness = shadow_views(scenes, scenes.nodes.world_from_node(), 1)
    matrix, place = matrices[0, 0].astype(float), scenes.lights.position[0, 0].astype(float)
    middle = np.array([0.1, 0.0, 0.5])
    axis = -matrix[3, :3] if place[3] else place[:3]  # towards the light, along the map's axis
    axis /= np.linalg.norm(axis)
    side = np.cross(axis, [0.3, 0.5, 0.8])
    side /= np.linalg.norm(side)
    start = place[:3] if place[3] else middle + 3 * axis

    def seen(point: np.ndarray) -> np.ndarray:
        x = matrix @ [*point, 1]
        return x[:3] / x[3]

    for a, b in ((2.0, 2.5), (2.2, 4.0), (3.0, 3.1)):
        blocks, receives = start - a * axis, start - b * axis
        wide = radius * (b - a) / (a if place[3] else 1.0)
        edge = seen(receives + wide * side)
        assert edge[2] == pytest.approx(seen(receives)[2], abs=1e-6)
        expected = np.linalg.norm(edge[:2] - seen(receives)[:2])
        assert softness[0, 0] * (seen(receives)[2] - seen(blocks)[2]) == pytest.approx(expected, rel=2e-3)


def test_all_that_casts_lies_within_the_map_of_every_light(catalog, everything):
    """Every point of its bounding balls, for lights of all kinds; and no map is much larger than it must be."""
    sampler = Sampler(catalog, everything(), 3, (64, 64))
    scenes, rng = sampler(0, 60), np.random.default_rng(0)
    for k in range(scenes.lights.color.shape[1]):  # no light at a point within a ball, where no map would do
        at_point = scenes.lights.position[:, k, 3] > 0
        towards = direction(rng.uniform(0, 6.28, 60), rng.uniform(0.3, 1.5, 60))
        scenes.lights.position[at_point, k, :3] = (towards * rng.uniform(5, 9, (60, 1)))[at_point]
    world = scenes.nodes.world_from_node()
    matrices, _ = shadow_views(scenes, world, 2)
    root = world[:, scenes.roots].astype(float)
    radius = catalog.radius[scenes.asset] * np.linalg.norm(root[..., :3, :3], axis=-2).max(axis=-1)
    sphere = rng.normal(size=(60, 3))
    sphere /= np.linalg.norm(sphere, axis=-1, keepdims=True)
    casts, kinds = casting(scenes), set()
    assert casts.any(axis=1).all()
    for b in range(60):
        centre, size = root[b, casts[b], :3, 3], radius[b, casts[b]]
        points = (centre[:, None] + size[:, None, None] * sphere).reshape(-1, 3)
        for k in range(2):
            x = np.concatenate([points, np.ones((len(points), 1))], axis=1) @ matrices[b, k].astype(float).T
            assert (x[:, 3] > 0).all()
            place = x[:, :3] / x[:, 3:]
            assert place.min() > -1e-4
            assert place.max() < 1 + 1e-4
            assert np.abs(place[:, :2] - 0.5).max() > 0.35
            kinds.add((scenes.lights.position[b, k, 3] > 0, scenes.lights.cone[b, k, 0] > -1))
    assert kinds == {(False, False), (True, False), (True, True)}


def test_depth_grows_away_from_the_light(catalog):
    for light in LIGHTS.values():
        scenes = stage(catalog, *THINGS, light=light)
        matrix = shadow_views(scenes, scenes.nodes.world_from_node(), 1)[0][0, 0].astype(float)
        towards = (light[:3] - [0, 0, 0.5]) if light[3] else light[:3]
        near, far = (matrix @ [*(np.array([0, 0, 0.5]) + s * towards), 1] for s in (0.1, -0.1))
        assert near[2] / near[3] < far[2] / far[3]


def test_floor_and_walls_do_not_cast(catalog, full_sampler):
    scenes = full_sampler(0, 40)
    casts = casting(scenes)
    for slot in ("floor", "walls"):
        assert (scenes.asset[:, scenes.slots[slot]] >= 0).any()
        assert not casts[:, scenes.slots[slot]].any()
    for slot in ("objects", "distractors"):
        np.testing.assert_array_equal(casts[:, scenes.slots[slot]], scenes.asset[:, scenes.slots[slot]] >= 0)
