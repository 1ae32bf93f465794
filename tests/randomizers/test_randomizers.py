"""Tests of the randomizers: what each writes and nothing else, ranges, weights, independence, and what is refused."""

import operator
import re
from dataclasses import fields, replace

import numpy as np
import pytest
from catalogs import RANDOMIZERS

from raster.assets.library import EMPTY, Library, PictureSource
from raster.errors import InputError
from raster.randomizers.background import Background
from raster.randomizers.camera import Camera
from raster.randomizers.distractors import Distractors
from raster.randomizers.environment import Environment
from raster.randomizers.floor import Floor
from raster.randomizers.lights import Lights
from raster.randomizers.materials import Materials
from raster.randomizers.objects import Objects
from raster.randomizers.placement import FLOOR_SIZE
from raster.randomizers.rotation import Rotation
from raster.randomizers.scale import Scale
from raster.randomizers.textures import Textures
from raster.randomizers.walls import COUNT, SPARE, THICK, Walls
from raster.run.config import load_config
from raster.run.setup import build_setup
from raster.scene.materials import MAPPINGS, TEXTURES
from raster.scene.sampler import Sampler
from raster.scene.scenes import Scenes
from raster.streams import Streams
from raster.system.paths import CONF
from raster.transforms import compose as compose_matrix

BY_NAME = {kind.__name__.lower(): kind for kind in RANDOMIZERS}
ASSET = ("asset", "nodes.mesh", "nodes.class_id", "nodes.local")
LOOKS = tuple(f"nodes.material.{f}" for f in ("texture", "image", "mapping", "texture_from_object"))
COLORS = tuple(f"nodes.material.{f}" for f in ("color", "color2", "specular", "shininess"))
FINISH = tuple(f"nodes.material.{f}" for f in ("metallic", "coat", "wear", "bump"))
LAMPS = tuple(f"lights.{f}" for f in ("position", "color", "ambient", "axis", "cone", "shadows", "softness", "shadow_samples"))
# What each writes, and in which slots (roots and parts; () = not in nodes).
WRITES = {
    "objects": (ASSET, ("objects",)),
    "distractors": (ASSET, ("distractors",)),
    "camera": (tuple(f"cameras.{f}" for f in ("world_from_camera", "fov_y", "pixel_aspect", "principal_point_ndc")), ()),
    "scale": (("nodes.local",), ("objects", "distractors")),
    "rotation": (("nodes.local",), ("objects", "distractors")),
    "placement": (ASSET, ("objects", "distractors", "floor")),
    "morphs": ((), ()),  # while share is 0, as it is here; else see tests/randomizers/test_morphs.py
    "materials": ((*COLORS, *FINISH), ("objects", "distractors")),
    "textures": (LOOKS, ("objects", "distractors")),
    "floor": ((*LOOKS, *COLORS), ("floor",)),
    "walls": ((*ASSET, *LOOKS, *COLORS), ("walls",)),
    "background": (tuple(f"background.{f}" for f in ("color", "color2", "texture", "image", "texture_from_object")), ()),
    "lights": (LAMPS, ()),
    "environment": (
        (*(f"environment.{f}" for f in ("map", "yaw", "intensity", "visible", "blur")),
         *(f"lights.{f}" for f in ("ambient", "irradiance", "color", "position", "cone", "softness", "shadows"))), (),
    ),
    "looks": ((*LOOKS, "nodes.material.color", *COLORS[2:], *FINISH), ("objects", "distractors")),
    "lens": (tuple(f"lens.{f}" for f in ("distortion", "focus", "aperture", "shutter_motion", "vignette", "aberration")), ()),
    "sensor": (
        tuple(f"sensor.{f}" for f in ("blur", "exposure", "balance", "shot", "read", "sharpen", "saturation", "contrast",
                                      "curve", "quality", "noise")), (),
    ),
}  # fmt: skip
READ_BY_PLACEMENT = ("objects", "distractors", "camera", "scale", "rotation")
SLOTS = {"objects": 12, "distractors": 4, "floor": 1, "walls": 4}
INTRINSICS = {"fov_deg": None, "fy": (200, 300), "fx": (150, 350), "cx": (100, 150), "cy": (110, 140)}  # for 256 px


def empty(catalog, count: int = 50, lights: int = 4, first: int = 0, library: Library = EMPTY) -> Scenes:
    return Scenes.zeros(catalog, np.arange(first, first + count), SLOTS, lights, library=library)


def run(randomizer, scenes: Scenes) -> Scenes:
    randomizer(scenes, Streams(3, int(scenes.index[0]), len(scenes.index)).child("it"))
    return scenes


def of_slot(scenes: Scenes, array: np.ndarray, slot: str, part: int = 1) -> np.ndarray:
    """(B, len, ...): the values of the first part (part 0: the root) of each object of a slot."""
    return array[:, scenes.roots[scenes.slots[slot]] + part]


def spans(values: np.ndarray, low: float, high: float, share: float = 0.03, slack: float = 1e-5) -> None:
    """All values lie in low..high, and come near both ends."""
    slack *= max(abs(low), abs(high), 1e-9)
    assert values.min() >= low - slack
    assert values.max() <= high + slack
    assert values.min() <= low + share * (high - low) + slack
    assert values.max() >= high - share * (high - low) - slack


