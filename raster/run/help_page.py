"""help_page, print_help: what --help of a program under Hydra prints: its own options in groups; --help all every one."""

import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import is_dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from raster.command_line import program_name
from raster.errors import InputError
from raster.run.components import as_written, chosen_components, comment_and_body, components_in, randomizer_class, summary
from raster.run.known_keys import names, schema
from raster.run.options import GROUPS, Option, options_of, yaml_value
from raster.run.own_folder import split_config_dir
from raster.run.own_options import own_sections
from raster.system.paths import CONF

WIDTH, COLUMN = 100, 26  # of a page, and of the options at its left, in characters
FLAGS = (
    ("--help all", "this page and every option of what is drawn; --help WORD: those whose name has this word"),
    ("--config-dir FOLDER", "your own folder of components, as docs/adding-things.md describes"),
    ("-m, --multirun", "a sweep: a run for each combination of values such as seed=1,2"),
    ("--json", "one JSON object on standard output, at the end, and nothing else; other lines go to standard error"),
    ("--cfg job", "print the configuration that the options give, and do nothing"),
    ("--hydra-help", "the other flags of Hydra"),
    ("--version", "the version of raster"),
)
OWN_FLAGS = ("--help all", "--config-dir FOLDER", "--json", "--version")  # of programs that read their options without Hydra


Load = Callable[[Sequence[str], Path | None], dict[str, Any]]  # load_config()


def print_help(
    arguments: Sequence[str], config: str, module: ModuleType | None, load: Load, own_options: type | None = None
) -> bool:
    """Print help_page() if a command line asks for it, and return whether it does.

    Its values are those of the presets in the command line, and components of the user's folder are among the others.
    `load(overrides, folder)` gives the configuration of raster.generate.
    """
    word = asked_for_help(arguments)
    if word is not None:
        folder, rest = split_config_dir(arguments)
        presets = [each for each in rest if each.startswith("preset=")]
        preset = presets[-1].partition("=")[2] if presets else ""
        print(help_page(config, module, word, partial(load, presets[-1:], folder), own_options, folder, preset))
    return word is not None


def asked_for_help(arguments: Sequence[str]) -> str | None:
    """The word after --help or -h of a command line, "" if none is there; None without such a flag."""
    for number, argument in enumerate(arguments):
        if argument in ("-h", "--help"):
            word = next(iter(arguments[number + 1 :]), "")
            return "" if word.startswith("-") or "=" in word else word
    return None


def help_page(
    config: str,
    module: ModuleType | None,
    word: str,
    load: Callable[[], dict[str, Any]],
    own_options: type | None = None,
    folder: Path | None = None,
    preset: str = "",
) -> str:
    """The page of a program with conf/CONFIG.yaml. `module`: its docstring says what it does. `word`: "", all, part of a key.

    `load` gives the configuration of raster.generate that has the values to show, those of `preset` if it is not "".
    `own_options`: the dataclass of the options that a program without Hydra has beside those of CONFIG. `folder`: the user's
    own. InputError for a word that no option has.
    """
    made = own_options or schema(config)
    order = list(inspect.get_annotations(made))
    own = sorted((option for option in options_of(made) if option.name in order), key=lambda option: order.index(option.name))
    flags = [flag for flag in FLAGS if own_options is None or flag[0] in OWN_FLAGS]
    chosen = {} if own_options else chosen_components(config)
    plain = as_written(load()) if preset and made is schema("config") else {}
    sections = [
        *_sections(own, chosen | components_in(plain, chosen), plain, folder, preset),
        *own_sections(folder),
        ("Flags", flags),
    ]
    draws = "randomizers" in {option.name for option in options_of(schema(config))}
    beside = draws and made is not schema("config")  # options of raster generate count too
    if word == "":
        about = (inspect.getdoc(module) if module else None) or made.__doc__ or ""
        first, _, rest = about.partition("\n")
        title = first.partition(": ")[2] or first
        usage = f"usage: {program_name()} [OPTION=VALUE ...]"
        more = "\nEvery option of raster generate counts too; --help all shows them." if beside else ""
        about_lines = textwrap.wrap(title[:1].upper() + title[1:], WIDTH)
        return "\n".join([usage, "", *about_lines, *rest.splitlines(), *more.splitlines(), *_lines(sections)])
    if draws:
        sections[-1:] = [*_everything(beside, load(), folder), sections[-1]]
    return "\n".join(_lines(sections if word == "all" else _with_word(sections, word))).lstrip("\n")


