"""Checks of what a person gives a randomizer: ranges, shares and weights, with the key named when one is wrong."""

import math
import re
from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np

from raster.errors import InputError

Range = tuple[float, float]  # lowest and highest; YAML may also say one number, which fixes the value
# How often each name comes up. In a list a name alone has the weight 1, and {name: 3} has 3: [flat, {wood: 3}].
Weights = Mapping[str, float] | Sequence[str | Mapping[str, float]]


def _number(key: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value):
        raise InputError(f"{key}={value}: expected a finite number")
    return float(value)


def check_range(key: str, value: object, low: float, high: float, *, open_ends: bool = False, whole: bool = False) -> Range:
    """(lowest, highest) of a number or a pair. InputError unless low <= lowest <= highest <= high (open_ends: <)."""
    pair = list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value, value]
    if len(pair) != 2:
        raise InputError(f"{key}={value}: expected [lowest, highest] or one number")
    first, last = (_number(key, v) for v in pair)
    sign = "<" if open_ends else "<="
    inside = low < first and last < high if open_ends else low <= first and last <= high
    if first > last:
        raise InputError(f"{key}=[{first:g}, {last:g}]: the lowest is above the highest; swap them")
    if not inside:
        raise InputError(f"{key}=[{first:g}, {last:g}]: expected values with {low:g} {sign} {key} {sign} {high:g}")
    if whole and (first % 1 or last % 1):
        raise InputError(f"{key}=[{first:g}, {last:g}]: expected whole numbers")
    return (int(first), int(last)) if whole else (first, last)


def check_three(key: str, value: object, low: float, high: float) -> tuple[float, float, float]:
    """Three numbers from low to high."""
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != 3:
        raise InputError(f"{key}={value}: expected three numbers, along x, y and z")
    x, y, z = (check_number(key, each, low, high) for each in value)
    return x, y, z


def check_number(key: str, value: object, low: float, high: float) -> float:
    """One number from low to high."""
    if isinstance(value, Sequence):
        raise InputError(f"{key}={value}: expected one number from {low:g} to {high:g}")
    return check_range(key, value, low, high)[0]


def check_colors(key: str, value: object) -> tuple[str, ...] | None:
    """Names of colours, #rrggbb in sRGB, or None."""
    if value is None:
        return None
    names = list(value) if isinstance(value, Sequence) and not isinstance(value, str) else []
    if not names or not all(isinstance(each, str) and re.fullmatch("#[0-9a-fA-F]{6}", each) for each in names):
        raise InputError(f"{key}={value}: expected a list of colours such as ['#ad2323', '#2a4bd7'], or null for any")
    return tuple(names)


def check_share(key: str, value: object) -> float:
    """A number from 0 to 1."""
    return check_range(key, value, 0.0, 1.0)[0] if not isinstance(value, Sequence) else _number(key, value)


def check_count(key: str, value: object, low: int, high: int) -> int:
    """A whole number from low to high."""
    if isinstance(value, Sequence):
        raise InputError(f"{key}={value}: expected one whole number from {low} to {high}")
    return int(check_range(key, value, low, high, whole=True)[0])


def check_variants(value: object) -> int | None:
    """The field `variants` of what has a texture: a whole number from 1, or None for no limit."""
    return None if value is None else check_count("variants", value, 1, 10**4)


def check_source(key: str, value: object, what: str) -> str | None:
    """The name of a folder or pattern, or None; what: of which files, for the message."""
    if value is not None and (not isinstance(value, str) or not value):
        raise InputError(f"{key}={value}: expected one folder or pattern of {what}, or null for none")
    return value


def check_weights(key: str, weights: Weights, names: Sequence[str], otherwise: float = 0.0) -> np.ndarray:
    """(len(names),) float64: the weight of each name; 1 for a name alone in a list, `otherwise` for one not given.

    InputError for an unknown name, a negative weight, or none above zero.
    """
    given = weights_by_name(key, weights)
    for name, weight in given.items():
        if name not in names:
            raise InputError(f"{key}.{name}: there is nothing of this name; choose from {', '.join(names)}")
        if _number(f"{key}.{name}", weight) < 0:
            raise InputError(f"{key}.{name}={weight}: a weight is zero or more")
    result = np.array([float(given.get(name, otherwise)) for name in names])
    if not result.any():
        raise InputError(f"{key}: all weights are zero; give at least one of {', '.join(names)} a weight above zero")
    return result


def weights_by_name(key: str, weights: Weights) -> dict[str, float]:
    """The weights that are given, by name. InputError for what is neither a list of names nor a mapping."""
    if isinstance(weights, Mapping):
        return dict(weights)
    if isinstance(weights, str) or not isinstance(weights, Sequence):
        raise InputError(f"{key}={weights}: expected a list of names, or a weight for each name")
    given: dict[str, float] = {}
    for each in weights:
        if not isinstance(each, str | Mapping):
            raise InputError(f"{key}={weights}: expected names, or {{name: weight}}, in the list")
        given |= each if isinstance(each, Mapping) else {each: 1.0}
    return given


def set_fields(randomizer: object, **fields: Any) -> None:
    """Write checked values into a frozen dataclass's own fields; for __post_init__."""
    for name, value in fields.items():
        object.__setattr__(randomizer, name, value)
