"""Tests of what a page chose as command line and as preset: both give the configuration that was meant, for every option."""

import json
import shlex
from pathlib import Path

import pytest

from raster.errors import InputError
from raster.run.config import load_config
from raster.run.override_text import parses
from raster.studio_app.choices import Choices, value_text
from raster.studio_app.configuration import Configurations, read_start
from raster.studio_app.control import shown_value
from raster.studio_app.preset_text import preset_text, save_preset
from raster.studio_app.sections import sections

MANY = {
    "solids": ["torus", "cube"],
    "solids@distractors": [],
    "passes/color": "phong",
    "annotations": ["boxes", "pose"],
    "solids.torus.proportions": "[0.5,1]",
    "randomizers.lens": None,
    "randomizers.lens.distorted": 0.4,
    "randomizers.textures.kinds": {"flat": 1, "wood": 3},
    "randomizers.textures.images": "my pictures/a=b, (c)",
    "randomizers.floor.kinds": {"flat": 1, "wood": 1},
    "randomizers.placement.arrangements": {"poisson": 1},
    "randomizers.objects.weights": {"cube": 3},
    "randomizers.camera.distance": [3, 3],
    "randomizers.camera.height": [1, 2],
    "randomizers.camera.elevation_deg": None,
    "randomizers.materials.colors": ["#ff0000", "#00ff7f"],
    "randomizers.scale.sizes": [0.5, 1],
    "size": "[48,64]",
    "labels": "{cube: box}",
    "n": 7,
    "seed": 3,
    "hold_appearance": True,
    "views_per_layout": 2,
}


@pytest.fixture(scope="module")
def made() -> Configurations:
    return Configurations(sections())


def chosen(made: Configurations, values: dict, preset: str = "default") -> Choices:
    return Choices.read({"preset": preset, "values": values}, made.controls)


def at(plain: dict, key: str):
    """The value at a dotted key."""
    for part in key.split("."):
        plain = plain[part]
    return plain


def test_many_choices_at_once(made):
    found = made.configure(chosen(made, MANY, "realistic"))
    assert not found.errors
    plain = found.plain
    assert list(plain["solids"]) == ["torus", "cube"]
    assert plain["solids"]["torus"]["proportions"] == [0.5, 1]
    assert plain["randomizers"]["lens"] is None
    assert plain["randomizers"]["textures"]["kinds"] == ["flat", {"wood": 3}]
    assert plain["randomizers"]["textures"]["images"] == "my pictures/a=b, (c)"
    assert plain["randomizers"]["placement"]["arrangements"] == {"grid": 0, "poisson": 1, "stacks": 0, "physics": 0}
    assert plain["randomizers"]["camera"]["distance"] == 3
    assert (plain["size"], plain["samples"], plain["n"], plain["seed"]) == ([48, 64], 4, 7, 3)
    assert plain["labels"] == {"cube": "box"}


def test_a_preset_says_the_same_as_the_command_line(made, tmp_path):
    found = made.configure(chosen(made, MANY, "realistic"))
    path = save_preset(tmp_path, "mine", preset_text(found.overrides))
    assert path == tmp_path / "preset" / "mine.yaml"
    again = load_config(["preset=mine", "n=7"], tmp_path)  # how many images is no matter of a preset
    assert json.dumps(again) == json.dumps(found.plain)  # the order too: it decides whether a set can be continued


def test_each_option_arrives_as_it_was_chosen(made):
    """Every control, with a value aside of its own: what the configuration then holds is shown as that value."""
    base, wanted = made.shown(made.configure(Choices()).base), {}
    for key, control in made.controls.items():
        value = base[key]
        if control.kind == "range" and value and control.slider:
            other = [value[0], value[0]] if value[0] != value[1] else [value[0], control.slider[1]]
        elif control.kind == "number" and control.slider and value is not None:
            other = control.low if value != control.low else control.high
        elif control.kind == "weights" and value and key != "randomizers.objects.weights":
            other = {**value, next(iter(value)): 5}
        elif control.kind == "flag":
            other = not value
        elif control.kind == "choice":
            other = next(name for name in control.names if name != value)
        else:
            continue
        if key in base and "solids." not in key and key not in ("passes/color", "first"):
            wanted[key] = int(other) if isinstance(other, float) and control.whole else other
    assert len(wanted) > 180
    found = made.configure(chosen(made, {**wanted, "annotations": ["boxes", "amodal"]}))  # which min_visibility needs
    assert not found.errors
    assert {key: shown_value(made.controls[key], at(found.plain, key)) for key in wanted} == wanted


