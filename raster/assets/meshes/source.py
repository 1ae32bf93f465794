"""MeshSource: the mesh files of objects.meshes and how they are read; it loads them through the cache."""

import multiprocessing
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

from raster.assets.meshes.cached_mesh import CachedMesh
from raster.assets.meshes.discover import MeshFile, find_meshes
from raster.assets.meshes.mesh_cache import cached_mesh
from raster.assets.meshes.read import UPS, Settings
from raster.errors import InputError
from raster.system.cpu import usable_cores

MANY = 50  # from this number of files on, several processes read them


@dataclass(frozen=True)
class MeshSource:
    """Mesh files and how they are read; see raster/assets/meshes/discover.py for `meshes` and `classes`."""

    meshes: str  # a folder, a pattern or a file
    classes: Mapping[str, str | None] | None = None  # classes of files whose class is not their folder's name
    normalize: bool = True  # centred, longest side 1; False: units are metres, the file's origin stays
    up: str = "auto"  # the file's axis that is up: x, y, z; auto: z for .stl and .ply, y for others
    max_triangles: int = 1_000_000  # of one file

    def __post_init__(self) -> None:
        if not isinstance(self.meshes, str) or not self.meshes:
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

    def load(self, px: int, tell: Callable[[int, int], None] = lambda done, of: None) -> tuple[CachedMesh, ...]:
        """All files, sorted by name, from the cache, or read, checked and written there. px: side of their pictures.

        tell(done, of) is called after each file. InputError, which begins with "meshes", "classes" or a file's path.
        """
        files = find_meshes(self.meshes, self.classes)
        load = partial(_load, settings=Settings(self.normalize, self.up, px), max_triangles=self.max_triangles)
        meshes = []
        for mesh in _each(load, files):
            meshes.append(mesh)
            tell(len(meshes), len(files))
        return tuple(meshes)


def _load(file: MeshFile, settings: Settings, max_triangles: int, make: bool) -> CachedMesh | None:
    return cached_mesh(file.path, file.name, file.class_name, settings, max_triangles, make)


def _each(load: Callable[..., CachedMesh | None], files: tuple[MeshFile, ...]) -> Iterator[CachedMesh]:
    """The meshes in the order of their files. If many are not in the cache, several processes read them."""
    cached = [load(file, make=False) for file in files] if len(files) >= MANY else [None] * len(files)
    processes = min(usable_cores(), cached.count(None) // MANY + 1)
    if processes == 1:
        yield from (mesh or load(file, make=True) for file, mesh in zip(files, cached, strict=True))  # type: ignore[misc]
        return
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        made = [mesh or pool.submit(load, file, make=True) for file, mesh in zip(files, cached, strict=True)]
        try:
            for one in made:
                yield one.result() if isinstance(one, Future) else one  # type: ignore[misc]
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
