"""Fields of a randomizer that state their default, allowed values, unit and meaning once; check_options() checks them.

A field `height: Range = range_option((1, 4), 0.1, 50, "m", "Height of the walls.")` is an ordinary dataclass field with a
default. Its metadata holds `text`, `unit`, `allowed` (all for people; raster.run.option_tables prints them), `check`,
`nullable`, and `control`: what the page of raster studio shows, such as {"kind": "range", "low": 0, "high": 1}; its kinds are
in raster/studio_app/control.py. Using this module is a choice: a randomizer may have plain fields with defaults, and checks of
its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import Field, field, fields
from typing import Any

from raster.errors import InputError
from raster.randomizers.ranges import (
    check_count,
    check_number,
    check_range,
    check_share,
    check_source,
    check_weights,
    set_fields,
)

Check = Callable[[str, Any], Any]  # (key, value given) -> value to keep; raises InputError that begins with the key


def option(
    default: Any, text: str, unit: str = "", allowed: str = "", check: Check | None = None, nullable: bool = False,
    control: Mapping[str, Any] | None = None,
) -> Any:  # fmt: skip
    """A dataclass field. text: one sentence. allowed: allowed values in words. nullable: None is allowed and not checked.

    control: how raster.studio lets it be changed; None: as text.
    """
    metadata = {"text": text, "unit": unit, "allowed": allowed, "check": check, "nullable": nullable, "control": control}
    if isinstance(default, dict):
        return field(default_factory=default.copy, metadata=metadata)
    return field(default=default, metadata=metadata)


def range_option(
    default: tuple[float, float] | None, low: float, high: float, unit: str, text: str,
    *, whole: bool = False, open_ends: bool = False, nullable: bool = False,
) -> Any:  # fmt: skip
    """A field of type Range: [lowest, highest] within low..high. whole: whole numbers. open_ends: low and high are excluded."""

    def check(key: str, value: Any) -> tuple[float, float]:
        return check_range(key, value, low, high, whole=whole, open_ends=open_ends)

    allowed = f"above {low:g}, below {high:g}" if open_ends else f"{low:g} to {high:g}"
    control = {"kind": "range", "low": low, "high": high, "whole": whole, "open_ends": open_ends}
    return option(default, text, unit, f"{allowed}, whole" if whole else allowed, check, nullable, control)


def number_option(default: float | None, low: float, high: float, unit: str, text: str, *, nullable: bool = False) -> Any:
    """A field that is one number from low to high."""

    def check(key: str, value: Any) -> float:
        return check_number(key, value, low, high)

    control = {"kind": "number", "low": low, "high": high}
    return option(default, text, unit, f"{low:g} to {high:g}", check, nullable, control)


def numbers_option(default: Sequence[float], low: float, high: float, unit: str, text: str, check: Check) -> Any:
    """A field that is as many numbers from low to high as its default; check tells what else they must be."""
    control = {"kind": "numbers", "count": len(default), "low": low, "high": high}
    return option(tuple(default), text, unit, f"{low:g} to {high:g}", check, control=control)


def share_option(default: float, text: str) -> Any:
    """A field that is a share: one number from 0 to 1."""
    return option(default, text, "share", "0 to 1", check_share, control={"kind": "number", "low": 0, "high": 1})


def count_option(default: int | None, low: int, high: int, unit: str, text: str, *, nullable: bool = False) -> Any:
    """A field that is one whole number from low to high."""

    def check(key: str, value: Any) -> int:
        return check_count(key, value, low, high)

    control = {"kind": "number", "low": low, "high": high, "whole": True}
    return option(default, text, unit, f"{low} to {high}, whole", check, nullable, control)


def weights_option(default: Any, names: Sequence[str], text: str) -> Any:
    """A field of type Weights: a list of some of the names, any as {name: weight}, or a mapping of names to weights."""

    def check(key: str, value: Any) -> Any:
        check_weights(key, value, names)
        return value

    allowed = "these names" if set(names) == set(default) else ", ".join(names)
    return option(default, text, "weights", allowed, check, control={"kind": "weights", "names": list(names)})


def choice_option(default: str | None, names: Sequence[str], text: str, *, nullable: bool = False) -> Any:
    """A field that is one of the names."""

    def check(key: str, value: Any) -> str:
        if value not in names:
            raise InputError(f"{key}={value}: expected one of {', '.join(names)}")
        return str(value)

    return option(default, text, "", ", ".join(names), check, nullable, {"kind": "choice", "names": list(names)})


def source_option(default: str | None, files: str, text: str) -> Any:
    """A field that names a folder or a pattern, or is None. files: which files, for the message of an error."""

    def check(key: str, value: Any) -> str | None:
        return check_source(key, value, files)

    return option(default, text, "", "text", check, nullable=True, control={"kind": "file"})


def variants_option(text: str) -> Any:
    """The field `variants` of whatever has a texture: None, for no limit, or how many different ones a run shows."""
    return count_option(None, 1, 10**4, "", text, nullable=True)


def with_default(base: type, name: str, default: Any) -> Any:
    """The field `name` of the dataclass `base`, with another default; for a class that extends it."""
    there: Field[Any] = base.__dataclass_fields__[name]  # type: ignore[attr-defined]
    return field(default=default, metadata=there.metadata)


def check_options(randomizer: Any) -> None:
    """Check every field made here and keep the checked values; for __post_init__. InputError names the first wrong one."""
    for each in fields(randomizer):
        check, value = each.metadata.get("check"), getattr(randomizer, each.name)
        if check and not (value is None and each.metadata["nullable"]):
            set_fields(randomizer, **{each.name: check(each.name, value)})
