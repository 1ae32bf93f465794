"""Configuration, configure: choices of a page as a checked configuration, with the command line, or with what is wrong."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from raster.errors import InputError, InputErrors
from raster.run.compose import read_override
from raster.run.config import Config, load_config
from raster.run.options import GROUPS
from raster.run.quoting import quoted
from raster.studio_app.choices import CHOSEN, Choices, overrides_of, switches
from raster.studio_app.control import Control, shown_value
from raster.studio_app.sections import Section

MAX_ERRORS = 8  # bad values that are told at once


@dataclass(frozen=True)
class Configuration:
    """What choices come to."""

    overrides: tuple[str, ...]  # the command line
    plain: dict[str, Any] | None  # as load_config() gives it; None if a value is refused
    base: Mapping[str, Any]  # key -> value without the changes, as the configuration has it
    # Key, "" for none of the page -> what is wrong, in the program's words.
    errors: Mapping[str, str] = field(default_factory=dict)


class Configurations:
    """Makes configurations of choices, for one page. `fixed`: overrides of the command line that are no choices."""

    def __init__(self, found: Iterable[Section], fixed: Sequence[str] = (), folder: Path | None = None):
        self.controls: dict[str, Control] = {each.key: each for section in found for each in section.controls}
        self.fixed, self.folder = tuple(fixed), folder
        self._base = lru_cache(maxsize=8)(self._plain_base)

    def configure(self, choices: Choices, build: Callable[[dict[str, Any]], object] | None = None) -> Configuration:
        """The configuration of choices. `build`: called with it; what it refuses counts as bad values too.

        A value that is refused is told, and left out to see whether there are more.
        """
        errors: dict[str, str] = {}
        values = dict(choices.values)
        base: Mapping[str, Any] = {}
        words: list[str] = []
        while True:
            now = Choices(choices.preset, values)
            try:
                base = self._base(tuple(self._chosen(now)))
                words = [word for each in overrides_of(now, self.fixed, self.controls, base).values() for word in each]
                plain = load_config(words, self.folder)
                if build is not None:
                    build(plain)
            except InputError as error:
                message = error.reasons[0] if isinstance(error, InputErrors) else str(error)
                key = self.key_of(message)
                guilty = key if key in values else _part_of(key, values)
                errors[key] = message
                if guilty is None or len(errors) >= MAX_ERRORS:
                    break
                del values[guilty]
                continue
            break
        if errors:
            return Configuration(tuple(self._words(choices, base)), None, base, errors)
        return Configuration(tuple(words), plain, base)

    def key_of(self, message: str) -> str:
        """The key of the page that a message begins with: that of a control, of a switch, or ""."""
        found = re.match(r"[~+]*([\w@/.]+)", message)
        key = found[1].rstrip(".") if found else ""
        while key:
            if key in self.controls or key in switches(self.controls):
                return key
            key = key.rpartition(".")[0]
        return ""

    def shown(self, base: Mapping[str, Any]) -> dict[str, Any]:
        """Key -> value without changes, as the controls show it; null for those of components that are not chosen."""
        values = {key: shown_value(control, base.get(key, control.default)) for key, control in self.controls.items()}
        return values | {key: base.get(key) is not None for key in switches(self.controls)}

    def _words(self, choices: Choices, base: Mapping[str, Any]) -> list[str]:
        return [word for each in overrides_of(choices, self.fixed, self.controls, base).values() for word in each]

    def _chosen(self, choices: Choices) -> list[str]:
        """The overrides that choose components: options of those that are not chosen are not there."""
        chosen = {key: value for key, value in choices.values.items() if key in CHOSEN}
        words = overrides_of(Choices(choices.preset, chosen), self.fixed, self.controls, dict.fromkeys(CHOSEN))
        return [word for each in words.values() for word in each]

    def _plain_base(self, overrides: tuple[str, ...]) -> dict[str, Any]:
        plain = load_config(overrides, self.folder)
        height, width = plain["size"]
        found = _flat(plain) | {"size": height if height == width else [height, width]}
        if not any(word.startswith("detail=") for word in overrides):
            found["detail"] = Config.detail  # what it comes to depends on the layers
        for group, key in GROUPS.items():
            found[key] = [name for name, made in plain[group].items() if made is not None]
        found["passes"] = [name for name in found["passes"] if name != "color"]  # of the group passes/color
        color = plain["passes"].get("color") or {}
        found["passes/color"] = Path(str(color.get("shader", ""))).stem
        return found


def read_start(overrides: Sequence[str], controls: Mapping[str, Control]) -> tuple[Choices, list[str]]:
    """What a command line says, as choices that a page can change, and the overrides that are none. InputError for bad ones."""
    preset, values, fixed = "default", dict[str, Any](), list[str]()
    for word in overrides:
        read = read_override(quoted(word))
        key = str(read.key_or_group) + (f"@{read.package}" if read.package else "")
        plain = not (read.is_add() or read.is_delete() or read.is_force_add() or read.is_sweep_override())
        if plain and key == "preset" and isinstance(read.value(), str):
            preset = str(read.value())
        elif plain and key in switches(controls) and read.value() is None:
            values[key] = None
        elif plain and key in controls:
            values[key] = _choice(controls[key], read.value(), word)
        else:
            fixed.append(word)
    return Choices(preset, values), fixed


def _choice(control: Control, value: Any, word: str) -> Any:
    """A value of an override as a control shows it."""
    return word.partition("=")[2] if control.kind == "value" else shown_value(control, _bare(value))


def _bare(value: Any) -> Any:
    """What Hydra read, without its notes on quotes."""
    if isinstance(value, dict):
        return {str(_bare(key)): _bare(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_bare(each) for each in value]
    return getattr(value, "text", value)


def _part_of(key: str, values: Mapping[str, Any]) -> str | None:
    """A value that belongs to what a key names, such as an option of a randomizer; None without one."""
    return next((each for each in values if key and each.startswith(f"{key}.")), None)


def _flat(node: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Dotted key -> value, of tables too."""
    found: dict[str, Any] = {}
    for key, value in node.items():
        found[f"{prefix}{key}"] = value
        if isinstance(value, dict):
            found |= _flat(value, f"{prefix}{key}.")
    return found
