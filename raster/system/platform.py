"""require_linux: whether this operating system can draw."""

import sys

from raster.errors import InputError


def require_linux() -> None:
    """InputError on another operating system."""
    if not sys.platform.startswith("linux"):
        raise InputError(f"raster draws through EGL, which {sys.platform} does not have: run it on Linux")
