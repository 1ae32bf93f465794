"""free_memory: how many bytes a GPU has free, where its driver says so."""

import ctypes

import moderngl

from raster.gl.context import gl_function

# GL_NVX_gpu_memory_info and GL_ATI_meminfo: one number of kilobytes, and the first of four.
QUERIES = {"GL_NVX_gpu_memory_info": 0x9049, "GL_ATI_meminfo": 0x87FC}


def free_memory(context: moderngl.Context) -> int | None:
    """Bytes that are free on the GPU of a context, which must be current; None if the driver does not say."""
    for extension, name in QUERIES.items():
        if extension in context.extensions:
            kilobytes = (ctypes.c_int * 4)()
            gl_function(context, "glGetIntegerv", None, ctypes.c_uint, ctypes.c_void_p)(name, kilobytes)
            return 1024 * int(kilobytes[0])
    return None
