"""MeshOptions: which mesh files a run shows and how they are read: the options `objects.*`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from raster.errors import InputError

UPS = ("auto", "x", "y", "z")


@dataclass
class MeshOptions:
    """The user's own meshes, as labelled objects beside the solids.

    Not frozen, and `classes` without a narrow type, since Hydra takes this class as the schema of `objects`.
    """

    meshes: str | None = None  # folder or pattern of GLB, glTF, OBJ, STL and PLY files [; text, or null]
    classes: Any = None  # classes of some files; else the name of their folder [; {file or pattern: class, or null}]
    normalize: bool = True  # longest side 1, centred; false: the file's own origin, its units as metres [; true, false]
    up: str = "auto"  # axis of a file that points up; auto: y in GLB, glTF and OBJ, z in STL and PLY [; x, y, z, auto]
    max_triangles: int = 1_000_000  # files with more are refused [triangles; 1 or more]

    def check(self) -> None:
        """InputError names the first wrong option. meshes=None is right: no meshes."""
        if self.meshes is not None and (not isinstance(self.meshes, str) or not self.meshes):
            raise InputError(f"meshes={self.meshes}: expected a folder or a pattern, such as 'models/**/*.glb'")
        if self.classes is not None:
            if not isinstance(self.classes, Mapping):
                raise InputError(f"classes={self.classes}: expected a table {{file, folder or pattern: class name or null}}")
            for key, name in self.classes.items():
                if not isinstance(key, str) or not (name is None or isinstance(name, str)):
                    raise InputError(f"classes: {key}: {name}: expected text, such as {{mugs: mug}}, or null")
        if not isinstance(self.normalize, bool):
            raise InputError(f"normalize={self.normalize}: expected true or false")
        if self.up not in UPS:
            raise InputError(f"up={self.up}: expected one of {', '.join(UPS)}")
        if isinstance(self.max_triangles, bool) or not isinstance(self.max_triangles, int) or self.max_triangles < 1:
            raise InputError(f"max_triangles={self.max_triangles}: expected a whole number from 1 up")
