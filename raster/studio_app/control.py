"""Control, control_of: how the page lets an option be changed, from the field that states the option."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

from raster.randomizers.ranges import weights_by_name
from raster.run.options import Option, yaml_value
from raster.studio_app.slider_scale import slider_scale

LOGARITHMIC = "uniform in the logarithm"  # what the text of such an option says


@dataclass(frozen=True)
class Control:
    """One option on the page.

    Kinds: range (two handles), number (one handle where low and high are known), numbers, list (of numbers), weights, names
    (an ordered list), choice, flag, file (a file, folder or pattern), colors, text, value (any value, as on the command line).
    """

    key: str  # dotted, as on the command line
    name: str
    text: str  # what it does
    kind: str
    default: Any = None  # as the code states it; a preset may say otherwise
    unit: str = ""
    allowed: str = ""
    nullable: bool = False
    low: float | None = None
    high: float | None = None
    whole: bool = False
    logarithmic: bool = False
    slider: tuple[float, float] | None = None  # between which values its handles move; any allowed value may be typed
    names: Any = None  # what to choose from: a list, or the name of a list that depends on what is chosen
    count: int = 0  # of numbers
    cost: str = ""


def control_of(option: Option, key: str, made: type | None = None) -> Control:
    """The control of an option. `made`: the dataclass that states it; its field's metadata may say which kind it is."""
    found = _stated(made, option.name) or _guessed(option)
    low, high = found.get("low"), found.get("high")
    logarithmic = LOGARITHMIC in option.text
    slider = None if low is None or high is None else slider_scale(low, high, option.default, option.unit)
    nullable = found.get("nullable", "null" in option.allowed) or option.default is None
    return Control(
        key=key, name=option.name, text=option.text, kind=found["kind"], default=option.default, unit=option.unit,
        allowed=option.allowed, nullable=nullable, low=low, high=high, whole=found.get("whole", False),
        logarithmic=logarithmic or _spans_decades(slider), slider=slider, names=found.get("names"), count=found.get("count", 0),
    )  # fmt: skip


def _stated(made: type | None, name: str) -> dict[str, Any] | None:
    """What the metadata of a field says of its control; None if it says nothing."""
    if made is None:
        return None
    metadata: Mapping[str, Any] = next((each.metadata for each in fields(made) if each.name == name), {})
    if "text" not in metadata:
        return None
    return {**(metadata.get("control") or {"kind": "value"}), "nullable": metadata["nullable"]}


def _guessed(option: Option) -> dict[str, Any]:
    """The kind of an option whose comment alone says what it takes."""
    allowed = option.allowed.removesuffix(", or null")
    if isinstance(option.default, bool) or allowed == "true, false":
        return {"kind": "flag"}
    if bounds := re.fullmatch(r"([\d,.]+) to ([\d,.]+)", allowed):
        low, high = (float(bound.replace(",", "")) for bound in bounds.groups())
        return {"kind": "number", "low": low, "high": high, "whole": not isinstance(option.default, float)}
    if (least := re.fullmatch(r"(\d+) or more", allowed)) and isinstance(option.default, int | None):
        return {"kind": "number", "low": float(least[1]), "whole": True}
    if allowed == "a whole number":
        return {"kind": "number", "whole": True}
    if re.fullmatch(r"\d+(, \d+)+", allowed):
        return {"kind": "choice", "names": [int(each) for each in allowed.split(", ")]}
    if re.fullmatch(r"[a-z]\w*(, [a-z]\w*)+", allowed):
        return {"kind": "choice", "names": allowed.split(", ")}
    return {"kind": "text" if allowed == "text" else "value"}


def _spans_decades(slider: tuple[float, float] | None) -> bool:
    """Whether a scale covers so many sizes that small ones would lie on one spot of an even one."""
    return slider is not None and slider[0] > 0 and slider[1] / slider[0] > 300


def plain_control(key: str, value: Any, text: str) -> Control:
    """The control of a key that no dataclass states, from its value and the comment behind it: "width [px; 1 or more]"."""
    name = key.rpartition(".")[2]
    said = re.fullmatch(r"(.*?)(?: \[([^\[\];]*); ([^\[\]]*)\])?", text)
    words, unit, allowed = (said[1], said[2] or "", said[3] or "") if said else (text, "", "")
    option = Option(name, value, words, unit, allowed, "")
    kind = "flag" if isinstance(value, bool) else "text" if isinstance(value, str) and not allowed else ""
    return Control(key, name, words, kind, value, unit, allowed) if kind else control_of(option, key)


def shown_value(control: Control, value: Any) -> Any:
    """A value of the configuration as a control shows it: pairs for ranges, tables for weights, text for `value`."""
    if value is None:
        return None
    if control.kind == "range":
        return list(value) if isinstance(value, list | tuple) else [value, value]
    if control.kind == "weights":
        return weights_by_name(control.key, value)
    if control.kind in ("numbers", "list", "colors", "names"):
        return list(value) if isinstance(value, list | tuple) else value
    return yaml_value(value).replace(", ", ",") if control.kind == "value" else value


def default_of(made: type, name: str) -> Any:
    """The default of a field of a dataclass, None without one."""
    field = next(each for each in fields(made) if each.name == name)
    if field.default_factory is not MISSING:
        return field.default_factory()
    return None if field.default is MISSING else field.default
