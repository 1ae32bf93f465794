"""Tests of raster.run.quoting: overrides with any letters mean what was written, in values, tables and keys."""

import re

import pytest
from omegaconf import OmegaConf

from raster.errors import InputError
from raster.run.compose import read_override
from raster.run.config import load_config, out_folder
from raster.run.quoting import decode_keys, decoded, quoted

TEXTS = ["Müller", "run=1", "set#1", "set (2)", "~/set", "it's", 'a "b"', "a\"b'c", "a&b;c<d>!", "[1].png", "img[1].png"]
TEXTS += ["日本/セット", "ü\\", "set(1", "{a: b}}", ")", "x^`y"]


@pytest.mark.parametrize("text", TEXTS)
def test_text_is_what_was_written(text):
    assert str(read_override(quoted(f"out={text}")).value()) == text


@pytest.mark.parametrize("text", [*TEXTS[:5], "=", "~", "a#b"])
def test_text_in_a_list_and_in_a_table(text):
    assert read_override(quoted(f"k=[{text},plain]")).value() == [text, "plain"]
    assert read_override(quoted(f"k={{a: {text}, b: [{text}]}}")).value() == {"a": text, "b": [text]}


@pytest.mark.parametrize(
    "override",
    [
        "n=3",
        "out=[1,2]",
        "k={a: 1, b: {c: null}}",
        "k='a b'",
        "seed=choice(1,2)",
        "seed=range(1,5)",
        "~k",
        "out=${n}/x",
        "k=",
        "k=a b",
    ],
)
def test_what_hydra_takes_stays_as_it_is(override):
    assert quoted(override) == override


def test_points_of_a_sweep_are_quoted_one_by_one():
    assert quoted("objects.meshes=M/kühe,M/kähe") == 'objects.meshes="M/kühe","M/kähe"'
    assert quoted("seed=range(1,5),ü") == 'seed=range(1,5),"ü"'
    assert quoted("objects.meshes=['M/kühe','!a b']") == "objects.meshes=['M/kühe','!a b']"


@pytest.mark.parametrize(
    ("override", "value"),
    [
        ("k={Ünï/*: mug}", {"Ünï/*": "mug"}),
        ("k={a=b: 1, c#d (2): [ä]}", {"a=b": 1, "c#d (2)": ["ä"]}),
        ("k={\"a: b\": 1, 'c,d': ü}", {"a: b": 1, "c,d": "ü"}),
        ("k={ü: {ä: {ö: null}}}", {"ü": {"ä": {"ö": None}}}),
    ],
)
def test_keys_of_tables_may_have_any_letters(override, value):
    cfg = OmegaConf.create({"k": read_override(quoted(override)).value()})
    decode_keys(cfg)
    assert OmegaConf.to_container(cfg) == {"k": value}


def test_dotted_keys_may_have_any_letters():
    words = ["+solids.würfel={_target_: raster.solids.cube.cube}", "+solids.3d={_target_: raster.solids.cube.cube}"]
    plain = load_config(["preset=plain", *words, "randomizers.objects.weights={würfel: 3, 3d: 2}"])
    assert list(plain["solids"]) == ["cube", "sphere", "cylinder", "würfel", "3d"]
    assert plain["randomizers"]["objects"]["weights"] == {"würfel": 3, "3d": 2}
    assert decoded(quoted("+solids.würfel.x=1")) == "+solids.würfel.x=1"


@pytest.mark.parametrize("override", ["size=[48", "k={a", "k={ü}", "k=[a,ü", "k=[,ü]"])
def test_brackets_that_do_not_pair_come_with_the_right_quotes(override):
    with pytest.raises(InputError, match="^" + re.escape(override) + ": brackets and quotes do not pair; ") as refused:
        quoted(override)
    word = str(refused.value).rpartition("quotes around it: ")[2].strip("'")
    assert str(read_override(word).value()) == override.partition("=")[2]


def test_a_word_without_a_value_is_told_how_options_are_written():
    with pytest.raises(InputError, match=r"^demo: options are written KEY=VALUE"):
        quoted("demo")


def test_a_folder_may_be_in_the_home_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert out_folder(load_config(["out=~/Müller (2)"]), "unused") == tmp_path / "Müller (2)"
