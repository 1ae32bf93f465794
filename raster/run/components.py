"""randomizer_class, summary, comment_and_body, chosen_components, ...: the files of conf/ as a person reads them."""

import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hydra.utils import get_object
from omegaconf import OmegaConf

from raster.run.known_keys import names
from raster.run.options import GROUPS
from raster.system.paths import CONF


def described(name: str) -> dict[str, Any]:
    """What conf/randomizers/NAME.yaml says."""
    content: Any = OmegaConf.to_container(OmegaConf.load(CONF / "randomizers" / f"{name}.yaml"))
    return dict(content[name])


def randomizer_class(name: str) -> type:
    """The dataclass of conf/randomizers/NAME.yaml."""
    found: type = get_object(described(name)["_target_"])
    return found


def summary(made: type) -> str:
    """The first line of the module of a randomizer, which says what it does."""
    module = inspect.getmodule(made)
    return (inspect.getdoc(module) or made.__name__).splitlines()[0]


def comment_and_body(path: Path) -> tuple[str, str]:
    """The comment at the head of a YAML file as one line, without "@package", and all that follows."""
    lines = path.read_text().splitlines()
    first = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    head = [line.lstrip("# ") for line in lines[:first] if "@package" not in line]
    return " ".join(head), "\n".join(lines[first:]).strip()


def chosen_components(config: str) -> dict[str, Any]:
    """Group -> what the defaults list of conf/CONFIG.yaml chooses: a name or a list of names."""
    listed: Any = OmegaConf.to_container(OmegaConf.load(CONF / f"{config}.yaml"))
    entries = [entry for entry in listed["defaults"] if isinstance(entry, dict)]
    return {group: chosen for entry in entries for group, chosen in entry.items() if not group.startswith("override ")}


def components_in(plain: Mapping[str, Any], chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Group -> names of the components in a configuration, for the groups of `chosen`; null ones are left out."""
    keys = {key: group for group, key in GROUPS.items()}
    found: dict[str, Any] = {key: [name for name, made in plain.get(group, {}).items() if made is not None]
                             for key, group in keys.items() if key in chosen and plain}  # fmt: skip
    for group in (each for each in chosen if "/" in each and plain):  # passes/color: the one of this name that has its shader
        key, _, name = group.partition("/")
        shader = (plain[key].get(name) or {}).get("shader", "")
        found[group] = Path(shader).stem if Path(shader).stem in names(group) else chosen[group]
        found[key] = [each for each in found[key] if each != name]
    return found


def as_written(plain: dict[str, Any]) -> dict[str, Any]:
    """A checked configuration with one number in place of the size of square images."""
    height, width = plain["size"]
    return plain | {"size": height} if height == width else plain
