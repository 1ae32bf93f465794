"""Tests of what polished floors mirror: the shape of the mirrored thing, how strongly, and that labels stay as they are."""

from dataclasses import replace

import numpy as np
import pytest
from catalogs import fast, renderer_of
from shadow_scenes import SIZE, SUN, stage

from raster.color import linear_from_srgb
from raster.passes import CLASS_ID, COLOR
from raster.randomizers.floor import Floor
from raster.randomizers.placement import Placement
from raster.rendering.renderer import Renderer
from raster.scene.requirements import Requirements
from raster.scene.sampler import Sampler
from raster.scene.scenes import Scenes
from raster.transforms import compose, rotation_about_z

THINGS = {"sphere": ("sphere", compose((0, 0, 0.5))), "cube": ("cube", compose((0, 0, 0.4), rotation_about_z(0.5), 0.8))}
LOW, EYE = np.array([0, 0, 0.1]), np.array([0.5, -4.0, 1.2])


@pytest.fixture(scope="module", params=[1, 4])
def mirroring(request, catalog):
    """Draws with reflections on floors, physically based, with 1 or 4 samples a pixel."""
    wanted, passes = Requirements(effects=("reflection",)), (CLASS_ID, replace(COLOR, shader="pbr.frag"))
    made = Renderer(catalog, (SIZE, SIZE), 1, passes, request.param, requirements=wanted)
    yield made
    made.release()


def under_even_light(catalog, thing, floor: bool = True) -> Scenes:
    """A red thing on a green floor that is a perfect mirror, or without floor; light of 1 from all around."""
    scenes = stage(catalog, thing, light=SUN, eye=EYE, target=LOW)
    scenes.lights.color[:], scenes.lights.ambient[:], scenes.lights.shadows[:] = 0, 1, 0
    material, root = scenes.nodes.material, scenes.roots[1]
    material.color[:], material.color[:, root + 1] = (1, 0, 0), (0, 1, 0)
    material.shininess[:, root + 1], material.coat[:, root + 1] = 1e9, 0
    scenes.lights.reflections[:] = 1
    if not floor:
        scenes.set_assets(scenes.slots["floor"], np.full((1, 1), -1))
    return scenes


def linear(frames) -> np.ndarray:
    """(H, W, 3): the colour layer of the first picture, linear RGB."""
    return linear_from_srgb(frames.layers["color"][0] / 255.0)


@pytest.mark.parametrize("name", THINGS)
def test_a_mirror_shows_the_thing_upside_down_below_it(name, mirroring, catalog):
    scenes = under_even_light(catalog, THINGS[name])
    scenes.nodes.material.metallic[:, scenes.roots[1] + 1] = 1
    scenes.nodes.material.color[:, scenes.roots[1] + 1] = 1
    seen = mirroring.render(scenes)
    red = (linear(seen)[..., 1] < 0.3) & (seen.layers["class_id"][0] == 0)
    kind, local = THINGS[name]
    below = under_even_light(catalog, (kind, compose((0, 0, 0), scale=(1, 1, -1)) @ local), floor=False)
    true = (mirroring.render(below).layers["class_id"][0] > 0) & (seen.layers["class_id"][0] == 0)
    assert true.sum() > 500
    assert (red & true).sum() > 0.8 * (red | true).sum()


def test_a_coat_mirrors_by_schlicks_formula_and_the_strength(mirroring, catalog):
    scenes = under_even_light(catalog, THINGS["cube"])
    scenes.nodes.material.coat[:, scenes.roots[1] + 1] = 1
    shown = []
    for strength in (0, 0.5, 1):
        scenes.lights.reflections[:] = strength
        shown.append(linear(mirroring.render(scenes)))
    none, half, full = shown
    place = np.argwhere((full != none).any(axis=2)).mean(axis=0).astype(int)  # the middle of the reflection
    before, after = none[tuple(place)], full[tuple(place)]
    share = (before[1] - after[1]) / before[1]  # what is mirrored is not green
    x, y = (place[1] + 0.5) / SIZE * 2 - 1, 1 - (place[0] + 0.5) / SIZE * 2
    slope = np.tan(scenes.cameras.fov_y[0] / 2)
    ray = scenes.cameras.world_from_camera[0, :3, :3].astype(float) @ [slope * x, slope * y, -1]
    cosine = -ray[2] / np.linalg.norm(ray)
    assert share == pytest.approx(0.04 + 0.96 * (1 - cosine) ** 5, rel=0.1)
    np.testing.assert_allclose(half[tuple(place)], (before + after) / 2, atol=0.01)


def test_matt_floors_pictures_without_floor_and_what_hides_the_floor_stay_as_they_are(mirroring, catalog):
    for matt, floor in ((True, True), (False, False)):
        scenes = under_even_light(catalog, THINGS["cube"], floor)
        if matt:
            scenes.nodes.material.shininess[:] = 8
        shown = mirroring.render(scenes).layers["color"]
        scenes.lights.reflections[:] = 0
        np.testing.assert_array_equal(shown, mirroring.render(scenes).layers["color"])
    scenes = under_even_light(catalog, THINGS["cube"])
    shown = mirroring.render(scenes)
    scenes.lights.reflections[:] = 0
    changed = (shown.layers["color"] != mirroring.render(scenes).layers["color"]).any(axis=-1)
    assert changed.sum() > 500
    assert not (changed & (shown.layers["class_id"] > 0)).any()


def test_reflections_leave_labels_as_they_are(catalog):
    frames = []
    for polished in (0, 1):
        randomizers = fast(floor=Floor(polished=polished), placement=Placement(floor=1))
        sampler = Sampler(catalog, randomizers, seed=0, size=(96, 96))
        made = renderer_of(sampler, passes=(CLASS_ID, replace(COLOR, shader="pbr.frag")))
        frames.append(made.render(sampler(0, 8)))
        made.release()
    before, after = (f.layers for f in frames)
    for layer in ("class_id", "instance_id"):
        assert after[layer].tobytes() == before[layer].tobytes()
    assert (after["color"] != before["color"]).any()
