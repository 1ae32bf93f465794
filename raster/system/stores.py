"""open_store: the place of a data set in shards, from what a user calls it: a folder, or a URL of any file system of fsspec."""

import re
from pathlib import Path

from raster.errors import InputError
from raster.system.file_systems import file_system
from raster.system.local_store import LocalStore
from raster.system.remote_store import OBJECTS, RemoteStore

Store = LocalStore | RemoteStore
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")  # one slash is too few, and not the way to a folder either


def is_url(place: str | Path | None) -> bool:
    """Return whether this names a place as a URL. file:///... does, too.

    >>> from raster import is_url
    >>> is_url("s3://bucket/set"), is_url("C:/set")
    (True, False)
    """
    return isinstance(place, str) and bool(_URL.match(place))


def place_of(text: str) -> str:
    """A word of a command line that names a folder or a URL: itself. raster.completion offers folders for it."""
    return text


def open_store(place: str | Path) -> Store:
    """Return the store at a path or URL.

    InputError for a file system that is not known, or whose package is missing, and for a URL that names no bucket or has one
    slash alone.

    >>> open_store("file:///data/set")
    LocalStore(folder=PosixPath('/data/set'))
    """
    text = str(place)
    if not is_url(text):
        return LocalStore(Path(place).expanduser())
    scheme, colon, path = text.partition("://")
    if not colon:
        raise InputError(f"{text}: a URL has two slashes behind the colon: {text.replace(':/', '://', 1)}; or say ./{text}")
    if scheme == "file":
        return LocalStore(Path(path))
    file_system(text)
    if scheme in OBJECTS and scheme != "memory" and not path.partition("/")[0]:
        raise InputError(f"{text}: names no bucket; expected {scheme}://BUCKET/PATH")
    return RemoteStore(text.rstrip("/"))
