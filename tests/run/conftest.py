"""nothing_current: a fixture for tests that open OpenGL as a program of its own would."""

from collections.abc import Iterator

import pytest

from raster.gl.current import Current, make_current, restored


@pytest.fixture
def nothing_current() -> Iterator[None]:
    """Other tests of this process keep OpenGL in the main thread: it is put aside."""
    with restored():
        make_current(Current(None, None, None, None))
        yield
