"""instantiate: makes what Hydra makes, fails as Hydra fails, and calls nothing that Hydra would refuse."""

import pickle

import pytest
from hydra.errors import InstantiationException
from hydra.utils import instantiate as by_hydra
from omegaconf import OmegaConf

from raster.run import instantiate as module
from raster.run.instantiate import instantiate
from raster.system.paths import CONF

FILES = sorted(path for group in ("solids", "randomizers", "passes", "annotations") for path in CONF.glob(f"{group}/*.yaml"))
CAMERA = {"_target_": "raster.randomizers.camera.Camera", "fov_deg": [30, 40]}


def described(path) -> dict:
    content = OmegaConf.to_container(OmegaConf.load(path))[path.stem]
    return {key: value for key, value in content.items() if key != "proportions"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_makes_what_hydra_makes(path):
    made, expected = instantiate(described(path)), by_hydra(described(path), _convert_="all")
    assert type(made) is type(expected)
    assert pickle.dumps(made) == pickle.dumps(expected)


def test_what_is_plain_is_made_without_hydra(monkeypatch):
    monkeypatch.setattr(module.hydra.utils, "instantiate", None)
    ranges = CAMERA["fov_deg"]
    assert instantiate(CAMERA).fov_deg == (30, 40)
    assert CAMERA["fov_deg"] is ranges


@pytest.mark.parametrize(
    "description",
    [
        {**CAMERA, "fov_dg": 3}, {**CAMERA, "fov_deg": "wide"}, {"_target_": "raster.randomizers.camera.Kamera"},
        {"_target_": "raster.nowhere.Camera"}, {"_target_": "raster"}, {"_target_": "raster.run.config.os"},
        {"_target_": 3}, {**CAMERA, "fov_deg": "${nowhere}"}, {**CAMERA, "fov_deg": "???"},
    ],
    ids=str,
)  # fmt: skip
def test_it_fails_as_hydra_does(description):
    with pytest.raises(Exception) as expected:  # noqa: PT011  (whatever it is)
        by_hydra(description, _convert_="all")
    with pytest.raises(type(expected.value)) as found:
        instantiate(description)
    assert str(found.value) == str(expected.value)
    assert repr(found.value.__cause__) == repr(expected.value.__cause__)


def test_what_hydra_refuses_to_call_is_not_called(monkeypatch):
    called = []
    monkeypatch.setattr("os.system", called.append)
    with pytest.raises(InstantiationException):
        instantiate({"_target_": "raster.run.config.os.system", "command": "true"})
    assert called == []
    with pytest.raises(ValueError, match="is no part of raster"):
        module._own("raster.generate.ExitStack")


def test_a_part_below_is_made_too():
    made = instantiate({**CAMERA, "fov_deg": {"_target_": "builtins.list"}, "_partial_": True})
    assert made.func.__name__ == "Camera"
