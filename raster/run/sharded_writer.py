"""is_sharded, sharded_writer: the writer of a run that writes shards; raster/writers/webdataset.py says what such a one is."""

from collections.abc import Callable, Mapping
from typing import Any

from raster.errors import InputError

Writers = Mapping[str, Callable[..., Any]]  # name -> a writer's class, or a functools.partial of it


def is_sharded(writers: Writers) -> bool:
    """Return whether one of the writers writes shards."""
    return any(form_of(make) for make in writers.values())


def form_of(make: Any) -> str:
    """What the shards of a writer are called in manifest.json, "" for any other writer."""
    return str(getattr(getattr(make, "func", make), "sharded", ""))


def sharded_writer(writers: Writers) -> tuple[str, Callable[..., Any]]:
    """Name of the one writer of shards, and what makes it. InputError if there are others beside it."""
    found = [(name, make) for name, make in writers.items() if form_of(make)]
    if len(writers) != 1:
        others = ", ".join(name for name in writers if name != found[0][0])
        raise InputError(f"writers: {found[0][0]} goes alone, since a set has one form; leave out {others}")
    return found[0]
