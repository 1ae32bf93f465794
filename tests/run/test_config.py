"""Tests of raster.run.config and of conf/: every file composes, by itself and left out, and says what its code says."""

import inspect
from dataclasses import MISSING, fields
from itertools import zip_longest
from typing import Any

import pytest
from hydra.utils import get_object
from omegaconf import OmegaConf

from raster.assets.library import EMPTY
from raster.errors import InputError
from raster.run.config import Config, load_config
from raster.run.setup import build_setup
from raster.scene.requirements import EFFECTS, Requirements
from raster.system.paths import CONF

FILES = sorted(path.relative_to(CONF).with_suffix("") for path in CONF.glob("*/*.yaml"))
GROUPS = ("solids", "randomizers", "passes", "annotations", "writers")


def names(group: str) -> list[str]:
    """The options of a group."""
    return [path.name for path in FILES if path.parts[0] == group]


def described(group: str, name: str) -> dict[str, Any]:
    """What a file of a group says of its component."""
    return OmegaConf.to_container(OmegaConf.load(CONF / group / f"{name}.yaml"))[name]


@pytest.fixture(scope="module")
def usual() -> dict[str, Any]:
    return load_config(["preset=plain"])


def test_the_files_were_found():
    assert {path.parts[0] for path in FILES} - {"preset", "switch"} == set(GROUPS)
    assert len(names("solids")) >= 10
    assert len(names("randomizers")) >= 10


@pytest.mark.slow
@pytest.mark.parametrize("row", list(zip_longest(*map(names, GROUPS))), ids=str)
def test_each_option_composes_alone(row):
    chosen = {group: [name] if name else [] for group, name in zip(GROUPS, row, strict=True)}
    plain = load_config(["~passes/color", "preset=plain", *(f"{group}=[{','.join(chosen[group])}]" for group in GROUPS)])
    for group in GROUPS:  # one component, called as its file
        told = {name: described(group, name) for name in chosen[group]}
        for component in told.values():
            component |= {key: plain["layers"] for key, value in component.items() if value == "${layers}"}
        assert plain[group] == told


@pytest.mark.parametrize("color", ["pbr", "phong"])
def test_each_colour_composes_and_is_named_by_its_shader(color):
    plain = load_config([f"passes/color={color}"])
    assert list(plain["passes"]) == ["class_id", "geometry", "coverage", "coverage_canvas", "color"]
    assert plain["passes"]["color"]["shader"] == f"{color}.frag"
    assert {path.stem for path in CONF.glob("passes/color/*.yaml")} == {"pbr", "phong"}


@pytest.mark.slow
@pytest.mark.parametrize("preset", names("preset"))
def test_each_preset_composes_and_only_the_plain_one_changes_nothing(preset):
    without = load_config(["~preset"])
    assert (load_config([f"preset={preset}"]) == without) == (preset == "plain")
    assert (load_config([f"preset={preset}"]) == load_config()) == (preset == "default")


@pytest.mark.slow
def test_the_presets_are_what_their_first_lines_say():
    """Fast: nothing beside bare Phong; realistic: every step of lens and sensor, and shadows."""
    fast, realistic = (build_setup(load_config([f"preset={name}"])) for name in ("fast", "realistic"))
    assert fast.sampler.requirements == Requirements(
        slots=fast.sampler.requirements.slots, lights=fast.sampler.requirements.lights
    )
    assert fast.sampler.library is EMPTY
    assert fast.passes[4].shader == "phong.frag"
    assert realistic.sampler.requirements.effects == tuple(effect for effect in EFFECTS if effect != "reflection")
    assert realistic.sampler.requirements.shadows > 0
    assert realistic.passes[4].shader == "pbr.frag"
    assert len(realistic.sampler.library.pictures) > 20
    assert len(realistic.sampler.library.environments.names) > 10


