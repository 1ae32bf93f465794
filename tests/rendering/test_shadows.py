"""Tests of shadows: how soft an edge is, and what is dark, by rays from the surface to the light."""

import numpy as np
import pytest
from catalogs import renderer_of
from ray_solids import SOLIDS, chamfered_cube, chamfered_cylinder
from shadow_scenes import LIGHTS, SIZE, SUN, THINGS, drawn, floor_points, settled, stage

from raster.color import linear_from_srgb
from raster.rendering.renderer import Renderer
from raster.scene.requirements import Requirements
from raster.scene.sampler import Sampler
from raster.transforms import compose, random_rotation, rotation_about_z

SHAPES = {**SOLIDS, "cube": chamfered_cube(0.02), "cylinder": chamfered_cylinder(0.02)}


@pytest.fixture(scope="module")
def drawing(catalog):
    """192 x 192 px, one light with shadows."""
    made = Renderer(catalog, (SIZE, SIZE), 8, layers=("instance_id",), requirements=Requirements(shadows=1))
    yield made
    made.release()


def blocked(record: dict, points: np.ndarray, light: np.ndarray) -> np.ndarray:
    """(N,) bool: whether the straight way from points (N, 3) to the light meets a solid, by the reference's shapes.

    Seen from the light, at a point far away for the sun: the ray enters a solid before it reaches the point.
    """
    eye = light[:3] if light[3] else 1e4 * light[:3]
    result = np.zeros(len(points), bool)
    for thing in record["objects"]:
        for part in thing.get("parts", [thing]) if thing["instance"] < len(record["objects"]) else ():
            inverse = np.linalg.inv(np.array(part["world_from_object"], float))
            ray = (points - eye) @ inverse[:3, :3].T
            with np.errstate(all="ignore"):
                t = SHAPES[part["solid"]].entries(inverse[:3] @ [*eye, 1], ray.T)
            result |= ((t > 0) & (t < 1 - 1e-9)).any(axis=0)
    return result


# --- What is dark


@pytest.mark.parametrize("light", LIGHTS)
def test_the_floor_is_dark_where_something_stands_in_the_light(light, catalog, drawing):
    """Ambient light alone where the ray to the light is blocked, all light where it is not; but near a shadow's edge.

    That is where a ray that passes 4 cm beside, or of a light at a point by 0.02 radians, fares otherwise: 2 or 3 texels.
    """
    scenes = stage(catalog, *THINGS, light=LIGHTS[light])
    place = scenes.lights.position[0, 0].astype(float)
    found, lit, dark, ids, record = drawn(drawing, scenes)
    points = floor_points(record)
    floor = (ids == ids.max()) & settled(ids == ids.max(), reach=1) & (np.linalg.norm(points, axis=-1) < 3)
    points = points[floor]
    away = 0.02 * np.linalg.norm(points - place[:3], axis=-1) if place[3] else np.full(len(points), 0.04)
    towards = place[:3] - place[3] * points
    side = np.cross(towards, [0.3, 0.5, 0.1])
    side /= np.linalg.norm(side, axis=-1, keepdims=True)
    other = np.cross(towards, side) / np.linalg.norm(towards, axis=-1, keepdims=True)
    hidden = blocked(record, points, place)
    sure = np.ones(len(points), bool)
    for angle in np.arange(8) * np.pi / 4:
        beside = away[:, None] * (np.cos(angle) * side + np.sin(angle) * other)
        sure &= blocked(record, points + beside, place) == hidden
    assert (sure & hidden).sum() > 300
    assert (sure & ~hidden).sum() > 3000
    assert sure.mean() > 0.75
    found, lit, dark = found[floor], lit[floor], dark[floor]
    assert (lit - dark)[sure].min() > 8  # or the two would look the same
    leaks = np.abs(found - dark)[sure & hidden] / (lit - dark)[sure & hidden]
    assert (leaks > 0.02).mean() < 0.002  # a texel away from a round object's foot the map may miss it
    assert leaks.max() < 0.6
    assert np.abs(found - lit)[sure & ~hidden].max() <= 2


