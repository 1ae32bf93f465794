"""files_of_layers: which layers the writers of a run put on disk, and how, for the manifest."""

from collections.abc import Callable, Iterable
from typing import Any

from raster.dataset.layer_files import LayerFile


def files_of_layers(writers: Iterable[Callable[..., Any]]) -> dict[str, LayerFile]:
    """Layer -> its LayerFile, of all writers that say so with a static method files_of(), called with their options.

    InputError for options that they refuse.
    """
    found: dict[str, LayerFile] = {}
    for make in writers:
        files_of = getattr(getattr(make, "func", make), "files_of", None)
        if files_of:
            found |= files_of(**getattr(make, "keywords", {}))
    return found
