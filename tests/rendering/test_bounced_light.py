"""Tests of one bounce of light from floor and walls, by an integral over directions; and of highlights as wide as lights."""

from dataclasses import replace

import numpy as np
import pytest
from catalogs import renderer_of
from shadow_scenes import SIZE, SUN, stage

from raster.color import linear_from_srgb
from raster.passes import CLASS_ID, COLOR
from raster.rendering.bounced_light import bounced_light
from raster.rendering.renderer import Renderer
from raster.rendering.view_rows import packed_highlights
from raster.scene.requirements import Requirements
from raster.scene.scenes import Scenes
from raster.transforms import compose

FLOOR, WALLS, SKY = np.array([0.8, 0.2, 0.1]), np.array([0.1, 0.3, 0.9]), np.array([0.5, 0.6, 0.7])
TOP = 0.6  # sine of the elevation of the walls' upper edge: they are 3 high and 4 away


def room(catalog, walls: int) -> Scenes:
    """A floor, and so many walls, under even light from all around."""
    scenes = Scenes.zeros(catalog, [0, 1], {"objects": 0, "floor": 1, "walls": walls})
    for slot, color in (("floor", FLOOR), ("walls", WALLS)):
        scenes.set_assets(scenes.slots[slot], np.full((2, 1 if slot == "floor" else walls), catalog.floor))
        scenes.set_material(scenes.slots[slot], "color", color)
    for k, root in enumerate(scenes.roots[scenes.slots["walls"]]):
        scenes.nodes.local[:, root, :3, 3] = [4 * np.cos(k * np.pi / 2), 4 * np.sin(k * np.pi / 2), 1.5]
    scenes.lights.color[:], scenes.lights.ambient[:], scenes.lights.bounce[:] = 0, SKY, [0, 1]
    return scenes


def received(scenes: Scenes, n: np.ndarray) -> np.ndarray:
    """(3,): what a white surface with normal n shows in scene 1, by the definition of the harmonics."""
    ambient, irradiance = bounced_light(scenes)
    x, y, z = n
    basis = [0.282095, 0.488603 * y, 0.488603 * z, 0.488603 * x, 1.092548 * x * y, 1.092548 * y * z]
    basis += [0.315392 * (3 * z * z - 1), 1.092548 * x * z, 0.546274 * (x * x - y * y)]
    return ambient[1] + basis @ irradiance[1].astype(float)


def integral(radiance, n: np.ndarray) -> np.ndarray:
    """(3,): the mean of radiance (N,) -> (N, 3), a function of z, over the hemisphere about n, weighted by the cosine."""
    k = np.arange(20000)
    z, turn = 1 - (2 * k + 1) / len(k), 2.3999632 * k
    way = np.stack([np.sqrt(1 - z * z) * np.cos(turn), np.sqrt(1 - z * z) * np.sin(turn), z], axis=1)
    cosine = np.maximum(way @ n, 0)
    return (radiance(z) * cosine[:, None]).sum(axis=0) / cosine.sum()


@pytest.mark.parametrize("n", [(0, 0, 1), (0, 0, -1), (0, 1, 0), (0.6, 0, -0.8)])
@pytest.mark.parametrize("walls", [0, 4])
def test_a_surface_gets_what_floor_walls_and_sky_send(n, walls, catalog):
    def radiance(z: np.ndarray) -> np.ndarray:
        above = np.where(z[:, None] < TOP, WALLS * SKY, SKY) if walls else SKY
        return np.where(z[:, None] < 0, FLOOR * SKY, above)

    np.testing.assert_allclose(
        received(room(catalog, walls), np.array(n, float)), integral(radiance, np.array(n, float)), atol=0.04
    )


def test_without_bounce_or_floor_nothing_changes(catalog):
    scenes = room(catalog, 4)
    ambient, irradiance = bounced_light(scenes)
    assert ambient[0].tobytes() == scenes.lights.ambient[0].tobytes()
    assert not irradiance[0].any()
    scenes.set_assets(scenes.slots["floor"], np.full((2, 1), -1))
    assert bounced_light(scenes)[0] is scenes.lights.ambient


def test_a_lamp_on_the_floor_lights_undersides_in_the_floors_colour(catalog):
    scenes = room(catalog, 0)
    scenes.lights.ambient[:], scenes.lights.color[:], scenes.lights.position[:] = 0, 8, [0, 0, 2, 1]
    np.testing.assert_allclose(received(scenes, np.array([0, 0, -1.0])), 8 / 2**2 * FLOOR, rtol=0.01)
    np.testing.assert_allclose(received(scenes, np.array([0, 0, 1.0])), 0, atol=0.01)


def test_bounce_and_highlights_leave_labels_as_they_are(full_sampler):
    made = renderer_of(full_sampler, passes=(CLASS_ID, replace(COLOR, shader="pbr.frag")))
    scenes = full_sampler(0, 8)
    scenes.lights.bounce[:], scenes.lights.highlights[:] = 0, 0
    before = made.render(scenes)
    scenes.lights.bounce[:], scenes.lights.highlights[:] = 1, 1
    after = made.render(scenes)
    made.release()
    for layer in ("class_id", "instance_id"):
        assert after.layers[layer].tobytes() == before.layers[layer].tobytes()
    assert (after.layers["color"] != before.layers["color"]).any(axis=(1, 2, 3)).all()


def test_the_size_of_a_light_widens_its_highlight_and_keeps_its_energy(catalog):
    wide = Requirements(highlights=True)
    made = Renderer(catalog, (SIZE, SIZE), 1, (CLASS_ID, replace(COLOR, shader="pbr.frag")), requirements=wide)
    scenes = stage(catalog, ("sphere", compose((0, 0, 1), scale=1.5)), light=SUN, eye=(1.5, -1.5, 3), target=(0, 0, 1))
    scenes.lights.shadows[:], scenes.lights.ambient[:], scenes.lights.softness[:] = 0, 0, 0.3
    scenes.nodes.material.color[:], scenes.nodes.material.specular[:], scenes.nodes.material.shininess[:] = 0, 0.3, 100
    seen = []
    for strength in (0, 1):
        scenes.lights.highlights[:] = strength
        frames = made.render(scenes)
        seen.append(linear_from_srgb(frames.layers["color"][0, ..., 1] / 255.0) * (frames.layers["class_id"][0] > 0))
    made.release()
    assert seen[0].max() < 1  # not clipped
    assert seen[1].max() < 0.5 * seen[0].max()
    assert seen[1].sum() == pytest.approx(seen[0].sum(), rel=0.15)


def test_the_bytes_of_highlights_are_a_third_of_the_angular_radius(catalog):
    scenes = Scenes.zeros(catalog, [0], {"objects": 0}, lights=3)
    scenes.lights.position[0] = [[0, 0, 1, 0], [0, 0, 4, 1], [0, 3, 0, 1]]
    scenes.lights.softness[:], scenes.lights.highlights[:] = [0.3, 0.3, 9], 0.5
    word = int(packed_highlights(scenes.lights)[0])
    assert [word >> 8 * k & 255 for k in range(4)] == [round(255 * 0.1), round(255 * 0.025), 255, 0]