@pytest.mark.slow
@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("name", ["cube", "sphere", "cylinder", "cone", "capsule", "pyramid", "hexagonal_prism", "tetrahedron"])
def test_a_lone_convex_solid_does_not_shade_its_lit_side(name, light, catalog, drawing):
    """No acne: where the light falls steeper than 12 degrees, and two pixels off the edges, nothing changes.

    Along an edge beyond which lies the dark side a texel of the map may see that.
    """
    middle, towards = np.array([0, 0, 0.9]), LIGHTS[light][:3] / np.linalg.norm(LIGHTS[light][:3])
    for number in range(3):
        turn = random_rotation(np.array([0.13, 0.37, 0.71]) * (number + 1) % 1)
        eye = middle + 3.5 * rotation_about_z(np.array(0.8 * number - 0.8)) @ towards
        scenes = stage(catalog, (name, compose(middle, turn, 1.6)), light=LIGHTS[light], eye=eye, target=middle)
        scenes.lights.ambient[:] = 0
        found, lit, _, ids, _ = drawn(drawing, scenes)
        cosine = linear_from_srgb(lit / 255.0) / 0.6
        windows = np.lib.stride_tricks.sliding_window_view(np.pad(cosine, 2), (5, 5))
        smooth = windows.max(axis=(2, 3)) - windows.min(axis=(2, 3)) < 0.12
        facing = (ids == 1) & settled(ids == 1, reach=2) & (cosine > 0.2) & smooth
        assert facing.sum() > 400
        assert np.abs(found - lit)[facing].max() <= 2


@pytest.mark.parametrize("elevation", [30, 45, 60])
def test_the_floor_is_dark_right_at_the_foot_of_a_cube(elevation, catalog, drawing):
    """No peter-panning: from a centimetre off its face on, for a cube of 1 m; the shadow is longer than looked at."""
    e = np.radians(elevation)
    light = np.array([-np.cos(e), 0, np.sin(e), 0])
    scenes = stage(catalog, ("cube", compose((0, 0, 0.5))), light=light, eye=(2.0, -1.0, 1.0), target=(0.6, 0, 0.1))
    found, lit, dark, ids, record = drawn(drawing, scenes)
    x, y, _ = np.moveaxis(floor_points(record), -1, 0)
    foot = (ids == 2) & (x > 0.51) & (x < 0.56) & (np.abs(y) < 0.4)
    assert foot.sum() > 60
    assert (lit - dark)[foot].min() > 20
    assert (found - dark)[foot].max() <= 2


def test_a_spot_ends_at_the_angle_of_its_cone(catalog, drawing):
    """Above the floor at 3 m, straight down: a circle of 3 tan(angle) metres, full light within the inner one."""
    inner, outer = np.radians(25), np.radians(30)
    light = np.array([0, 0, 3.0, 1.0])
    scenes = stage(catalog, ("sphere", compose((5, 5, 0.5))), light=light, eye=(0.0, -4.0, 4.0), target=(0, 0, 0))
    plain = drawing.render(scenes).layers["color"][0, ..., 1].astype(int)
    scenes.lights.cone[:] = np.cos([inner, outer])
    found, _, dark, ids, record = drawn(drawing, scenes)
    away = np.linalg.norm(floor_points(record)[..., :2], axis=-1)
    floor = settled(ids == 2, reach=1) & (ids == 2)
    within, beyond = floor & (away < 3 * np.tan(inner) - 0.02), floor & (away > 3 * np.tan(outer) + 0.02)
    between = floor & (away > 3 * np.tan(inner) + 0.05) & (away < 3 * np.tan(outer) - 0.1)
    assert min(within.sum(), beyond.sum(), between.sum()) > 100
    assert np.abs(found - plain)[within].max() <= 1
    assert np.abs(found - dark)[beyond].max() <= 1
    assert (found < plain - 2)[between].all()
    assert (found > dark)[floor & (away < 3 * np.tan(outer) - 0.15)].all()


def test_a_light_without_a_shadow_goes_through(catalog):
    """Of two lights the first alone casts a shadow; where that is, the second is all there is."""
    made = Renderer(catalog, (SIZE, SIZE), 1, layers=("instance_id",), requirements=Requirements(shadows=2))
    scenes = stage(catalog, *THINGS, light=SUN, lights=2)
    scenes.lights.position[:, 1], scenes.lights.color[:, 1] = [-0.6, -0.6, 0.5, 0], 0.3
    one = made.render(scenes).layers["color"][0, ..., 1].astype(int)
    scenes.lights.shadows[:] = 2
    two = made.render(scenes)
    both, ids = two.layers["color"][0, ..., 1].astype(int), two.layers["instance_id"][0]
    made.release()
    points, places = floor_points(two.records[0]).reshape(-1, 3), scenes.lights.position[0].astype(float)
    first, second = (blocked(two.records[0], points, place).reshape(ids.shape) for place in places)
    sure = (ids == ids.max()) & settled(first, second, ids == ids.max(), reach=2)
    assert (sure & second).sum() > 200
    assert (one - both)[sure & second].min() > 10
    assert np.abs(one - both)[sure & ~second].max() <= 1


