"""Tests of raster.run.preset_options: what a preset says of a component that is not chosen counts for nothing."""

import pytest

from raster.errors import InputError
from raster.run.config import load_config
from raster.run.setup import build_setup


@pytest.mark.parametrize("preset", ["default", "fast", "movi_a"])
def test_randomizers_that_are_not_chosen(preset):
    few = ["randomizers=[objects,lights]", f"preset={preset}"]
    assert list(build_setup(load_config(few)).sampler.randomizers) == ["objects", "lights"]
    with pytest.raises(InputError, match=r"^randomizers\.camera=.*'fov_deg': 31.*expected _target_"):
        build_setup(load_config([*few, "++randomizers.camera={fov_deg: 31}"]))


def test_solids_that_are_not_chosen():
    few = ["solids=[torus]", "size=16", "randomizers=[objects]"]
    assert build_setup(load_config(few)).classes == ("background", "torus")
    with pytest.raises(InputError, match=r"^solids\.cube=\{'proportions': \[0\.5, 1\]\}: expected _target_"):
        build_setup(load_config([*few, "solids.cube.proportions=[0.5,1]"]))
    with pytest.raises(InputError, match=r"^solids\.cone=\{'proportions': \[0\.5, 1\]\}: expected _target_"):
        build_setup(load_config([*few, "+solids.cone.proportions=[0.5,1]"]))


def test_a_preset_of_the_users_own(tmp_path):
    (tmp_path / "preset").mkdir()
    night = tmp_path / "preset" / "night.yaml"
    night.write_text("# @package _global_\nrandomizers:\n  floor: {value: 0.2}\n")
    few = ["randomizers=[objects]", "size=16", "preset=night"]
    assert list(build_setup(load_config(few, tmp_path), tmp_path).sampler.randomizers) == ["objects"]
    plain = load_config(few, tmp_path)
    night.write_text("a: [")
    with pytest.raises(InputError, match=r"night\.yaml: cannot be read"):
        build_setup(plain, tmp_path)
