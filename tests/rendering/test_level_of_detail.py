"""Tests of levels of detail: finer when nearer, and within half a pixel of the true outline."""

import numpy as np
import pytest
from drawn_meshes import meshes_of

from raster.rendering.draw_list import draw_list
from raster.rendering.level_of_detail import OUTLINE_PX
from raster.scene.scenes import Scenes
from raster.transforms import compose, random_rotation


def ball(catalog, distance: np.ndarray, scale: float = 1.0, fov_deg: float = 50.0, kind: str = "sphere") -> Scenes:
    """A solid of this scale in front of the camera of each scene."""
    scenes = Scenes.zeros(catalog, np.arange(len(distance)), {"objects": 1})
    scenes.set_assets(slice(0, 1), np.full((len(distance), 1), catalog.assets.index(kind)))
    along = np.stack([0 * distance, distance - 4, 0 * distance], axis=-1)
    scenes.nodes.local[:, scenes.roots] = compose(along, scale=scale)[:, None]
    scenes.cameras.fov_y[:] = np.radians(fov_deg)
    return scenes


@pytest.mark.parametrize("kind", ["sphere", "cylinder", "capsule", "torus", "cone"])
def test_near_is_finest_and_far_is_coarsest(catalog, kind):
    """And never finer farther away."""
    atlas, mesh = catalog.atlas, catalog.part_mesh[catalog.assets.index(kind), 0]
    distance = np.geomspace(1.2, 150, 60)
    drawn = draw_list(ball(catalog, distance, kind=kind), 1024)
    by_scene = np.zeros(60, int)
    for (first, base), rows in meshes_of(drawn).items():
        number = np.flatnonzero((atlas.ranges[:, 1] == first) & (atlas.ranges[:, 2] == base))[0]
        if number < len(atlas.meshes) - 1:
            by_scene[drawn.instances["scene"][rows]] = len(atlas.meshes[number].triangles)
    sizes = [len(atlas.meshes[m].triangles) for m in atlas.levels[mesh]]
    assert by_scene[0] == sizes[-1] == max(sizes)
    assert by_scene[-1] == sizes[0] == min(sizes)
    assert set(by_scene) == set(sizes)
    assert (np.diff(by_scene) <= 0).all()


def test_pixels_that_are_not_square_and_bent_pictures_get_meshes_as_fine_as_the_finer_direction_needs(catalog):
    """Three times the focal length along x is as good as a third of the distance; a bent picture as 1.5 times the size."""
    distance = np.geomspace(4, 100, 40)
    plain, near = (draw_list(ball(catalog, d), 256).commands[:, :2] for d in (distance, distance / 3))
    scenes = ball(catalog, distance)
    scenes.cameras.pixel_aspect[:] = 3
    stretched = draw_list(scenes, 256).commands[:, :2]
    assert not np.array_equal(plain, stretched)
    # The near side of a ball is nearer than its middle, and no ball is nearer than a third here: at least as fine.
    assert (stretched.prod(axis=1)).sum() > (plain.prod(axis=1)).sum()
    assert near.prod(axis=1).sum() >= stretched.prod(axis=1).sum()
    bent = draw_list(ball(catalog, distance), 256, (20, 20)).commands[:, :2]
    larger = draw_list(ball(catalog, distance), 384).commands[:, :2]
    np.testing.assert_array_equal(bent, larger)


@pytest.mark.parametrize("kind", ["hexagonal_prism", "pyramid", "tetrahedron"])
def test_what_has_one_level_is_drawn_with_it(catalog, kind):
    drawn = draw_list(ball(catalog, np.array([1.5, 100.0]), kind=kind), 256)
    count, first, base = catalog.atlas.ranges[catalog.part_mesh[catalog.assets.index(kind), 0]]
    np.testing.assert_array_equal(drawn.commands[0], [count, 2, first, base, 0])


def test_the_outline_of_a_ball_is_within_half_a_pixel_of_the_true_one(catalog):
    """Wherever in the picture it is: the extents of the mesh chosen, in many directions, against those of the ball.

    A ball of radius r at (c, z), c along the direction, reaches to the larger h with (c - h z)**2 = r**2 (1 + h**2).
    """
    rng, atlas, height, fov = np.random.default_rng(4), catalog.atlas, 512, 70.0
    z, tangent = np.geomspace(1.0, 60, 400), np.tan(np.radians(fov) / 2)
    scenes = ball(catalog, z, fov_deg=fov)
    centre = np.stack([z * tangent * rng.uniform(-1, 1, 400), z, z * tangent * rng.uniform(-1, 1, 400)], axis=1)
    turn = random_rotation(rng.random((400, 3)))
    scenes.nodes.local[:, scenes.roots[0]] = compose(centre - [0, 4, 0], turn)
    drawn = draw_list(scenes, height)
    angle, worst = np.linspace(0, 2 * np.pi, 60, endpoint=False), {}
    across = np.stack([np.cos(angle), 0 * angle, np.sin(angle)], axis=1)
    for (first, base), rows in meshes_of(drawn).items():
        number = int(np.flatnonzero((atlas.ranges[:, 1] == first) & (atlas.ranges[:, 2] == base))[0])
        for b in drawn.instances["scene"][rows] if number < len(atlas.meshes) - 1 else ():
            points = atlas.meshes[number].positions @ turn[b].T + centre[b]
            reached = (across @ (points / points[:, 1:2]).T).max(axis=1)
            c, square = across @ centre[b], z[b] ** 2 - 0.25
            true = (c * z[b] + np.sqrt((c * z[b]) ** 2 - square * (c * c - 0.25))) / square
            gap = height / 2 / tangent * (true - reached)
            assert gap.min() > -1e-3
            worst[number] = max(worst.get(number, 0), gap.max())
    finest = catalog.part_mesh[catalog.assets.index("sphere"), 0]
    assert len(worst) == 5
    assert all(gap < 0.5 for number, gap in worst.items() if number != finest)
    assert max(gap for number, gap in worst.items() if number != finest) > OUTLINE_PX / 3  # coarse where it can be
