"""Fixture: a cache of layouts for each test."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> Path:
    """The cache of this test alone."""
    monkeypatch.setenv("RASTER_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "layouts"
