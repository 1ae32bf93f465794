"""Fixtures: what takes pictures made by hand, what makes renderers, and solids that look the same at any size."""

from collections.abc import Iterator
from functools import partial

import pytest
from contexts import open_context
from post_processed import take

from raster.assets.catalog import Catalog
from raster.gl.functions import GLFunctions
from raster.rendering.renderer import Renderer
from raster.solids.cube import cube
from raster.solids.pyramid import pyramid
from raster.solids.tetrahedron import tetrahedron


@pytest.fixture(scope="module")
def taken():
    """A function: linear pictures (B, H + 2 rows, W + 2 columns, 3), and what lens and sensor do -> layers."""
    ctx = open_context()
    return partial(take, ctx, GLFunctions(ctx))


@pytest.fixture(scope="module")
def flat() -> Catalog:
    """A catalog of solids that have one level of detail, so that they look the same at any size."""
    return Catalog({"cube": cube(), "pyramid": pyramid(), "tetrahedron": tetrahedron()})


@pytest.fixture(scope="module")
def made() -> Iterator:
    """A function that makes renderers, which are released afterwards."""
    renderers = []

    def make(*arguments, **options) -> Renderer:
        renderers.append(Renderer(*arguments, **options))
        return renderers[-1]

    yield make
    for renderer in renderers:
        renderer.release()
