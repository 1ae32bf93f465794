"""cache_folder: where things that take long to make are kept from one run to the next."""

import os
from pathlib import Path

from raster.errors import InputError


def cache_folder(name: str) -> Path:
    """Return the folder NAME below $RASTER_CACHE, else $XDG_CACHE_HOME/raster-labels, else ~/.cache/raster-labels.

    It is made where it is missing. InputError, which names it and RASTER_CACHE, when it cannot be made or written.
    """
    if chosen := os.environ.get("RASTER_CACHE"):
        root = Path(chosen)
    elif chosen := os.environ.get("XDG_CACHE_HOME"):
        root = Path(chosen) / "raster-labels"
    else:
        root = Path("~/.cache/raster-labels").expanduser()
    folder = root / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(13, os.strerror(13))
    except (OSError, RuntimeError) as error:  # RuntimeError: there is no home
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"cannot write the cache {folder}: {reason}; RASTER_CACHE may name another folder") from error
    return folder
