"""python -m raster.run.option_tables: every option as Markdown. --write: write docs/options.md and conf/randomizers/*.yaml.

The fields of the randomizers' dataclasses are the only place that states their defaults; the YAML files are made from them.
For a new randomizer write a YAML file with its name and `_target_`, and let --write add the fields.
"""

import argparse
import re
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from raster.assets.meshes.options import MeshOptions
from raster.errors import InputError, one_line
from raster.run.components import comment_and_body, described, randomizer_class, summary
from raster.run.config import Config, GLOptions, load_config
from raster.run.known_keys import names
from raster.run.label_filter import LabelFilterOptions
from raster.run.options import GROUPS, options_of, yaml_value
from raster.system.atomic_files import write_atomic
from raster.system.paths import CONF

ROOT = CONF.parent  # of a checkout
HEADER = "| option | default | allowed | unit | what it does |\n| --- | --- | --- | --- | --- |"
INTRODUCTION = """\
# Options

This page is made by `python -m raster.run.option_tables --write` from the code; do not edit it by hand.

Give an option on the command line, such as `n=500` or `randomizers.camera.distance='[2,3]'`, or in a YAML file of your own
(`--config-dir`). `--cfg job` prints the whole configuration. Where the default is a pair, a value is drawn for each image
or object between the lowest and the highest; one number fixes it. `null` means none. Where the unit is *weights*, give a
list of names, which come up alike, or with a weight, such as `[flat, {wood: 3}]`. Where the default is a mapping, as in
`{grid: 1, physics: 0}`, yours changes the weights that it names.
"""
OWN_MESHES = "How many objects an image shows is set by a [randomizer](#objects) of the same name: `randomizers.objects.count`."
RANDOMIZERS = """\
## Randomizers

`randomizers.NAME=null` switches one off. The cost is in milliseconds for one image of 256 px on one core of an AMD EPYC with
llvmpipe (Mesa 22.3.6), everything else as in `preset=fast`, as measured by `python -m benchmarks.features`.

| randomizer | what it does | ms an image | after |
| --- | --- | --- | --- |"""


def main() -> None:
    """The program."""
    parser = argparse.ArgumentParser(prog="python -m raster.run.option_tables", description="Print every option as Markdown.")
    parser.add_argument("--write", action="store_true", help="write docs/options.md and conf/randomizers/*.yaml instead")
    with one_line():
        if parser.parse_args().write:
            write()
        else:
            print(markdown(), end="")


def write() -> None:
    """Write docs/options.md and conf/randomizers/*.yaml. InputError unless this is a checkout."""
    if not (ROOT / "pyproject.toml").is_file():
        raise InputError(f"--write: {ROOT} is no checkout of the project")
    for name in names("randomizers"):
        write_atomic(CONF / "randomizers" / f"{name}.yaml", randomizer_yaml(name).encode())
    (ROOT / "docs").mkdir(exist_ok=True)
    write_atomic(ROOT / "docs" / "options.md", markdown().encode())


def randomizer_yaml(name: str) -> str:
    """Text of conf/randomizers/NAME.yaml as its dataclass has it.

    Keys keep the order of the file that is there, and new ones come last: the order is part of the configuration, which
    decides whether an interrupted data set can be continued.
    """
    made = randomizer_class(name)
    by_name = {option.name: option for option in options_of(made)}
    there = [key for key in described(name) if key in by_name]
    added = [field.name for field in fields(made) if field.name not in there]
    lines = [f"# {summary(made)}", f"{name}:", f"  _target_: {made.__module__}.{made.__qualname__}"]
    for option in (by_name[key] for key in (*there, *added)):
        text = option.text.rstrip(".") + (f" ({option.limits})" if option.limits else "")
        lines.append(f"  {option.name}: {yaml_value(option.default)}" + (f" # {text}" if option.text else ""))
    return "\n".join(lines) + "\n"


