"""checked: overrides that Hydra takes. finish: a composed configuration without what the overrides did not mean."""

import os
from collections.abc import Sequence
from pathlib import Path

from hydra.core.override_parser.types import ChoiceSweep, Override
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from raster.errors import InputError
from raster.run.compose import read_override
from raster.run.hydra_messages import GROUPS, explain, known_keys, unknown_key
from raster.run.preset_options import drop_unchosen
from raster.run.quoting import decode_keys, decoded, quoted
from raster.system.paths import CONF


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
        if not _is_group(key, folder):
            _refuse_deletion(word, read, key)
        elif read.is_delete() and key in GROUPS:
            raise InputError(f"{word}: say {key}=[] for none; to leave one out: ~{key}.NAME")
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
        drop_unchosen(cfg, meant)
        _refuse_unknown(cfg, overrides, name, folder)
    except OmegaConfBaseException as error:  # of what stands for another value, as ${oc.env:HOME}
        raise InputError(explain(error, name, folder)) from None


def _refuse_unknown(cfg: DictConfig, overrides: Sequence[str], name: str, folder: Path | None) -> None:
    """InputError for a key that an override added and nobody reads."""
    added = [key for key in map(_added_key, overrides) if key and not _is_group(key, folder)]
    if not added:
        return
    known = known_keys(name)
    for key in added:
        parts = key.split(".")
        dotted = [".".join(parts[: k + 1]) for k in range(len(parts))]
        new = next((each for each in dotted if each not in known), None)
        if new is None or parts[0] in (*GROUPS, "distractors", "hydra") or _is_group(parts[0], folder):
            continue
        above = new.rpartition(".")[0]
        value = OmegaConf.select(cfg, new)
        if isinstance(value, DictConfig) and "_target_" in value:
            continue
        if not above or any(each.startswith(f"{above}.") for each in known):
            raise InputError(unknown_key(new, known))


def _is_group(key: str, folder: Path | None) -> bool:
    """Whether there is a folder of files to choose from for this key, without what stands after @."""
    return bool(key) and any(os.path.isdir(home / key) for home in (CONF, folder) if home)  # False for a name that is too long


def _added_key(override: str) -> str:
    """The key of an override with a plus, "" for another."""
    try:
        read = read_override(override)
    except HydraException:
        return ""
    return decoded(str(read.key_or_group)) if read.is_add() or read.is_force_add() else ""


def _refuse_deletion(word: str, read: Override, key: str) -> None:
    """InputError for ~KEY, if that is no part of a component: each option of a program has to be there."""
    root, dot, _ = key.partition(".")
    if read.is_delete() and not (root == "hydra" or "/" in key or (dot and root in (*GROUPS, "distractors"))):
        raise InputError(f"{word}: only components can be taken away, as ~randomizers.lens; leave {key} out for its default")


def _refuse_no_names(word: str, read: Override, key: str) -> None:
    """InputError for a group that is given numbers or lists in place of names."""
    values = read._value.list if isinstance(read._value, ChoiceSweep) else [] if read.is_delete() else [read.value()]
    for value in values:
        good = all(isinstance(name, str) for name in value) if isinstance(value, list) else isinstance(value, str | dict)
        if not good and not (value is None and key in GROUPS):  # Hydra says what null is in place of
            what = f"{key} takes names, as {key}=NAME or {key}=[ONE,ANOTHER]; a number goes into quotes"
            raise InputError(f"{decoded(word)}: {what}")
