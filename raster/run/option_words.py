"""read_options: the options of a dataclass from the words of a command line, each written NAME=VALUE."""

import re
from collections.abc import Sequence
from typing import Any

from raster.errors import InputError
from raster.run.options import Option, options_of


def read_options(made: type, arguments: Sequence[str]) -> tuple[dict[str, Any], list[str]]:
    """Return the values that words give to options of the dataclass `made`, by name, and the words that give none.

    InputError for a value that an option does not take.
    """
    own, given, rest = {option.name: option for option in options_of(made)}, dict[str, Any](), list[str]()
    for argument in arguments:
        key, equals, value = argument.partition("=")
        if equals and key in own:
            given[key] = _value(own[key], value)
        else:
            rest.append(argument)
    return given, rest


def _value(option: Option, text: str) -> Any:
    """What is given for an option: a number, true or false, a name, text, or None. InputError for what it does not take."""
    allowed = option.allowed.removesuffix(", or null")
    if text in ("", "null") and allowed != option.allowed:
        return None
    if bounds := re.match(r"([\d,]+) to ([\d,]+)", allowed):
        least, most = (int(bound.replace(",", "")) for bound in bounds.groups())
        if isinstance(option.default, float):
            number = float(text) if re.fullmatch(r"\d*\.?\d+|\d+\.", text, re.ASCII) else -1.0
            if not least <= number <= most:
                raise InputError(f"{option.name}={text}: expected a number from {least} to {most}")
            return number
        if not (text.isascii() and text.isdecimal()) or not least <= int(text) <= most:
            raise InputError(f"{option.name}={text}: expected a whole number from {least} to {most}")
        return int(text)
    if allowed == "true, false":
        if text not in ("true", "false"):
            raise InputError(f"{option.name}={text}: expected true or false")
        return text == "true"
    names = allowed.split(", ")
    if len(names) > 1 and text not in names:
        raise InputError(f"{option.name}={text}: expected one of {', '.join(names)}")
    return text
