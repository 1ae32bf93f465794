"""Tests of the names that raster.generate gives folders: of a data set without out=, and of the points of a sweep."""

import re
from typing import Any

import pytest
from omegaconf import OmegaConf

from raster.generate import default_name
from raster.run.config import load_config


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


def point(overrides: str) -> str:
    """What a sweep calls the folder of these overrides."""
    return OmegaConf.create({"told": overrides, "name": "${raster_point:${told}}"}).name


def test_the_name_of_a_point_needs_no_quotes():
    assert point("randomizers.camera.fov_deg-[30,40]_seed-1") == "randomizers.camera.fov_deg-30-40_seed-1"
    assert point("randomizers.scale.size-[0.5,1]") == "randomizers.scale.size-0.5-1"
    assert re.fullmatch(r"passes\.color\.shader--a-b-c\.frag-[0-9a-f]{8}", point("passes.color.shader-/a b/c.frag"))
    assert re.fullmatch(r"objects\.meshes-M-k-he-[0-9a-f]{8}", point('objects.meshes-"M/kühe"'))
    assert re.fullmatch(r"point-[0-9a-f]{8}", point("ä"))
    assert point("seed-1") == "seed-1"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('objects.meshes-"M/kühe"', 'objects.meshes-"M/kähe"'),
        ("objects.meshes-a/b", "objects.meshes-a-b"),
        ("objects.meshes-a/b", "objects.meshes-a b"),
        ("key-[1,[2,3]]", "key-[[1,2],3]"),
        ("key-{a: 1}", "key-{a:1}"),
        ("key-[a,b]", "key-a-b"),
        ("key-a_", "key-a"),
        ("key-__xfc__", "key-__xe4__"),
        ("ä", "ö"),
    ],
)
def test_two_points_never_share_a_folder(one, other):
    assert point(one) != point(other)
    assert point(one) == point(one)


def test_the_name_of_a_point_is_short_and_its_own():
    one, two = (point("key-value_" * 30 + f"seed-{seed}") for seed in (1, 2))
    assert one != two
    assert len(one) == len(two) < 200
    assert one == point("key-value_" * 30 + "seed-1")
