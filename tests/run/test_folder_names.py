"""Tests of the names that raster.generate gives folders: of a data set without out=, and of the points of a sweep."""

import re
from typing import Any

import pytest
from omegaconf import OmegaConf

from raster.generate import default_name
from raster.run.config import load_config
from raster.run.flags import quoted_words
from raster.run.sweeps import swept_in_names


@pytest.fixture(scope="module")
def usual() -> dict[str, Any]:
    return load_config()


@pytest.mark.parametrize("change", [{"n": 7}, {"workers": 2}, {"batch": 3}, {"out": "elsewhere"}, {"gl": {"device": 0}}])
def test_what_changes_no_image_keeps_the_name_of_the_folder(change, usual):
    assert default_name({**usual, **change}) == default_name(usual)


@pytest.mark.parametrize("change", [{"seed": 1}, {"size": [256, 128]}, {"valid": 0.3}, {"samples": 4}, {"solids": {}}])
def test_what_changes_the_data_changes_the_name_of_the_folder(change, usual):
    assert default_name({**usual, **change}) != default_name(usual)


def test_the_name_of_the_folder_tells_size_and_seed(usual):
    assert default_name({**usual, "size": [48, 64], "seed": 5}).startswith("64x48-seed5-")


def point(*overrides: str, excluded: tuple[str, ...] = ()) -> str:
    """What a sweep calls the folder of these overrides."""
    told = {"given": list(overrides), "excluded": list(excluded), "name": "${raster_point:${given},${excluded}}"}
    return OmegaConf.create(told).name


def test_the_name_of_a_point_needs_no_quotes():
    assert point("seed=1", "randomizers.camera.fov_deg=[30,40]") == "randomizers.camera.fov_deg-30-40_seed-1"
    assert point("randomizers.scale.size=[0.5,1]") == "randomizers.scale.size-0.5-1"
    assert re.fullmatch(r"passes\.color\.shader--a-b-c\.frag-[0-9a-f]{8}", point("passes.color.shader=/a b/c.frag"))
    assert re.fullmatch(r"objects\.meshes-M-k-he-[0-9a-f]{8}", point('objects.meshes="M/kühe"'))
    assert re.fullmatch(r"point-[0-9a-f]{8}", point("ä"))
    assert point("seed=1") == "seed-1"
    assert point("~randomizers.lens", "seed=1", "+n=3", excluded=("n",)) == point("seed=1", "~randomizers.lens")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('objects.meshes="M/kühe"', 'objects.meshes="M/kähe"'),
        ("objects.meshes=a/b", "objects.meshes=a-b"),
        ("objects.meshes=a/b", "objects.meshes=a b"),
        ("key=[1,[2,3]]", "key=[[1,2],3]"),
        ("key=[1,2]", "key=1-2"),
        ("key=[1,2]", "key=[1-2]"),
        ("key=[1]", "key=1"),
        ("key=[1,-2]", "key=[1-,2]"),
        ("key=[1,-2]", "key=1--2"),
        ("key={a: 1}", "key={a:1}"),
        ("key=[a,b]", "key=a-b"),
        ('key="a=b"', 'key="a-b"'),
        ("key=a_", "key=a"),
        ("key=__xfc__", "key=__xe4__"),
        ("~key", "key"),
        ("ä", "ö"),
    ],
)
def test_two_points_never_share_a_folder(one, other):
    assert point(one) != point(other)
    assert point(one) == point(one)


def test_values_that_read_as_two_overrides_have_names_of_their_own():
    assert point("a=x_b-y", "b=z") != point("a=x", "b=y_b-z")


def test_the_name_of_a_point_is_short_and_its_own():
    one, two = (point(*["key=value_"] * 30, f"seed={seed}") for seed in (1, 2))
    assert one != two
    assert len(one) == len(two) < 200


@pytest.mark.parametrize(
    ("given", "more"),
    [
        ("n=2,3 seed=1", "[out,batch,workers,quiet,gl.device,gl.also,gl.pipeline]"),
        ("gl.device=0,null ++n=range(2,4) workers=choice(1,2)", "[out,batch,quiet,gl.also,gl.pipeline]"),
        ("n=2 seed=1,2 out=a,b", ""),
    ],
)
def test_what_a_sweep_goes_over_is_in_the_names_of_its_points(given, more):
    named = f"hydra.job.config.override_dirname.exclude_keys={more}"
    assert swept_in_names(given.split(), "config") == ([named] if more else [])
    assert swept_in_names(["lr=1,2"], "train") == []
    assert len(swept_in_names(["threads=1,2"], "train")) == 1


def test_a_flag_may_stand_behind_what_a_sweep_goes_over():
    words, written = quoted_words(["seed=3", "n=2,3", "-m"], None, "config")
    assert words[:2] + words[3:] == ["seed=3", "n=2,3", "-m"]
    assert written == {"seed=3": "seed=3", "n=2,3": "n=2,3"}
    assert quoted_words(["seed=1,2", "-m"], None, "config")[0] == ["seed=1,2", "-m"]
