"""Fixtures: source, a data set of six fake images with instances; export, which runs the program beside it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sets_with_instances import export_here, set_with_instances


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
