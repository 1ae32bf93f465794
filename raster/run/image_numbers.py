"""require_whole: the numbers that functions take which draw images. refuse_overrides: those that are no overrides there."""

from collections.abc import Sequence
from typing import Any

from raster.errors import InputError


def require_whole(least: int, *, or_none: bool = False, **given: Any) -> None:
    """InputError for a value that is no whole number from `least` on, nor None where that may be."""
    for name, value in given.items():
        if or_none and value is None:
            continue
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise InputError(f"{name}={value}: expected a whole number, {least} or more")


def refuse_overrides(overrides: Sequence[str], **given: Any) -> None:
    """InputError for an override of what is an argument, here with another value: it would count for nothing."""
    for word in overrides:
        name, _, value = word.partition("=")
        if (name := name.lstrip("+")) in given and value != str(given[name]):
            raise InputError(f"{word}: is no override here, but an argument beside them: {name}={value}")
