"""file_system: a file system of fsspec by its URL, or a line that says which package it lacks."""

from typing import Any

from raster.errors import InputError

EXTRA = {"s3": "scale", "s3a": "scale"}  # schemes whose package an extra of this one brings


def _package(error: ImportError, home: str) -> str:
    """The package that a file system lacks; home: the full name of its class."""
    package = home.split(".")[0]
    return package if package != "fsspec" else (error.name or package).split(".")[0]


def file_system(url: str) -> tuple[Any, str]:
    """fsspec's file system of a URL, and the path there. InputError for an unknown scheme, or one whose package is missing."""
    scheme = url.partition("://")[0]
    try:
        from fsspec import available_protocols
        from fsspec.core import url_to_fs
        from fsspec.registry import known_implementations, registry
    except ImportError:
        raise InputError(f"{url}: needs fsspec: pip install 'raster-labels[scale]'") from None
    if scheme not in (*available_protocols(), *registry):
        raise InputError(f"{url}: there is no file system {scheme}://; fsspec knows s3, gs, abfs, sftp and others")
    try:
        system, path = url_to_fs(url)
    except ImportError as error:
        package = _package(error, known_implementations.get(scheme, {}).get("class", scheme))
        how = f"'raster-labels[{EXTRA[scheme]}]'" if scheme in EXTRA else package
        raise InputError(f"{url}: needs {package}: pip install {how}") from None
    except Exception as error:  # each file system has its own
        raise InputError(f"{url}: cannot be opened: {type(error).__name__}: {said_by(error)}") from error
    return system, path.rstrip("/")


def said_by(error: BaseException) -> str:
    """The text of an error in one line."""
    return " ".join(str(error).split())
