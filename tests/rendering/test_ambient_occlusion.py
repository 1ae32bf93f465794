"""Tests of ambient occlusion: how dark it is beside a wall, where nothing is near, and that it changes colour alone."""

from dataclasses import replace

import numpy as np
import pytest
from catalogs import renderer_of
from shadow_scenes import SIZE, SUN, floor_points, settled, stage

from raster.color import linear_from_srgb
from raster.passes import CLASS_ID, COLOR
from raster.rendering.renderer import Renderer
from raster.scene.requirements import Requirements
from raster.transforms import compose

PBR = replace(COLOR, shader="pbr.frag")
HEIGHT = 0.2  # metres, of the wall


@pytest.fixture(scope="module")
def drawing(catalog):
    """192 x 192 px, with ambient occlusion."""
    made = Renderer(catalog, (SIZE, SIZE), 8, layers=("instance_id",), requirements=Requirements(occlusion=True))
    yield made
    made.release()


def wall_scene(catalog, radius: float):
    """A long wall along x, HEIGHT high, whose front is at y = 0; light from all around alone, and dark colours."""
    scenes = stage(catalog, ("cube", compose((0, 0.5, HEIGHT / 2), scale=(12, 1, HEIGHT))), light=SUN, eye=(0, -2.2, 1.6))
    scenes.lights.color[:], scenes.lights.shadows[:], scenes.lights.ambient[:] = 0, 0, 1
    scenes.nodes.material.color[:] = 0.05  # then hardly any light goes to and fro
    scenes.lights.occlusion[:], scenes.lights.occlusion_radius[:] = 1, radius
    return scenes


def shares(drawing: Renderer, scenes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(H, W) share of the light that is left, instance ids, and (H, W, 3) points of the floor."""
    frames = drawing.render(scenes)
    left = linear_from_srgb(frames.layers["color"][0, ..., 1] / 255.0)
    scenes.lights.occlusion[:] = 0
    whole = linear_from_srgb(drawing.render(scenes).layers["color"][0, ..., 1] / 255.0)
    return left / whole, frames.layers["instance_id"][0], floor_points(frames.records[0])


def test_beside_a_long_wall_it_is_as_dark_as_the_integral_says(catalog, drawing):
    """At a distance d the wall hides (1 - d / sqrt(d^2 + h^2)) / 2 of the light that is weighted by the cosine."""
    left, ids, points = shares(drawing, wall_scene(catalog, radius=6.0))
    away = -points[..., 1]
    floor = settled(ids, reach=4) & (ids == 2) & (np.abs(points[..., 0]) < 1) & (away > 0.02) & (away < 0.15)
    expected = 1 - 0.5 * (1 - away / np.hypot(away, HEIGHT))
    assert floor.sum() > 300
    error = (left - expected)[floor]
    assert np.abs(error).max() < 0.1
    assert (left[floor] < 0.85).any()


def test_what_is_farther_than_the_radius_and_open_ground_stay_as_they_are(catalog, drawing):
    """No banding on the plane, and no dark line on the floor far behind the wall's upper edge."""
    left, ids, points = shares(drawing, wall_scene(catalog, radius=0.2))
    floor = (ids == 2) & ((points[..., 1] < -0.25) | (points[..., 1] > 1.5))
    assert floor.sum() > 8000
    assert left[floor].min() == 1


@pytest.mark.slow
@pytest.mark.parametrize("color", [COLOR, PBR], ids=["phong", "pbr"])
def test_labels_are_the_same_bytes_and_colours_are_not(color, full_sampler):
    without = replace(full_sampler.requirements, occlusion=False)
    plain = renderer_of(full_sampler, passes=(CLASS_ID, color), requirements=without)
    occluding = renderer_of(full_sampler, passes=(CLASS_ID, color))
    alone = renderer_of(full_sampler, passes=(color,), layers=())
    scenes = full_sampler(0, 12)
    scenes.lights.occlusion[:], scenes.lights.contact[:] = 0, 0
    before, zero = plain.render(scenes), occluding.render(scenes)
    scenes.lights.occlusion[1::2], scenes.lights.contact[1::2] = 0.9, 0.7
    after, colour = occluding.render(scenes), alone.render(scenes)
    for made in (plain, occluding, alone):
        made.release()
    for layer in before.layers:
        assert zero.layers[layer].tobytes() == before.layers[layer].tobytes(), layer
    for layer in ("class_id", "instance_id"):
        assert after.layers[layer].tobytes() == before.layers[layer].tobytes()
    changed = (after.layers["color"] != before.layers["color"]).any(axis=(1, 2, 3))
    assert not changed[::2].any()
    assert changed[1::2].all()
    assert (after.layers["color"].astype(int) <= before.layers["color"]).mean() > 0.95  # sharpening makes some brighter
    assert colour.layers["color"].tobytes() == after.layers["color"].tobytes()


def test_an_image_does_not_depend_on_the_batch(full_sampler):
    made = renderer_of(full_sampler)

    def drawn(first: int, count: int) -> np.ndarray:
        scenes = full_sampler(first, count)
        scenes.lights.occlusion[:] = np.where(scenes.index % 3, 0.2 * (scenes.index % 5), 0)
        return made.render(scenes).layers["color"]

    whole, parts = drawn(0, 9), np.concatenate([drawn(0, 2), drawn(2, 6), drawn(8, 1)])
    made.release()
    assert whole.tobytes() == parts.tobytes()


def test_contact_darkens_lights_without_shadows_only(catalog, drawing):
    made = Renderer(catalog, (SIZE, SIZE), 1, requirements=Requirements(occlusion=True, shadows=1))
    scenes = stage(catalog, ("cube", compose((0, 0, 0.5))), light=np.array([0.0, -0.5, 1.0, 0.0]))
    scenes.lights.ambient[:] = 0
    shadowed = made.render(scenes).layers["color"]
    scenes.lights.contact[:] = 1
    assert made.render(scenes).layers["color"].tobytes() == shadowed.tobytes()
    scenes.lights.shadows[:], scenes.lights.contact[:] = 0, 0
    bright = made.render(scenes).layers["color"].astype(int)
    scenes.lights.contact[:] = 1
    dark = made.render(scenes).layers["color"].astype(int)
    made.release()
    assert (dark <= bright).all()
    assert (bright - dark).max() > 20


def test_scenes_need_a_renderer_made_for_it(sampler, renderer):
    scenes = sampler(0, 1)
    scenes.lights.contact[:] = 0.5
    with pytest.raises(ValueError, match=r"lights\.occlusion"):
        renderer.render(scenes)
