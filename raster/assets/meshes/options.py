"""MeshOptions: which mesh files a run shows and how they are read: the options `objects.*`."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from raster.assets.meshes.file_keys import as_table
from raster.errors import InputError

UPS = ("auto", "x", "y", "z")
UNITS = {"mm": 0.001, "cm": 0.01, "m": 1.0, "inch": 0.0254}  # metres
CLASS_FROM = ("folder", "parent", "top", "file")
ON_ERROR = ("stop", "skip")
LEAST_SCALE, MOST_SCALE = 1e-6, 1e6


@dataclass
class MeshOptions:
    """The user's own meshes, as labelled objects beside the solids.

    Not frozen, and some fields without a narrow type, since Hydra takes this class as the schema of `objects`.
    """

    meshes: str | None = None  # folder or pattern of GLB, glTF, OBJ, STL, PLY and DAE files [; text, or null]
    exclude: Any = None  # files to leave out [; file, folder or pattern such as '**/old/*', a list of them, or null]
    on_error: str = "stop"  # if files cannot be used: stop, or leave them out and name them in the manifest [; stop, skip]
    classes: Any = None  # classes of some files; else see class_from [; {file, folder or pattern: class, or null}]
    class_from: str = "folder"  # what names a class: the file's folder, the next, the topmost [; folder, parent, top, file]
    normalize: bool = True  # longest side 1, centred; false: the file's own origin, and its size in `units` [; true, false]
    units: Any = "m"  # with normalize=false [; mm, cm, m, inch, auto, or {pattern: unit}]
    scale: Any = 1.0  # of the size, with normalize=false [factor; 0.000001 to 1000000, or {pattern: factor}]
    up: Any = "auto"  # axis that points up; auto: z in STL and PLY, else y [; x, y, z, auto, or {pattern: axis}]
    max_triangles: int = 1_000_000  # files with more are refused [triangles; 1 or more]

    def check(self) -> None:
        """InputError names the first wrong option. meshes=None is right: no meshes."""
        if self.meshes is not None and (not isinstance(self.meshes, str) or not self.meshes):
            raise InputError(f"meshes={self.meshes}: expected a folder or a pattern, such as 'models/**/*.glb'")
        if not all(isinstance(key, str) and key for key in self.excluded):
            raise InputError(f"exclude={self.exclude}: expected a file, a folder or a pattern, such as '**/old/*', or a list")
        for key, value, allowed in (("on_error", self.on_error, ON_ERROR), ("class_from", self.class_from, CLASS_FROM)):
            _check_one_of(key, value, allowed)
        for key, name in self.class_table.items():
            if not (name is None or isinstance(name, str)):
                raise InputError(f"classes: {key}: {name}: expected text, such as {{mugs: mug}}, or null")
        if not isinstance(self.normalize, bool):
            raise InputError(f"normalize={self.normalize}: expected true or false")
        _check_each("units", self.units, lambda key, value: _check_one_of(key, value, (*UNITS, "auto")))
        _check_each("scale", self.scale, _check_scale)
        _check_each("up", self.up, lambda key, value: _check_one_of(key, value, UPS))
        for key in ("units", "scale"):
            if self.normalize and getattr(self, key) != getattr(MeshOptions, key):
                what = "makes no difference while objects.normalize=true gives every mesh the size 1; set that to false"
                raise InputError(f"{key}={getattr(self, key)}: {what}")
        if isinstance(self.max_triangles, bool) or not isinstance(self.max_triangles, int) or self.max_triangles < 1:
            raise InputError(f"max_triangles={self.max_triangles}: expected a whole number from 1 up")

    @property
    def excluded(self) -> tuple[Any, ...]:
        """The keys of files that are left out."""
        if self.exclude is None:
            return ()
        return tuple(self.exclude) if isinstance(self.exclude, list | tuple) else (self.exclude,)

    @property
    def class_table(self) -> dict[str, Any]:
        """`classes` as a dict. InputError, which begins with "classes", if it is no table."""
        expected = "a table {file, folder or pattern: class name or null}"
        return {} if self.classes is None else as_table("classes", self.classes, expected)


def by_file(option: str, value: Any) -> dict[str, Any]:
    """An option that holds for all files, or a table for some of them, as a table."""
    if isinstance(value, str | int | float):
        return {"*": value}
    return as_table(option, value, "a value for all files, or a table {file, folder or pattern: value}")


def _check_each(option: str, value: Any, check: Callable[[str, Any], None]) -> None:
    """Check an option's value, or each in its table."""
    for key, each in by_file(option, value).items():
        check(option if key == "*" and isinstance(value, str | int | float) else f"{option}: {key}", each)


def _check_one_of(key: str, value: Any, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise InputError(f"{key}={value}: expected one of {', '.join(allowed)}")


def _check_scale(key: str, value: Any) -> None:
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not LEAST_SCALE <= number <= MOST_SCALE:
        raise InputError(f"{key}={value}: expected a factor from {LEAST_SCALE} to {MOST_SCALE:.0f}")
