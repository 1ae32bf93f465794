"""Tests of raster.run.preset_options: what a preset says of a component that is not chosen counts for nothing."""

import pytest

from raster.errors import InputError
from raster.run.config import load_config
from raster.run.setup import build_setup


@pytest.mark.parametrize("preset", ["default", "fast", "movi_a", "[default,fast]"])
def test_randomizers_that_are_not_chosen(preset):
    few = ["randomizers=[objects,lights]", f"preset={preset}"]
    assert set(load_config(few)["randomizers"]) == {"objects", "lights"}
    assert list(build_setup(load_config(few)).sampler.randomizers) == ["objects", "lights"]


@pytest.mark.parametrize("given", ["randomizers.camera.fov_deg=31", "++randomizers.camera={fov_deg: 31}"])
def test_what_the_user_says_of_one_is_refused(given):
    with pytest.raises(InputError, match=r"^randomizers\.camera=.*'fov_deg': 31.*expected _target_"):
        build_setup(load_config(["randomizers=[objects,lights]", given]))


def test_solids_that_are_not_chosen():
    few = ["solids=[torus]", "size=16", "randomizers=[objects]"]
    assert build_setup(load_config(few)).classes == ("background", "torus")
    for name, plus in (("cube", ""), ("cone", "+")):
        for value in ([0.5, 1], [0.7, 1]):  # the second is what the default says of cubes
            with pytest.raises(InputError, match=rf"^solids\.{name}=\{{'proportions': \[{value[0]}, 1\]\}}: expected _target_"):
                build_setup(load_config([*few, f"{plus}solids.{name}.proportions={value}"]))


@pytest.mark.slow
def test_presets_of_the_users_own(tmp_path):
    """Alone, on top of the default, and beside one that is broken."""
    (tmp_path / "preset").mkdir()
    night = "# @package _global_\ndefaults: [default, _self_]\nrandomizers:\n  floor: {value: 0.2}\n  camera: {distance: 3}\n"
    (tmp_path / "preset" / "night.yaml").write_text(night)
    (tmp_path / "preset" / "broken.yaml").write_text("a: [")
    for preset in ("night", "[default,night]"):
        assert set(load_config(["randomizers=[objects]", f"preset={preset}"], tmp_path)["randomizers"]) == {"objects"}
        there = load_config([f"preset={preset}"], tmp_path)["randomizers"]
        assert (there["camera"]["distance"], there["camera"]["fov_deg"], there["surroundings"]["share"]) == (3, [22, 60], 0.5)


@pytest.mark.slow
@pytest.mark.parametrize(("said", "near"), [
    ("randomizers: {morph: {share: 0.5}}", "randomizers.morph: there is no such key; did you mean randomizers.morphs?"),
    ("randomizers: {framin: null}", "randomizers.framin: there is no such key; did you mean randomizers.framing?"),
    ("solids: {cub: {bevel: 0.1}}", "solids.cub: there is no such key; did you mean solids.cube?"),
    ("distractors: {coin: {sharp: 1}}", "distractors.coin: there is no such key; did you mean distractors.cone?"),
])  # fmt: skip
def test_a_misspelt_name_in_a_preset_is_refused(said, near, tmp_path):
    (tmp_path / "preset").mkdir()
    (tmp_path / "preset" / "mine.yaml").write_text(f"# @package _global_\ndefaults: [default, _self_]\n{said}\n")
    with pytest.raises(InputError) as error:
        load_config(["preset=mine"], tmp_path)
    assert str(error.value) == near
