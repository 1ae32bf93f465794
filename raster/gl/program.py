"""Shader programs from files: load, resolve #include, compile, and name file and line when that fails."""

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import moderngl

from raster.errors import InputError
from raster.system.paths import SHADERS

_INCLUDE = re.compile(r'^\s*#include\s+"([^"]+)"\s*$')
# "0:12(5): error" (Mesa), "0(12) : error" (NVIDIA), "ERROR: 0:12:" (AMD, Intel): source number, line.
_PLACE = re.compile(r"(?:ERROR:\s*)?\b\d+[:(](\d+)(?:\(\d+\))?")

Line = tuple[str, Path, int]  # text, and where it stands: file and line


def load(path: Path, seen: list[Path], instead: Mapping[str, str] = MappingProxyType({})) -> list[Line]:
    """The lines of a GLSL file with its includes pasted in, each file once; seen grows by each.

    Includes are looked for in shaders/include/ and then beside the file.

    instead: include files that take the place of others, by name: variants of a shader that differ in a function.
    No #line directives: Mesa loses a file's number for some errors. InputError for a file that cannot be read.
    """
    try:
        text = path.read_text()
    except OSError as error:
        raise InputError(f"{path}: cannot read this shader ({error.strerror}); shaders are looked for in {SHADERS}") from None
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


def compile_program(
    ctx: moderngl.Context, vertex: str, fragment: str, instead: Mapping[str, str] = MappingProxyType({})
) -> moderngl.Program:
    """The program of two files in shaders/ (absolute paths are taken as they are). InputError names file and line.

    instead: as in load, for the fragment shader.
    """
    lines = load(SHADERS / vertex, []), load(SHADERS / fragment, [], instead)
    sources = ["\n".join(text for text, _, _ in source) for source in lines]
    try:
        return ctx.program(vertex_shader=sources[0], fragment_shader=sources[1])
    except moderngl.Error as error:
        raise InputError(explain(str(error), *lines)) from None


def compile_compute(ctx: moderngl.Context, name: str) -> moderngl.ComputeShader:
    """The compute program of a file in shaders/. InputError names file and line."""
    lines = load(SHADERS / name, [])
    try:
        return ctx.compute_shader("\n".join(text for text, _, _ in lines))
    except moderngl.Error as error:
        raise InputError(explain(str(error), lines, lines)) from None


def explain(log: str, vertex: list[Line], fragment: list[Line]) -> str:
    """One line of a compiler's log, with the file's name and line in front."""
    lines = vertex if "vertex_shader" in log else fragment
    for line in log.splitlines():
        place = _PLACE.search(line)
        if place and "error" in line.lower() and 0 < int(place[1]) <= len(lines):
            _, path, at = lines[int(place[1]) - 1]
            return f"{path}:{at}: {line[place.end() :].strip(' :)')}"
    return f"{vertex[0][1]} and {fragment[0][1]} do not link: {' '.join(log.split())}"


def includes(fragment: str, name: str) -> bool:
    """Whether a shader includes shaders/include/NAME, itself or by another file. InputError for one that cannot be read."""
    seen: list[Path] = []
    load(SHADERS / fragment, seen)
    return SHADERS / "include" / name in seen


def set_uniform(program: moderngl.Program, name: str, value: Any) -> bool:
    """Give a uniform a value; False if the program has none of this name: a compiler takes out what is not used."""
    member = program.get(name, None)
    if isinstance(member, moderngl.Uniform):
        member.value = value
    return isinstance(member, moderngl.Uniform)
