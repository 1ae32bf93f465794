"""explain: what Hydra said, in one line that names the key. compose_file: a file of conf/ with overrides."""

import difflib
import re
from collections.abc import Sequence
from typing import Any

import hydra
from hydra.core.global_hydra import GlobalHydra
from omegaconf import DictConfig, OmegaConf

from raster.system.paths import CONF


def compose_file(name: str, overrides: Sequence[str] = ()) -> DictConfig:
    """conf/NAME.yaml with overrides, unchecked, without a program of Hydra's."""
    GlobalHydra.instance().clear()
    with hydra.initialize_config_dir(str(CONF), version_base="1.3"):
        return hydra.compose(name, list(overrides))


def explain(error: BaseException, name: str = "config") -> str:
    """Hydra's message in one line, without its advice on tracebacks; for an unknown key, the likeliest of conf/NAME.yaml."""
    cause = error.__cause__ or error
    text = " ".join(str(error).split())
    if cause is not error and str(cause).splitlines()[0] not in text:
        text += ": " + str(cause).splitlines()[0]
    if "Config group override" in text and "passes/color" in text:
        return "passes/color: choose phong or pbr, or ~passes/color for none"
    if "Config group override" in text and "NoneType" in text:
        return "solids, randomizers, passes, annotations and writers take a list of names; [] for none, not null"
    if other := re.search(r"override (([^=\s]+)=.*?): Cannot merge", text):
        if other[2] == "distractors":
            return f"{other[1]}: choose them with solids@{other[1]}"
        return f"{other[1]}: a list cannot turn into a mapping, nor back: give '~{other[2]}' and then '+{other[1]}'"
    if unknown := re.search(r"Key '([^']+)' (?:is not in struct|not in )", text):
        path = re.search(r"Could not override '([^']+)'", text)
        key = path[1] if path else unknown[1]
        known = known_keys(name)
        if key in known:
            return f"{key}: what this is a part of is null here, by an override or the preset; leave it on to change its fields"
        near = [k for k in known if k.startswith(key)] or difflib.get_close_matches(key, known, n=1, cutoff=0.4)
        return f"{key}: there is no such key" + (f"; did you mean {near[0]}?" if near else "; see --cfg job")
    if missing := re.search(r"Could not (?:load|find) '([^']+)/([^'/]+)'", text):
        if own := sorted(path.stem for path in (CONF / missing[1] / missing[2]).glob("*.yaml")):
            return f"{missing[1]}: {missing[2]} is chosen by itself: {missing[1]}/{missing[2]}={' or '.join(own)}"
        if missing[1] == "hydra/launcher":
            more = "joblib (pip install 'raster-labels[sweep]'), submitit_local and submitit_slurm ('raster-labels[slurm]')"
            return f"hydra/launcher: there is no {missing[2]}; choose from basic and, where they are installed, {more}"
        there = ", ".join(sorted(path.stem for path in (CONF / missing[1]).glob("*.yaml")))
        return f"{missing[1]}: there is no {missing[2]}; choose from {there}"
    return re.sub(r"\s*(full_key|object_type)[:=]\s*\S+", "", text)


def known_keys(config: str) -> list[str]:
    """All keys of conf/CONFIG.yaml, dotted."""
    keys: list[str] = []

    def walk(node: Any, prefix: str) -> None:
        for name, below in node.items():
            keys.append(prefix + str(name))
            if isinstance(below, dict):
                walk(below, f"{prefix}{name}.")

    walk(OmegaConf.to_container(compose_file(config)), "")
    return keys