def fits(counts: np.ndarray, weights: np.ndarray) -> None:
    """Counts (K,) are as weights (K,) say: chi squared, 0.1 %."""
    expected = counts.sum() * np.asarray(weights) / np.sum(weights)
    assert not counts[expected == 0].any()
    some = expected > 0
    statistic, freedom = ((counts - expected)[some] ** 2 / expected[some]).sum(), some.sum() - 1
    assert statistic < freedom + 3.1 * np.sqrt(2 * freedom) + 6


# --- What each writes


@pytest.mark.parametrize("name", BY_NAME)
def test_it_writes_what_it_says_and_nothing_else(name, catalog, catalog_of_models, contents, everything, full_sampler):
    catalog = catalog_of_models if name == "looks" else catalog
    scenes = empty(catalog, library=full_sampler.library)
    scenes.set_assets(scenes.slots["floor"], np.full((50, 1), catalog.floor))  # only what has one has walls
    scenes.set_assets(scenes.slots["objects"], np.tile(np.resize(catalog.labelled.repeat(2), 12), (50, 1)))
    scenes.set_assets(scenes.slots["distractors"], np.tile(np.resize(catalog.unlabelled, 4), (50, 1)))
    run(Camera(azimuth_deg=0, fov_deg=20), scenes)  # placement lays a floor only below a camera that looks down
    scenes.lights.cone[:] = 0.5
    scenes.nodes.class_id[:] = 200  # what nobody would write
    scenes.nodes.material.mapping[:] = 7
    for field in (*FINISH, *COLORS[2:], LOOKS[-1]) if name == "looks" else ():
        operator.attrgetter(field)(scenes)[:] = 0.123
    before = contents(scenes)
    randomizer = Camera(**INTRINSICS) if name == "camera" else everything()[name]
    after = contents(run(randomizer, scenes))
    written, slots = WRITES[name]
    assert {key for key in before if not np.array_equal(before[key], after[key])} <= set(written)
    here = np.zeros(len(scenes.asset[0]), bool)
    for slot in slots:
        here[scenes.slots[slot]] = True
    for key in written:
        changed = before[key] != after[key]
        assert changed.any(), key
        if slots:  # nodes, or objects
            owner = np.arange(len(here)) if key == "asset" else scenes.nodes.object
            assert not changed[:, ~here[owner]].any(), key


def test_every_randomizer_is_tested_here_and_configured():
    files = {path.stem for path in (CONF / "randomizers").glob("*.yaml")}
    assert set(WRITES) == set(BY_NAME) == files


# --- Within their ranges


def test_camera_stays_in_its_ranges(catalog):
    ranges = {"distance": (2, 5), "azimuth_deg": (30, 80), "elevation_deg": (-20, 60), "roll_deg": (-15, 10)}
    camera = Camera(**ranges, jitter=0, fov_deg=(20, 90))
    cameras = run(camera, empty(catalog, 2000)).cameras
    pose = cameras.world_from_camera.astype(float)
    eye = pose[:, :3, 3]
    distance = np.linalg.norm(eye, axis=1)
    spans(distance, 2, 5)
    spans(np.degrees(np.arctan2(eye[:, 1], eye[:, 0])), 30, 80)
    spans(np.degrees(np.arcsin(eye[:, 2] / distance)), -20, 60)
    np.testing.assert_allclose(pose[:, :3, 2], eye / distance[:, None], atol=1e-5)  # looks at the origin
    # Roll counter-clockwise lifts the camera's right: the sine of the angle is how far it rises above the horizontal.
    level = np.cross([0, 0, 1], eye / distance[:, None])
    level /= np.linalg.norm(level, axis=1, keepdims=True)
    up = np.cross(eye / distance[:, None], level)
    right = pose[:, :3, 0]
    spans(np.degrees(np.arctan2((right * up).sum(axis=1), (right * level).sum(axis=1))), -15, 10)
    spans(np.degrees(cameras.fov_y), 20, 90)


def test_camera_looks_near_the_origin_by_its_jitter(catalog):
    pose = run(Camera(jitter=(0.2, 0.4), distance=3), empty(catalog, 2000)).cameras.world_from_camera.astype(float)
    target = pose[:, :3, 3] - 3 * pose[:, :3, 2]
    spans(np.linalg.norm(target, axis=1), 0.2, 0.4)
    np.testing.assert_allclose((target / np.linalg.norm(target, axis=1, keepdims=True)).mean(axis=0), 0, atol=0.06)


def test_scale_stretches_a_share_of_the_objects(catalog):
    scenes = run(Scale(size=(0.5, 0.8), stretch=(0.4, 0.9), stretched=0.3), empty(catalog, 1000))
    root = np.concatenate([of_slot(scenes, scenes.nodes.local, slot, 0) for slot in ("objects", "distractors")], axis=1)
    diagonal = np.diagonal(root[..., :3, :3], axis1=-2, axis2=-1)
    np.testing.assert_array_equal(root[..., :3, :3] - np.eye(3) * diagonal[..., None, :], 0)
    plain = np.ptp(diagonal, axis=-1) < 1e-6
    assert abs(plain.mean() - 0.7) < 4 * np.sqrt(0.21 / plain.size)
    spans(diagonal[plain], 0.5, 0.8)
    spans(diagonal[~plain], 0.5 * 0.4, 0.8 * 0.9, share=0.1)
    np.testing.assert_array_equal(of_slot(scenes, scenes.nodes.local, "floor", 0), np.tile(np.eye(4), (1000, 1, 1, 1)))


