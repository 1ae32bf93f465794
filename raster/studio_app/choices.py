"""Choices: what a page has chosen: a preset, components, values. overrides_of: the command line that says exactly this."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from raster.errors import InputError
from raster.run.options import GROUPS
from raster.run.override_text import in_quotes
from raster.studio_app.control import Control

DEFAULT_PRESET = "default"
CHOSEN = (*GROUPS.values(), "passes/color")  # the keys whose values are names of components
PLAIN_TEXT = re.compile(r"[A-Za-z_][\w./-]*", re.ASCII)  # what Hydra takes without quotes as the text that it is
NO_TEXT = ("null", "true", "false", "nan", "inf", "yes", "no", "on", "off")  # but what it takes for something else
CODE = ("_target_", "${")  # what a value may not hold: it would be run, or filled in from elsewhere


@dataclass(frozen=True)
class Choices:
    """What a page has chosen beside what the command line of the program fixed."""

    preset: str = DEFAULT_PRESET
    values: Mapping[str, Any] = field(default_factory=dict)  # key -> value, as shown_value() gives it

    @classmethod
    def read(cls, said: Any, controls: Mapping[str, Control]) -> "Choices":
        """What a page sent. InputError for keys that are no option, and for values that would run something."""
        if not isinstance(said, dict) or not isinstance(said.get("values", {}), dict):
            raise InputError("choices: expected a preset and values")
        preset, values = said.get("preset", DEFAULT_PRESET), said.get("values", {})
        if not isinstance(preset, str) or not re.fullmatch(r"[\w-]+", preset):
            raise InputError(f"preset={preset}: expected a name")
        for key, value in values.items():
            if key not in controls and key not in switches(controls):
                raise InputError(f"{key}: there is no such option on this page")
            if any(code in str(value) for code in CODE):
                raise InputError(f"{key}: a page gives values, and nothing with {' or '.join(CODE)}")
        return cls(preset, values)


def switches(controls: Mapping[str, Control]) -> set[str]:
    """The keys of randomizers, which null switches off as a whole."""
    return {key.rpartition(".")[0] for key in controls if key.startswith("randomizers.")} | {"randomizers.rotation"}


def base_overrides(choices: Choices, fixed: Sequence[str]) -> list[str]:
    """The overrides whose configuration has the values that the page shows where nothing is changed."""
    named = [] if choices.preset == DEFAULT_PRESET else [f"preset={choices.preset}"]
    return [*named, *fixed]


def overrides_of(
    choices: Choices, fixed: Sequence[str], controls: Mapping[str, Control], base: Mapping[str, Any]
) -> dict[str, list[str]]:
    """Key -> the overrides that change it, in the order of the page; "" -> the preset, and what the command line fixed.

    `base`: key -> value without these changes, as the configuration has it: a table does not take a list's place, and what is
    not there needs Hydra's sign for more.
    """
    order = {key: number for number, key in enumerate(dict.fromkeys((*CHOSEN, *sorted(switches(controls)), *controls)))}
    off = tuple(f"{key}." for key in switches(controls) if key in choices.values and choices.values[key] is None)
    changed = sorted((key for key in choices.values if not off or not key.startswith(off)), key=order.__getitem__)
    words = {key: _override(key, choices.values[key], controls.get(key), base) for key in changed}
    return {"": base_overrides(choices, fixed), **words}


def _override(key: str, value: Any, control: Control | None, base: Mapping[str, Any]) -> list[str]:
    """The overrides that give a key a value."""
    if control is not None and control.kind == "value":
        text = "null" if value is None else str(value).strip()
    else:
        text = value_text(written_value(control, value, base.get(key)))
    return [f"{'' if key in base else '+'}{key}={text}"]


def written_value(control: Control | None, value: Any, base: Any = None) -> Any:
    """A value of a control as a person would write it: one number for a range that is one, names for equal weights."""
    if control is None or value is None:
        return value
    if control.kind == "range" and isinstance(value, list) and len(value) == 2 and value[0] == value[1]:
        return value[0]
    if control.kind == "weights" and isinstance(value, dict):
        if isinstance(base, Mapping):  # Hydra joins tables: what is not wanted needs a zero
            return {**{name: 0 for name in base if name not in value}, **value}
        if isinstance(base, list):
            return [name if weight == 1 else {name: weight} for name, weight in value.items()]
    return value


def value_text(value: Any) -> str:
    """A value in Hydra's grammar of overrides, so that it is read as this value.

    >>> value_text({"flat": 1, "a b": [0.5, None, "yes"]})
    '{flat:1,"a b":[0.5,null,"yes"]}'
    """
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{value_text(str(key))}:{value_text(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(value_text, value)) + "]"
    if isinstance(value, int | float):
        return f"{value:.10g}" if isinstance(value, float) else str(value)
    text = str(value)
    return text if PLAIN_TEXT.fullmatch(text) and text.lower() not in NO_TEXT else in_quotes(text)
