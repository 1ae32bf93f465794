"""checked_valid: the option `valid`, which splits a set: a share or a count of its images. MAX_IMAGES: of a set."""

from typing import Any

from raster.errors import InputError
from raster.run.options import yaml_value

MAX_IMAGES = 10**8  # a run holds about 200 bytes for each


def checked_valid(valid: Any, views: int) -> float | int:
    """`valid` as a share (float) or a count (int). InputError for neither, or for a part of the `views` of a layout."""
    if type(valid) in (int, float) and 0 <= valid < 1:
        return float(valid)
    if type(valid) is not int or not 0 < valid <= MAX_IMAGES:
        raise InputError(f"valid={yaml_value(valid)}: expected a share from 0 to below 1, or a whole number of images")
    if valid % views:
        raise InputError(
            f"valid={valid}: expected a multiple of views_per_layout={views}, since views of a layout stay together"
        )
    return valid