def test_rotation_turns_uniformly_and_keeps_the_scale(catalog):
    scenes = empty(catalog, 2000)
    roots = scenes.roots[scenes.slots["objects"]]
    scenes.nodes.local[:, roots, :3, :3] = np.diag([0.5, 1.0, 2.0])
    root = of_slot(run(Rotation(), scenes), scenes.nodes.local, "objects", 0)[..., :3, :3]
    root = root.reshape(-1, 3, 3) / [0.5, 1, 2]
    np.testing.assert_allclose(np.swapaxes(root, 1, 2) @ root, np.tile(np.eye(3), (len(root), 1, 1)), atol=1e-5)
    np.testing.assert_allclose(np.linalg.det(root), 1, atol=1e-5)
    np.testing.assert_allclose(root.mean(axis=0), 0, atol=4 * np.sqrt(1 / 3 / len(root)))
    np.testing.assert_allclose((root**2).mean(axis=0), 1 / 3, atol=5 * np.sqrt(4 / 45 / len(root)))


def srgb(linear: np.ndarray) -> np.ndarray:
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055)


def hsv_parts(linear: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Saturation and value of linear colours (..., 3)."""
    c = srgb(linear.astype(float))
    return 1 - c.min(axis=-1) / np.maximum(c.max(axis=-1), 1e-9), c.max(axis=-1)


def test_materials_stay_in_their_ranges(catalog):
    ranges = {"saturation": (0.2, 0.6), "value": (0.3, 0.9), "specular": (0.1, 0.5), "shininess": (5, 80)}
    materials = Materials(hue_deg=120, finishes=["any"], **ranges)
    scenes = run(materials, empty(catalog, 1000))
    for slot in ("objects", "distractors"):
        material = {f: of_slot(scenes, getattr(scenes.nodes.material, f), slot) for f in ("color", "color2")}
        for color in material.values():
            saturation, value = hsv_parts(color)
            spans(saturation, 0.2, 0.6)
            spans(value, 0.3, 0.9)
            assert (color.argmax(axis=-1) == 1).all()  # hue 120 is green
        assert not np.array_equal(material["color"], material["color2"])
        spans(of_slot(scenes, scenes.nodes.material.specular, slot), 0.1, 0.5)
        shininess = of_slot(scenes, scenes.nodes.material.shininess, slot)
        spans(np.log(shininess), np.log(5), np.log(80))
        assert abs(np.median(shininess) - 20) < 1.5  # half below the geometric mean
    parts = scenes.nodes.material.color[:, scenes.roots[scenes.slots["objects"]][0] + np.arange(1, 4)]
    np.testing.assert_array_equal(parts, parts[:, :1].repeat(3, axis=1))


def test_textures_follow_weights_and_frequency(catalog):
    weights = {"flat": 1, "gradient": 1, "checker": 3, "dots": 0, "value_noise": 0.5}
    scenes = run(Textures(kinds=weights, frequency=(2, 8), uv=0.25), empty(catalog, 2000))
    material = scenes.nodes.material
    kinds, mapping = of_slot(scenes, material.texture, "objects"), of_slot(scenes, material.mapping, "objects")
    fits(np.bincount(kinds.ravel(), minlength=len(TEXTURES)), np.array([weights.get(name, 0) for name in TEXTURES]))
    gradient = kinds == TEXTURES.index("gradient")
    by_uv = mapping == MAPPINGS.index("uv")
    assert not (by_uv & gradient).any()  # a gradient runs over the object, not over each face
    assert abs(by_uv[~gradient].mean() - 0.25) < 4 * np.sqrt(0.19 / (~gradient).sum())
    matrix = of_slot(scenes, material.texture_from_object, "objects").astype(float)
    sizes = np.linalg.svd(matrix[..., :3], compute_uv=False)
    np.testing.assert_allclose(sizes[by_uv][:, 2], 0, atol=1e-6)  # a plane of the texture
    np.testing.assert_allclose(sizes[by_uv][:, 0], sizes[by_uv][:, 1], rtol=1e-5)
    np.testing.assert_allclose(sizes[~by_uv & ~gradient].std(axis=-1), 0, atol=1e-4)
    spans(np.log(sizes[~gradient][:, 0]), np.log(2), np.log(8))
    np.testing.assert_allclose(sizes[gradient], 1, atol=1e-5)
    np.testing.assert_array_equal(matrix[gradient][:, :, 3], 0)


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


def test_lights_share_out_the_brightness(catalog):
    """The luminance at the origin, of a white surface that faces each lamp, adds up to the brightness."""
    ranges = {"distance": (2, 6), "azimuth_deg": (10, 50), "elevation_deg": (20, 80), "brightness": (0.7, 1.6)}
    found = run(Lights(point=0.5, ambient=(0.08, 0.35), **ranges), empty(catalog, 3000)).lights
    lit = found.color.any(axis=-1)
    fits(np.bincount(lit.sum(axis=1), minlength=5), np.array([0, 1, 1, 1, 1]))
    assert (np.diff(lit.astype(int), axis=1) <= 0).all()  # black ones last
    length = np.linalg.norm(found.position[..., :3], axis=-1)
    point = found.position[..., 3] == 1
    assert set(np.unique(found.position[..., 3])) == {0, 1}
    assert abs(point.mean() - 0.5) < 4 * np.sqrt(0.25 / point.size)
    spans(length[point], 2, 6)
    np.testing.assert_allclose(length[~point], 1, rtol=1e-6)
    spans(np.degrees(np.arctan2(found.position[..., 1], found.position[..., 0])), 10, 50)
    spans(np.degrees(np.arcsin(found.position[..., 2] / length)), 20, 80)
    at_origin = found.color.astype(float) / np.where(point, length**2, 1)[..., None]
    luminance = np.array([0.2126, 0.7152, 0.0722]) / 1.0001  # the coefficients in color.py have four digits
    spans((at_origin @ luminance).sum(axis=1), 0.7, 1.6, slack=1e-4)
    assert ((at_origin @ luminance)[lit] > 0.05).all()  # no lamp is left with nothing
    spans(found.ambient.astype(float) @ luminance, 0.08, 0.35, slack=1e-4)


def test_lights_have_their_colour_temperature(catalog):
    warm = run(Lights(kelvin=2500), empty(catalog, 20)).lights
    cold = run(Lights(kelvin=12000), empty(catalog, 20)).lights
    for a, b in ((warm.color[:, 0], cold.color[:, 0]), (warm.ambient, cold.ambient)):
        assert (a[:, 0] > 2 * a[:, 2]).all()
        assert (b[:, 2] > 1.2 * b[:, 0]).all()


def test_spots_point_near_the_origin_and_fade_towards_the_edge(catalog):
    ranges = {"distance": (3, 5), "cone_deg": (20, 50), "softness": (0.02, 0.1), "shadows": (1, 3), "count": (3, 4)}
    found = run(Lights(point=0.6, spot=0.5, **ranges), empty(catalog, 3000)).lights
    near, spot = found.position[..., 3] == 1, found.cone[..., 0] > -1.5
    assert not (spot & ~near).any()
    assert abs(spot[near].mean() - 0.5) < 4 * np.sqrt(0.25 / near.sum())
    np.testing.assert_array_equal(found.cone[~spot], np.tile([-2, -3], ((~spot).sum(), 1)))
    outer = np.degrees(np.arccos(found.cone[spot].astype(float)))
    spans(outer[:, 1], 20, 50)
    assert (outer[:, 0] < 0.96 * outer[:, 1]).all()
    assert (outer[:, 0] > 0.39 * outer[:, 1]).all()
    np.testing.assert_allclose(np.linalg.norm(found.axis, axis=-1), 1, rtol=1e-5)
    position, axis = found.position[..., :3][spot].astype(float), found.axis[spot].astype(float)
    away = np.linalg.norm(np.cross(position, axis), axis=-1) / np.linalg.norm(position, axis=-1)  # sine of the angle off
    assert (away < 0.5).all()
    assert ((position * axis).sum(axis=-1) < 0).all()
    distance = np.where(near, np.linalg.norm(found.position[..., :3], axis=-1), 1)
    spans(np.log(found.softness / distance), np.log(0.02), np.log(0.1))
    fits(np.bincount(found.shadows, minlength=5), np.array([0, 1, 1, 1, 0]))


def test_more_shadows_than_lights_are_refused():
    with pytest.raises(InputError, match=r"^shadows=\[0, 3\]: more than count=\[1, 2\] lights"):
        Lights(count=(1, 2), shadows=(0, 3))


FINISHES = {"matte": (0, 0), "plastic": (0, 0), "glossy": (0, 0), "metal": (1, 0), "lacquer": (0, 1)}  # metallic, coat


def test_materials_have_the_finishes_that_are_told(catalog):
    """One at a time, then by weights; worn and bumpy as often as said, half of the bumps sunk."""
    for name, expected in FINISHES.items():
        material = run(Materials(finishes=[name]), empty(catalog)).nodes.material
        for field, value in zip(("metallic", "coat"), expected, strict=True):
            assert (of_slot(empty(catalog), getattr(material, field), "objects") == value).all(), name
    weights, ranges = {"metal": 3, "lacquer": 1, "matte": 0}, {"wear": (0.2, 0.8), "bump": (0.002, 0.02)}
    scenes = run(Materials(finishes=weights, worn=0.3, bumpy=0.4, **ranges), empty(catalog, 2000))
    material = scenes.nodes.material
    metal, coat, wear, bump = (of_slot(scenes, getattr(material, f.split(".")[-1]), "objects") for f in FINISH)
    fits(np.array([metal.sum(), coat.sum(), ((metal == 0) & (coat == 0)).sum()]), np.array([3, 1, 0]))
    assert abs((wear > 0).mean() - 0.3) < 4 * np.sqrt(0.21 / wear.size)
    spans(wear[wear > 0], 0.2, 0.8)
    assert abs((bump != 0).mean() - 0.4) < 4 * np.sqrt(0.24 / bump.size)
    spans(np.log(np.abs(bump[bump != 0])), np.log(0.002), np.log(0.02))
    assert abs((bump[bump != 0] > 0).mean() - 0.5) < 4 * np.sqrt(0.25 / (bump != 0).sum())


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


def test_a_camera_of_given_intrinsics_has_them(catalog):
    """In pixels, by the pinhole: what lies at the tangent (x, y) is seen at (cx + fx x, cy - fy y)."""
    scenes = Scenes.zeros(catalog, np.arange(2000), SLOTS, size=(120, 160))
    cameras = run(Camera(fov_deg=None, fy=(150, 200), fx=(160, 210), cx=(60, 100), cy=(50, 70)), scenes).cameras
    fy = 60 / np.tan(cameras.fov_y.astype(float) / 2)
    spans(fy, 150, 200)
    spans(fy * cameras.pixel_aspect, 160, 210)
    spans((1 + cameras.principal_point_ndc[:, 0]) * 80, 60, 100)
    spans((1 - cameras.principal_point_ndc[:, 1]) * 60, 50, 70)
    square = run(Camera(fov_deg=None, fy=150), Scenes.zeros(catalog, [0], SLOTS, size=(120, 160))).cameras
    assert (square.pixel_aspect[0], *square.principal_point_ndc[0]) == (1, 0, 0)


def test_a_camera_of_given_height_is_so_high_above_what_it_looks_at(catalog):
    camera = Camera(elevation_deg=None, height=(0.5, 2), distance=(2, 3), jitter=0)
    eye = run(camera, empty(catalog, 2000)).cameras.world_from_camera[:, :3, 3].astype(float)
    spans(eye[:, 2], 0.5, 2)
    spans(np.linalg.norm(eye, axis=1), 2, 3)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"fy": 100}, "fy=100: fov_deg="),
        ({"height": 1}, "height=1: elevation_deg="),
        ({"fov_deg": None}, "fov_deg=null: then fy is needed"),
        ({"elevation_deg": None}, "elevation_deg=null: then height is needed"),
        ({"fx": 100}, "fx=(100.0, 100.0): fy is needed too"),
        ({"elevation_deg": None, "height": 3}, "height=[3, 3]: expected values with -2.6 <= height <= 2.6"),
        ({"fov_deg": None, "fy": 0}, "fy=[0, 0]: expected values with 1 <= fy"),
    ],
)
def test_contradictory_cameras_are_refused(values, words):
    with pytest.raises(InputError, match=f"^{re.escape(words)}"):
        Camera(**values)


def test_a_principal_point_beyond_the_picture_is_refused(catalog):
    for values, words in (({"cx": 300}, "cx=[300"), ({"cy": [0, 100]}, "cy=[0")):
        with pytest.raises(InputError, match=f"^{re.escape(words)}.*: too far off the middle; expected px from 64 to 192"):
            run(Camera(**values), empty(catalog, 100))


def test_an_environment_lights_its_share_and_outshines_the_lamps(catalog, full_sampler):
    """Where it is not, nothing is touched; the sun stands where its map has it, turned by the yaw."""
    maps = full_sampler.library.environments
    ranges = {"gain": (0.5, 2), "lamps": 0.5, "blur": (0, 2), "sun": (0.01, 0.02)}
    scenes = empty(catalog, 2000, library=full_sampler.library)
    scenes.lights.color[:] = 0.8
    found = run(Environment(share=0.4, visible=0.7, **ranges), scenes)
    around, lights, lit = found.environment, found.lights, found.environment.map >= 0
    assert abs(lit.mean() - 0.4) < 4 * np.sqrt(0.24 / 2000)
    assert abs(around.visible[lit].mean() - 0.7) < 4 * np.sqrt(0.21 / lit.sum())
    assert not around.visible[~lit].any()
    fits(np.bincount(around.map[lit], minlength=2), np.ones(2))
    spans(np.log(around.intensity), np.log(0.5), np.log(2))
    spans(around.yaw, 0, 2 * np.pi)
    assert not lights.ambient[lit].any()
    assert not lights.irradiance[~lit].any()
    np.testing.assert_allclose(lights.color[~lit], 0.8, rtol=1e-6)
    np.testing.assert_allclose(lights.color[lit, 1:], 0.4, rtol=1e-6)
    sunny = lit & (maps.sun_color[around.map] > 0).any(axis=1)
    assert sunny.any()
    for b in np.flatnonzero(sunny)[:50]:
        x, y, z = maps.sun_direction[around.map[b]].astype(float)
        azimuth = np.arctan2(y, x) + around.yaw[b]
        level = np.hypot(x, y)
        np.testing.assert_allclose(lights.position[b, 0], [level * np.cos(azimuth), level * np.sin(azimuth), z, 0], atol=1e-5)
        np.testing.assert_allclose(lights.color[b, 0], maps.sun_color[around.map[b]] * around.intensity[b], rtol=1e-5)
    spans(np.log(lights.softness[sunny, 0]), np.log(0.01), np.log(0.02))
    assert (lights.position[~sunny] == lights.position[~sunny][:1]).all()


@pytest.mark.parametrize("kind", [Textures, Floor, Walls, Background])
def test_pictures_are_shown_by_their_share_and_each_as_often(kind, catalog):
    """Of the randomizer's own source alone."""
    other, own = PictureSource("other", 3), PictureSource("mine", 5)
    library = Library(np.zeros((8, 8, 8, 3), np.uint8), None, {other: slice(0, 3), own: slice(3, 8)})
    scenes = empty(catalog, 2000, library=library)
    scenes.set_assets(scenes.slots["floor"], np.full((2000, 1), catalog.floor))
    run(kind(images="mine", most=5, pictured=0.4), scenes)
    slot = {Textures: "objects", Floor: "floor", Walls: "walls"}.get(kind)
    material = scenes.background if slot is None else scenes.nodes.material
    texture, image = (a if slot is None else of_slot(scenes, a, slot)[:, 0] for a in (material.texture, material.image))
    shown = texture == TEXTURES.index("image")
    assert abs(shown.mean() - 0.4) < 4 * np.sqrt(0.24 / 2000)
    fits(np.bincount(image[shown], minlength=8), np.array([0, 0, 0, 1, 1, 1, 1, 1]))


# --- How many, and of which class


def test_objects_are_as_many_and_of_such_classes_as_said(catalog):
    weights = {"cube": 3, "cone": 0, "dumbbell": 0.5}
    scenes = run(Objects(count=(2, 12), weights=weights), empty(catalog, 3000))
    kind = scenes.asset[:, scenes.slots["objects"]]
    fits(np.bincount((kind >= 0).sum(axis=1), minlength=13), np.array([0, 0, *[1] * 11]))
    assert (np.diff((kind >= 0).astype(int), axis=1) <= 0).all()
    fits(np.bincount(kind[kind >= 0], minlength=11), np.array([weights.get(c, 1) for c in catalog.classes[1:]], float))


@pytest.mark.parametrize("share", [0.0, 0.1, 0.25, 1.0])
def test_empty_images_are_exactly_the_share(catalog, share):
    scenes = run(Objects(count=(1, 12), empty=share), empty(catalog, 1000))
    nothing = (scenes.asset[:, scenes.slots["objects"]] < 0).all(axis=1)
    assert nothing.sum() == round(1000 * share)
    full = run(Objects(count=(1, 12)), empty(catalog, 1000))
    np.testing.assert_array_equal(scenes.asset[~nothing], full.asset[~nothing])  # the others are what they were


def test_distractors_are_unlabelled_and_as_many_as_said(catalog):
    scenes = run(Distractors(count=(0, 4), weights={"ring": 3}), empty(catalog, 3000))
    kind = scenes.asset[:, scenes.slots["distractors"]]
    fits(np.bincount((kind >= 0).sum(axis=1), minlength=5), np.ones(5))
    fits(np.array([(kind == k).sum() for k in catalog.unlabelled]), np.array([3, 1]))
    assert not scenes.nodes.class_id.any()


# --- Fixed


FIXED = {
    Camera: {"distance": 3, "azimuth_deg": 40, "elevation_deg": 30, "jitter": 0, "roll_deg": 5, "fov_deg": 50},
    Materials: {"hue_deg": 10, "saturation": 0.4, "value": 0.7, "specular": 0.2, "shininess": 30, "wear": 0.5, "worn": 1.0},
    Scale: {"size": 0.7, "stretch": 0.6, "stretched": 1.0},
    Lights: {
        "count": 2, "point": 1.0, "spot": 0.0, "distance": 3, "azimuth_deg": 20, "elevation_deg": 60, "kelvin": 4000,
        "ambient": 0.2, "shadows": 1, "softness": 0.1,
    },
    Floor: {"hue_deg": 90, "saturation": 0.3, "value": 0.6, "specular": 0.1, "shininess": 9},
    Background: {"hue_deg": 90, "saturation": 0.3, "value": 0.6},
}  # fmt: skip


@pytest.mark.parametrize("kind", FIXED)
def test_one_number_or_equal_bounds_fix_a_value(kind, catalog, contents):
    values = FIXED[kind]
    more = {"images": None} if kind in (Floor, Background) else {"finishes": ["any"]} if kind is Materials else {}
    number = kind(**values, **more)
    ranges = {k: v if k in ("point", "spot", "stretched", "worn") else [v, v] for k, v in values.items()}
    assert kind(**ranges, **more) == number
    after = contents(run(number, empty(catalog, 30, lights=2)))
    patterns = ("background.texture", "background.texture_from_object")
    varies = {"Lights": ("lights.color", "lights.axis"), "Floor": LOOKS, "Background": patterns}
    varies["Materials"] = ("nodes.material.bump",)
    for key in set(WRITES[kind.__name__.lower()][0]) - set(varies.get(kind.__name__, ())):
        same = np.broadcast_to(after[key][:1], after[key].shape)
        np.testing.assert_allclose(after[key], same, atol=1e-6, err_msg=key)


def test_objects_and_distractors_are_independent(catalog, randomizers):
    """Also where there are as many of both."""
    changed = {"objects": Objects(count=4), "distractors": Distractors(count=4), "placement": None}
    scenes = Sampler(catalog, randomizers(**changed), 0)(0, 500)
    material, size = scenes.nodes.material, np.linalg.norm(scenes.nodes.local[..., :3, 0], axis=-1)
    looks = (material.color[..., 0], material.shininess, material.texture_from_object[..., 0, 0], material.texture)
    for part, array in ((0, size), (0, scenes.nodes.local[..., 0, 0]), *((1, look) for look in looks)):
        a, b = (of_slot(scenes, array, slot, part) for slot in ("objects", "distractors"))
        for i in range(4):
            assert abs(np.corrcoef(a[:, i], b[:, i])[0, 1]) < 4.5 / np.sqrt(500)


# --- What is refused


RANGED = [(kind, f.name) for kind in RANDOMIZERS for f in fields(kind) if isinstance(getattr(kind(), f.name), tuple)]
RANGED = [(kind, key) for kind, key in RANGED if key not in ("kinds", "finishes", "box", "floor_size", "aim_deg")]
SHARES = [(kind, f.name) for kind in RANDOMIZERS for f in fields(kind) if f.metadata["unit"] == "share"]


BAD_RANGES = (
    [np.nan, 1], [1, np.nan], np.inf, [1], [1, 2, 3], [], "abc", None, True, [None, 1], ["1", "2"], [[1], [2]],
    {"min": 1}, 1e9, -1e9, [-1e9, 1e9],
)  # fmt: skip


def refusal(make, **values) -> str:
    with pytest.raises(InputError) as refused:
        make(**values)
    return str(refused.value)


@pytest.mark.parametrize(("kind", "key"), RANGED)
def test_a_bad_range_is_refused_with_its_key(kind, key):
    for bad in BAD_RANGES:
        if bad is None and key in ("fov_deg", "elevation_deg"):  # then another field says the same
            continue
        assert re.match(rf"{key}\b.*: expected", refusal(kind, **{key: bad})), bad
    low, high = getattr(kind(), key)
    assert re.match(rf"{key}=.* swap them", refusal(kind, **{key: [high, low]}))


@pytest.mark.parametrize(("kind", "key"), SHARES)
def test_a_bad_share_is_refused_with_its_key(kind, key):
    for bad in (-0.01, 1.01, np.nan, "x", [0, 1], None, True):
        assert refusal(kind, **{key: bad}).startswith(f"{key}="), bad


@pytest.mark.parametrize("key", ["count"])
@pytest.mark.parametrize("kind", [Objects, Distractors, Lights])
def test_counts_are_whole_numbers(kind, key):
    assert kind(**{key: [1.0, 2.0]}).count == (1, 2)
    with pytest.raises(InputError, match=r"count=.*whole"):
        kind(**{key: [1, 2.5]})


def test_the_ends_that_are_out_and_in():
    for bad in (0, 180, [0, 90], [90, 180]):
        with pytest.raises(InputError, match="0 < fov_deg < 180"):
            Camera(fov_deg=bad)
    assert Camera(fov_deg=[0.5, 179.5], elevation_deg=[-90, 90]).fov_deg == (0.5, 179.5)
    assert Lights(kelvin=[1667, 25000], count=[1, 4], brightness=0).brightness == (0.0, 0.0)
    assert Materials(shininess=1, saturation=[0, 1]).shininess == (1.0, 1.0)


@pytest.mark.parametrize("kind", [Textures, Floor, Background, Walls])
@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (["chequer"], "kinds.chequer: there is nothing of this name; choose from flat, gradient, checker"),
        ({"flat": 1, "image": 1}, "kinds.image: there is nothing"),
        ({"flat": -1, "dots": 2}, "kinds.flat=-1: a weight is zero"),
        ({"flat": 0, "dots": 0}, "kinds: all weights are zero"), ([], "kinds: all weights are zero"),
        ({"flat": np.nan}, "kinds.flat=nan: expected a finite number"), ({"flat": "much"}, "kinds.flat=much: expected"),
        ("flat", "kinds=flat: expected a list of names"), (3, "kinds=3: expected a list of names"),
    ],
)  # fmt: skip
def test_bad_kinds_are_refused(kind, bad, words):
    with pytest.raises(InputError, match=f"^{re.escape(words)}"):
        kind(kinds=bad)


