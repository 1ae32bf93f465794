"""drop_unchosen: takes from a configuration what presets say of components that are not chosen, and refuses what is none."""

import difflib
from collections.abc import Sequence
from pathlib import Path

from omegaconf import DictConfig, OmegaConf, open_dict

from raster.errors import InputError
from raster.run.known_keys import names, unknown_key
from raster.run.options import GROUPS

NAMED = {"solids": "solids", "distractors": "solids", "randomizers": "randomizers"}  # group -> folder of its components


def drop_unchosen(cfg: DictConfig, overrides: Sequence[str], folder: Path | None) -> None:
    """Change a composed configuration: without options of components that are not there, since solids=NAME replaces all, say.

    What one of the overrides names stays, and is refused when it is built: it was meant. `folder`: the user's own. InputError
    for options of what is no component, such as a misspelt one, and for null in place of a name that is nearly one.
    """
    for group in GROUPS:
        described = OmegaConf.select(cfg, group)
        for name in list(map(str, described or ())):
            said = described[name]
            unbuilt = isinstance(said, DictConfig) and len(said) and "_target_" not in said
            if not (unbuilt or said is None) or any(_names(override, group, name) for override in overrides):
                continue
            _refuse_misspelt(group, name, said is None, folder)
            if unbuilt:
                with open_dict(described):
                    del described[name]


def _refuse_misspelt(group: str, name: str, switched_off: bool, folder: Path | None) -> None:
    """InputError for a name in a preset that no component of the group has."""
    known = names(NAMED[group], folder) if group in NAMED else [name]
    if name not in known and (not switched_off or difflib.get_close_matches(name, known, cutoff=0.75)):
        raise InputError(unknown_key(f"{group}.{name}", [f"{group}.{each}" for each in known]))


def _names(override: str, group: str, name: str) -> bool:
    """Whether an override gives something of a component, or a mapping for its whole group."""
    key, _, value = override.lstrip("+~").partition("=")
    return f"{key}.".startswith(f"{group}.{name}.") or (key == group and value.startswith("{"))
