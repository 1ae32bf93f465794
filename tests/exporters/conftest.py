"""Fixtures: source, a data set of six fake images with instances; export, which runs the program; made: some exports."""

from collections.abc import Callable
from pathlib import Path

import pytest
from made_exports import FORMATS
from sets_with_instances import export_here, set_with_instances, set_with_keypoints


@pytest.fixture(scope="session")
def source(tmp_path_factory) -> Path:
    """The folder of a data set, which no test changes."""
    return set_with_instances(tmp_path_factory.mktemp("source") / "set")


@pytest.fixture
def export(tmp_path, source) -> Callable[..., str]:
    """A function: export the data set with these words into the folder `to` of tmp_path, or be refused with a code."""

    def run(*words: str, code: int = 0) -> str:
        return export_here(tmp_path, source, *words, code=code)

    return run


@pytest.fixture(scope="session")
def with_keypoints(tmp_path_factory) -> Path:
    """The folder of a set with keypoints, which no test changes."""
    return set_with_keypoints(tmp_path_factory.mktemp("keypoints") / "set")


@pytest.fixture
def made(tmp_path, with_keypoints) -> Callable[[str], Path]:
    """A function: the folder of an export in one of FORMATS, whose files are its own."""

    def make(name: str) -> Path:
        words = FORMATS[name].split()
        copies = [] if name in ("voc", "tars", "hub") else ["images=copy"]
        export_here(tmp_path, with_keypoints, *words, *copies, f"to={name}")
        return tmp_path / name

    return make
