"""Tests of raster.run.quick_yaml: what it reads in all files of conf/ and in odd values is what OmegaConf reads without it."""

import pytest
import yaml
from omegaconf import OmegaConf, _utils

from raster.run.quick_yaml import quick_yaml
from raster.system.paths import CONF

ODD = "[1_000, 1e3, 1.5e-3, .5, 0x1F, 0o17, 017, 12:30:00, 2020-01-01, yes, No, null, ~, '1', .inf, 'ä', \"\\u00e4\"]"


def test_all_files_of_the_package_read_the_same():
    usual = _utils.get_yaml_loader
    for path in sorted(CONF.rglob("*.yaml")):
        expected = OmegaConf.load(path)
        with quick_yaml():
            assert OmegaConf.to_yaml(OmegaConf.load(path)) == OmegaConf.to_yaml(expected), path
    assert _utils.get_yaml_loader is usual


def test_odd_values_read_the_same(tmp_path):
    path = tmp_path / "odd.yaml"
    path.write_text(f"a: {ODD}\nb: {{c: &x [1], d: *x}}\n")
    expected = OmegaConf.to_container(OmegaConf.load(path))
    with quick_yaml():
        found = OmegaConf.to_container(OmegaConf.load(path))
    assert repr(found) == repr(expected)


def test_a_key_that_comes_twice_is_refused_too(tmp_path):
    (tmp_path / "twice.yaml").write_text("a: 1\na: 2\n")
    with quick_yaml(), pytest.raises(yaml.constructor.ConstructorError, match="duplicate key a"):
        OmegaConf.load(tmp_path / "twice.yaml")


def test_without_libyaml_all_stays_as_it_is(monkeypatch):
    usual = _utils.get_yaml_loader
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    with quick_yaml():
        assert _utils.get_yaml_loader is usual
