"""Tests of --cfg and --help of programs under Hydra: what is shown is what a run gets; with --json it is one object."""

import json
import sys

import pytest
import yaml

from raster.generate import main
from raster.run.config import load_config

pytestmark = pytest.mark.slow


@pytest.fixture
def shown(monkeypatch, capsys):
    """A function: what the program prints on standard output for these words."""

    def run(*words: str) -> str:
        monkeypatch.setattr(sys, "argv", ["generate", *words])
        main()
        return capsys.readouterr().out

    return run


def test_the_configuration_is_shown_as_a_run_gets_it(shown):
    """Keys as they were written, and nothing of components that are not chosen."""
    words = ["preset=fast", "randomizers=[objects]", "objects.classes={Ünï/*: mug}"]
    plain = yaml.safe_load(shown(*words, "--cfg", "job"))
    expected = load_config(words)
    resolved = {key: expected[key] for key in ("detail", "writers")}  # "auto", and the names of ${layers}
    assert plain | {"size": [256, 256]} | resolved == expected
    assert yaml.safe_load(shown(*words, "--cfg", "job", "--package", "objects.classes")) == {"Ünï/*": "mug"}
    assert "Ünï/*: mug" in shown(*words, "--cfg", "all")


@pytest.mark.parametrize("what", ["job", "all"])
def test_what_a_run_refuses_is_refused(what, told):
    assert told("+classes={cube: box}", "--cfg", what).startswith("classes: there is no such key")


def test_a_package_that_there_is_not(told):
    assert told("--cfg", "job", "--package", "foo") == "--package foo: there is no such key"


def test_json_is_one_object_whatever_is_asked_for(shown):
    expected = {"device": None, "also": [], "pipeline": None}
    assert json.loads(shown("--json", "--cfg", "job", "--package", "gl")) == {"configuration": expected}
    assert json.loads(shown("--json", "--help")) == {}
