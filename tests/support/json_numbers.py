"""numbers: all numbers of nested lists and mappings, as of a JSON file."""

from typing import Any


def numbers(value: Any) -> list[float]:
    """All of them, in order."""
    if isinstance(value, dict | list):
        return [n for below in (value.values() if isinstance(value, dict) else value) for n in numbers(below)]
    return [value] if isinstance(value, int | float) else []
