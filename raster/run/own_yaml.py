"""slip, wrong_ending, unmarked_preset: what is wrong with a YAML file of the user's own, and what would be right."""

import re
from collections.abc import Iterable
from pathlib import Path

from yaml import MarkedYAMLError

# What stands in PyYAML's words -> what would be right.
ADVICE = {
    "'\\t'": "YAML takes spaces in front of keys, and no tabs",
    "mapping values are not allowed": "is a colon missing in the line before? Keys are written KEY: VALUE",
    "could not find expected ':'": "a colon is missing; keys are written KEY: VALUE",
    "found duplicate key": "give each key once",
    "expected <block end>": "keys of one table have as many spaces in front as one another",
    "expected ',' or": "a bracket or a brace is not closed, or a comma is missing",
    "found unexpected end of stream": "a quote is not closed",
}


def slip(error: BaseException, folder: Path | None = None) -> str:
    """What PyYAML refuses, in one line; "" for another error. For bytes that are no text a file of `folder` is looked for."""
    if isinstance(error, UnicodeDecodeError) and folder is not None:
        return next((f"{path}: is no text in UTF-8" for path in sorted(folder.rglob("*.yaml")) if not _is_text(path)), "")
    if not isinstance(error, MarkedYAMLError):
        return ""
    mark, problem = error.problem_mark or error.context_mark, error.problem or error.context or "this is no YAML"
    advice = next((f"; {right}" for words, right in ADVICE.items() if words in problem), "")
    return f"{mark.name}, line {mark.line + 1}: {problem}{advice}" if mark else f"{problem}{advice}"


def _is_text(path: Path) -> bool:
    try:
        path.read_text("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def wrong_ending(folder: Path | None, component: str) -> str:
    """What to say of a file of the user's `folder` that would be this component, such as solids/wedge, by another name; ""."""
    found = folder / f"{component}.yml" if folder else None
    return (
        f"{found}: rename it to {Path(component).name}.yaml; no other ending is looked for" if found and found.is_file() else ""
    )


def unmarked_preset(text: str, folder: Path | None, overrides: Iterable[str]) -> str:
    """What to say of a preset of the user's `folder` whose options Hydra has put below the key preset; "" for another `text`.

    overrides: of the run, one of which chooses the preset.
    """
    if folder is None or not re.search(r"Key 'preset'|@preset\.", text):
        return ""
    chosen = " ".join(each.partition("=")[2] for each in overrides if each.lstrip("+").startswith("preset="))
    for path in sorted((folder / "preset").glob("*.yaml")):
        marked = re.search(r"^#\s*@package\s+_global_", path.read_text(errors="replace"), re.M)
        if path.stem in re.findall(r"[^\s,\[\]'\"]+", chosen) and not marked:
            return f"{path}: its first line has to be # @package _global_; without it its options count for nothing"
    return ""
