"""engine: MuJoCo, imported when it is first needed. engine_version: its version."""

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
        mujoco = import_module("mujoco")
    except ImportError as error:
        raise InputError(MISSING) from error
    if mujoco.get_mju_user_warning() is None:
        mujoco.set_mju_user_warning(_ignore)  # or it writes a file MUJOCO_LOG.TXT into the current folder
    return mujoco


def _ignore(_: str) -> None:
    """Take a warning of MuJoCo and do nothing: raster.physics.settle finds the warnings in MuJoCo's data."""


def engine_version() -> str:
    """The name and version, such as "MuJoCo 4.0.1". InputError as engine()."""
    return f"MuJoCo {engine().__version__}"
