"""module_beside, require_fastai: modules that build on raster and that it finds by name, at run time."""

import sys
from importlib import import_module
from importlib.util import find_spec

from raster.errors import InputError
from raster.system.paths import PACKAGE


def module_beside(name: str) -> str:
    """The full name of a module such as train.fit: train/ is inside raster/ in a wheel, and beside it in a checkout.

    InputError if its folder is in neither.
    """
    folder = name.partition(".")[0]
    if (PACKAGE / folder).is_dir():
        return f"raster.{name}"
    if str(PACKAGE.parent) not in sys.path[:1]:
        sys.path.insert(0, str(PACKAGE.parent))  # before a folder of that name where the program was started
    if find_spec(folder) is None:
        raise InputError(f"{folder}/ is not part of this installation of raster")
    return name


def require_fastai() -> None:
    """After this, `from fastai.vision.all import ...` works; InputError names what is not installed.

    Where torch and torchvision are of different builds, fastai cannot be imported without it.

        >>> import raster
        >>> raster.require_fastai()
        >>> from fastai.vision.all import SegmentationDataLoaders
    """
    import_module(module_beside("train.learning.require_fastai")).require_fastai()
