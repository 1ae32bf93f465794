"""is_sharded, sharded_writer, require_sharded: the writer of shards of a run; raster/writers/webdataset.py says what it has."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from raster.errors import InputError

Writers = Mapping[str, Callable[..., Any]]  # name -> a writer's class, or a functools.partial of it


def is_sharded(writers: Writers) -> bool:
    """Return whether one of the writers writes shards."""
    return any(form_of(make) for make in writers.values())


def form_of(make: Any) -> str:
    """What the shards of a writer are called in manifest.json, "" for any other writer."""
    return str(getattr(getattr(make, "func", make), "sharded", ""))


def require_sharded(writers: Writers, annotations: Iterable[str]) -> None:
    """InputError if the writer of shards has others beside it, or lacks a package or an annotation that it reads."""
    name, make = sharded_writer(writers)
    for needed in getattr(getattr(make, "func", make), "annotations", ()):
        if needed not in annotations:
            raise InputError(f"writers.{name}: needs the annotation {needed}, which is not chosen; add it to annotations")
    make()


def sharded_writer(writers: Writers) -> tuple[str, Callable[..., Any]]:
    """Name of the one writer of shards, and what makes it. InputError if there are others beside it."""
    found = [(name, make) for name, make in writers.items() if form_of(make)]
    if len(writers) != 1:
        others = ", ".join(name for name in writers if name != found[0][0])
        raise InputError(f"writers: {found[0][0]} goes alone, since a set has one form; leave out {others}")
    return found[0]