@pytest.mark.parametrize("name", ["objects", "distractors"])
@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ({"teapot": 1}, "weights.teapot: there is nothing of this name; choose from "),
        ({"X": -2}, "weights.X=-2: a weight is zero or more"),
        ("all zero", "weights: all weights are zero; give at least one"),
        ({"X": None}, "weights.X=None: expected a finite number"),
        (7, "weights=7: expected a list of names"),
    ],
)  # fmt: skip
def test_bad_weights_are_refused_with_the_whole_key(name, weights, words, catalog, randomizers):
    """Which names there are is known with the catalog: the sampler puts the randomizer's name in front."""
    known = catalog.classes[1:] if name == "objects" else ("ring", "cross")
    weights = dict.fromkeys(known, 0) if weights == "all zero" else weights
    if isinstance(weights, dict):
        weights = {known[0] if k == "X" else k: v for k, v in weights.items()}
    words = words.replace("X", known[0])
    with pytest.raises(InputError, match=f"^{re.escape(f'randomizers.{name}.{words}')}"):
        Sampler(catalog, randomizers(**{name: BY_NAME[name](weights=weights)}), 0)(0, 1)


# --- Independence


def comparable(name: str, before: dict, after: dict) -> set[str]:
    """Arrays that must be equal with and without a randomizer."""
    changed = set(WRITES[name][0]) | (set(ASSET) if name in READ_BY_PLACEMENT else set())
    if name in READ_BY_PLACEMENT or name == "placement":  # walls stand beyond all this
        changed |= {"nodes.material.texture_from_object"}
    if name == "camera":  # a lens bends by its angle of view and is focused near the origin
        changed |= {"lens.distortion", "lens.focus"}
    return {key for key in before if key not in changed and before[key].shape == after[key].shape}


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n in BY_NAME if n not in ("objects", "distractors")])
def test_removing_one_changes_nothing_that_others_write(name, catalog, everything, contents):
    whole = contents(Sampler(catalog, everything(lights=Lights(count=4)), 5)(40, 20))
    without = contents(Sampler(catalog, everything(**{"lights": Lights(count=4), name: None}), 5)(40, 20))
    same = comparable(name, whole, without)
    assert len(whole) > 65
    assert len(same) > len(whole) - (30 if name in ("placement", "walls") else 14)  # those have slots, so shapes differ
    for key in same:
        np.testing.assert_array_equal(whole[key], without[key], err_msg=key)


