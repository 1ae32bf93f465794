"""slip, wrong_ending, unmarked_preset, override_before_choice, misnamed: what is wrong with a YAML file of the user's own."""

import re
from collections.abc import Iterable
from pathlib import Path

import yaml
from yaml import MarkedYAMLError

from raster.run.options import GROUPS
from raster.system.paths import CONF

NO_COLON = "is a colon missing before a { or [ in this line? Keys are written KEY: VALUE"
# What stands in PyYAML's words -> what would be right.
ADVICE = {
    "'\\t'": "YAML takes spaces in front of keys, and no tabs",
    "mapping values are not allowed": "is a colon missing in the line before? Keys are written KEY: VALUE",
    "could not find expected ':'": "a colon is missing; keys are written KEY: VALUE",
    "found duplicate key": "give each key once",
    "expected <block end>, but found ','": NO_COLON,
    "expected <block end>, but found '}'": NO_COLON,
    "expected <block end>, but found ']'": NO_COLON,
    "expected <block end>": "keys of one table have as many spaces in front as one another",
    "but got '['": "a colon or a comma is missing in front of this bracket, or a bracket before it is not closed",
    "but got '{'": "a colon or a comma is missing in front of this brace, or a brace before it is not closed",
    "expected ',' or": "a bracket or a brace is not closed, or a comma is missing",
    "found unexpected end of stream": "a quote is not closed",
}
# PyYAML sees these behind the place where they are: of the next line, or of the end of the file. The place is in the context.
SEEN_LATER = ("could not find expected ':'", "<stream end>", "found unexpected end of stream")


def slip(error: BaseException, folder: Path | None = None) -> str:
    """What PyYAML refuses, in one line; "" for another error. For bytes that are no text a file of `folder` is looked for."""
    if isinstance(error, UnicodeDecodeError) and folder is not None:
        return next((f"{path}: is no text in UTF-8" for path in sorted(folder.rglob("*.yaml")) if not _is_text(path)), "")
    if not isinstance(error, MarkedYAMLError):
        return ""
    problem = error.problem or error.context or "this is no YAML"
    marks = (error.problem_mark, error.context_mark)
    mark = next(filter(None, reversed(marks) if any(words in problem for words in SEEN_LATER) else marks), None)
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

    The same of any other group of the user's own: its files change options too. overrides: of the run, one of which chooses it.
    """
    if folder is None:
        return ""
    of_own = (path for path in _chosen_of_own_groups(folder, overrides) if f"Key '{path.parent.name}'" in text)
    presets = _chosen_presets(folder, overrides) if re.search(r"Key 'preset'|@preset\.", text) else []
    for path in (*presets, *of_own):
        if not re.search(r"^#\s*@package\s+_global_", path.read_text(errors="replace"), re.M):
            return f"{path}: its first line has to be # @package _global_; without it its options count for nothing"
    return ""


def _chosen_presets(folder: Path, overrides: Iterable[str]) -> list[Path]:
    """The presets of the user's folder that these overrides choose."""
    chosen = " ".join(each.partition("=")[2] for each in overrides if each.lstrip("+").startswith("preset="))
    words = re.findall(r"[^\s,\[\]'\"]+", chosen)
    return [path for path in sorted((folder / "preset").glob("*.yaml")) if path.stem in words]


def _chosen_of_own_groups(folder: Path, overrides: Iterable[str]) -> list[Path]:
    """The files of groups that only the user's folder has and that these overrides choose: +GROUP=NAME."""
    pairs = (each.lstrip("+").partition("=")[::2] for each in overrides)
    found = (folder / group / f"{name}.yaml" for group, name in pairs if group and not (CONF / group).is_dir())
    return [path for path in found if path.is_file()]


def override_before_choice(error: BaseException, folder: Path | None, overrides: Iterable[str]) -> str:
    """What to say of a preset that the overrides choose whose defaults have a line with override before one without; ""."""
    if not isinstance(error, AssertionError) and "Overrides must be at the end" not in str(error):
        return ""
    for path in _chosen_presets(folder, overrides) if folder else ():
        seen = ""
        for line, word in _defaults(path):
            if word.startswith("override "):
                seen = word
            elif seen and word != "_self_":
                return f"{path}, line {line}: {word} stands behind {seen}; lines with override come last in defaults"
    return ""


def _defaults(path: Path) -> list[tuple[int, str]]:
    """The entries of the defaults list of a YAML file: the line of each, and its word or its key."""
    try:
        root = yaml.compose(path.read_text(errors="replace"), yaml.SafeLoader)
    except yaml.YAMLError:
        return []
    pairs = root.value if isinstance(root, yaml.MappingNode) else ()
    lists = [listed for key, listed in pairs if key.value == "defaults" and isinstance(listed, yaml.SequenceNode)]
    entries = [entry for listed in lists for entry in listed.value if entry.value]
    nodes = [entry.value[0][0] if isinstance(entry, yaml.MappingNode) else entry for entry in entries]
    return [(node.start_mark.line + 1, str(node.value)) for node in nodes]


def misnamed(folder: Path) -> list[str]:
    """What to say of the components in the user's folder whose one key is not the name of their file."""
    said = []
    for path in (path for group in GROUPS for path in sorted((folder / group).glob("*.yaml"))):
        try:
            text = path.read_text()
            content = yaml.safe_load(text)
        except (OSError, ValueError, yaml.YAMLError):
            continue  # it is refused if it is chosen
        keys = [str(key) for key in content if key != "defaults"] if isinstance(content, dict) else []
        if len(keys) == 1 and keys != [path.stem] and not re.search(r"^#\s*@package", text, re.M):
            said.append(f"{path}: its key {keys[0]} becomes its name; call key and file the same, as {path.stem}")
    return said
