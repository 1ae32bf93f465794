"""own_sections: the components of the user's own folder with their options, as sections of a help page."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf
from yaml import YAMLError

from raster.errors import InputError
from raster.run.components import comment_and_body
from raster.run.known_keys import group_names
from raster.run.options import yaml_value
from raster.run.own_yaml import slip

OwnSection = tuple[str, list[tuple[str, str]]]  # a title, and options with their values beside what they do


def own_sections(folder: Path | None) -> Iterator[OwnSection]:
    """Yield a section for each component in the user's folder, and one for its presets. InputError for a slip in a file."""
    for group in sorted(group_names(folder)) if folder else ():
        paths = sorted((folder / group).glob("*.yaml")) if folder else []
        if group == "preset" and paths:
            yield "preset, of your own", [(f"preset={path.stem}", comment_and_body(path)[0]) for path in paths]
            continue
        for path in paths:
            about = comment_and_body(path)[0]
            title = f"{group}={path.stem}, of your own" + f": {about}" * bool(about)
            yield title, list(_options(path, f"{group.replace('/', '.')}.", path.read_text().splitlines()))


def _options(path: Path, prefix: str, lines: list[str]) -> Iterator[tuple[str, str]]:
    """The keys of a component with their values, and with the comments behind them."""
    try:
        content: Any = OmegaConf.to_container(OmegaConf.load(path), resolve=False)
    except YAMLError as error:
        raise InputError(slip(error)) from None
    options = content.get(path.stem) if isinstance(content, dict) else None
    for key, value in options.items() if isinstance(options, dict) else ():
        if not key.startswith("_"):
            comments = [line.partition(" # ")[2] for line in lines if line.strip().startswith(f"{key}:")]
            yield f"{prefix}{path.stem}.{key}={yaml_value(value).replace(', ', ',')}", next(iter(comments), "")
