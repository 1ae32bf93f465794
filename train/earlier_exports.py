"""install, refuse: one clear error for an export.pkl of an earlier version, which names modules and classes that have moved.

fastai's load_learner imports every module that the pickle names. The model.pth and model.json of such a run still load.
"""

import sys
from importlib.abc import MetaPathFinder
from typing import NoReturn

from raster import InputError

MODULES = ("train.augment", "train.nets", "train.small", "train.loss", "train.epochs", "train.training")  # of earlier versions


def refuse(name: str) -> NoReturn:
    """Raise the InputError for the earlier module or class `name`."""
    raise InputError(
        f"{name}: this export.pkl was made by an earlier version of raster fit and cannot be loaded; "
        "train again with export=true, or use the model.pth beside it with raster predict"
    )


class _EarlierModules(MetaPathFinder):
    """Stands last in sys.meta_path, so Python asks it only for a module that is not there."""

    def find_spec(self, name: str, path: object, target: object = None) -> None:
        """None for any other module, which lets Python report it as missing. InputError for one of MODULES."""
        if name in MODULES:
            refuse(name)


def install() -> None:
    """From now on the import of an earlier module is an InputError. A second call changes nothing."""
    if not any(isinstance(finder, _EarlierModules) for finder in sys.meta_path):
        sys.meta_path.append(_EarlierModules())