def markdown() -> str:
    """Text of docs/options.md."""
    plain = load_config()
    parts = [INTRODUCTION, "## The run\n", fields_table(Config, skip=(*GROUPS, "gl", "objects", "label_filter"))]
    parts += ["\n## gl: the device\n", fields_table(GLOptions), "\n## Groups\n", _groups(plain)]
    parts += ["\n## label_filter: labels of what is hardly seen\n", fields_table(LabelFilterOptions)]
    parts += [
        "\n## solids: shapes\n",
        _solids(),
        "\n## objects: your own meshes\n",
        OWN_MESHES,
        "",
        fields_table(MeshOptions),
        "",
        RANDOMIZERS,
    ]
    made = {name: randomizer_class(name) for name in plain["randomizers"]}
    for name, each in made.items():
        what = summary(each).partition(": ")[2]
        parts.append(_row(f"[`{name}`](#{name})", what, getattr(each, "cost_ms", ""), getattr(each, "source", "")))
    for name, each in made.items():
        parts.append(f"\n### {name}\n\n{summary(each)} Options: `randomizers.{name}.OPTION`.\n")
        parts.append(fields_table(each) if fields(each) else "It has no options.")
    for group, title in (("passes", "passes: what is drawn"), ("annotations", "annotations"), ("writers", "writers: files")):
        parts += [f"\n## {title}\n", "| option | what it does |\n| --- | --- |", *_components(group)]
    parts += ["\n## preset\n\n`preset=NAME` sets the options below. Options that you give yourself win over it."]
    for name in names("preset"):
        about, body = comment_and_body(CONF / "preset" / f"{name}.yaml")
        parts.append(f"\n### preset={name}\n\n{about}\n" + (f"\n```yaml\n{body}\n```" if body else ""))
    return "\n".join(parts) + "\n"


def _row(*cells: str) -> str:
    """A row of a Markdown table."""
    return "| " + " | ".join(cell.replace("|", "\\|").replace("<", "&lt;") for cell in cells) + " |"


def fields_table(made: type, skip: Iterable[str] = ()) -> str:
    """The table of a dataclass's options."""
    rows = [
        _row(f"`{option.name}`", f"`{yaml_value(option.default)}`", option.allowed, option.unit, option.text)
        for option in options_of(made)
        if option.name not in skip
    ]
    return "\n".join([HEADER, *rows])


def _groups(plain: dict[str, Any]) -> str:
    """The table of groups: which options each has, and which are chosen by default."""
    rows = ["| group | default | options |\n| --- | --- | --- |"]
    for group in GROUPS:
        key = GROUPS[group]
        chosen = [name for name in plain[group] if (group, name) != ("passes", "color")]
        rows.append(_row(f"`{key}`", f"`{yaml_value(chosen)}`", ", ".join(names(key.partition("@")[0]))))
    rows.append(_row("`passes/color`", "`pbr`", ", ".join(names("passes/color"))))
    rows.append(_row("`preset`", "`default`", ", ".join(names("preset"))))
    return "\n".join(rows)


def _solids() -> str:
    """The table of solids and their parameters, from conf/solids/."""
    rows = ["| solid | parameter | default | what it is |\n| --- | --- | --- | --- |"]
    for name in names("solids"):
        about, body = comment_and_body(CONF / "solids" / f"{name}.yaml")
        rows.append(_row(f"`{name}`", "", "", about))
        for key, value, text in re.findall(r"^  ([a-z]\w*): (\S+) # (.*)$", body, re.MULTILINE):
            rows.append(_row("", f"`solids.{name}.{key}`", f"`{value}`", text))
    return "\n".join(rows)


def _components(group: str) -> list[str]:
    """A row for each file of a group and of the groups in it."""
    rows = []
    for path in sorted((CONF / group).rglob("*.yaml")):
        key = path.parent.relative_to(CONF)
        choice = f"{group}=[{path.stem}]" if str(key) == group else f"{key}={path.stem}"
        rows.append(_row(f"`{choice}`", comment_and_body(path)[0]))
    return rows


if __name__ == "__main__":
    main()
