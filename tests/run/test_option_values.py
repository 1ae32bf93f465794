"""Tests of raster.run.config: values of options, their forms and kinds, and what is said of keys that there are not."""

from dataclasses import fields
from typing import Any

import pytest
from omegaconf import OmegaConf

from raster.errors import InputError
from raster.randomizers.morphs import Morphs
from raster.randomizers.ranges import check_weights
from raster.run.config import check_config, load_config
from raster.run.setup import build_setup


@pytest.fixture(scope="module")
def usual() -> dict[str, Any]:
    return load_config(["preset=plain"])


@pytest.mark.parametrize(
    ("given", "size"), [(64, [64, 64]), (16, [16, 16]), ([48, 64], [48, 64]), ([64, 48], [64, 48]), ([33, 17], [33, 17])]
)
def test_forms_of_size(given, size, usual):
    plain = check_config(OmegaConf.create({**usual, "size": given}))
    assert plain["size"] == size
    setup = build_setup(plain)
    assert setup.size == tuple(size)
    assert setup.sampler.size == tuple(size)


def test_size_on_the_command_line():
    assert load_config(["size=[48,64]"])["size"] == [48, 64]
    assert load_config(["size=64"])["size"] == [64, 64]


@pytest.mark.parametrize("given", [15, [48], [], [48, 64, 3], 48.5, [48, 64.5], [48, 15], True, None, "big"])
def test_other_forms_of_size_are_refused(given, usual):
    with pytest.raises(InputError, match=r"^size=.* \[height, width\]"):
        check_config(OmegaConf.create({**usual, "size": given}))


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("sed=1", "seed"),
        ("randomizers.camera.fov_dg=30", "randomizers.camera.fov_deg"),
        ("solids.sphere.segment=60", "solids.sphere.segments"),
        ("randomizers.cammera.fov_dg=30", "randomizers.camera.fov_deg"),
        ("lights.count=3", "randomizers.lights.count"),
        ("fov_deg=30", "randomizers.camera.fov_deg"),
        ("objects.count=3", "randomizers.objects.count"),  # and not objects.units
    ],
)
def test_a_misspelt_key_is_told_the_right_one(wrong, right):
    with pytest.raises(InputError) as refused:
        load_config([wrong])
    key = wrong.partition("=")[0]
    assert str(refused.value) == f"{key}: there is no such key; did you mean {right}?"


def test_no_key_is_proposed_that_is_far_from_what_was_written():
    """What there is beside it is named, where there is a table of that name."""
    with pytest.raises(InputError, match=r"^xyzzy: there is no such key; see --cfg job$"):
        load_config(["xyzzy=1"])
    with pytest.raises(InputError) as refused:
        load_config(["randomizers.morphs.colour=1"])
    beside = ", ".join(field.name for field in fields(Morphs))
    assert str(refused.value) == f"randomizers.morphs.colour: there is no such key; randomizers.morphs has {beside}"


@pytest.mark.slow
@pytest.mark.parametrize(
    "given", ["n=abc", "seed=1.5", "batch=x", "gl.also=3", "valid=[1]", "samples={a: 1}", "gl.device=x", "out=[1]"]
)
def test_a_value_of_another_kind_is_refused_with_its_key(given):
    with pytest.raises(InputError) as refused:
        load_config([given])
    assert given in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_value_may_refer_to_another_key():
    assert load_config(["seed=3", "n=${seed}"])["n"] == 3
    with pytest.raises(InputError, match="sead"):
        load_config(["n=${sead}"])


def test_weights_are_given_by_name():
    plain = load_config(["randomizers.objects.weights={cube: 3, sphere: 0}"])
    assert build_setup(plain).sampler.randomizers["objects"].weights == {"cube": 3, "sphere": 0}


def test_names_in_a_list_may_have_weights():
    names = ("flat", "checker", "wood")
    assert check_weights("kinds", ["flat", {"wood": 3}], names).tolist() == [1, 0, 3]
    assert check_weights("kinds", [{"wood": 2, "flat": 0.5}], names).tolist() == [0.5, 0, 2]
    for wrong, said in (([{"glass": 1}], "kinds.glass: "), ([["wood", 3]], "kinds="), ([{"wood": -1}], "kinds.wood=-1: ")):
        with pytest.raises(InputError, match=f"^{said}"):
            check_weights("kinds", wrong, names)
    plain = load_config(["randomizers.textures.kinds=[flat,{wood:3}]"])
    assert build_setup(plain).sampler.randomizers["textures"].kinds == ["flat", {"wood": 3}]


def test_a_list_becomes_a_mapping_as_the_message_says():
    key = "randomizers.textures.kinds"
    with pytest.raises(InputError) as refused:
        load_config([f"{key}={{flat: 3}}"])
    advice = str(refused.value).split("'")[1::2]
    plain = load_config(advice)
    assert plain["randomizers"]["textures"]["kinds"] == {"flat": 3}


def test_checking_twice_changes_nothing(usual):
    assert check_config(OmegaConf.create(usual)) == usual
