"""without_preset_options: a configuration without what a preset says of components that are not chosen."""

from pathlib import Path
from typing import Any

from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException
from yaml import YAMLError

from raster.errors import InputError
from raster.system.paths import CONF

GROUPS = ("solids", "randomizers")  # whose components presets give options


def without_preset_options(plain: dict[str, Any], folder: Path | None) -> dict[str, Any]:
    """Leave out what a preset says of a solid or a randomizer that is not there, since solids=NAME, say, replaces all of them.

    What nobody but the user says of one stays, and is refused when it is built. folder: the user's own, with presets perhaps.
    InputError for a preset that cannot be read.
    """
    unbuilt = [
        (group, name)
        for group in GROUPS
        for name, said in (plain[group] or {}).items()
        if isinstance(said, dict) and said and "_target_" not in said
    ]
    if not unbuilt:
        return plain
    presets = [_read(path) for home in (CONF, folder) if home for path in sorted((home / "preset").glob("*.yaml"))]
    result = {**plain, **{group: dict(plain[group] or {}) for group in GROUPS}}
    for group, name in unbuilt:
        if any(OmegaConf.select(preset, f"{group}.{name}") == plain[group][name] for preset in presets):
            del result[group][name]
    return result


def _read(path: Path) -> Any:
    """The contents of a preset. InputError."""
    try:
        return OmegaConf.load(path)
    except (OSError, YAMLError, OmegaConfBaseException) as error:
        raise InputError(f"{path}: cannot be read ({' '.join(str(error).split())})") from None
