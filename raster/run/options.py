"""Option, options_of: the options that a dataclass states, each with default, allowed values, unit and what it does.

The source is the only place that says so: a field's metadata, or the comment behind it, which may end with unit and allowed
values in brackets: "width of the image [px; 16 or more]". A comment line "# --- Title" starts a group of fields.
"""

import inspect
import re
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from typing import Any

COMMENT = re.compile(r"(.*?)(?: \[([^\[\];]*); ([^\[\]]*)\])?")
# The groups of components in a configuration, and the key that chooses them: by a list of names of files of conf/.
GROUPS = {"solids": "solids", "distractors": "solids@distractors", "randomizers": "randomizers", "passes": "passes",
          "annotations": "annotations", "writers": "writers"}  # fmt: skip


@dataclass(frozen=True)
class Option:
    """One option, as a person reads it."""

    name: str
    default: Any  # as it is written, before any check
    text: str  # what it does
    unit: str
    allowed: str
    title: str  # of its group of options, "" without one

    @property
    def limits(self) -> str:
        """Unit and allowed values: "px; 16 or more"."""
        return "; ".join(filter(None, (self.unit, self.allowed)))


def options_of(made: type) -> list[Option]:
    """The fields of a dataclass; those that it has of another one are without a title."""
    comments: dict[str, str] = {}
    titles: dict[str, str] = {}
    for each in reversed([cls for cls in made.__mro__ if is_dataclass(cls)]):
        title = ""
        for line in inspect.getsource(each).splitlines():
            if heading := re.fullmatch(r"    # --- (.*)", line):
                title = heading[1]
            elif field := re.match(r"    (\w+): .*?  # (.*)$|    (\w+): ", line):
                name = field[1] or field[3]
                comments[name] = field[2] or ""
                titles[name] = title if each is made else ""
    return [
        Option(field.name, default(field), *description(field, comments), titles.get(field.name, "")) for field in fields(made)
    ]


def default(field: "Field[Any]") -> Any:
    """The default of a dataclass field as it is written there, before any check."""
    if field.default_factory is not MISSING:
        return field.default_factory()
    return None if field.default is MISSING else field.default


def description(field: "Field[Any]", comments: dict[str, str] | None = None) -> tuple[str, str, str]:
    """(text, unit, allowed values) of a field: from its metadata, or from the comment behind it."""
    found = field.metadata
    if "text" not in found:
        said = COMMENT.fullmatch((comments or {}).get(field.name, ""))
        return (said[1], said[2] or "", said[3] or "") if said else ("", "", "")
    return found["text"], found["unit"], found["allowed"] + (", or null" if found["nullable"] else "")


def yaml_value(value: Any) -> str:
    """A value in one line of YAML."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(yaml_value, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {yaml_value(each)}' for key, each in value.items())}}}"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)
