"""checked: overrides that Hydra takes. finish: a composed configuration without what the overrides did not mean."""

import re
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from hydra.conf import HydraConf
from hydra.core.override_parser.types import ChoiceSweep, Override
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from raster.errors import InputError
from raster.run.compose import read_override
from raster.run.hydra_messages import NO_SETTING, explain
from raster.run.known_keys import is_group, known_keys, stated_options, unknown_key
from raster.run.options import GROUPS
from raster.run.preset_options import drop_unchosen
from raster.run.quoting import decode_keys, decoded, quoted


def checked(overrides: Sequence[str], folder: Path | None = None) -> list[str]:
    """Return overrides as Hydra takes them, with quotes where they need them. `folder`: the user's own, as --config-dir.

    InputError for what Hydra would end at with a Python error, or would take and spoil the configuration with.
    """
    taken = [quoted(override) for override in overrides]
    for word, override in zip(overrides, taken, strict=True):
        read = read_override(override)
        key = str(read.key_or_group)
        if not key:
            raise InputError(f"{word}: there is no key before the =; options are written KEY=VALUE, as seed=1")
        if key == "hydra":
            raise InputError(f"{word}: give one of Hydra's settings, as hydra.sweep.dir=FOLDER; --cfg hydra shows all")
        if key.startswith("hydra."):
            _refuse_hydra(word, read, key)
        elif not is_group(key, folder):
            _refuse_deletion(word, read, key)
        elif read.is_delete() and key in GROUPS:
            group = key if read.package is None else f"{key}@{read.package}"
            raise InputError(f"{word}: say {group}=[] for none; to leave one out: ~{read.package or key}.NAME")
        elif read.is_delete() and not (read.value() is None or isinstance(read.value(), str)):
            raise InputError(f"{word}: leave the value out: ~{key}")
        else:
            _refuse_no_names(word, read, key)
    return taken


def finish(cfg: DictConfig, overrides: Sequence[str], name: str, folder: Path | None) -> None:
    """Change a composed configuration: keys as the user wrote them, and no options of components that are not chosen.

    `overrides`: those it was composed with, as checked() gave them; `name`: the program's file conf/NAME.yaml. InputError for a
    key that an override added and nobody reads.
    """
    meant = [decoded(override) for override in overrides]
    if meant != list(overrides):
        decode_keys(cfg)
    try:
        drop_unchosen(cfg, meant, folder)
        _refuse_unknown(cfg, overrides, name, folder)
    except OmegaConfBaseException as error:  # of what stands for another value, as ${oc.env:HOME}
        raise InputError(explain(error, name, folder)) from None


def _refuse_unknown(cfg: DictConfig, overrides: Sequence[str], name: str, folder: Path | None) -> None:
    """InputError for a key that an override added and nobody reads."""
    stated = stated_options(name) if any(override.startswith("+") for override in overrides) else {}
    for override in overrides:
        key = decoded(override.lstrip("+").partition("=")[0])
        parts = key.split(".")
        if not override.startswith("+") or parts[0] in (*GROUPS, "hydra") or is_group(parts[0].partition("@")[0], folder):
            continue
        dotted = [".".join(parts[: k + 1]) for k in range(len(parts))]
        new = next((each for each in dotted if each not in stated), None)
        value = OmegaConf.select(cfg, new) if new else None
        if new is None or (isinstance(value, DictConfig) and "_target_" in value):
            continue
        above = new.rpartition(".")[0]
        if not above or any(each.startswith(f"{above}.") for each in stated):
            group = folder is None and re.fullmatch(r"\+\w+=[A-Za-z]\w*", override)
            where = f"; a folder {key}/ of your own is found with --config-dir FOLDER, in which it stands" if group else ""
            raise InputError(f"{unknown_key(new, known_keys(name))}{where}")


def _refuse_hydra(word: str, read: Override, key: str) -> None:
    """InputError for a setting of Hydra that is taken away, and for one that is added where Hydra has a fixed set of them."""
    if read.is_delete():
        raise InputError(f"{word}: settings of Hydra cannot be taken away; leave {key} out for its default, or give it a value")
    node: Any = OmegaConf.structured(HydraConf) if read.is_add() or read.is_force_add() else None
    for name in key.split(".")[1:]:
        made = OmegaConf.get_type(node) if isinstance(node, DictConfig) else None
        if not is_dataclass(made):  # a table that takes any key
            return
        if name not in {field.name for field in fields(made)}:
            raise InputError(f"{key}: {NO_SETTING}")
        node = OmegaConf.select(node, name)


def _refuse_deletion(word: str, read: Override, key: str) -> None:
    """InputError for ~KEY, if that is no part of a component: each option of a program has to be there."""
    root, dot, _ = key.partition(".")
    if read.is_delete() and not ("/" in key or (dot and root in GROUPS)):
        raise InputError(f"{word}: only components can be taken away, as ~randomizers.lens; leave {key} out for its default")


def _refuse_no_names(word: str, read: Override, key: str) -> None:
    """InputError for a group that is given numbers or lists in place of names."""
    values = read._value.list if isinstance(read._value, ChoiceSweep) else [] if read.is_delete() else [read.value()]
    for value in values:
        good = all(isinstance(name, str) for name in value) if isinstance(value, list) else isinstance(value, str | dict)
        if not good and not (value is None and key in GROUPS):  # Hydra says what null is in place of
            what = f"{key} takes names, as {key}=NAME or {key}=[ONE,ANOTHER]; a number goes into quotes"
            raise InputError(f"{decoded(word)}: {what}")
