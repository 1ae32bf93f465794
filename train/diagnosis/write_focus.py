"""write_focus: MODEL/focus/focus.yaml, a group of a folder of one's own that draws more of what fails."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from raster import InputError, write_atomic

from ..run_files import read_json
from .focus import Change

FOCUS = Path("focus") / "focus.yaml"
OWN = ("n", "out", "seed", "first", "workers", "batch", "quiet", "valid", "test")  # options of a run, which are given anew
HEAD = """\
# @package _global_
# Draws more of what the network {model} fails at, as raster diagnose found it.
# Ranges are narrower than in {data}, weights are others, and nothing else is changed. To draw with it, with another seed:
# {command}
"""


def configuration_of(folder: Path) -> Mapping[str, Any] | None:
    """The configuration in the manifest of a folder of raster generate; None without one."""
    try:
        manifest = read_json(folder / "manifest.json")
        found: Mapping[str, Any] = manifest["configuration"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if isinstance(found, Mapping) and isinstance(found.get("randomizers"), Mapping) else None


def write_focus(model: Path, drawn: Path, changed: Sequence[Change]) -> str:
    """Write MODEL/focus/focus.yaml, and return the command that draws with it. InputError if it cannot be written.

    drawn: the folder of raster generate whose options are changed.
    """
    path = model / FOCUS
    command, kept = _command(model, drawn, changed)
    text = HEAD.format(model=model, data=drawn, command=command)
    text += _options(changed, kept) if changed else "# Nothing that can be drawn costs score for sure: this changes nothing.\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{path.parent}: cannot be made ({error.strerror})") from None
    write_atomic(path, text.encode())
    return command


def _options(changed: Sequence[Change], kept: Mapping[str, Any]) -> str:
    """The options as YAML, with what they were and why they are changed; `kept` as they are."""
    by_name: dict[str, list[str]] = {}
    for each in changed:
        name, _, field = each.option.partition(".")
        by_name.setdefault(name, []).append(f"    # was {_flow(each.before)}; {each.why}\n    {field}: {_flow(each.after)}\n")
    for key, value in kept.items():
        name, _, field = key.partition(".")
        by_name.setdefault(name, []).append(f"    {field}: {_flow(value)} # as there\n")
    return "randomizers:\n" + "".join(f"  {name}:\n{''.join(lines)}" for name, lines in by_name.items())


def _command(model: Path, drawn: Path, changed: Sequence[Change]) -> tuple[str, dict[str, Any]]:
    """The command, with the overrides that the set was drawn with; and options that one of them gives beside changed ones.

    What the command line says wins over focus.yaml, so overrides of what is changed are left out.
    """
    words, kept = [], dict[str, Any]()
    options = {f"randomizers.{each.option}" for each in changed}
    for word in _overrides(drawn):
        key, _, _ = word.lstrip("+~").partition("=")
        above = [option for option in options if f"{option}.".startswith(f"{key}.")]
        if key in OWN or key in options:
            continue
        if not above or word.startswith("~"):
            words.append(f"'{word}'" if set(word) & set("[]{}()*?$ ;&|<>") else word)
            continue
        randomizers = (configuration_of(drawn) or {}).get("randomizers", {})
        for name, made in randomizers.items():
            if any(option.startswith(f"randomizers.{name}.") for option in above) and isinstance(made, Mapping):
                kept |= {f"{name}.{field}": value for field, value in made.items() if field != "_target_"}
    kept = {key: value for key, value in kept.items() if f"randomizers.{key}" not in options}
    return " ".join(["raster generate --config-dir", str(model), *words, "+focus=focus n=1000 seed=1 out=OUT"]), kept


def _overrides(folder: Path) -> list[str]:
    """The overrides with which a set was drawn, as Hydra keeps them beside it; none where it does not."""
    try:
        words = yaml.safe_load((folder / ".hydra" / "overrides.yaml").read_text())
    except (OSError, ValueError, yaml.YAMLError):
        return []
    return [str(word) for word in words] if isinstance(words, list) else []


def _flow(value: Any) -> str:
    """A value in one line of YAML."""
    return str(yaml.safe_dump(value, default_flow_style=True, width=10**6, sort_keys=False)).removesuffix("...\n").strip()