def _with_word(sections: "list[Section]", word: str) -> "list[Section]":
    """The options that have a word in their name, and those of components that have it. InputError if there is none."""
    keys = {title: title.partition(":")[0] for title, _ in sections}  # randomizers=lights
    found = [(title, [entry for entry in entries if word in keys[title] or word in entry[0].partition("=")[0]])
             for title, entries in sections]  # fmt: skip
    found = [(title, entries) for title, entries in found if entries or word in keys[title]]
    if not found:
        raise InputError(f"--help {word}: no option has this in its name; --help all lists all of them")
    return found


Entry = tuple[str, str]  # an option with its default, and what it does
Section = tuple[str, list[Entry]]


def _sections(
    options: list[Option], chosen: Mapping[str, Any], plain: Mapping[str, Any], folder: Path | None, preset: str = ""
) -> list[Section]:
    """Options in their groups; those of a dataclass inside, such as gl.device, in its place. plain: values, no defaults."""
    sections: dict[str, list[Entry]] = {}
    for option in options:
        entries = sections.setdefault(option.title or "Options", [])
        if is_dataclass(option.default):
            inside = plain.get(option.name, {})
            options_inside = options_of(type(option.default))
            entries += [_option(inner, f"{option.name}.", inside.get(inner.name, ...)) for inner in options_inside]
        elif option.name in GROUPS:
            entries += list(_group(option, chosen, folder))
            lists = option.title
        else:
            entries.append(_option(option, value=plain.get(option.name, ...)))
    if "preset" in chosen:
        entry = (
            f"preset={preset or 'default'}",
            f"many options at once; those that you give win (of {', '.join(names('preset', folder))})",
        )
        sections[lists] += [entry, ("+solids=torus", "a plus adds to a list; without it the list is replaced")]
    return list(sections.items())


def _option(option: Option, prefix: str = "", value: Any = ...) -> Entry:
    """The entry of one option; `value` in place of its default."""
    limits = f" ({option.limits})" if option.limits else ""
    given = yaml_value(option.default if value is ... else value).replace(", ", ",")
    return f"{prefix}{option.name}={given}", option.text.rstrip(".") + limits


def _group(option: Option, chosen: Mapping[str, Any], folder: Path | None) -> Iterator[Entry]:
    """The entries of a group of components, and of the groups in it: passes/color."""
    key = GROUPS[option.name]
    for group in (key, *(other for other in chosen if other.startswith(f"{key}/"))):
        text = option.text if group == key else "how colours are drawn"
        value = yaml_value(chosen[group]).replace(", ", ",")
        short = value if len(value) < 80 else "[...]"  # a long list of all that there is
        yield f"{group}={short}", f"{text} (of {', '.join(names(group.partition('@')[0], folder))})"


def _everything(beside: bool, plain: Mapping[str, Any], folder: Path | None) -> Iterator[Section]:
    """The options of raster.generate that a page leaves out, all of them if it is another program's, `beside` its own.

    `plain`: the configuration that has the values to show.
    """
    if beside:
        chosen = chosen_components("config")
        for title, entries in _sections(options_of(schema("config")), chosen | components_in(plain, chosen), plain, folder):
            yield f"{title} (of raster generate)", entries
    for name in names("solids"):
        about, body = comment_and_body(CONF / "solids" / f"{name}.yaml")
        keys = [line.strip().partition(": ") for line in body.splitlines() if line.startswith("  ") and " # " in line]
        values = plain["solids"].get(name) or {}
        entries = [(f"solids.{name}.{key}={yaml_value(values[key]) if key in values else value.partition(' # ')[0]}",
                    value.partition(" # ")[2]) for key, _, value in keys if key.isidentifier() and key[0] != "_"]  # fmt: skip
        yield f"solids={name}: {about}", entries
    for name in names("randomizers"):
        made, values = randomizer_class(name), plain["randomizers"].get(name) or {}
        entries = [_option(each, f"randomizers.{name}.", values.get(each.name, each.default)) for each in options_of(made)]
        yield f"randomizers={name}: {summary(made).partition(': ')[2]}", entries
    yield "preset", [(f"preset={name}", comment_and_body(CONF / "preset" / f"{name}.yaml")[0]) for name in names("preset")]


def _lines(sections: list[Section]) -> Iterator[str]:
    """Sections as lines: a title, then options at the left and what they do beside them, or below where they are long."""
    for title, entries in sections:
        yield ""
        yield from textwrap.wrap(title, WIDTH)
        for option, text in entries:
            lines = textwrap.wrap(text, WIDTH - COLUMN - 2, break_on_hyphens=False) or [""]
            left = f"  {option}"
            if len(left) > COLUMN:
                yield from textwrap.wrap(option, WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)
                left = ""
            for line in lines:
                yield f"{left:<{COLUMN}}  {line}".rstrip()
                left = ""
