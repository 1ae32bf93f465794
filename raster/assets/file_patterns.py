"""find_files: the files in a folder, or those that fit a glob pattern, sorted; if there are too many, an even selection."""

import glob
import os
from collections.abc import Sequence
from pathlib import Path

from raster.errors import InputError


def find_files(key: str, source: str, endings: Sequence[str], most: int) -> list[Path]:
    """At most `most` files with one of the endings ('.jpg', ..., any case), sorted by path.

    If there are more, every so many-th is chosen. `source` is a folder, searched with all its sub-folders, or a pattern
    ('photos/**/*.jpg'). Hidden files are skipped. InputError, which begins with "{key}={source}: ", if no file is found.
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
