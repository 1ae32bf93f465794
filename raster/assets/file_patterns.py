"""find_files: the files that a folder or a glob pattern of the user's names, sorted, evenly thinned out."""

import glob
import os
from collections.abc import Sequence
from pathlib import Path

from raster.errors import InputError


def find_files(key: str, source: str, endings: Sequence[str], most: int) -> list[Path]:
    """At most `most` files with one of the endings ('.jpg', ..., any case), sorted by path, evenly chosen where there are more.

    `source` is a folder, searched with all its sub-folders, or a pattern ('photos/**/*.jpg'). Hidden files are passed over.
    InputError, which begins with "{key}={source}: ", where there is nothing of the kind.
    """
    folder = os.path.isdir(os.path.expanduser(source))
    pattern = os.path.expanduser(source)
    if not folder and not glob.has_magic(source) and not os.path.isfile(pattern):
        raise InputError(
            f"{key}={source}: there is no such folder; give a folder or a pattern such as 'photos/**/*{endings[0]}'"
        )
    if folder:
        pattern = os.path.join(glob.escape(pattern), "**", "*")
    paths = sorted(Path(path) for path in glob.glob(pattern, recursive=True) if path.lower().endswith(tuple(endings)))
    paths = [path for path in paths if path.is_file()]
    if not paths:
        where = "in this folder and those below it" if folder else "that this pattern fits"
        raise InputError(f"{key}={source}: found no file {where} with an ending of {' '.join(endings)}")
    many = min(most, len(paths))
    return [paths[k * len(paths) // many] for k in range(many)]
