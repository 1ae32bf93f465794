"""Section, sections: all options as controls, in the order of the page, made from the fields and files that state them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, is_dataclass, replace
from pathlib import Path
from typing import Any

import yaml
from hydra.utils import get_object
from omegaconf import OmegaConf

from raster.assets.meshes.options import MeshOptions
from raster.errors import InputError
from raster.run.components import chosen_components, comment_and_body, summary
from raster.run.config import Config, GLOptions
from raster.run.known_keys import names
from raster.run.label_filter import LabelFilterOptions
from raster.run.options import GROUPS, options_of
from raster.studio_app.control import Control, control_of, plain_control
from raster.studio_app.costs import cost_of
from raster.system.paths import CONF

FILES = ("objects.meshes",)  # options of the run that name files
UNSHOWN = ("n", "seed", "out", "quiet")  # what the page has a place of its own for
DATA = ("first", "size", "valid", "test", "views_per_layout", "hold_appearance", "samples", "layers", "detail", "labels")


@dataclass(frozen=True)
class Section:
    """Controls under one title. `switch`: the key that null switches off as a whole; "" where there is none."""

    id: str
    title: str
    about: str
    controls: tuple[Control, ...]
    cost: str = ""
    switch: str = ""
    solid: str = ""  # shown while this solid is chosen, "" always


def sections(folder: Path | None = None) -> list[Section]:
    """All sections of the page. `folder`: the user's own, whose components come after those of the package."""
    filtered = _fields(LabelFilterOptions, "label_filter.")
    found = [
        Section("solids", "Solids", "What is shown: each solid is a class, in this order.", tuple(_solid_choices(folder))),
        *_solids(folder),
        Section("meshes", "Own meshes", "Your own files as labelled objects.", tuple(_fields(MeshOptions, "objects."))),
        *_randomizers(folder),
        Section("set", "Data set", "Size, splits, views, layers.", (*_of_run(DATA), *filtered)),
        Section("drawing", "Drawing", "Passes, annotations, files, the machine.", tuple(_drawing(folder))),
        Section("hidden", "", "", _of_run(UNSHOWN)),
    ]
    return [replace(each, controls=tuple(replace(c, cost=cost_of(c.key)) for c in each.controls)) for each in found]


def _of_run(wanted: Sequence[str]) -> tuple[Control, ...]:
    """Controls of some options of the run."""
    by_name = {option.name: option for option in options_of(Config)}
    return tuple(_named(control_of(by_name[name], name)) for name in wanted)


def _named(control: Control) -> Control:
    """A control that takes names or files, where the code says so in words only."""
    if control.key == "layers":
        return replace(control, kind="names", names="layers")
    if control.key == "size":  # one number, or two
        return replace(control, kind="value")
    return replace(control, kind="file") if control.key in FILES else control


def _fields(made: type, prefix: str) -> Iterator[Control]:
    """Controls of all fields of a dataclass."""
    for option in options_of(made):
        yield _named(control_of(option, f"{prefix}{option.name}", made))


def _solid_choices(folder: Path | None) -> Iterator[Control]:
    """Which solids are classes, and which are distractors."""
    labelled = "What is labelled: each is a class; their ids are 1, 2, ... in this order."
    for key, text in (("solids", labelled), ("solids@distractors", "What is drawn too, and labelled as background.")):
        yield Control(key, "classes" if key == "solids" else "distractors", text, "names", names=names("solids", folder))


def _solids(folder: Path | None) -> Iterator[Section]:
    """A section of parameters for each solid."""
    for name in names("solids", folder):
        about, body = comment_and_body(_file("solids", name, folder))
        controls = [
            plain_control(f"solids.{name}.{key}", yaml.safe_load(value), text)
            for key, value, text in re.findall(r"^  ([a-z]\w*): (\S+) # (.*)$", body, re.MULTILINE)
        ]
        text = "Lowest and highest factor along each axis: [0.8, 1], or {x: .., y: .., z: ..}."
        proportions = Control(f"solids.{name}.proportions", "proportions", text, "value", nullable=True)
        yield Section(f"solid-{name}", name, about, (*controls, proportions), solid=name)


def _randomizers(folder: Path | None) -> Iterator[Section]:
    """A section for each randomizer, those of the package in the order in which they are called."""
    order: list[str] = chosen_components("config")["randomizers"]
    known = names("randomizers", folder)
    for name in (*order, *(each for each in known if each not in order)):
        described: Any = OmegaConf.to_container(OmegaConf.load(_file("randomizers", name, folder)), resolve=False)
        said = described.get(name) or {}
        made = _class_of(said)
        prefix = f"randomizers.{name}."
        if made is None:
            controls = tuple(plain_control(f"{prefix}{key}", value, "") for key, value in said.items() if key[0] != "_")
            about = comment_and_body(_file("randomizers", name, folder))[0]
            yield Section(name, name, about, controls, switch=f"randomizers.{name}")
            continue
        about = summary(made).partition(": ")[2] or summary(made)
        controls = tuple(_fields(made, prefix))
        yield Section(name, name, about[:1].upper() + about[1:], controls, getattr(made, "cost_ms", ""), f"randomizers.{name}")


def _class_of(said: dict[str, Any]) -> type | None:
    """The dataclass that a description names; None for anything else."""
    try:
        made = get_object(str(said.get("_target_")))
    except Exception:  # the user's own code, which is refused by name when it is built
        return None
    return made if isinstance(made, type) and is_dataclass(made) else None


def _drawing(folder: Path | None) -> Iterator[Control]:
    """How colours are drawn, which passes and annotations there are, which files are written; the machine."""
    texts = {option.name: option.text for option in options_of(Config)}
    shaders = names("passes/color", folder)
    yield Control("passes/color", "color", "How colours are drawn.", "choice", names=shaders)
    for group in ("passes", "annotations", "writers"):
        yield Control(GROUPS[group], group, f"{texts[group].capitalize()}.", "names", names=names(group, folder))
    for writer in names("writers", folder):
        body = comment_and_body(_file("writers", writer, folder))[1]
        for key, value, text in re.findall(r"^  ([a-z]\w*): ([^$\s]+) # (.*)$", body, re.MULTILINE):
            yield plain_control(f"writers.{writer}.{key}", yaml.safe_load(value), text)
    there = {*UNSHOWN, *DATA, *GROUPS}
    yield from _of_run([each.name for each in options_of(Config) if each.name not in there and not is_dataclass(each.default)])
    yield from _fields(GLOptions, "gl.")


def _file(group: str, name: str, folder: Path | None) -> Path:
    """The YAML file of a component, of the package or of the user's folder. InputError if it is in neither."""
    for home in filter(None, (CONF, folder)):
        if (path := home / group / f"{name}.yaml").is_file():
            return path
    raise InputError(f"{group}: there is no {name}; choose from {', '.join(names(group, folder))}")