def test_an_override_goes_before_what_a_preset_says():
    plain = load_config(["preset=fast", "randomizers.floor.images=clutter", "passes/color=pbr"])
    assert plain["randomizers"]["floor"]["images"] == "clutter"
    assert plain["passes"]["color"]["shader"] == "pbr.frag"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("preset=nonesuch", f"preset: there is no nonesuch; choose from {', '.join(names('preset'))}"),
        ("passes/color=toon", "passes/color: there is no toon; choose from pbr, phong"),
        ("passes=[class_id,color]", "passes: color is chosen by itself: passes/color=pbr or phong"),
    ],
)
def test_a_misspelt_preset_or_colour_is_told_all_that_there_are(given, said):
    with pytest.raises(InputError) as refused:
        load_config([given])
    assert str(refused.value) == said


@pytest.mark.slow
@pytest.mark.parametrize("name", names("solids"))
def test_each_solid_can_be_the_only_class(name, usual):
    setup = build_setup({**usual, "solids": {name: described("solids", name)}})
    assert setup.classes == ("background", name)
    catalog = setup.sampler.catalog
    assert len(set(catalog.assets)) == len(catalog.assets)  # a distractor of the same name has given way
    assert list(catalog.class_id) == [1] + [0] * (len(catalog.assets) - 1)


@pytest.mark.slow
@pytest.mark.parametrize("name", names("solids"))
def test_each_solid_can_be_a_distractor(name, usual):
    box = {"_target_": "raster.solids.cube.cube"}
    setup = build_setup({**usual, "solids": {"box": box}, "distractors": {name: described("solids", name)}})
    assert setup.sampler.catalog.assets == ("box", name, "floor")


def test_distractors_are_chosen_among_the_solids():
    assert list(load_config(["solids@distractors=[torus,cone]"])["distractors"]) == ["torus", "cone"]
    with pytest.raises(InputError, match=r"solids@distractors=\[cone\]"):
        load_config(["distractors=[cone]"])


def test_null_switches_a_randomizer_off(usual):
    plain = load_config([f"randomizers.{name}=null" for name in names("randomizers")])
    assert plain["randomizers"] == dict.fromkeys(usual["randomizers"])
    assert build_setup(plain).sampler.randomizers == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", names("randomizers"))
def test_each_randomizer_can_be_missing(name, usual):
    sampler = build_setup({**usual, "randomizers": {**usual["randomizers"], name: None}}).sampler  # draws a scene
    assert list(sampler.randomizers) == [other for other in usual["randomizers"] if other != name]


def test_all_randomizers_are_on_by_default(usual):
    assert sorted(usual["randomizers"]) == names("randomizers")


@pytest.mark.parametrize("name", names("solids"))
def test_the_numbers_of_a_solid_are_the_defaults_of_its_function(name):
    said = described("solids", name)
    parameters = inspect.signature(get_object(said.pop("_target_"))).parameters
    for key, value in said.items():
        if isinstance(value, int | float):  # alone a solid is sharp, in pictures its edges catch light
            assert parameters[key].default == (0.0 if key == "bevel" else value), key
    if name != "dumbbell":
        assert set(said) == set(parameters)


def test_the_root_has_a_default_for_every_key(usual):
    assert set(usual) == {field.name for field in fields(Config)}
    assert not [field.name for field in fields(Config) if field.default is MISSING and field.default_factory is MISSING]


def test_compose_returns_plain_containers(usual):
    def walk(value: Any) -> None:
        assert type(value) in (dict, list, str, int, float, bool, type(None)), type(value)
        for below in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(below)

    walk(usual)
    assert load_config(["preset=plain"]) == usual
    load_config(["preset=plain"])["randomizers"]["camera"]["fov_deg"][0] = 1  # nobody else's copy
    assert load_config(["preset=plain"]) == usual


@pytest.mark.parametrize("group", GROUPS)
def test_a_misspelt_option_is_told_all_that_there_are(group):
    with pytest.raises(InputError) as refused:
        load_config([f"{group}=[nonesuch]"])
    assert str(refused.value) == f"{group}: there is no nonesuch; choose from {', '.join(names(group))}"
