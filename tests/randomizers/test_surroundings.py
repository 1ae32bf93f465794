"""Tests of the randomizers of floor, walls and background: size and direction of their textures, a closed room."""

import numpy as np
from distributions import fits, spans
from randomized import empty, of_slot, run
from srgb import hsv_parts

from raster.randomizers.background import Background
from raster.randomizers.camera import Camera
from raster.randomizers.floor import Floor
from raster.randomizers.placement import FLOOR_SIZE
from raster.randomizers.walls import COUNT, SPARE, THICK, Walls
from raster.scene.materials import TEXTURES
from raster.scene.scenes import Scenes
from raster.transforms import compose as compose_matrix


def with_floor(catalog, count: int) -> Scenes:
    """As placement lays it."""
    scenes = empty(catalog, count)
    scenes.nodes.local[:, scenes.roots[scenes.slots["floor"]]] = compose_matrix(scale=(FLOOR_SIZE, FLOOR_SIZE, 0.2))
    return scenes


def test_floor_has_its_frequency_in_cells_a_metre(catalog):
    floor = Floor(kinds=["checker", "stripes"], images=None, frequency=(0.5, 4), saturation=(0.1, 0.4), value=(0.5, 0.8))
    scenes = run(floor, with_floor(catalog, 2000))
    matrix = of_slot(scenes, scenes.nodes.material.texture_from_object, "floor").astype(float)[:, 0]
    metre = matrix[:, :, :3] / [FLOOR_SIZE, FLOOR_SIZE, 1]  # the cube's side is FLOOR_SIZE metres
    for axis in (0, 1):
        spans(np.log(np.linalg.norm(metre[:, :, axis], axis=-1)), np.log(0.5), np.log(4))
    np.testing.assert_allclose((metre[:, :, 0] * metre[:, :, 1]).sum(axis=-1), 0, atol=1e-5)
    texture = of_slot(scenes, scenes.nodes.material.texture, "floor")
    assert {TEXTURES[number] for number in np.unique(texture)} == {"checker", "stripes"}
    saturation, value = hsv_parts(of_slot(scenes, scenes.nodes.material.color, "floor"))
    spans(saturation, 0.1, 0.4)
    spans(value, 0.5, 0.8)


def test_a_gradient_on_the_floor_changes_where_the_objects_are(catalog):
    """From one colour to the other across metres around the origin, in any direction: not one colour all over."""
    scenes = run(Floor(kinds=["gradient"], images=None), with_floor(catalog, 200))
    matrix = of_slot(scenes, scenes.nodes.material.texture_from_object, "floor").astype(float)[:, 0]
    around = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    points = np.stack([2 * np.cos(around), 2 * np.sin(around), 0 * around], axis=1) / FLOOR_SIZE
    weight = np.clip(points @ matrix[:, 0, :3].T + matrix[:, 0, 3] + 0.5, 0, 1)  # as TEXTURE_GRADIENT in paint_plain.glsl
    assert (np.ptp(weight, axis=0) > 0.5).all()


def test_background_has_its_frequency_over_the_height(catalog):
    weights = {"checker": 3, "gradient": 1}
    background = Background(kinds=weights, images=None, frequency=(2, 20), value=0.5)
    scenes = run(background, empty(catalog, 2000))
    texture, matrix = scenes.background.texture, scenes.background.texture_from_object.astype(float)
    fits(np.bincount(texture, minlength=len(TEXTURES)), np.array([weights.get(name, 0) for name in TEXTURES]))
    gradient = texture == TEXTURES.index("gradient")
    length = np.linalg.norm(matrix[:, :, :2], axis=1)
    np.testing.assert_allclose(length[gradient], 1, rtol=1e-6)
    spans(np.log(length[~gradient]), np.log(2), np.log(20))
    np.testing.assert_allclose(hsv_parts(scenes.background.color)[1], 0.5, atol=1e-6)


def test_walls_close_a_room_around_the_camera_where_there_is_a_floor(catalog):
    """By their faces in the world: each stands on the floor, meets its neighbours, and leaves the eye inside."""
    scenes = empty(catalog, 500)
    run(Camera(distance=(1, 9)), scenes)
    floor = np.arange(500) % 2 == 0
    scenes.set_assets(scenes.slots["floor"], np.where(floor, catalog.floor, -1)[:, None])
    run(Walls(share=0.6, distance=(3, 6), height=(1, 3), images=None), scenes)
    stands = scenes.asset[:, scenes.slots["walls"]] >= 0
    assert (stands.all(axis=1) == stands.any(axis=1)).all()
    assert not stands[~floor].any()
    assert abs(stands[floor].mean() - 0.6) < 4 * np.sqrt(0.24 / 250)
    local = of_slot(scenes, scenes.nodes.local, "walls", 0).astype(float)
    height = np.linalg.norm(local[..., :3, 2], axis=-1)
    np.testing.assert_allclose(local[..., 2, 3], height / 2, rtol=1e-5)  # from z = 0 up
    spans(height[:, 0], 1, 3)
    eye, nearest = scenes.cameras.world_from_camera[:, :3, 3].astype(float), np.inf
    for k in range(COUNT):
        normal = local[:, k, :3, 1] / np.linalg.norm(local[:, k, :3, 1], axis=-1, keepdims=True)
        inside = np.sign((local[:, k, :3, 3] * normal).sum(axis=-1))[:, None] * normal  # outward
        face = (local[:, k, :3, 3] * inside).sum(axis=-1) - THICK / 2  # metres of the inner face from the origin
        gap = face - (eye * inside).sum(axis=-1)
        assert gap.min() > SPARE - 1e-4
        assert face.min() > 3 - 1e-4
        assert (face < np.maximum(6, (eye * inside).sum(axis=-1) + SPARE) + 1e-4).all()
        nearest = min(nearest, gap.min())
        other = local[:, (k + 1) % COUNT]  # its end lies within this one's plane, so that there is no gap in the corner
        ends = [other[:, :3, 3] + s * other[:, :3, 0] / 2 for s in (-1, 1)]
        reach = np.max([(end * inside).sum(axis=-1) for end in ends], axis=0)
        np.testing.assert_allclose(reach, face + THICK, atol=1e-4)
    assert nearest < SPARE + 0.01
