"""find_meshes: the mesh files that a folder or a pattern names, with the name and the class of each."""

import glob
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from raster.assets.meshes.file_keys import fits, values_of
from raster.assets.meshes.options import MeshOptions, by_file
from raster.errors import InputError

ENDINGS = (".glb", ".gltf", ".obj", ".stl", ".ply", ".dae")
TAKEN = ("background", "floor")  # names that raster/assets/catalog.py keeps for itself


@dataclass(frozen=True)
class MeshFile:
    """A mesh file with its name, its class, and what the options say of it."""

    path: Path
    root: Path  # the folder of `meshes`, or the fixed part of the pattern: nothing outside it is opened
    name: str  # its path below the root, with /: "mugs/red.glb"
    class_name: str | None = None  # None: unlabelled
    up: str = "auto"
    units: str = "m"
    scale: float = 1.0

    @property
    def folder(self) -> str:
        """The name of the folder that holds it."""
        return self.folders[-1]

    @property
    def folders(self) -> tuple[str, ...]:
        """The names of `root` and of the folders below it that lead to the file."""
        return (Path(os.path.abspath(self.root)).name, *PurePosixPath(self.name).parts[:-1])

    @property
    def refusal(self) -> str:
        """Why it cannot be used, whatever is in it: its path is not UTF-8, or its class can have no such name; else ""."""
        try:
            os.path.abspath(self.path).encode()  # Linux allows any bytes
        except UnicodeEncodeError:
            return f"{str(self.path)!a}: the name is not UTF-8; rename the file or folder"
        problem = "" if self.class_name is None else class_problem(self.class_name)
        return problem and f"{self.path}: {problem}; name it in objects.classes: {{{self.name}: mug}}"


def find_meshes(options: MeshOptions) -> tuple[MeshFile, ...]:
    """All mesh files that `options.meshes` names and `options.exclude` does not, sorted by name.

    `meshes` is a folder, searched with all its sub-folders, a pattern ("models/**/*.glb"), or a file. Hidden files and files
    with other endings are skipped. What a key of `exclude`, `classes` and other tables fits, raster.assets.meshes.file_keys
    says; the first key that fits counts. A file that no key of `classes` fits has the class that `class_from` says. InputError,
    which begins with the name of an option, if no file is found, if a key fits no file, for a class name in `classes` that is
    not possible, and for two classes that differ only in case.
    """
    for name in options.class_table.values():
        if name is not None and (problem := class_problem(name)):
            raise InputError(f"classes: {problem}; give another")
    root, paths = _paths(options.meshes or "")
    names = {PurePosixPath(os.path.relpath(path, root)).as_posix(): path for path in paths}
    found = _without_excluded([MeshFile(names[name], Path(root), name) for name in sorted(names)], options)
    named = [(file.name, file.folder) for file in found]
    by_folder = object()  # for a file that no key fits; None is a value
    rows = zip(
        found,
        values_of("classes", options.class_table, named, by_folder),
        values_of("up", by_file("up", options.up), named, "auto"),
        values_of("units", by_file("units", options.units), named, "m"),
        values_of("scale", by_file("scale", options.scale), named, 1.0),
        strict=True,
    )
    files = [
        replace(
            file,
            class_name=_class_of(file, options.class_from) if name is by_folder else name,
            up=up,
            units=units,
            scale=float(scale),
        )
        for file, name, up, units, scale in rows
    ]
    _refuse_twins([file for file in files if not file.refusal])
    return tuple(files)


def class_problem(name: str) -> str:
    """Why a text can be no name of a class of meshes; "" if it can."""
    if not name or name != name.strip() or not name.isprintable():
        return f"{name!r} is no name for a class"
    return f"the class name {name} is taken" if name.lower() in TAKEN else ""


def _without_excluded(files: Sequence[MeshFile], options: MeshOptions) -> list[MeshFile]:
    """The files that are not left out. InputError for a key that fits none of them, and if none is left."""
    for key in options.excluded:
        if not any(fits(key, file.name, file.folder) for file in files):
            raise InputError(f"exclude: {key} fits no file of meshes={options.meshes}; such as {files[0].name} would be right")
    kept = [file for file in files if not any(fits(key, file.name, file.folder) for key in options.excluded)]
    if not kept:
        raise InputError(f"exclude={options.exclude}: leaves none of the {len(files)} files of meshes={options.meshes}")
    return kept


def _class_of(file: MeshFile, class_from: str) -> str:
    """The class of a file that no key fits."""
    folders = file.folders
    if class_from == "file":
        return file.path.stem
    if class_from == "top":
        return folders[min(1, len(folders) - 1)]
    return folders[max(0, len(folders) - 2) if class_from == "parent" else -1]


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


def _refuse_twins(files: list[MeshFile]) -> None:
    """Raise InputError for two class names that differ only in case."""
    seen: dict[str, MeshFile] = {}
    for file in files:
        name = file.class_name
        if name is None:
            continue
        other = seen.setdefault(name.lower(), file)
        if other.class_name != name:
            raise InputError(
                f"meshes: the classes {other.class_name} ({other.name}) and {name} ({file.name}) differ only in case; "
                "rename a folder or join them in classes"
            )
