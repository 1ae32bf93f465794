"""Fixtures: a sound data set of six images, its files, and a copy to be damaged."""

import shutil
from pathlib import Path

import pytest
from fakes import build, contents


@pytest.fixture(scope="session")
def sound(tmp_path_factory) -> Path:
    """The folder of a complete data set of six images, which no test changes."""
    out = tmp_path_factory.mktemp("sound") / "set"
    build(out)
    return out


@pytest.fixture(scope="session")
def whole(sound) -> dict[str, bytes]:
    """The six images that every way of getting there has to end in: bytes by name."""
    return contents(sound)


@pytest.fixture
def out(tmp_path, sound) -> Path:
    """A copy of a valid data set of six images, to be damaged."""
    return Path(shutil.copytree(sound, tmp_path / "set"))
