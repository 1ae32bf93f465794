"""Fixtures: a drawn set with amodal annotations, another one, and the pages of the report of them."""

from pathlib import Path

import pytest
from drawn_sets import SMALL
from programs import generate_here, run_here


@pytest.fixture(scope="session")
def drawn(tmp_path_factory) -> Path:
    """24 images of three classes, 48 px, a fifth for validation."""
    folder = tmp_path_factory.mktemp("report")
    options = (
        "preset=fast",
        "+annotations=amodal",
        "randomizers.objects.count=[1,6]",
        "randomizers.objects.empty=0.2",
        "seed=5",
    )
    generate_here(folder, *SMALL, "out=set", *options)
    return folder / "set"


@pytest.fixture(scope="session")
def other(tmp_path_factory) -> Path:
    """A set of larger objects, without amodal annotations, and with a class of its own."""
    folder = tmp_path_factory.mktemp("report")
    options = ("out=larger", "preset=fast", "randomizers.camera.fov_deg=[14,18]", "solids=[cube,torus]")
    generate_here(folder, *SMALL, *options)
    return folder / "larger"


@pytest.fixture(scope="session")
def page(drawn) -> Path:
    """The page of `drawn`, beside it."""
    run_here(drawn.parent, "raster.report", "set", "file=set.html")
    return drawn.parent / "set.html"


@pytest.fixture(scope="session")
def both(drawn, other) -> Path:
    """The page of `drawn` with `other` laid over it."""
    run_here(drawn.parent, "raster.report", "set", f"compare={other}", "file=both.html")
    return drawn.parent / "both.html"
