"""Fixtures: raster studio as a program, its page in a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from studio_program import running_studio, settled


@pytest.fixture(scope="module")
def work(tmp_path_factory) -> Path:
    """The folder that the program works in."""
    return tmp_path_factory.mktemp("work")


@pytest.fixture(scope="module")
def address(work, _cache, browser) -> Iterator[str]:
    """The address that the program prints, with images a little larger than coarse ones."""
    with running_studio(work, "preset=fast", "size=144") as found:
        yield found


@pytest.fixture
def page(address, open_page):
    """The page, with all images drawn."""
    opened = open_page(address, permissions=["clipboard-read", "clipboard-write"], accept_downloads=True)
    settled(opened.page)
    return opened.page
