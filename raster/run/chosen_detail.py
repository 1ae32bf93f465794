"""chosen_detail: whether solids are drawn in so many triangles that their surfaces are right. surface_error: how right."""

from collections.abc import Iterable
from typing import Any

from raster.dataset.flow_files import FLOWS
from raster.errors import InputError

SURFACE_LAYERS = {"depth", "distance", "normal", "normal_camera", *FLOWS}
DEPTH, NORMAL_DEG, LARGEST_PX = 0.002, 0.5, 500  # of "surfaces": share of depth, degrees, width of the solids; tested


def chosen_detail(detail: Any, layers: Iterable[str]) -> str:
    """The option detail; auto becomes "surfaces" if one of SURFACE_LAYERS is wanted, else "outlines". InputError for others."""
    if detail not in ("auto", "outlines", "surfaces"):
        raise InputError(f"detail={detail}: expected auto, outlines or surfaces")
    if detail == "auto":
        return "surfaces" if SURFACE_LAYERS.intersection(layers) else "outlines"
    return str(detail)


def surface_error(surfaces: bool) -> dict[str, float] | None:
    """How far off depth (share of it) and normals (degrees) may be a pixel or more from outlines; None: no bound is stated."""
    return {"depth": DEPTH, "normal_deg": NORMAL_DEG, "up_to_px": LARGEST_PX} if surfaces else None