def test_no_shadows_are_the_same_bytes_as_a_renderer_without(catalog, sampler, renderer):
    """Of a batch in which other scenes have some, too."""
    made = Renderer(catalog, (96, 96), 16, requirements=Requirements(shadows=2))
    scenes = sampler(0, 16)
    plain = renderer.render(scenes).layers["color"]
    assert made.render(scenes).layers["color"].tobytes() == plain.tobytes()
    scenes.lights.shadows[::2] = 2
    mixed = made.render(scenes).layers["color"]
    made.release()
    assert mixed[1::2].tobytes() == plain[1::2].tobytes()
    assert (mixed[::2] != plain[::2]).any(axis=(1, 2, 3)).all()


def test_a_floor_casts_no_shadow_and_receives_it(catalog, drawing):
    """A light from below the floor reaches what stands on it: nothing stands behind a floor."""
    scenes = stage(catalog, ("sphere", compose((0, 0, 1), scale=1)), light=np.array([0, -0.8, -0.6, 0]), eye=(0, -4, 0.6))
    found, lit, dark, ids, _ = drawn(drawing, scenes)
    bright = settled(ids == 1, reach=2) & (ids == 1) & (lit > dark + 60)
    assert bright.sum() > 100
    assert np.abs(found - lit)[bright].max() <= 2


# --- Softness


@pytest.mark.parametrize("height", [0.8, 1.2, 1.6])
def test_a_shadows_edge_is_as_wide_as_the_sun_makes_it(height, catalog):
    """A slab over the floor under the sun's disc: across its edge the light grows from none to all."""
    radius = 0.08
    made = Renderer(catalog, (256, 256), 1, layers=("instance_id",), requirements=Requirements(shadows=1))
    slab = ("hexagonal_prism", compose((0, 0, height + 0.05), np.eye(3), (3, 3, 0.1)))
    scenes = stage(catalog, slab, light=np.array([0, 0, 1.0, 0]), eye=(4.0, 0.0, 0.38), target=(1.5, 0, 0))
    scenes.cameras.aspect[:], scenes.cameras.height[:] = 1, 256
    scenes.lights.softness[:], scenes.lights.shadow_samples[:] = radius, 32
    found, lit, dark, _, record = drawn(made, scenes)
    made.release()
    light = [linear_from_srgb(image / 255.0) for image in (found, lit, dark)]
    share = (light[0] - light[2]) / np.maximum(light[1] - light[2], 1e-6)
    points = floor_points(record)
    out = np.array([np.cos(np.pi / 6), np.sin(np.pi / 6)])  # across one of the prism's six sides, 1.5 cos(30 degrees) away
    along = points[..., :2] @ out - 1.5 * np.cos(np.pi / 6)
    beside = (np.abs(points[..., :2] @ [-out[1], out[0]]) < 0.4) & (np.linalg.norm(points, axis=-1) < 3)
    wide = radius * height
    assert share[beside & (along < -1.3 * wide) & (along > -2 * wide)].max() < 0.05
    assert share[beside & (along > 1.3 * wide) & (along < 2 * wide)].min() > 0.95
    middle = beside & (np.abs(along) < 0.6 * wide)
    assert middle.sum() > 50
    slope = np.polyfit(along[middle], share[middle], 1)[0]
    # A disc that an edge crosses: the lit share grows by 2 / pi of a radius at the middle, as the disc's chord is twice that.
    assert slope == pytest.approx(2 / (np.pi * wide), rel=0.25)


def test_scenes_in_which_nothing_casts_are_drawn(catalog, everything):
    sampler = Sampler(catalog, everything(objects=None, distractors=None), 0, (64, 64))
    made = renderer_of(sampler, 4)
    frames = made.render(sampler(0, 4))
    made.release()
    assert frames.layers["color"].std() > 1
