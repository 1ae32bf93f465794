"""Tests of raster.generate against bad options of randomizers: ranges, shares, weights, and what contradicts something else."""

from dataclasses import fields
from typing import Any, get_type_hints

import pytest
from hydra.utils import get_object
from usual_configuration import CUBE, NO_LIBRARY, USUAL

from raster.errors import InputError
from raster.randomizers.ranges import Range
from raster.run.setup import build_setup

KINDS = {name: get_object(said["_target_"]) for name, said in USUAL["randomizers"].items()}
HINTS = [(name, key, hint) for name, kind in KINDS.items() for key, hint in get_type_hints(kind).items()]
SIDES = ("floor_size", "box")  # lengths along axes: pairs, but no ranges
RANGES = [(name, key) for name, key, hint in HINTS if hint in (Range, Range | None)]
RANGES = [(name, key) for name, key in RANGES if USUAL["randomizers"][name][key] is not None and key not in SIDES]
NULLABLE = {(name, key) for name, key, hint in HINTS if hint == Range | None}
UNSET = {"height", "fx", "fy", "cx", "cy"}  # of the camera, null by default
SHARES = [(name, each.name) for name, kind in KINDS.items() for each in fields(kind) if each.metadata["unit"] == "share"]
WEIGHED = ("weights", "kinds", "finishes", "arrangements")
WEIGHTS = [(n, key) for n, said in USUAL["randomizers"].items() for key in said if key in WEIGHED]
CONE = {"_target_": "raster.solids.cone.cone"}


def test_the_fields_to_try_were_found():
    assert len(RANGES) > 60
    assert len(SHARES) > 20
    assert len(WEIGHTS) >= 7
    assert {key for _, key, hint in HINTS if hint == Range | None} == {"elevation_deg", "fov_deg"} | UNSET
    for name, said in USUAL["randomizers"].items():
        pairs = {key for key, value in said.items() if isinstance(value, list) and not isinstance(value[0], str)}
        # Nothing that a file calls a range is missed.
        assert {key for other, key in RANGES if other == name} == pairs - set(SIDES)


def built(name: str, key: str, value: Any) -> str:
    """What is said to a value of a randomizer, in scenes of cubes and cones."""
    randomizers = {"objects": None, name: {**USUAL["randomizers"][name], key: value}}
    with pytest.raises(InputError) as refused:
        build_setup({**USUAL, "solids": {"cube": CUBE}, "distractors": {"cone": CONE}, "randomizers": randomizers})
    return str(refused.value)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "key"), RANGES)
def test_each_range(name, key):
    low, high = USUAL["randomizers"][name][key]
    where = f"randomizers.{name}.{key}="
    if low < high:  # not [0, 0], of what is off by default
        swapped = built(name, key, [high, low])
        assert swapped.startswith(where)
        assert "the lowest is above the highest; swap them" in swapped
    for value in ([low, 1e9], -1e9):
        line = built(name, key, value)
        assert line.startswith(where), value
        assert f"<= {key} <=" in line or f"< {key} <" in line
    for value in ([float("nan"), high], [low, "x"], [low, high, high]):
        assert built(name, key, value).startswith(where), value
    if (name, key) not in NULLABLE:
        assert built(name, key, None).startswith(where)


@pytest.mark.parametrize(("name", "key"), SHARES)
@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan"), "x", None, [0, 1]])
def test_each_share(name, key, value):
    assert built(name, key, value).startswith(f"randomizers.{name}.{key}=")


@pytest.mark.parametrize(("name", "key"), WEIGHTS)
def test_each_map_of_weights(name, key):
    where = f"randomizers.{name}.{key}"
    names = {"objects": ["cube"], "distractors": ["cone"]}.get(name) or list(USUAL["randomizers"][name][key])
    assert built(name, key, dict.fromkeys(names, 0)).startswith(f"{where}: all weights are zero")
    assert built(name, key, {"nonesuch": 1}).startswith(f"{where}.nonesuch: there is nothing of this name; choose from ")
    assert built(name, key, ["nonesuch"]).startswith(f"{where}.nonesuch: there is nothing of this name; choose from ")
    assert built(name, key, {names[0]: -1}).startswith(f"{where}.{names[0]}=-1: ")
    assert built(name, key, {names[0]: float("nan")}).startswith(f"{where}.{names[0]}=nan: ")
    assert built(name, key, names[0]).startswith(f"{where}={names[0]}: ")


