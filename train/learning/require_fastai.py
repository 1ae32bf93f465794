"""require_fastai: imports torch, torchvision and fastai, or names the one that is missing. require_torch: torch alone."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from raster import InputError

# Operators that torchvision's Python code looks up when it is imported. Nothing here calls them.
_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
_libraries: list[Any] = []  # kept alive: a library takes its schemas with it when it is freed


def require_fastai() -> None:
    """After this, `import fastai.vision...` works. InputError names the extra that is not installed.

    A torchvision that was built for another torch (a CPU build, say) cannot load its compiled operators. Its import then
    fails, because it registers fake versions of operators that do not exist. So their schemas are defined here first.
    """
    with _named():
        importlib.import_module("torch")
        _import_torchvision()
        importlib.import_module("fastai")


def require_torch() -> None:
    """Import torch, which is all that small networks need to be used: fastai takes three times as long to load."""
    with _named():
        importlib.import_module("torch")


@contextmanager
def _named() -> Iterator[None]:
    """Make an InputError, which names the extra, of a package that is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise InputError(f"training needs {error.name}, which is not installed: pip install 'raster-labels[train]'") from None


def _import_torchvision() -> None:
    """Import torchvision, a second time with the missing schemas defined if the first import failed for want of them."""
    try:
        importlib.import_module("torchvision")
    except RuntimeError as error:
        if "torchvision::nms does not exist" not in str(error):
            raise
        import torch

        library = torch.library.Library("torchvision", "DEF")
        for schema in _SCHEMAS:
            library.define(schema)
        _libraries.append(library)
        for name in [n for n in sys.modules if n == "torchvision" or n.startswith("torchvision.")]:
            del sys.modules[name]
        importlib.import_module("torchvision")
