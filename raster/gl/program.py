"""Shader programs from files: includes and constants go in, then it is compiled; errors name the file and the line."""

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import moderngl

from raster.errors import InputError
from raster.system.interrupts import interrupts_later
from raster.system.paths import SHADERS
from raster.system.regular_files import read_regular

_INCLUDE = re.compile(r'^\s*#include\s+"([^"]+)"\s*$')
# "0:12(5): error" (Mesa), "0(12) : error" (NVIDIA), "ERROR: 0:12:" (AMD, Intel): source number, line.
_PLACE = re.compile(r"(?:ERROR:\s*)?\b\d+[:(](\d+)(?:\(\d+\))?")
_NOTHING: Mapping[str, str] = MappingProxyType({})
_FINE = "GL_ARB_derivative_control"  # has dFdxFine and dFdyFine: differences within the row and the column of each pixel

Line = tuple[str, Path, int]  # its text, and the file and line where it stands


def load(path: Path, seen: list[Path], instead: Mapping[str, str] = _NOTHING) -> list[Line]:
    """The lines of a GLSL file with its includes pasted in, each file once.

    Includes are looked for in shaders/include/ and then beside the file. Every file that is read is appended to `seen`.
    instead: name of an include file -> name of the file that takes its place; variants of a shader differ in this.
    There are no #line directives: Mesa loses a file's number in some errors. InputError for a file that cannot be read.
    """
    try:
        text = read_regular(path).decode()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", error)
        raise InputError(f"{path}: cannot read this shader ({reason}); shaders are looked for in {SHADERS}") from None
    seen.append(path)
    lines: list[Line] = []
    for at, line in enumerate(text.splitlines() or [""], start=1):
        if not (found := _INCLUDE.match(line)):
            lines.append((line, path, at))
        elif (include := _included(instead.get(found[1], found[1]), path)) not in seen:
            lines += load(include, seen, instead)
    return lines


def _included(name: str, path: Path) -> Path:
    """The file that `path` includes: of shaders/include/, or one beside it, such as a shader of the user's own folder has."""
    include, beside = SHADERS / "include" / name, path.parent / name
    return beside if beside.is_file() and not include.is_file() else include


def define(lines: list[Line], constants: Mapping[str, str], extension: str = "") -> list[Line]:
    """The lines with `#define NAME VALUE` for each constant after the #version line, or on top where there is none.

    extension: name of one that is enabled there too, if the driver has it.
    """
    more = [*([f"#extension {extension} : enable"] * bool(extension)), *(f"#define {n} {v}" for n, v in constants.items())]
    at = next((number for number, (text, _, _) in enumerate(lines, start=1) if text.lstrip().startswith("#version")), 0)
    _, path, number = lines[max(at - 1, 0)]
    return [*lines[:at], *((text, path, number) for text in more), *lines[at:]]


def join(lines: list[Line]) -> str:
    """The source that the compiler gets."""
    return "\n".join(text for text, _, _ in lines)


def compile_program(
    ctx: moderngl.Context,
    vertex: str,
    fragment: str,
    instead: Mapping[str, str] = _NOTHING,
    constants: Mapping[str, str] = _NOTHING,
    around: tuple[str, str] | None = None,
) -> moderngl.Program:
    """The program of two files in shaders/ (absolute paths are taken as they are).

    instead: as in load, for the fragment shader. constants: as in define, for both. around: files of shaders/include/ for the
    vertex and the fragment shader; each has a main function that calls the shader's own one by the name main_of_shader.
    InputError names file and line.
    """
    fine = {} if _FINE in ctx.extensions else {"dFdxFine": "dFdx", "dFdyFine": "dFdy"}
    seen: tuple[list[Path], list[Path]] = ([], [])
    lines = load(SHADERS / vertex, seen[0]), load(SHADERS / fragment, seen[1], instead)
    if around is not None:
        constants = {**constants, "main": "main_of_shader"}
        for shader, files, name in zip(lines, seen, around, strict=True):
            shader += load(SHADERS / "include" / name, files, instead)
    lines = define(lines[0], constants), define(lines[1], {**constants, **fine}, _FINE)
    try:
        with interrupts_later():  # moderngl ends with a segmentation fault when one is raised in it
            return ctx.program(vertex_shader=join(lines[0]), fragment_shader=join(lines[1]))
    except moderngl.Error as error:
        raise InputError(explain(str(error), *lines)) from None


def compile_compute(ctx: moderngl.Context, name: str, constants: Mapping[str, str] = _NOTHING) -> moderngl.ComputeShader:
    """The compute program of a file in shaders/; constants as in define. InputError names file and line."""
    lines = define(load(SHADERS / name, []), constants)
    try:
        with interrupts_later():  # as above
            return ctx.compute_shader(join(lines))
    except moderngl.Error as error:
        raise InputError(explain(str(error), lines, lines)) from None


def explain(log: str, vertex: list[Line], fragment: list[Line]) -> str:
    """The first error in a compiler's log as one line, with the file's name and line in front.

    vertex, fragment: the lines that were compiled. An error without a line number is one of linking: both files are named.
    """
    lines = vertex if "vertex_shader" in log else fragment
    for line in log.splitlines():
        place = _PLACE.search(line)
        if place and "error" in line.lower() and 0 < int(place[1]) <= len(lines):
            _, path, at = lines[int(place[1]) - 1]
            return f"{path}:{at}: {line[place.end() :].strip(' :)')}"
    return f"{vertex[0][1]} and {fragment[0][1]} do not link: {' '.join(log.split())}"


def includes(fragment: str, name: str) -> bool:
    """Whether a shader includes shaders/include/NAME, directly or through another file. InputError for an unreadable one."""
    seen: list[Path] = []
    load(SHADERS / fragment, seen)
    return SHADERS / "include" / name in seen


def set_uniform(program: moderngl.Program | moderngl.ComputeShader, name: str, value: Any) -> bool:
    """Give a uniform a value. False if the program has no such uniform: compilers remove those that are not used."""
    member = program.get(name, None)
    if isinstance(member, moderngl.Uniform):
        member.value = value
    return isinstance(member, moderngl.Uniform)
