"""load_meshes: all mesh files that the options name, by way of the cache; many files in several processes."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial

from raster.assets.meshes.cached_mesh import CachedMesh, LoadedMeshes
from raster.assets.meshes.discover import MeshFile, find_meshes
from raster.assets.meshes.mesh_cache import cached_mesh
from raster.assets.meshes.metric_size import size_notes
from raster.assets.meshes.notes import told
from raster.assets.meshes.options import MeshOptions
from raster.assets.meshes.read import Settings
from raster.errors import InputError, InputErrors, MachineError
from raster.system.cpu import usable_cores

MANY = 50  # from this number of files on, several processes read them


def load_meshes(
    options: MeshOptions, px: int, report_progress: Callable[[int, int], None] = lambda done, total: None
) -> LoadedMeshes:
    """All mesh files of `options` from the cache, or read, checked and written there; none for meshes=None.

    px: side of their pictures. report_progress(done, total) is called after each file. InputError, which begins with an
    option's name or a file's path, for a file that cannot be used, and InputErrors for several; with on_error=skip such files
    are left out, as long as one remains.
    """
    options.check()
    if options.meshes is None:
        return LoadedMeshes()
    files = find_meshes(options)
    meshes, refused = [], []
    for file, mesh in zip(files, _each(partial(_load, options=options, px=px), files), strict=True):
        if isinstance(mesh, InputError):
            refused.append((file, str(mesh)))
        else:
            meshes.append(mesh)
        report_progress(len(meshes) + len(refused), len(files))
    if refused and (options.on_error == "stop" or not meshes):
        raise _refusal(refused, len(files))
    notes = [(mesh.name, note) for mesh in meshes for note in mesh.notes + (() if options.normalize else size_notes(mesh))]
    skipped = tuple((os.fsencode(file.name).decode(errors="backslashreplace"), reason) for file, reason in refused)
    return LoadedMeshes(tuple(meshes), skipped, (*_left_out(refused, meshes), *told(notes)))


def _load(file: MeshFile, options: MeshOptions, px: int, make: bool) -> CachedMesh | InputError | None:
    """The mesh of a file, or why it cannot be used; None if it is not in the cache and not to be made."""
    if file.refusal:
        return InputError(file.refusal)
    try:
        settings = Settings(options.normalize, file.up, px, file.units, file.scale)
        return cached_mesh(file, settings, options.max_triangles, make)
    except MachineError:
        raise
    except MemoryError as error:
        raise MachineError(f"{file.path}: there is not enough memory to read it") from error
    except InputError as error:
        return InputError(" ".join(str(error).split()))


def _refusal(refused: Sequence[tuple[MeshFile, str]], count: int) -> InputError:
    """The error for files that cannot be used, out of `count` files."""
    if count == 1:
        return InputError(refused[0][1])
    if len(refused) == 1:
        return InputError(f"{refused[0][1]}; objects.on_error=skip leaves it out")
    advice = "objects.on_error=skip leaves them out" if len(refused) < count else "none is left"
    summary = f"objects.meshes: {len(refused)} of {count} files cannot be used, as said above; {advice}"
    return InputErrors([reason for _, reason in refused], summary)


def _left_out(refused: Sequence[tuple[MeshFile, str]], meshes: Sequence[CachedMesh]) -> list[str]:
    """Lines that name the files that were left out, and the classes that went with them."""
    lines = [f"  {reason}" for _, reason in refused]
    if refused:
        of = f"{len(refused)} of {len(refused) + len(meshes)} mesh files"
        lines.insert(0, f"WARNING: {of} cannot be used and are left out (objects.on_error=skip):")
    if gone := {file.class_name for file, _ in refused} - {mesh.class_name for mesh in meshes} - {None}:
        lines.append(f"WARNING: no mesh file is left of these classes: {', '.join(sorted(map(str, gone)))}")
    return lines


def _each(
    load: Callable[..., CachedMesh | InputError | None], files: tuple[MeshFile, ...]
) -> Iterator[CachedMesh | InputError]:
    """What load() gives, in the order of the files. If many are not in the cache, several processes read them."""
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
        except BrokenProcessPool as error:
            raise MachineError(
                "objects.meshes: a process that reads mesh files was ended; is there too little memory?"
            ) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
