"""schema, known_keys, names: which keys and components of a configuration there are. unknown_key: a message for another one."""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import is_dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any, cast

from hydra.core.config_store import ConfigStore
from omegaconf import OmegaConf
from yaml import YAMLError

from raster.run.compose import compose_file
from raster.run.options import GROUPS, Option, options_of
from raster.system.paths import CONF

LIKE = 0.6  # ratio of matching letters from which a name is taken for a slip of another one


def schema(config: str) -> type:
    """The dataclass of the options of conf/CONFIG.yaml: that of the last schema in its defaults list."""
    listed: Any = OmegaConf.to_container(OmegaConf.load(CONF / f"{config}.yaml"))
    last = [entry for entry in listed["defaults"] if isinstance(entry, str) and entry.endswith("schema")][-1]
    node: Any = ConfigStore.instance().load(f"{last}.yaml").node
    found = OmegaConf.get_type(node)
    return cast(type, found)


def stated_options(config: str) -> dict[str, Option]:
    """The options that the dataclass of conf/CONFIG.yaml states, by their dotted keys: n, gl, gl.device."""
    found: dict[str, Option] = {}
    for option in options_of(schema(config)):
        found[option.name] = option
        if is_dataclass(option.default):
            found |= {f"{option.name}.{inner.name}": inner for inner in options_of(type(option.default))}
    return found


def is_group(key: str, folder: Path | None = None) -> bool:
    """Whether there is a folder of files to choose from for this key, without what stands after @. `folder`: the user's own."""
    return bool(key) and any(os.path.isdir(home / key) for home in (CONF, folder) if home)  # False for a name that is too long


def group_names(folder: Path | None = None) -> set[str]:
    """All groups, with those of the user's folder: solids, passes, passes/color, preset."""
    homes = [home for home in (CONF, folder) if home]
    files = (path.relative_to(home) for home in homes for depth in ("*/*.yaml", "*/*/*.yaml") for path in home.glob(depth))
    return {str(path.parent) for path in files}


def names(group: str, folder: Path | None = None) -> list[str]:
    """Return the components of a group, sorted: those of the package, then those of the user's folder."""
    homes = [CONF] if folder is None else [CONF, folder]
    found = [path.stem for home in homes if os.path.isdir(home / group) for path in sorted((home / group).glob("*.yaml"))]
    return list(dict.fromkeys(found))


def known_keys(config: str) -> list[str]:
    """Return all keys of conf/CONFIG.yaml, dotted."""
    return list(_known_keys(config))


@cache
def _known_keys(config: str) -> tuple[str, ...]:
    return tuple(_dotted(OmegaConf.to_container(compose_file(config)), ""))


def own_keys(folder: Path | None) -> list[str]:
    """Return the keys of all components in the user's folder, dotted: randomizers.dim, randomizers.dim.level."""
    keys: list[str] = []
    for group in GROUPS if folder is not None else ():
        for path in sorted((folder / group).glob("*.yaml")):  # type: ignore[operator]
            with suppress(
                YAMLError, OSError, ValueError
            ):  # one that cannot be read has no keys, and is refused if it is chosen
                keys += _dotted(OmegaConf.to_container(OmegaConf.load(path), resolve=False), f"{group}.")
    return keys


def unknown_key(key: str, known: Sequence[str]) -> str:
    """Return a message for a key that is none of `known`; it names the likeliest of these, or those beside it."""
    if near := _nearest(key, known):
        return f"{key}: there is no such key; did you mean {near}?"
    above = key.rpartition(".")[0]
    beside = [each.rpartition(".")[2] for each in known if above and each.rpartition(".")[0] == above]
    there = f"{above} has {', '.join(each for each in beside if each[0] != '_')}" if beside else "see --cfg job"
    return f"{key}: there is no such key; {there}"


def _nearest(key: str, known: Sequence[str]) -> str:
    """The known key that begins with this one, ends with it, is like it part by part, or is above it; "" if all are far."""
    parts = key.split(".")

    def likeness(other: str) -> float:
        ratios = [SequenceMatcher(None, *pair).ratio() for pair in zip(other.split("."), parts, strict=True)]
        return sum(ratios) if min(ratios) >= LIKE else 0

    same_depth = [each for each in known if each.count(".") == key.count(".")]
    likely = [each for each in known if each.startswith(key)]
    likely += [each for each in known if each.endswith(f".{key}")]
    likely += [each for each in sorted(same_depth, key=likeness, reverse=True)[:1] if likeness(each)]
    above = key.rpartition(".")[0]
    likely += [above] if above in known and not any(each.startswith(f"{above}.") for each in known) else []
    return next(iter(likely), "")


def _dotted(node: Any, prefix: str) -> list[str]:
    """Return the keys of nested dicts, each with its parents' in front."""
    keys: list[str] = []
    for name, below in node.items() if isinstance(node, dict) else ():
        keys.append(f"{prefix}{name}")
        keys += _dotted(below, f"{prefix}{name}.")
    return keys
