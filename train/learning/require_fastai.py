"""require_fastai: import torch, torchvision and fastai, or say in one line what is missing."""

import importlib
import sys
from typing import Any

from raster import InputError

# The operators whose schemas torchvision's Python code looks up when it is imported, though nothing here calls them.
_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
_kept: list[Any] = []  # a library's schemas live as long as it does


def require_fastai() -> None:
    """After this, `import fastai.vision...` works. InputError names the extra that is not installed.

    A torchvision built for another torch (a CPU build, say) cannot load its compiled operators and then fails to import,
    because it registers fake versions of operators that it does not find. It is given their schemas and asked again.
    """
    try:
        importlib.import_module("torch")
        _import_torchvision()
        importlib.import_module("fastai")
    except ModuleNotFoundError as error:
        raise InputError(f"training needs {error.name}, which is not installed: pip install -e '.[train]'") from None


def _import_torchvision() -> None:
    try:
        importlib.import_module("torchvision")
    except RuntimeError as error:
        if "torchvision::nms does not exist" not in str(error):
            raise
        import torch

        library = torch.library.Library("torchvision", "DEF")
        for schema in _SCHEMAS:
            library.define(schema)
        _kept.append(library)
        for name in [n for n in sys.modules if n == "torchvision" or n.startswith("torchvision.")]:
            del sys.modules[name]
        importlib.import_module("torchvision")
