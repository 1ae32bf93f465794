"""open_context: an OpenGL context that stays in this thread, for tests that draw by hand."""

import moderngl

from raster.gl.context import _handles, current_context
from raster.gl.current import make_current


def open_context(device: int | None = None) -> moderngl.Context:
    """As current_context(), but until the thread ends: no other one can draw."""
    with current_context(device) as context:
        pass
    make_current(_handles[context])
    return context
