"""preset_text: choices as a preset file, which says exactly what their command line says. save_preset: writes it."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from raster.errors import InputError, system_refusals
from raster.run.compose import read_override
from raster.run.options import yaml_value
from raster.run.quoting import quoted
from raster.studio_app.choices import CHOSEN
from raster.system.atomic_files import write_atomic

HEAD = "# @package _global_\n# {about}\n"
WIDTH = 120  # of lines


def preset_text(overrides: Sequence[str], about: str = "Made with raster studio.") -> str:
    """The YAML of a preset that says what overrides say, but for n and out, which are of one run.

    InputError for an override that no preset can say, as one that takes a component away.
    """
    preset, chosen, values = "default", list[str](), dict[str, Any]()
    for word in overrides:
        read = read_override(quoted(word))
        key = str(read.key_or_group) + (f"@{read.package}" if read.package else "")
        if key == "preset":
            preset = str(read.value())
        elif read.is_delete():
            raise InputError(f"{word}: a preset cannot take away; give this on the command line")
        elif key in CHOSEN:
            chosen.append(f"  - override /{key}: {_flow(_plain(read.value()))}")
        elif key in ("n", "out"):  # of one run
            continue
        else:
            _put(values, key.split("."), _plain(read.value()))
    lines = [f"  - {preset}", *chosen, "  - _self_"]
    body = "\n".join(_lines(values, ""))
    return HEAD.format(about=about) + "defaults:\n" + "\n".join(lines) + "\n" + (f"\n{body}\n" if body else "")


def save_preset(folder: Path, name: str, text: str) -> Path:
    """Write FOLDER/preset/NAME.yaml and return its path. InputError for a name that is none, and for one that is taken."""
    if not re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII):
        raise InputError(f"name={name}: expected letters, digits and _, as my_scene")
    path = folder / "preset" / f"{name}.yaml"
    if path.exists():
        raise InputError(f"name={name}: {path} is there already; choose another name, or remove that file")
    with system_refusals():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, text.encode())
    return path


def _plain(value: Any) -> Any:
    """What Hydra read, as YAML has it."""
    if isinstance(value, dict):
        return {str(_plain(key)): _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return getattr(value, "text", value)


def _put(tree: dict[str, Any], parts: Sequence[str], value: Any) -> None:
    """Put a value into nested tables."""
    for part in parts[:-1]:
        tree = tree.setdefault(part, {})
    tree[parts[-1]] = _Leaf(value)


class _Leaf:
    """A value, beside tables that only lead to values."""

    def __init__(self, value: Any):
        self.value = value


def _lines(tree: Mapping[str, Any], indent: str) -> list[str]:
    """YAML of nested tables; those whose values fit stand in one line."""
    lines = []
    for key, each in tree.items():
        if isinstance(each, _Leaf):
            lines.append(f"{indent}{key}: {_flow(each.value)}")
            continue
        if all(isinstance(inner, _Leaf) for inner in each.values()):
            short = ", ".join(f"{name}: {_flow(inner.value)}" for name, inner in each.items())
            if len(line := f"{indent}{key}: {{{short}}}") <= WIDTH:
                lines.append(line)
                continue
        lines += [f"{indent}{key}:", *_lines(each, f"{indent}  ")]
    return lines


def _flow(value: Any) -> str:
    """A value in one line of YAML."""
    if isinstance(value, str):
        return yaml.safe_dump([value], width=10**6, default_flow_style=True, allow_unicode=True).strip()[1:-1]  # as in a list
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_flow(key)}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return yaml_value(value)
