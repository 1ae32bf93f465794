"""ModelSource: a user's mesh files as one key of a configuration names them, loaded through the cache."""

import multiprocessing
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

from raster.cores import usable_cores
from raster.errors import InputError
from raster.models.find import ModelFile, find_models
from raster.models.read import UPS, Settings
from raster.models.store import StoredModel, load_model

MANY = 50  # from so many files on, other processes help to read them


@dataclass(frozen=True)
class ModelSource:
    """Mesh files and how they are read; see raster/models/find.py for `meshes` and `classes`."""

    meshes: str  # a folder, a pattern or a file
    classes: Mapping[str, str | None] | None = None  # which files are of another class than their folder's name; None: of none
    normalize: bool = True  # centred, and as large as solids are; False: metres about the file's origin
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

    def load(self, px: int, tell: Callable[[int, int], None] = lambda done, of: None) -> tuple[StoredModel, ...]:
        """Every file, sorted by name, read and checked or found in the cache; pictures are px wide.

        tell(done, of) is called after each. InputError, which begins with "meshes" or "classes", or with a file's path.
        """
        files = find_models(self.meshes, self.classes)
        load = partial(_load, settings=Settings(self.normalize, self.up, px), max_triangles=self.max_triangles)
        models = []
        for model in _each(load, files):
            models.append(model)
            tell(len(models), len(files))
        return tuple(models)


def _load(file: ModelFile, settings: Settings, max_triangles: int) -> StoredModel:
    return load_model(file.path, file.name, file.class_name, settings, max_triangles)


def _each(load: Callable[[ModelFile], StoredModel], files: tuple[ModelFile, ...]) -> Iterator[StoredModel]:
    """The models in the order of their files. With many, processes beside this one read them; the order stays."""
    processes = min(usable_cores(), len(files) // MANY + 1)
    if processes == 1:
        yield from map(load, files)
        return
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        waiting = [pool.submit(load, file) for file in files]
        try:
            for one in waiting:
                yield one.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
