"""Tests of shader programs: includes, and errors with file and line."""

import shutil
from itertools import product
from pathlib import Path

import pytest
from contexts import open_context

from raster.errors import InputError
from raster.gl import program
from raster.gl.program import compile_compute, compile_program, define, explain, includes, load
from raster.rendering.shader_constants import SHADER_CONSTANTS
from raster.rendering.shader_variants import PAINTS
from raster.system.paths import SHADERS

PLAIN = {"paint.glsl": "paint_plain.glsl"}
FLAT = """// A colour.
#version 430
#include "scene.glsl"
layout(location = 0) out vec4 color;

void main() {
    color = vec4(COLOR);
}
"""


@pytest.fixture(scope="module")
def ctx():
    return open_context()


@pytest.fixture
def shaders(tmp_path, monkeypatch):
    """A copy of shaders/, to be damaged, which is used in its place."""
    copy = shutil.copytree(SHADERS, tmp_path / "shaders")
    monkeypatch.setattr(program, "SHADERS", copy)
    return copy


def refusal(ctx, vertex, fragment) -> str:
    with pytest.raises(InputError) as refused:
        compile_program(ctx, str(vertex), str(fragment), PLAIN, SHADER_CONSTANTS)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def line_of(text: str, part: str) -> int:
    return 1 + next(i for i, line in enumerate(text.splitlines()) if part in line)


# --- Loading


def test_includes_are_pasted_once_and_lines_keep_their_numbers(shaders):
    include = shaders / "include"
    (include / "a.glsl").write_text('// a\n#include "b.glsl"\nconst int A = B;\n')
    (include / "b.glsl").write_text("// b\nconst int B = 1;\n")
    main = shaders / "main.frag"
    main.write_text('// main\n#version 430\n  #include "a.glsl"\n#include "b.glsl"\nint last;\n')
    files = []
    lines = load(main, files)
    assert files == [main, include / "a.glsl", include / "b.glsl"]
    expected = ["// main", "#version 430", "// a", "// b", "const int B = 1;", "const int A = B;", "int last;"]
    assert [text for text, _, _ in lines] == expected
    for text, path, number in lines:
        assert path.read_text().splitlines()[number - 1] == text


def test_files_that_include_each_other_end(shaders):
    (shaders / "include" / "a.glsl").write_text('#include "b.glsl"\nint a;\n')
    (shaders / "include" / "b.glsl").write_text('#include "a.glsl"\nint b;\n')
    assert [text for text, _, _ in load(shaders / "include" / "a.glsl", [])] == ["int b;", "int a;"]


FRAGMENTS = sorted(str(path.relative_to(SHADERS)) for path in SHADERS.glob("**/*.frag"))


@pytest.mark.parametrize("name", FRAGMENTS)
def test_every_shader_of_the_project_compiles(ctx, name):
    """With each paint, and with and without shadows, where it has them; each with the vertex shader that it is for."""
    vertex = "scene.vert" if includes(name, "surface.glsl") else "shadow.vert" if name == "shadow.frag" else "post/screen.vert"
    vertex = "post/screen.vert" if name == "post/jpeg.frag" else vertex
    vertex = "occlusion/screen.vert" if name in ("occlusion/horizons.frag", "occlusion/blur.frag") else vertex
    paints = PAINTS if name == "background.frag" else PAINTS[:3] if includes(name, "paint.glsl") else PAINTS[:1]
    for paint, shadow in product(paints, ("shadow.glsl", "no_shadow.glsl") if includes(name, "shadow.glsl") else ("",)):
        made = compile_program(
            ctx, vertex, name, {"paint.glsl": f"paint_{paint}.glsl", "shadow.glsl": shadow}, SHADER_CONSTANTS
        )
        assert ("position" in made) == (Path(vertex).name != "screen.vert")
        made.release()


def test_every_compute_shader_of_the_project_compiles(ctx):
    names = [str(path.relative_to(SHADERS)) for path in SHADERS.glob("**/*.comp")]
    assert names
    for name in names:
        compile_compute(ctx, name, SHADER_CONSTANTS).release()


def test_an_include_takes_the_place_of_another(shaders):
    (shaders / "include" / "a.glsl").write_text("int a;\n")
    (shaders / "include" / "b.glsl").write_text("int b;\n")
    main = shaders / "main.frag"
    main.write_text('#include "a.glsl"\nint last;\n')
    assert [text for text, _, _ in load(main, [], {"a.glsl": "b.glsl"})] == ["int b;", "int last;"]
    assert [text for text, _, _ in load(main, [], {"c.glsl": "b.glsl"})] == ["int a;", "int last;"]


def test_a_pass_is_drawn_by_paint_if_it_or_what_it_includes_does(shaders):
    assert includes("pbr.frag", "paint.glsl")
    assert not includes("class_id.frag", "paint.glsl")
    (shaders / "include" / "deep.glsl").write_text('#include "paint.glsl"\n')
    (shaders / "main.frag").write_text('#include "deep.glsl"\n')
    assert includes("main.frag", "paint.glsl")


