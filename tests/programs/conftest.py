"""Fixtures: out, a folder; ended, told and given, which run raster.generate; made, a data set; again, its images redrawn."""

import sys
from pathlib import Path
from typing import Any

import pytest
from drawn_sets import SMALL
from programs import complaint, generate
from usual_configuration import configure

import raster
from raster.generate import main


@pytest.fixture
def out(tmp_path) -> Path:
    return tmp_path / "set"


@pytest.fixture
def ended(monkeypatch, capsys):
    """A function: run the program, which has to refuse; its line."""
    monkeypatch.setenv("HYDRA_FULL_ERROR", "0")

    def run() -> str:
        with pytest.raises(SystemExit) as end:
            main()
        line = complaint(capsys.readouterr().err)
        assert end.value.code == 2
        assert line.startswith("error: ")
        return line.removeprefix("error: ").strip()

    return run


@pytest.fixture
def told(monkeypatch, ended, out):
    """A function: what the program says to these words of a command line."""

    def run(*overrides: str) -> str:
        monkeypatch.setattr(sys, "argv", ["generate", f"out={out}", "n=2", "size=32", *overrides])
        line = ended()
        assert not out.exists()
        return line

    return run


@pytest.fixture
def given(monkeypatch, ended, out):
    """A function: what the program says to changed values."""

    def run(changes: dict[str, Any]) -> str:
        configure(monkeypatch, {"out": str(out), **changes})
        line = ended()
        assert not out.exists()
        return line

    return run


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A data set of four images."""
    folder = tmp_path_factory.mktemp("made") / "set"
    with pytest.MonkeyPatch.context() as monkeypatch:
        configure(monkeypatch, {"out": str(folder)})
        main()
    assert (folder / "valid.txt").exists()
    return folder


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    """The set that others are held against."""
    folder = tmp_path_factory.mktemp("base")
    generate(folder, *SMALL, "out=set")
    return folder / "set"


@pytest.fixture(scope="module")
def again(made):
    """The set's images, drawn again one at a time."""
    source = raster.open(made, ["batch=1"])
    yield source
    source.release()
