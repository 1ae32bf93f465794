"""engine: MuJoCo, imported when it is wanted and not before. engine_version: which one it is."""

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
    """What MuJoCo warns of, raster.physics.settle reads off its data."""


def engine_version() -> str:
    """Such as "MuJoCo 4.0.1"; as engine()."""
    return f"MuJoCo {engine().__version__}"
