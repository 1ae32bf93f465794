"""drop_unchosen: takes from a configuration what presets say of components that are not chosen."""

from collections.abc import Sequence

from omegaconf import DictConfig, OmegaConf, open_dict

from raster.run.options import GROUPS


def drop_unchosen(cfg: DictConfig, overrides: Sequence[str]) -> None:
    """Change a composed configuration: without options of components that are not there, since solids=NAME replaces all, say.

    What one of the overrides names stays, and is refused when it is built: it was meant.
    """
    for group in GROUPS:
        described = OmegaConf.select(cfg, group)
        for name in list(described or ()):
            said = described[name]
            unbuilt = isinstance(said, DictConfig) and len(said) and "_target_" not in said
            if unbuilt and not any(_names(override, group, str(name)) for override in overrides):
                with open_dict(described):
                    del described[name]


def _names(override: str, group: str, name: str) -> bool:
    """Whether an override gives something of a component, or a mapping for its whole group."""
    key, _, value = override.lstrip("+~").partition("=")
    return f"{key}.".startswith(f"{group}.{name}.") or (key == group and value.startswith("{"))