def test_an_absolute_path_is_taken_as_it_is(ctx, tmp_path):
    mine = tmp_path / "mine.frag"
    mine.write_text(FLAT.replace("COLOR", "float(MAX_LIGHTS)"))
    compile_program(ctx, "scene.vert", str(mine), constants=SHADER_CONSTANTS).release()


def test_constants_come_after_the_version_and_bear_its_line(ctx):
    path = Path("a.frag")
    lines = [("// a", path, 1), ("#version 430", path, 2), ("int last;", path, 3)]
    defined = define(lines, {"A": "1u", "B": "2"})
    assert defined == [*lines[:2], ("#define A 1u", path, 2), ("#define B 2", path, 2), lines[2]]
    assert define(lines[2:], {"A": "1"}) == [("#define A 1", path, 3), lines[2]]
    assert define(lines, {}) == lines


def test_constants_reach_both_shaders(ctx, tmp_path):
    vertex, fragment = tmp_path / "a.vert", tmp_path / "a.frag"
    vertex.write_text("// A point.\n#version 430\nvoid main() { gl_Position = vec4(LEFT, 0.0, 0.0, 1.0); }\n")
    fragment.write_text("// A colour.\n#version 430\nout vec4 color;\nvoid main() { color = vec4(LEFT); }\n")
    compile_program(ctx, str(vertex), str(fragment), constants={"LEFT": "0.5"}).release()
    with pytest.raises(InputError, match=rf"^{vertex}:3: .*LEFT"):
        compile_program(ctx, str(vertex), str(fragment))


# --- Errors


def test_a_missing_shader_is_named(ctx, tmp_path):
    said = refusal(ctx, "scene.vert", tmp_path / "none.frag")
    assert said.startswith(f"{tmp_path / 'none.frag'}: cannot read this shader (No such file or directory)")
    assert str(SHADERS) in said


def test_a_missing_include_is_named(ctx, tmp_path):
    mine = tmp_path / "mine.frag"
    mine.write_text(FLAT.replace("scene.glsl", "fog.glsl"))
    assert refusal(ctx, "scene.vert", mine).startswith(f"{SHADERS / 'include' / 'fog.glsl'}: cannot read this shader")


def test_an_error_has_its_file_and_line(ctx, tmp_path):
    """Behind an include, so that lines of the pasted text and of the file differ."""
    mine = tmp_path / "mine.frag"
    mine.write_text(FLAT.replace("COLOR", "nowhere"))
    said = refusal(ctx, "scene.vert", mine)
    assert said.startswith(f"{mine}:7: ")
    assert "nowhere" in said


def test_an_error_before_the_includes_has_its_line(ctx, tmp_path):
    mine = tmp_path / "mine.frag"
    mine.write_text('// A colour.\n#version 430\n\nint broken = 1.5.5;\n#include "scene.glsl"\nvoid main() {}\n')
    assert refusal(ctx, "scene.vert", mine).startswith(f"{mine}:4: ")


@pytest.mark.parametrize("name", ["light.glsl", "srgb.glsl"])
def test_an_error_in_an_include_has_the_includes_file_and_line(ctx, shaders, name):
    path = shaders / "include" / name
    text = path.read_text() + "\nfloat wrong() {\n    return missing_thing;\n}\n"
    path.write_text(text)
    said = refusal(ctx, "scene.vert", "phong.frag")
    assert said.startswith(f"{path}:{line_of(text, 'missing_thing')}: ")
    assert "missing_thing" in said


def test_an_error_in_the_vertex_shader_is_not_blamed_on_the_fragment_shader(ctx, shaders):
    path = shaders / "scene.vert"
    text = path.read_text().replace("gl_Layer = scene;", "gl_Layer = scenery;")
    path.write_text(text)
    assert refusal(ctx, "scene.vert", "class_id.frag").startswith(f"{path}:{line_of(text, 'scenery')}: ")


def test_what_does_not_link_names_both_files(ctx, tmp_path):
    mine = tmp_path / "mine.frag"
    mine.write_text("// .\n#version 430\nin vec3 smell;\nout vec4 color;\nvoid main() { color = vec4(smell, 1.0); }\n")
    said = refusal(ctx, "scene.vert", mine)
    assert said.startswith(f"{SHADERS / 'scene.vert'} and {mine} do not link: ")
    assert "smell" in said


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("0:12(5): error: `x' undeclared", "error: `x' undeclared"),
        ("0(12) : error C1503: undefined variable x", "error C1503: undefined variable x"),
        ("ERROR: 0:12: 'x' : undeclared identifier", "'x' : undeclared identifier"),
    ],
)
def test_logs_of_all_drivers_are_understood(line, words):
    vertex = [("", Path("v.vert"), n) for n in range(1, 30)]
    fragment = [("", Path("a.frag"), n) for n in range(1, 9)] + [("", Path("b.glsl"), n) for n in range(1, 9)]
    log = f"GLSL Compiler failed\n\nfragment_shader\n===============\n0:3(1): warning: unused\n{line}\n"
    assert explain(log, vertex, fragment) == f"b.glsl:4: {words}"
