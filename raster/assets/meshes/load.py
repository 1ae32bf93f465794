"""load_meshes: all mesh files that the options name, by way of the cache; many files in several processes."""

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from functools import partial

from raster.assets.meshes.cached_mesh import CachedMesh
from raster.assets.meshes.discover import MeshFile, find_meshes
from raster.assets.meshes.mesh_cache import cached_mesh
from raster.assets.meshes.options import MeshOptions
from raster.assets.meshes.read import Settings
from raster.system.cpu import usable_cores

MANY = 50  # from this number of files on, several processes read them


def load_meshes(
    options: MeshOptions, px: int, report_progress: Callable[[int, int], None] = lambda done, total: None
) -> tuple[CachedMesh, ...]:
    """All mesh files of `options`, sorted by name, from the cache, or read, checked and written there; none for meshes=None.

    px: side of their pictures. report_progress(done, total) is called after each file. InputError, which begins with an
    option's name or a file's path.
    """
    options.check()
    if options.meshes is None:
        return ()
    files = find_meshes(options.meshes, options.classes)
    load = partial(_load, settings=Settings(options.normalize, options.up, px), max_triangles=options.max_triangles)
    meshes = []
    for mesh in _each(load, files):
        meshes.append(mesh)
        report_progress(len(meshes), len(files))
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
