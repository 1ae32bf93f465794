"""randomizer_class, summary, comment_and_body, chosen_components: the files of conf/ as a person reads them."""

import inspect
from pathlib import Path
from typing import Any

from hydra.utils import get_object
from omegaconf import OmegaConf

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
