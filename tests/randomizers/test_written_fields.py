"""Tests of what each randomizer writes: that and nothing else, one value if it is fixed, nothing if it is null."""

import operator

import numpy as np
import pytest
from randomized import empty, run
from written_fields import BY_NAME, COLORS, FINISH, LOOKS, WRITES

from raster.randomizers.background import Background
from raster.randomizers.camera import Camera
from raster.randomizers.floor import Floor
from raster.randomizers.lights import Lights
from raster.randomizers.materials import Materials
from raster.randomizers.scale import Scale
from raster.run.config import load_config
from raster.run.setup import build_setup
from raster.scene.scenes import Scenes
from raster.system.paths import CONF

INTRINSICS = {"fov_deg": None, "fy": (200, 300), "fx": (150, 350), "cx": (100, 150), "cy": (110, 140)}  # for 256 px


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
        if slots and key.startswith(("nodes", "asset")):
            owner = np.arange(len(here)) if key == "asset" else scenes.nodes.object
            assert not changed[:, ~here[owner]].any(), key


def test_every_randomizer_is_tested_here_and_configured():
    files = {path.stem for path in (CONF / "randomizers").glob("*.yaml")}
    assert set(WRITES) == set(BY_NAME) == files


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


@pytest.mark.slow
@pytest.mark.parametrize("names", [(n,) for n in BY_NAME] + [("objects", "distractors"), tuple(BY_NAME)])
def test_null_switches_off(names, contents):
    few = [f"randomizers.{name}.most=1" for name in ("floor", "walls", "background")]
    few += ["randomizers.environment.skies=1", "randomizers.environment.studios=0", "size=32"]
    setup = build_setup(load_config(["preset=plain", *few, *(f"randomizers.{name}=null" for name in names)]))
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
