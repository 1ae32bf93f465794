"""cache_folder: where files are kept that would take long to make again."""

import os
from pathlib import Path

from raster.errors import InputError


def cache_folder(name: str) -> Path:
    """The folder (made if need be) for things of this name: in $RASTER_CACHE, or else in the user's cache folder.

    That is $XDG_CACHE_HOME/raster-labels, or ~/.cache/raster-labels. InputError when it cannot be made or written to.
    """
    if set_root := os.environ.get("RASTER_CACHE"):
        root = Path(set_root).expanduser()
    elif xdg := os.environ.get("XDG_CACHE_HOME"):
        root = Path(xdg) / "raster-labels"
    else:
        root = Path("~/.cache/raster-labels").expanduser()
    folder = root / name
    hint = "set RASTER_CACHE to a folder that can be written to"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot make the cache folder {folder} ({error.strerror}): {hint}") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise InputError(f"cannot write to the cache folder {folder}: {hint}")
    return folder
