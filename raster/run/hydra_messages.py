"""explain: an error of Hydra in one line that names the key."""

import difflib
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hydra.errors import HydraException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from raster.run.compose import compose_file
from raster.run.sweeps import launcher_at_fault
from raster.system.paths import CONF

GROUPS = ("solids", "randomizers", "passes", "annotations", "writers")  # of components


def explain(error: BaseException, name: str = "config", folder: Path | None = None) -> str:
    """Return Hydra's message in one line, without its advice on tracebacks.

    For an unknown key it names the likeliest of conf/NAME.yaml and of the user's `folder`; for an unknown component all.
    """
    cause = error.__cause__ or error
    text = " ".join(str(error).split())
    if isinstance(error, OSError) and not isinstance(error, HydraException):  # Hydra makes folders, of sweeps
        return f"cannot write {error.filename}: {error.strerror}"
    if not isinstance(error, HydraException | OmegaConfBaseException | ValueError):
        if launcher_at_fault(error):
            return f"hydra/launcher: {type(error).__name__}: {text}"
        return f"Hydra refuses this configuration: {type(error).__name__}: {text} (HYDRA_FULL_ERROR=1 shows where)"
    if cause is not error and str(cause).splitlines()[0] not in text:
        text += ": " + str(cause).splitlines()[0]
    found = _group(text) or _table(text) or _key(text, str(cause), name, folder) or _component(text, folder) or _several(text)
    return found or re.sub(r"\s*(full_key|object_type)[:=]\s*\S+", "", text)


def _group(text: str) -> str:
    """What to say of null in place of a group's names; "" for another message. So for those below."""
    if "Config group override" in text and "passes/color" in text:
        return "passes/color: choose phong or pbr, or ~passes/color for none"
    if "Config group override" in text and "NoneType" in text:
        return "solids, randomizers, passes, annotations and writers take a list of names; [] for none, not null"
    return ""


def _table(text: str) -> str:
    """What to say of a value for a whole table of options, or of a table for a list."""
    if "field 'distractors' is not Optional" in text:
        return "distractors=null: randomizers.distractors=null switches them off; solids@distractors=[...] chooses others"
    other = re.search(r"override (([^=\s]+)=.*?): (?:Cannot merge|Invalid type assigned|field .* is not Optional)", text)
    if not other:
        return ""
    value, key = (part.lstrip("+") for part in other.groups())
    if key == "distractors":
        return f"{value}: choose them with solids@{value}"
    if key.partition(".")[0] not in GROUPS:
        return f"{value}: this is a table of options: give one of them, as {key}.NAME=VALUE"
    return f"{value}: a list cannot turn into a mapping, nor back: give '~{key}' and then '+{value}'"


def _key(text: str, cause: str, name: str, folder: Path | None) -> str:
    """What to say of a key that is not in the configuration."""
    unknown = re.search(r"Key '([^']+)' (?:is not in struct|not in )", text)
    if not unknown:
        return ""
    path = re.search(r"Could not override '([^']+)'", text)
    key = path[1] if path else unknown[1]
    inside = re.search(r"full_key: (\S+)", cause)  # of a table that is given for KEY: the key that is wrong in it
    key = inside[1] if inside and inside[1].startswith(f"{key}.") else key
    known = known_keys(name)
    if key in known:
        group = key.split(".")[0]
        by = f"by an override ({group}=NAME without a plus replaces all others) or the preset"
        return f"{key}: what this is a part of is null or not chosen here, {by}; leave it on to change its fields"
    own, component = own_keys(folder), ".".join(key.split(".")[:2])
    if component in own and component.endswith(f".{unknown[1]}"):
        return f"{key}: {component} is not chosen; give +{component.replace('.', '=')}"
    return unknown_key(key, known + own)


def _component(text: str, folder: Path | None) -> str:
    """What to say of a component that there is not."""
    missing = re.search(r"Could not (?:load|find) '([^']+)/([^'/]+)'", text)
    if not missing:
        return ""
    if options := names(f"{missing[1]}/{missing[2]}", folder):
        return f"{missing[1]}: {missing[2]} is chosen by itself: {missing[1]}/{missing[2]}={' or '.join(options)}"
    if missing[1] == "hydra/launcher":
        more = "joblib (pip install 'raster-labels[sweep]'), submitit_local and submitit_slurm ('raster-labels[slurm]')"
        return f"hydra/launcher: there is no {missing[2]}; choose from basic and, where they are installed, {more}"
    return f"{missing[1]}: there is no {missing[2]}; choose from {', '.join(names(missing[1], folder))}"


def _several(text: str) -> str:
    """What to say of several values outside of a sweep."""
    ambiguous = re.search(r"Ambiguous value for argument '([^=]+)=(.*?)' 1\.", text)
    if not ambiguous:
        return ""
    key, value = ambiguous.groups()
    right = f"""a list is {key}=[{value}], a text with commas '{key}="{value}"'; a sweep begins with -m"""
    return f"{key}={value}: several values: {right}"


def unknown_key(key: str, known: Sequence[str]) -> str:
    """Return a message for a key that is none of `known`; it names the likeliest of these."""
    near = [k for k in known if k.startswith(key)] or difflib.get_close_matches(key, known, n=1, cutoff=0.4)
    return f"{key}: there is no such key" + (f"; did you mean {near[0]}?" if near else "; see --cfg job")


def names(group: str, folder: Path | None = None) -> list[str]:
    """Return the components of a group, sorted: those of the package, then those of the user's folder."""
    homes = [CONF] if folder is None else [CONF, folder]
    found = [path.stem for home in homes if os.path.isdir(home / group) for path in sorted((home / group).glob("*.yaml"))]
    return list(dict.fromkeys(found))


def known_keys(config: str) -> list[str]:
    """Return all keys of conf/CONFIG.yaml, dotted."""
    return _dotted(OmegaConf.to_container(compose_file(config)), "")


def own_keys(folder: Path | None) -> list[str]:
    """Return the keys of all components in the user's folder, dotted: randomizers.dim, randomizers.dim.level."""
    keys: list[str] = []
    for group in GROUPS if folder is not None else ():
        for path in sorted((folder / group).glob("*.yaml")):  # type: ignore[operator]
            keys += _dotted(OmegaConf.to_container(OmegaConf.load(path), resolve=False), f"{group}.")
    return keys


def _dotted(node: Any, prefix: str) -> list[str]:
    """Return the keys of nested dicts, each with its parents' in front."""
    keys: list[str] = []
    for name, below in node.items() if isinstance(node, dict) else ():
        keys.append(f"{prefix}{name}")
        keys += _dotted(below, f"{prefix}{name}.")
    return keys
