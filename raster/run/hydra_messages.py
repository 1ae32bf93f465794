"""explain: an error of Hydra in one line that names the key."""

import difflib
import re
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf

from raster.run.compose import compose_file
from raster.system.paths import CONF

GROUPS = ("solids", "randomizers", "passes", "annotations", "writers")  # of components


def explain(error: BaseException, name: str = "config", folder: Path | None = None) -> str:
    """Return Hydra's message in one line, without its advice on tracebacks.

    For an unknown key it names the likeliest of conf/NAME.yaml and of the user's `folder`; for an unknown component all.
    """
    cause = error.__cause__ or error
    text = " ".join(str(error).split())
    if cause is not error and str(cause).splitlines()[0] not in text:
        text += ": " + str(cause).splitlines()[0]
    return _of_table(error, text) or _of_text(text, name, folder)


def _of_table(error: BaseException, text: str) -> str:
    """The message for a table of mesh files that Hydra cannot read, such as {Größe/*: mug}; "" for other errors."""
    overrides = (str(getattr(each, "override", "")) for each in (error, error.__cause__, error.__context__))
    table = next(filter(None, (re.match(r"\+*(objects\.\w+)=\{", each) for each in overrides)), None)
    if table is None:
        return ""
    advice = f"for keys with other letters give a list of texts in quotes: \"{table[1]}=['KEY: VALUE']\""
    return f"{table[1]}: Hydra cannot read this table ({text.split(' See ')[0]}); {advice}"


def _of_text(text: str, name: str, folder: Path | None) -> str:
    """The message for Hydra's text in one line."""
    if "Config group override" in text and "passes/color" in text:
        return "passes/color: choose phong or pbr, or ~passes/color for none"
    if "Config group override" in text and "NoneType" in text:
        return "solids, randomizers, passes, annotations and writers take a list of names; [] for none, not null"
    if other := re.search(r"override (([^=\s]+)=.*?): Cannot merge", text):
        value, key = (part.lstrip("+") for part in other.groups())
        if key == "distractors":
            return f"{value}: choose them with solids@{value}"
        return f"{value}: a list cannot turn into a mapping, nor back: give '~{key}' and then '+{value}'"
    if unknown := re.search(r"Key '([^']+)' (?:is not in struct|not in )", text):
        path = re.search(r"Could not override '([^']+)'", text)
        key = path[1] if path else unknown[1]
        known = known_keys(name)
        if key in known:
            group = key.split(".")[0]
            by = f"by an override ({group}=NAME without a plus replaces all others) or the preset"
            return f"{key}: what this is a part of is null or not chosen here, {by}; leave it on to change its fields"
        own, component = own_keys(folder), ".".join(key.split(".")[:2])
        if component in own and component.endswith(f".{unknown[1]}"):
            return f"{key}: {component} is not chosen; give +{component.replace('.', '=')}"
        known += own
        near = [k for k in known if k.startswith(key)] or difflib.get_close_matches(key, known, n=1, cutoff=0.4)
        return f"{key}: there is no such key" + (f"; did you mean {near[0]}?" if near else "; see --cfg job")
    if missing := re.search(r"Could not (?:load|find) '([^']+)/([^'/]+)'", text):
        if options := names(f"{missing[1]}/{missing[2]}", folder):
            return f"{missing[1]}: {missing[2]} is chosen by itself: {missing[1]}/{missing[2]}={' or '.join(options)}"
        if missing[1] == "hydra/launcher":
            more = "joblib (pip install 'raster-labels[sweep]'), submitit_local and submitit_slurm ('raster-labels[slurm]')"
            return f"hydra/launcher: there is no {missing[2]}; choose from basic and, where they are installed, {more}"
        return f"{missing[1]}: there is no {missing[2]}; choose from {', '.join(names(missing[1], folder))}"
    return re.sub(r"\s*(full_key|object_type)[:=]\s*\S+", "", text)


def names(group: str, folder: Path | None = None) -> list[str]:
    """Return the components of a group, sorted: those of the package, then those of the user's folder."""
    homes = [CONF] if folder is None else [CONF, folder]
    found = [path.stem for home in homes for path in sorted((home / group).glob("*.yaml"))]
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
