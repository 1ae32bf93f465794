"""missing_extra: the error for a mesh file that needs a library which is an extra of the package."""

from pathlib import Path

from raster.errors import InputError


def missing_extra(path: Path, what: str, extra: str) -> InputError:
    """The error for a file that needs a library which is not installed."""
    return InputError(f"{path}: {what}; install what reads it: pip install 'raster-labels[{extra}]'")
