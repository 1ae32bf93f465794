"""Tests of what Python and GLSL share: structs by the rules of std430, constants, and which file draws which texture."""

import re

import numpy as np
import pytest

from raster.rendering.gpu_structs import CAMERA, INSTANCE, INSTANCE_LAYOUT, LIGHT, METER, MORPH, VIEW
from raster.rendering.shader_constants import SHADER_CONSTANTS
from raster.rendering.shader_variants import PAINT_NUMBERS, PAINTS
from raster.scene.lights import MAX_LIGHTS
from raster.scene.materials import MAPPINGS, MARKINGS, PAINT_OF_TEXTURE, PROCEDURAL, TEXTURES
from raster.system.paths import SHADERS

GLSL = {path: path.read_text() for path in sorted(SHADERS.rglob("*")) if path.is_file()}
# std430: alignment and size in bytes (OpenGL 4.6, 7.6.2.2), and NumPy's type and shape of the same.
STD430 = {
    "float": (4, 4, np.float32, ()), "int": (4, 4, np.int32, ()), "uint": (4, 4, np.uint32, ()),
    "vec2": (8, 8, np.float32, (2,)), "vec3": (16, 12, np.float32, (3,)), "vec4": (16, 16, np.float32, (4,)),
    "mat4": (16, 64, np.float32, (4, 4)),
}  # fmt: skip


def glsl_struct(name: str) -> tuple[dict[str, tuple[int, np.dtype]], int]:
    """Offset and type of each member of a struct, and the stride of an array of it, by the rules of std430."""
    members, at, widest = {}, 0, 1
    (body,) = [found[1] for text in GLSL.values() if (found := re.search(rf"struct {name} \{{(.*?)\}};", text, re.S))]
    for kind, names in re.findall(r"(\w+) ([^;]+);", re.sub(r"//.*", "", body)):
        for member, count in re.findall(r"(\w+)(?:\[(\d+)\])?", names):
            align, size, number, shape = STD430[kind]
            if count:
                align = max(align, size)
                size, shape = -(-size // align) * align * int(count), (int(count), *shape)
            at = -(-at // align) * align
            members[member], at, widest = (at, np.dtype((number, shape))), at + size, max(widest, align)
    return members, -(-at // widest) * widest


@pytest.mark.parametrize(
    ("name", "dtype"),
    [("Instance", INSTANCE), ("View", VIEW), ("Light", LIGHT), ("Morph", MORPH), ("Camera", CAMERA), ("Meter", METER)],
)
def test_each_member_has_one_name_offset_and_type_on_both_sides(name, dtype):
    members, stride = glsl_struct(name)
    assert list(members) == list(dtype.names)
    assert members == {name: (offset, kind) for name, (kind, offset) in dtype.fields.items()}
    assert dtype.itemsize == stride


def test_vertex_attributes_of_an_instance_are_its_row():
    """Four numbers each, in order; named by the first member that they hold."""
    first = {16 * k: name for k, name in enumerate(INSTANCE_LAYOUT)}
    assert INSTANCE.itemsize == 16 * len(first)
    starts = {name: offset for name, (_, offset) in INSTANCE.fields.items()}
    told = {"world_x": "world_from_object", "texture_x": "texture_from_object", "color_specular": "color",
            "color2_shininess": "color2", "finish": "metallic", "ids": "scene", "bits": "morph"}  # fmt: skip
    assert {first[starts[member]]: member for member in told.values()} == told
    kinds = {name: "u" if INSTANCE.fields[member][0].base == np.uint32 else "f" for name, member in told.items()}
    assert all(INSTANCE_LAYOUT[name] == f"4{kind}" for name, kind in kinds.items())
    text = GLSL[SHADERS / "include/instance.glsl"]
    declared = re.findall(r"in (u?)vec4 (\w+);", text)
    assert [(name, f"4{'u' if kind else 'f'}") for kind, name in declared] == list(INSTANCE_LAYOUT.items())


def test_constants_say_what_the_tables_say():
    assert [int(SHADER_CONSTANTS[f"TEXTURE_{name.upper()}"].rstrip("u")) for name in TEXTURES] == list(range(len(TEXTURES)))
    assert [int(SHADER_CONSTANTS[f"MAPPING_{n.upper()}"].rstrip("u")) for n in (*MAPPINGS, "screen")] == [0, 1, 2]
    assert int(SHADER_CONSTANTS["MAX_LIGHTS"]) == MAX_LIGHTS


def test_no_shader_states_a_number_that_python_gives_it():
    """No constant of its own under such a name, no binding as a number; and every constant is used by a shader."""
    names, used = set(SHADER_CONSTANTS), set()
    for path, text in GLSL.items():
        code = re.sub(r"//.*", "", text)
        assert not re.search(rf"(const \w+|#define) ({'|'.join(names)})\b", code), path
        # jpeg.comp writes to image unit 0, the only one.
        assert not re.search(r"binding = \d", re.sub(r"layout\(binding = 0, r8\)", "", code)), path
        used |= names & set(re.findall(r"\w+", code))
    unused = names - used
    named_by_no_code = {
        "TEXTURE_FLAT",
        "TEXTURE_IMAGE",
        "TEXTURE_BASE_COLOR",
        "TEXTURE_GRADIENT_NOISE",
        "TEXTURE_SMUDGES",
        "MAPPING_UV",
    }
    assert unused <= named_by_no_code


def test_each_texture_is_drawn_by_the_shader_of_its_paint():
    """The file of its paint is the only one of the paints that names it, unless its formula is what is left without a name."""
    for number, name in enumerate(TEXTURES):
        word = rf"\bTEXTURE_{name.upper()}\b"
        naming = {paint for paint in PAINTS if re.search(word, GLSL[SHADERS / "include" / f"paint_{paint}.glsl"])}
        assert naming <= {PAINT_OF_TEXTURE[name]}, name
        assert PAINTS[PAINT_NUMBERS[number]] == PAINT_OF_TEXTURE[name]
    assert set(PROCEDURAL) | set(MARKINGS) | {"image", "base_color", "backdrop", "photograph"} == set(TEXTURES)