@pytest.mark.parametrize(
    "value",
    [
        "yes",
        "null",
        "1e3",
        "a b",
        "it's",
        'say "so"',
        "x=1",
        "a,b",
        "[1].png",
        "{a}",
        "ünï",
        "back\\slash",
        "true",
        "",
        "'",
        "*",
    ],
)
def test_texts_are_read_as_themselves(value):
    override = f"randomizers.floor.images={value_text(value)}"
    assert parses(override)
    if value:
        assert load_config([override])["randomizers"]["floor"]["images"] == value
    assert shlex.split(shlex.join([override])) == [override]


def test_all_bad_values_are_told_at_once_in_the_words_of_the_program(made):
    from raster.run.setup import build_setup

    bad = {
        "n": "abc",
        "randomizers.camera.fov_deg": [60, 20],
        "randomizers.lights.shadows": [0, 9],
        "objects.meshes": "nowhere",
        "solids": ["cube"],
    }
    found = made.configure(chosen(made, bad, "fast"), build_setup)
    assert found.plain is None
    assert found.errors == {
        "n": "n=abc: expected a whole number (1 to 100,000,000)",
        "randomizers.camera.fov_deg": "randomizers.camera.fov_deg=[60, 20]: the lowest is above the highest; swap them",
        "randomizers.lights.shadows": "randomizers.lights.shadows=[0, 9]: expected values with 0 <= shadows <= 4",
        "objects.meshes": "objects.meshes=nowhere: there is no such file or folder; give one, or a pattern: 'models/**/*.glb'",
    }
    assert "n=abc" in found.overrides  # the command line says what was chosen, all the same


def test_a_page_cannot_give_what_is_no_option(made):
    for said in ({"values": {"randomizers.nothing.x": 1}}, {"values": 3}, {"preset": "../x"}, []):
        with pytest.raises(InputError):
            Choices.read(said, made.controls)
    for value in ("{_target_: os.system}", {"_target_": 1}, "${oc.env:HOME}"):
        with pytest.raises(InputError, match="a page gives values"):
            chosen(made, {"randomizers.camera.calibration": value})


def test_the_command_line_of_the_program_is_where_a_page_begins(made):
    words = ["preset=fast", "solids=[cube]", "+solids=torus", "randomizers.camera.distance=3", "randomizers.lens=null",
             "randomizers.textures.kinds=[flat]", "size=[40,50]", "randomizers.floor.images='a b'", "n=5"]  # fmt: skip
    start, fixed = read_start(words, made.controls)
    assert (start.preset, fixed) == ("fast", ["+solids=torus"])
    assert start.values == {
        "solids": ["cube"], "randomizers.camera.distance": [3, 3], "randomizers.lens": None,
        "randomizers.textures.kinds": {"flat": 1}, "size": "[40,50]", "randomizers.floor.images": "a b", "n": 5,
    }  # fmt: skip
    assert made.__class__(sections(), fixed).configure(start).plain == load_config(words)


def test_names_of_presets(tmp_path):
    for name in ("", "a b", "../x", "1x"):
        with pytest.raises(InputError, match="expected letters"):
            save_preset(tmp_path, name, "")
    save_preset(tmp_path, "one", "")
    with pytest.raises(InputError, match="is there already"):
        save_preset(tmp_path, "one", "")
    with pytest.raises(InputError, match="cannot take away"):
        preset_text(["~randomizers.lens"])
    assert [path.name for path in Path(tmp_path).rglob("*.yaml")] == ["one.yaml"]
