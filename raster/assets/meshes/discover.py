"""find_meshes: the mesh files that a folder or a pattern names, with the name and the class of each."""

import glob
import os
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from raster.errors import InputError

ENDINGS = (".glb", ".gltf", ".obj", ".stl", ".ply")
TAKEN = ("background", "floor")  # names that raster/assets/catalog.py keeps for itself


@dataclass(frozen=True)
class MeshFile:
    """A mesh file with its name and class."""

    path: Path
    name: str  # its path below the fixed part of the pattern, with /: "mugs/red.glb"
    class_name: str | None  # None: unlabelled


def find_meshes(meshes: str, classes: Mapping[str, str | None] | None = None) -> tuple[MeshFile, ...]:
    """All mesh files that `meshes` names, sorted by name.

    `meshes` is a folder, searched with all its sub-folders, a pattern ("models/**/*.glb"), or a file. Hidden files and files
    with other endings are skipped. A file's class is the name of its folder, unless an entry of `classes` fits the file. The
    key of an entry is the file's name, its folder's name, or a pattern for the file's name in which * stands for any text, / as
    well. The first entry that fits is used. InputError, which begins with "meshes" or "classes:", if no file is found, if an
    entry fits no file, and for a class name or file name that is not possible.
    """
    root, paths = _paths(meshes)
    for path in paths:
        _check_utf8(path)
    names = {PurePosixPath(os.path.relpath(path, root)).as_posix(): path for path in paths}
    used: set[str] = set()
    files = []
    for name in sorted(names):
        folder = Path(os.path.abspath(names[name])).parent.name
        fits = next((key for key in classes or {} if key in (name, folder) or fnmatchcase(name, key)), None)
        used |= {key for key in classes or {} if key in (name, folder) or fnmatchcase(name, key)}
        files.append(MeshFile(names[name], name, folder if fits is None or not classes else classes[fits]))
    for key in classes or {}:
        if key not in used:
            raise InputError(f"classes: {key} fits no file of meshes={meshes}; such as {files[0].name} would be right")
    _check_classes(files)
    return tuple(files)


def _paths(meshes: str) -> tuple[str, list[Path]]:
    """The part of the pattern before the first *, ? or [, and the mesh files that fit it. InputError for none."""
    pattern = os.path.expanduser(meshes)
    listed = f"expected {' '.join(ENDINGS)}"
    if os.path.isdir(pattern):
        root, pattern = pattern, os.path.join(glob.escape(pattern), "**", "*")
    elif not glob.has_magic(pattern):
        if not os.path.isfile(pattern):
            raise InputError(f"meshes={meshes}: there is no such file or folder; give one, or a pattern: 'models/**/*.glb'")
        root, pattern = os.path.dirname(pattern), glob.escape(pattern)
    else:
        parts = pattern.split("/")
        root = "/".join(parts[: next(k for k, part in enumerate(parts) if glob.has_magic(part))]) or ("/" * (parts[0] == ""))
    paths = [Path(path) for path in glob.glob(pattern, recursive=True) if os.path.isfile(path)]
    known = [path for path in paths if path.suffix.lower() in ENDINGS]
    if not known and paths:
        raise InputError(f"meshes={meshes}: {min(paths)} is of no kind that is read; {listed}")
    if not known:
        raise InputError(f"meshes={meshes}: found no mesh file; {listed}")
    return root or ".", known


def _check_utf8(path: Path) -> None:
    """Raise InputError for a path that is not UTF-8 text: Linux allows any bytes."""
    try:
        os.path.abspath(path).encode()
    except UnicodeEncodeError as error:
        raise InputError(f"meshes: the name {os.path.abspath(path)!a} is not UTF-8; rename the file or folder") from error


def _check_classes(files: list[MeshFile]) -> None:
    """Raise InputError for a class name that is taken or not printable, and for two that differ only in case."""
    seen: dict[str, MeshFile] = {}
    for file in files:
        name = file.class_name
        if name is None:
            continue
        if not name or name != name.strip() or not name.isprintable():
            raise InputError(f"meshes: {file.name}: {name!r} is no name for a class; name it in classes: {{{file.name}: mug}}")
        if name.lower() in TAKEN:
            raise InputError(f"meshes: {file.name}: the class name {name} is taken; give another: classes: {{{name}: ...}}")
        other = seen.setdefault(name.lower(), file)
        if other.class_name != name:
            raise InputError(
                f"meshes: the classes {other.class_name} ({other.name}) and {name} ({file.name}) differ only in case; "
                "rename a folder or join them in classes"
            )