@pytest.mark.parametrize("name", ["objects", "distractors"])
def test_removing_what_is_shown_changes_no_other_kind(name, catalog, randomizers):
    whole = Sampler(catalog, randomizers(), 5)(40, 20)
    without = Sampler(catalog, randomizers(**{name: None}), 5)(40, 20)
    other = {"objects": "distractors", "distractors": "objects"}[name]
    np.testing.assert_array_equal(whole.asset[:, whole.slots[other]], without.asset[:, without.slots[other]])
    for field in ("color", "shininess", "texture", "texture_from_object"):
        a, b = (of_slot(s, getattr(s.nodes.material, field), other) for s in (whole, without))
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(whole.cameras.world_from_camera, without.cameras.world_from_camera)
    np.testing.assert_array_equal(whole.lights.color, without.lights.color)
    np.testing.assert_array_equal(whole.background.texture_from_object, without.background.texture_from_object)


def test_an_added_one_changes_nothing(catalog, everything, contents):
    def fog(scenes, streams):
        streams.uniform("azimuth", 5)
        scenes.cameras.far[:] = streams.uniform_between("far", (50, 90))

    for place in (0, 5, 15):
        entries = list(everything().items())
        entries.insert(place, ("fog", fog))
        plain, foggy = (contents(Sampler(catalog, dict(e), 5)(0, 20)) for e in (list(everything().items()), entries))
        assert not np.array_equal(plain.pop("cameras.far"), foggy.pop("cameras.far"))
        for key, value in plain.items():
            np.testing.assert_array_equal(value, foggy[key], err_msg=key)


