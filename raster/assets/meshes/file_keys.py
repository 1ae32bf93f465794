"""fits, values_of, as_table: keys that name mesh files: a file, a folder, or a pattern."""

import re
from collections.abc import Mapping, Sequence
from fnmatch import translate
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from raster.errors import InputError


def fits(key: str, name: str, folder: str) -> bool:
    """Whether a key fits a file. name: its path below the folder given, with /; folder: the name of the folder that holds it.

    It fits if it is the name of the file or of any folder on the path, or a pattern for the name, in which * stands for any
    text, / as well, and **/ for any folders or none.
    """
    return key in (name, folder, *PurePosixPath(name).parts[:-1]) or _pattern(key).match(name) is not None


@lru_cache(maxsize=1024)
def _pattern(key: str) -> re.Pattern[str]:
    # The zero byte, which no name holds, passes through translate() unchanged.
    return re.compile(translate(key.replace("**/", "\0")).replace("\0", "(?:.*?/)??"))


def values_of(option: str, table: Mapping[str, Any], files: Sequence[tuple[str, str]], default: Any) -> list[Any]:
    """The value of the first key of a table that fits, for each of files: (name, folder), as fits() takes them.

    InputError, which begins with the option, for a key that fits none of the files.
    """
    fitting = [[fits(key, *file) for key in table] for file in files]
    for number, key in enumerate(table):
        if not any(row[number] for row in fitting):
            raise InputError(f"{option}: {key} fits no file of objects.meshes; such as {files[0][0]} would be right")
    values = list(table.values())
    return [values[row.index(True)] if True in row else default for row in fitting]


def as_table(option: str, value: Any, expected: str, key_is: str = "a file, a folder or a pattern") -> dict[str, Any]:
    """A table as a dict: a mapping, or a list of texts "key: value", which on the command line may hold any letters.

    InputError, which begins with the option and says what is `expected`, for anything else.
    """
    if isinstance(value, Mapping):
        table = {str(key) if type(key) is int else key: said for key, said in value.items()}
    elif isinstance(value, list | tuple):
        pairs = [entry.rpartition(": ") if isinstance(entry, str) else ("", "", "") for entry in value]
        if not all(colon for _, colon, _ in pairs):
            raise InputError(f"{option}={list(value)}: expected {expected}, or a list of texts 'key: value'")
        table = {key.strip(): None if said.strip() in ("", "null") else said.strip() for key, _, said in pairs}
    else:
        raise InputError(f"{option}={value}: expected {expected}")
    if wrong := [key for key in table if not isinstance(key, str) or not key]:
        raise InputError(f"{option}: {wrong[0]}: expected text as the key: {key_is}")
    return table
