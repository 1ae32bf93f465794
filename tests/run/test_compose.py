"""compose_file: what it keeps of an earlier composition changes nothing, whatever overrides follow, and files may change."""

import shutil

import pytest
from fuzzed_overrides import command_line
from hydra.errors import HydraException
from omegaconf import OmegaConf

from raster.errors import InputError
from raster.run import compose
from raster.run.check_overrides import checked
from raster.run.compose import compose_file
from raster.system.paths import CONF

LINES = [
    [
        "size=64",
        "preset=fast",
        "n=3",
        "randomizers.lens=null",
        "++randomizers.camera.fov_deg=30",
        "randomizers.camera.fov_deg=40",
    ],
    ["solids=[cube,torus]", "solids.cube.bevel=0.1", "+solids.cube.proportions=[0.9,1]", "solids@distractors=[cone]"],
    ["~randomizers.lens", "~solids.cube", "+randomizers.camera.wings=[0,0.1]", "gl.device=0"],
    ["randomizers={lens: {distorted: 1}}", "preset=[default,plain]", "passes/color=phong", "samples=${n}"],
]


def outcome(make, overrides: list[str]):
    """What a composition gives, or how it fails."""
    try:
        cfg = make("config", overrides)
    except HydraException as error:
        return type(error), str(error), type(error.__cause__), str(error.__cause__)
    return OmegaConf.to_container(cfg), OmegaConf.is_struct(cfg), OmegaConf.get_type(cfg), OmegaConf.is_struct(cfg.randomizers)


def anew(name: str, overrides: list[str]):
    """The whole composition by Hydra."""
    with compose._lock, compose._hydra_version():
        return compose._composed(name, overrides)


@pytest.mark.slow
def test_it_is_what_hydra_composes_as_a_whole():
    compose_file("config", ["preset=fast"])
    for line in LINES:
        expected = outcome(anew, line)
        assert outcome(compose_file, line) == expected, line
        assert outcome(compose_file, line) == expected, line  # now a part of it was kept


@pytest.mark.slow
def test_what_cannot_be_fails_alike():
    failed = 0
    for seed in range(20):
        try:
            line = checked(command_line(seed))
        except InputError:
            continue
        expected = outcome(anew, line)
        assert outcome(compose_file, line) == expected, line
        failed += isinstance(expected[0], type)
    assert failed > 1


def test_a_configuration_is_nobody_elses():
    compose_file("config")["solids"]["cube"]["bevel"] = 7
    assert compose_file("config")["solids"]["cube"]["bevel"] != 7


@pytest.mark.slow
def test_a_file_that_was_changed_is_read_again(tmp_path, monkeypatch):
    shutil.copytree(CONF, tmp_path / "conf")
    monkeypatch.setattr(compose, "CONF", tmp_path / "conf")
    before = compose_file("config")["solids"]["sphere"]["segments"]
    path = tmp_path / "conf" / "solids" / "sphere.yaml"
    path.write_text(path.read_text().replace(f"segments: {before}", f"segments: {before + 111}"))
    assert compose_file("config")["solids"]["sphere"]["segments"] == before + 111