@pytest.mark.parametrize("seed", range(6))
def test_the_order_does_not_matter_but_where_one_reads_what_another_writes(seed, catalog, everything, contents):
    """scale, then rotation, then placement, which reads kinds and camera too; all others anywhere."""
    after = {"rotation": {"scale"}, "placement": set(READ_BY_PLACEMENT), "walls": {"camera", "placement"}}
    after |= {"floor": {"placement"}, "environment": {"lights"}, "lens": {"camera"}}
    after |= {"looks": {"objects", "distractors", "materials", "textures"}}
    usual, left, order = everything(), list(everything()), []
    rng = np.random.default_rng(seed)
    while left:
        ready = [name for name in left if after.get(name, set()) <= set(order)]
        order.append(ready[rng.integers(len(ready))])
        left.remove(order[-1])
    expected, found = (contents(Sampler(catalog, e, 5)(7, 20)) for e in (usual, {n: usual[n] for n in order}))
    for key, value in expected.items():
        np.testing.assert_array_equal(value, found[key], err_msg=f"{key} {order}")


def test_narrowing_one_range_moves_only_its_own_values(catalog, everything, contents):
    wide = contents(Sampler(catalog, everything(), 5)(0, 20))
    narrow = contents(Sampler(catalog, everything(materials=replace(everything()["materials"], value=(0.5, 0.6))), 5)(0, 20))
    different = {key for key in wide if not np.array_equal(wide[key], narrow[key])}
    assert different == {"nodes.material.color", "nodes.material.color2"}


@pytest.mark.slow
@pytest.mark.parametrize("names", [(n,) for n in BY_NAME] + [("objects", "distractors"), tuple(BY_NAME)])
def test_null_switches_off(names, contents):
    few = [f"randomizers.{name}.most=1" for name in ("floor", "walls", "background")]
    few += ["randomizers.environment.skies=1", "randomizers.environment.studios=0", "size=32"]
    setup = build_setup(load_config([*few, *(f"randomizers.{name}=null" for name in names)]))
    assert not set(names) & set(setup.sampler.randomizers)
    scenes = setup.sampler(0, 12)
    found = contents(scenes)
    many = setup.sampler.slots, setup.sampler.requirements.lights
    nothing = contents(Scenes.zeros(scenes.catalog, scenes.index, *many, size=(32, 32)))
    written = {key for name, (keys, _) in WRITES.items() if name not in names for key in keys}
    for key in set(found) - written:
        np.testing.assert_array_equal(found[key], nothing[key], err_msg=key)
    if "objects" in names:
        assert not found["nodes.class_id"].any()