@pytest.mark.parametrize("value", [0, 180, -10, 360, [70, 35], [0, 30], [30, 180], [30, 40, 50], [], "wide", None, True])
def test_a_wrong_field_of_view(value, given):
    assert given({"randomizers.camera.fov_deg": value}).startswith("randomizers.camera.fov_deg=")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"camera.fy": 100}, "camera.fy=100: fov_deg="),
        ({"camera.height": 1}, "camera.height=1: elevation_deg="),
        ({"camera.fov_deg": None}, "camera.fov_deg=null: then fy is needed"),
        ({"camera.fx": [40, 50]}, "camera.fx="),
        ({"camera.fov_deg": None, "camera.fy": 40, "camera.cx": 100}, "camera.cx="),
        ({"lights.shadows": 3, "lights.count": [1, 2]}, "lights.shadows="),
        ({"lights.shadows": 5}, "lights.shadows="),
        ({"lights.shadow_taps": 0}, "lights.shadow_taps="),
        ({"lights.softness": -0.1}, "lights.softness="),
        ({"lens.distorted": 1, "lens.k1": -0.5}, "lens.k1="),
        ({"lens.distorted": 1, "lens.k1": [0.9, 0.2]}, "lens.k1="),
        ({"lens.distorted": 1, "lens.k1": [-0.1, 0.9], "lens.k2": -0.6}, "lens.k1="),
        ({"lens.moving": 1, "lens.way": -0.1}, "lens.way="),
        ({"lens.aperture": -1}, "lens.aperture="),
        ({"lens.focus": 0}, "lens.focus="),
        ({"sensor.shot": -0.1}, "sensor.shot="),
        ({"sensor.quality": 0}, "sensor.quality="),
        ({"sensor.exposure_ev": [1, -1]}, "sensor.exposure_ev="),
        ({"environment.skies": -1}, "environment.skies="),
        ({"environment.skies": 0, "environment.studios": 0}, "environment.share="),
        ({"environment.gain": [0, 1]}, "environment.gain="),
        ({"walls.share": 2}, "walls.share="),
        ({"walls.most": 0}, "walls.most="),
        ({"materials.bump": -1}, "materials.bump="),
        ({"materials.finishes": ["shiny"]}, "materials.finishes.shiny: there is nothing of this name"),
    ],
)  # fmt: skip
def test_options_of_the_appearance_that_cannot_be(changes, said, given):
    """Contradictions, a lens that folds the picture, negative times, lengths and noise."""
    assert given({f"randomizers.{key}": value for key, value in changes.items()}).startswith(f"randomizers.{said}")


@pytest.mark.parametrize("key", ["lens.k1", "sensor.shot", "environment.gain", "lights.softness", "walls.height", "camera.cx"])
def test_a_number_that_is_none(key, given):
    assert given({f"randomizers.{key}": [0.1, float("nan")]}) == f"randomizers.{key}: nan is not a finite number"


def test_two_randomizers_that_bring_environments(given):
    again = {**USUAL["randomizers"]["environment"], "skies": 1, "studios": 0}
    line = given({**NO_LIBRARY, "randomizers.environment": again, "randomizers.second": again})
    assert line.startswith("randomizers.second.environments: another randomizer brings environments already")


def test_two_randomizers_that_bring_backdrops(given):
    again = {**USUAL["randomizers"]["background"], "images": "clutter", "most": 1, "fill": 0.5}
    line = given({"randomizers.background": again, "randomizers.second": again})
    assert line.startswith("randomizers.second.fill: another randomizer brings backdrops already")
