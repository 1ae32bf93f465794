"""Shader programs from files: load, resolve #include, compile, and name file and line when that fails."""

import re
from pathlib import Path

import moderngl

from raster.errors import InputError
from raster.paths import SHADERS

_INCLUDE = re.compile(r'^\s*#include\s+"([^"]+)"\s*$')
# "0:12(5): error" (Mesa), "0(12) : error" (NVIDIA), "ERROR: 0:12:" (AMD, Intel): source number, line.
_PLACE = re.compile(r"(?:ERROR:\s*)?\b(\d+)[:(](\d+)")


def load(path: Path, files: list[Path]) -> str:
    """GLSL text of a file with its includes (from shaders/include/) pasted in, each file once.

    files is extended by each file read; `#line` directives give their numbers there. InputError for a missing file.
    """
    try:
        text = path.read_text()
    except OSError as error:
        raise InputError(f"{path}: cannot read this shader ({error.strerror}); shaders are looked for in {SHADERS}") from None
    number = len(files)
    files.append(path)
    lines = []
    for at, line in enumerate(text.splitlines(), start=1):
        if not (found := _INCLUDE.match(line)):
            lines.append(line)
            if line.startswith("#version") and number == 0:
                lines.append(f"#line {at + 1} {number}")
            continue
        include = SHADERS / "include" / found[1]
        if include not in files:
            lines += [f"#line 1 {len(files)}", load(include, files)]
        lines.append(f"#line {at + 1} {number}")
    return "\n".join(lines)


def compile_program(ctx: moderngl.Context, vertex: str, fragment: str) -> moderngl.Program:
    """The program of two files in shaders/ (absolute paths are taken as they are). InputError names file and line."""
    vertex_files: list[Path] = []
    fragment_files: list[Path] = []
    sources = load(SHADERS / vertex, vertex_files), load(SHADERS / fragment, fragment_files)
    try:
        return ctx.program(vertex_shader=sources[0], fragment_shader=sources[1])
    except moderngl.Error as error:
        raise InputError(explain(str(error), vertex_files, fragment_files)) from None


def explain(log: str, vertex_files: list[Path], fragment_files: list[Path]) -> str:
    """One line of a compiler's log, with the file's name and line in front."""
    files = vertex_files if "vertex_shader" in log else fragment_files
    for line in log.splitlines():
        place = _PLACE.search(line)
        if place and "error" in line.lower() and int(place[1]) < len(files):
            return f"{files[int(place[1])]}:{place[2]}: {line[place.end():].strip(' :)')}"
    return f"{vertex_files[0]} and {fragment_files[0]} do not link: {' '.join(log.split())}"
