"""raster completion SHELL: prints what lets bash, zsh or fish complete the commands and options of raster with the Tab key.

bash: put this line into ~/.bashrc: eval "$(raster completion bash)"
zsh:  put this line into ~/.zshrc, after compinit: eval "$(raster completion zsh)"
fish: raster completion fish > ~/.config/fish/completions/raster.fish
"""

import re
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from raster.command_line import Arguments
from raster.errors import InputError, one_line
from raster.run.components import chosen_components
from raster.run.help_page import FLAGS, OWN_FLAGS
from raster.run.known_keys import known_keys, names, schema
from raster.run.options import options_of
from raster.system.stores import place_of
from raster.system.train_package import module_beside

BASH = """\
_raster() {
    local IFS=$'\\n' line="${COMP_LINE:0:$COMP_POINT}" word="${COMP_WORDS[COMP_CWORD]}"
    COMPREPLY=($(raster completion --complete "$line" "$word" 2>/dev/null))
}
complete -o nospace -F _raster raster"""
SHELLS = {
    "bash": BASH,
    "zsh": "autoload -U bashcompinit && bashcompinit\n" + BASH,
    "fish": "complete -c raster -f "
    "-a '(raster completion --complete (commandline -cp | string collect) (commandline -ct) | string trim --right)'",
}
WORDS = {"--cfg": ("job", "hydra", "all"), "--help": ("all",)}  # what may stand after a flag
PATHS = ("out", "data", "valid_data", "model", "images", "weights", "dir", "file", "to", "compare", "objects.meshes")


def main() -> None:
    """Print a shell's script, or the completions of a line."""
    with one_line():
        if sys.argv[1:2] == [
            "--complete"
        ]:  # what the scripts ask: a line up to the cursor, the word there as a shell divides words
            line, word = (*sys.argv[2:4], "", "")[:2]
            print(*completions(line, word), sep="\n")
        elif shell := parser().read().shell:
            print(SHELLS[shell])
        else:
            raise InputError(f"name a shell: raster completion {' or '.join(SHELLS)}")


def parser() -> Arguments:
    """What its command line holds."""
    made = Arguments(__doc__)
    made.add_argument("shell", nargs="?", choices=sorted(SHELLS), metavar="SHELL", help="bash, zsh or fish")
    return made


def completions(line: str, word: str) -> list[str]:
    """What may stand in place of `word`, the last of a line. bash divides words at = too, others at blanks alone."""
    words = line.split()
    last = "" if not words or line[-1].isspace() else words[-1]
    word = "" if word in ("=", ":") else word
    kept = len(last) - len(word) if last.endswith(word) else 0
    return [each[kept:] for each in _whole(words[1 : len(words) - bool(last)], last)]


def _whole(before: Sequence[str], last: str) -> list[str]:
    """The completions of the last word, from its beginning. A blank at the end says that nothing follows."""
    program = import_module("raster.__main__")  # which finds this module by name
    if not before:
        return [
            f"{name} "
            for name in (*program.COMMANDS, "--help", "--version")
            if name.startswith(last) and (last or name[0] != "-")
        ]
    if before[0] not in program.COMMANDS:
        return []
    command = program.COMMANDS[before[0]]
    if not command.config:
        return _of_parser(import_module(program.find_command(before[0])).parser(), before[-1], last)
    if before[-1] in ("--config-dir", "-cd"):
        return _paths(last)
    if before[-1] in WORDS:
        return [f"{word} " for word in WORDS[before[-1]] if word.startswith(last)]
    own = _own_options(command)
    if last.startswith("-"):
        told = [word for words, _ in FLAGS if not own or words in OWN_FLAGS for word in re.findall(r"--[\w-]+", words)]
        return [f"{flag} " for flag in told if flag.startswith(last)]
    sign = re.match(r"[+~]*", last)[0]  # type: ignore[index]
    key, equals, value = last[len(sign) :].partition("=")
    if equals:
        return [f"{sign}{key}={each}" for each in _values(command.config, key, value)]
    return [sign + each for each in _keys(command.config, key, own)]


def _of_parser(parser: Arguments, before: str, last: str) -> list[str]:
    """The completions of a program's own arguments: its flags, names to choose from, options NAME=VALUE, paths."""
    flags = {word: action for action in parser.told for word in action.option_strings if word.startswith("--")}
    if last.startswith("-"):
        return [f"{flag} " for flag in flags if flag.startswith(last)]
    key, equals, value = last.partition("=")
    if equals and key in parser.choices:
        names = parser.choices[key]
        found = [f"{name} " for name in names if name.startswith(value)] if len(names) > 1 else _paths(value) * (key in PATHS)
        return [f"{key}={each}" for each in found]
    options = [f"{name}=" for name in parser.choices if name.startswith(last)]
    action = next((each for each in parser.told if not each.option_strings), None)
    if before in flags and flags[before].nargs != 0:
        action = flags[before]
    if action is not None and action.choices:
        return [f"{name} " for name in action.choices if name.startswith(last)]
    return options + (_paths(last) if action is not None and action.type in (Path, place_of) else [])


def _own_options(command: Any) -> list[str]:
    """Options of a program that stand in no configuration; of those that draw, none of raster generate."""
    made = getattr(import_module(command.module), "Options", None) if command.config == "config" else None
    return [f"{option.name}=" for option in options_of(made)] if made else []


def _keys(config: str, start: str, own: Sequence[str]) -> list[str]:
    """Options that begin so, up to their next dot."""
    _register(config)
    groups = _groups(config)
    keys = {key for key in (*known_keys(config), *groups) if not key.rpartition(".")[2].startswith("_")}
    inner = {key.rpartition(".")[0] for key in keys}
    found = set(own)
    for key in keys:
        dot = key.find(".", len(start))
        found.add(key[: dot + 1] if dot >= 0 else f"{key}=" if key not in inner or key in groups else f"{key}.")
    return sorted(each for each in found if each.startswith(start))


def _values(config: str, key: str, value: str) -> list[str]:
    """Values of an option that begin so; of a list the last name is completed."""
    _register(config)
    if key in _groups(config):
        there, last = re.fullmatch(r"(.*[\[,])?([^\[,]*)", value).groups(default="")  # type: ignore[union-attr]
        return [f"{there}{name}" for name in names(key.partition("@")[0]) if name.startswith(last)]
    if key in PATHS:
        return _paths(value)
    allowed = {option.name: option.allowed for option in options_of(schema(config))}.get(key, "")
    return [f"{word} " for word in re.findall(r"(?:^|, |or )([a-z]\w*)(?=,|$)", allowed) if word.startswith(value)]


def _paths(value: str) -> list[str]:
    """Files and folders that begin so, but for names with blanks, which need quotes."""
    folder, _, name = value.rpartition("/")
    home = Path(f"{folder}/" if "/" in value else ".").expanduser()
    prefix = f"{folder}/" if "/" in value else ""
    found: Iterable[Path] = ()
    with suppress(OSError):
        fitting = (path for path in home.iterdir() if path.name.startswith(name) and not re.search(r"\s", path.name))
        found = sorted(path for path in fitting if name or path.name[0] != ".")
    return [f"{prefix}{path.name}" + ("/" if path.is_dir() else " ") for path in found]


def _groups(config: str) -> list[str]:
    """The groups of components that an override can choose from."""
    return list(chosen_components("config")) if "randomizers" in known_keys(config) else []


def _register(config: str) -> None:
    """Import the module that states the options of conf/CONFIG.yaml."""
    if config == "config":
        import raster.run.config  # noqa: F401  (registers the schema)
    else:
        import_module(module_beside("train.config"))


if __name__ == "__main__":
    main()
