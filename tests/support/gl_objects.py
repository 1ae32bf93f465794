"""alive: how many GL objects of each kind there are."""

import ctypes

import moderngl

from raster.gl.context import gl_function

KINDS = ("Buffer", "Texture", "VertexArray", "Framebuffer")


def alive(ctx: moderngl.Context, kinds: tuple[str, ...] = KINDS) -> dict[str, int]:
    """Count by kind, of names below 3000."""
    found = {}
    for kind in kinds:
        exists = gl_function(ctx, f"glIs{kind}", ctypes.c_ubyte, ctypes.c_uint)
        found[kind] = sum(exists(name) for name in range(1, 3000))
    return found
