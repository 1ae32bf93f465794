"""engine: MuJoCo, imported when it is wanted and not before."""

from importlib import import_module
from typing import Any

from raster.errors import InputError

MISSING = (
    "physics needs MuJoCo, which is not installed: pip install 'raster-labels[physics]' "
    "(in a checkout: pip install -e '.[physics]')"
)


def engine() -> Any:
    """The module mujoco. InputError, which begins with "physics", where it is not installed."""
    try:
        return import_module("mujoco")
    except ImportError as error:
        raise InputError(MISSING) from error
