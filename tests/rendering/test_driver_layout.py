"""Tests of what gpu_structs writes against the layout that the driver reads, in storage buffers and in uniform blocks."""

import ctypes

import pytest
from contexts import open_context

from raster.gl.context import gl_function
from raster.gl.program import compile_program
from raster.rendering.gpu_structs import LIGHT, MORPH, VIEW
from raster.rendering.shader_constants import SHADER_CONSTANTS, with_tables

GL_UNIFORM, GL_BUFFER_VARIABLE, GL_OFFSET, GL_TOP_LEVEL_ARRAY_STRIDE = 0x92E1, 0x92E5, 0x92FC, 0x930D
NOT_USED = 0xFFFFFFFF


@pytest.fixture
def asked():
    """A function: (constants, kind of variable, questions, names) -> {name: answers}, of those that pbr.frag uses."""
    ctx = open_context()

    def ask(constants, kind: int, questions: list[int], names: list[str]) -> dict[str, list[int]]:
        i, p = ctypes.c_int, ctypes.c_void_p
        index_of = gl_function(ctx, "glGetProgramResourceIndex", ctypes.c_uint, i, i, ctypes.c_char_p)
        values_of = gl_function(ctx, "glGetProgramResourceiv", None, i, i, ctypes.c_uint, i, p, i, p, p)
        linked = compile_program(ctx, "scene.vert", "pbr.frag", {"paint.glsl": "paint_plain.glsl"}, constants)
        many, found = len(questions), {}
        for name in names:
            for spelled in (name, f"{name}[0]"):  # the driver names an array by its first element
                number = index_of(linked.glo, kind, spelled.encode())
                if number != NOT_USED:
                    answers, wanted = (ctypes.c_int * many)(), (ctypes.c_uint * many)(*questions)
                    values_of(linked.glo, kind, number, many, wanted, many, None, answers)
                    found[name] = list(answers)
        linked.release()
        return found

    return ask


@pytest.mark.parametrize(("array", "dtype", "used"), [("views", VIEW, 24), ("lights", LIGHT, 6), ("morphs", MORPH, 12)])
def test_the_driver_reads_what_numpy_writes(asked, array, dtype, used):
    """Offset of each member that the colour pass uses, and the stride, as the linked program has them in storage buffers."""
    expected = {f"{array}[0].{member}": [offset, dtype.itemsize] for member, (_, offset) in dtype.fields.items()}
    found = asked(SHADER_CONSTANTS, GL_BUFFER_VARIABLE, [GL_OFFSET, GL_TOP_LEVEL_ARRAY_STRIDE], list(expected))
    assert found == {name: expected[name] for name in found}
    assert len(found) == used


@pytest.mark.parametrize(("array", "dtype"), [("views", VIEW), ("lights", LIGHT)])
def test_the_driver_reads_what_numpy_writes_into_uniform_blocks(asked, array, dtype):
    """The same of the first two rows of a block."""
    expected = {
        f"{array}[{row}].{member}": [offset + row * dtype.itemsize]
        for member, (_, offset) in dtype.fields.items() for row in (0, 1)
    }  # fmt: skip
    found = asked(with_tables(8), GL_UNIFORM, [GL_OFFSET], list(expected))
    assert found == {name: expected[name] for name in found}
    assert len(found) >= 2 * len(dtype.fields) - 2
