"""refuse_values: refuses numbers that are not finite, and text that is none, anywhere in a configuration."""

import math
from typing import Any

from raster.errors import InputError


def refuse_values(value: Any, key: str) -> None:
    """InputError for the first number that is not finite, and for text that is none: bytes of another encoding than UTF-8."""
    if isinstance(value, dict):
        for name, below in value.items():
            refuse_values(below, f"{key}.{name}" if key else str(name))
    elif isinstance(value, list):
        for below in value:
            refuse_values(below, key)
    elif isinstance(value, float) and not math.isfinite(value):
        raise InputError(f"{key}: {value} is not a finite number")
    elif not f"{key}{value}".isascii():
        try:
            f"{key}{value}".encode()
        except UnicodeEncodeError:
            what = "is not UTF-8; rename the file or folder, as convmv does"
            raise InputError(f"{ascii(key)[1:-1]}: {value!a} {what}") from None
