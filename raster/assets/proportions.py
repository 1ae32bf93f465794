"""check_proportions: how far objects of a class may be stretched along each axis, as the class's YAML states it."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from raster.errors import InputError

AXES = ("x", "y", "z")
LEAST, MOST = 0.01, 100


def check_proportions(value: Any) -> np.ndarray:
    """(3, 2) float64: lowest and highest factor of each axis; one axis against another is what counts.

    value: {x: [low, high], y: .., z: ..}, where an axis that is left out has the factor 1, or [low, high] for all three; one
    number fixes a factor. InputError, which begins with "proportions", for anything else.
    """
    if not isinstance(value, Mapping):
        return np.tile(_range("proportions", value), (3, 1))
    if unknown := [key for key in value if key not in AXES]:
        raise InputError(f"proportions.{unknown[0]}: there is no such axis; choose among x, y, z")
    return np.array([_range(f"proportions.{axis}", value.get(axis, 1)) for axis in AXES])


def _range(key: str, value: Any) -> tuple[float, float]:
    """A pair of factors."""
    pair = list(value) if isinstance(value, list | tuple) else [value, value]
    wrong = len(pair) != 2 or any(isinstance(each, bool) or not isinstance(each, int | float) for each in pair)
    if wrong or not LEAST <= pair[0] <= pair[1] <= MOST:
        raise InputError(f"{key}={value}: expected [lowest, highest], factors from {LEAST} to {MOST}")
    return float(pair[0]), float(pair[1])
