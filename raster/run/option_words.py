"""read_options: options of a dataclass from the words of a command line, each written NAME=VALUE. options_table: for --help."""

import difflib
import re
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from raster.errors import InputError
from raster.run.options import Option, options_of, yaml_value


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


def options_table(made: type) -> str:
    """Return the options of a dataclass for a help page, a line or more each."""
    lines = ["options:"]
    for option in options_of(made):
        left = f"  {option.name}={'' if option.default is None else yaml_value(option.default)}"
        text = f"{option.text} ({option.limits})"
        lines += textwrap.wrap(text, 100, initial_indent=f"{left:<21} ", subsequent_indent=" " * 22, break_on_hyphens=False)
    return "\n".join(lines)


def refuse_unknown(made: type, words: Sequence[str]) -> None:
    """InputError for an option that the dataclass has not, or that is written with dashes."""
    known = [option.name for option in options_of(made)]
    for word in words:
        key, equals, value = word.lstrip("-").partition("=")
        key = key.replace("-", "_")
        if word.startswith("-") and key in known:
            raise InputError(f"{word}: options are written without dashes: {key}={value or '...'}")
        if equals and key != "quiet" and not Path(word).exists():
            near = difflib.get_close_matches(key, known, n=1)
            told = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
            raise InputError(f"{word}: there is no such option; {told}")


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
