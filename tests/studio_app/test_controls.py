"""Tests of the controls of raster studio: each option has one, of a kind that can say every value that the option takes."""

import json
from dataclasses import fields

import pytest
from sources import ROOT

from raster.assets.meshes.options import MeshOptions
from raster.run.components import randomizer_class
from raster.run.config import Config
from raster.run.known_keys import names
from raster.run.options import GROUPS
from raster.studio_app.control import shown_value
from raster.studio_app.costs import COSTS, cost_of
from raster.studio_app.sections import sections
from raster.studio_app.slider_scale import slider_scale

KINDS = {"range", "number", "numbers", "list", "weights", "names", "choice", "flag", "file", "colors", "text", "value"}
RESULTS = ROOT / "benchmarks" / "results" / "features-llvmpipe-amd-epyc-2-cores.json"


@pytest.fixture(scope="module")
def controls():
    return {each.key: each for section in sections() for each in section.controls}


def test_every_option_has_a_control(controls):
    stated = {f"randomizers.{name}.{each.name}" for name in names("randomizers") for each in fields(randomizer_class(name))}
    stated |= {f"objects.{each.name}" for each in fields(MeshOptions)}
    nested = {"gl", "objects", "label_filter", *GROUPS}
    stated |= {each.name for each in fields(Config) if each.name not in nested}
    chosen = {key for group, key in GROUPS.items() if group != "randomizers"}  # each randomizer has a switch instead
    assert stated | chosen | {"passes/color"} <= controls.keys()
    assert {each.kind for each in controls.values()} == KINDS


def test_controls_say_what_the_code_says(controls):
    distance = controls["randomizers.camera.distance"]
    assert (distance.kind, distance.low, distance.high, distance.unit) == ("range", 0.1, 50, "m")
    assert distance.text == "Distance of the camera from its target."
    assert controls["randomizers.objects.count"].whole
    assert controls["randomizers.lights.softness"].logarithmic
    assert controls["randomizers.camera.height"].nullable
    assert not controls["randomizers.camera.roll_deg"].nullable
    assert controls["randomizers.textures.kinds"].names[0] == "flat"
    assert controls["randomizers.materials.colors"].kind == "colors"
    assert controls["samples"].names == [1, 4]
    assert controls["objects.meshes"].kind == controls["randomizers.environment.files"].kind == "file"
    assert controls["solids.torus.tube_ratio"].default == 0.3


def test_handles_move_within_what_is_allowed_and_reach_the_default(controls):
    with_slider = [each for each in controls.values() if each.slider]
    assert len(with_slider) > 150
    for each in with_slider:
        low, high = each.slider
        assert each.low <= low < high <= each.high, each.key
        default = each.default if isinstance(each.default, tuple) else (each.default,)
        for value in default:
            assert value is None or low <= value <= high, each.key


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((0, 1, 0.5, "share"), (0, 1)),
        ((0.1, 10000, (2.5, 6), "m"), (0.1, 50.0)),
        ((-3600, 3600, (0, 360), "degrees"), (-360.0, 360.0)),
        ((-10, 10, (-0.4, 0.4), "stops"), (-2.0, 2.0)),
        ((1, 1e5, None, "px"), (1, 1e5)),
    ],
)
def test_ends_of_a_scale(given, expected):
    assert slider_scale(*given) == expected


def test_values_as_controls_show_them(controls):
    assert shown_value(controls["randomizers.camera.distance"], 3) == [3, 3]
    assert shown_value(controls["randomizers.textures.kinds"], ["flat", {"wood": 3}]) == {"flat": 1, "wood": 3}
    assert shown_value(controls["size"], [48, 64]) == "[48,64]"
    assert shown_value(controls["randomizers.camera.height"], None) is None


def test_costs_are_those_that_were_measured(controls):
    measured = {each["feature"]: each["difference_ms"] for each in json.loads(RESULTS.read_text())["features"]}
    assert {key: ms for key, (_, ms) in COSTS.items()} == {
        key: round(measured[feature], 1) for key, (feature, _) in COSTS.items()
    }
    assert COSTS.keys() <= controls.keys()
    assert cost_of("randomizers.sensor.jpeg") == controls["randomizers.sensor.jpeg"].cost == "3.3 ms: JPEG"


def test_components_of_the_users_own_folder_have_controls(mine):
    found = {section.id: section for section in sections(mine)}
    own = [name for name in names("randomizers", mine) if name not in names("randomizers")]
    assert own
    for name in own:
        assert all(each.key.startswith(f"randomizers.{name}.") for each in found[name].controls)
    solids = next(each for each in found["solids"].controls if each.key == "solids")
    assert set(names("solids", mine)) == set(solids.names) > set(names("solids"))
