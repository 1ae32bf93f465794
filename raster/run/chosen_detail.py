"""chosen_detail: whether solids are drawn in so many triangles that their surfaces are right, not only their outlines."""

from collections.abc import Iterable
from typing import Any

from raster.dataset.flow_files import FLOWS
from raster.errors import InputError

SURFACE_LAYERS = {"depth", "distance", "normal", "normal_camera", *FLOWS}


def chosen_detail(detail: Any, layers: Iterable[str]) -> str:
    """The option detail; auto becomes "surfaces" if one of SURFACE_LAYERS is wanted, else "outlines". InputError for others."""
    if detail not in ("auto", "outlines", "surfaces"):
        raise InputError(f"detail={detail}: expected auto, outlines or surfaces")
    if detail == "auto":
        return "surfaces" if SURFACE_LAYERS.intersection(layers) else "outlines"
    return str(detail)
