"""raster completion SHELL: prints what lets bash, zsh or fish complete the commands and options of raster with the Tab key.

bash: put this line into ~/.bashrc: eval "$(raster completion bash)"
zsh:  put this line into ~/.zshrc, after compinit: eval "$(raster completion zsh)"
fish: raster completion fish > ~/.config/fish/completions/raster.fish
"""

import argparse
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from raster.errors import InputError, one_line
from raster.run.help_page import schema
from raster.run.hydra_messages import known_keys, names
from raster.run.options import options_of
from raster.system.train_package import module_beside

BASH = """\
_raster() {
    local IFS=$'\\n' line="${COMP_LINE:0:$COMP_POINT}" word="${COMP_WORDS[COMP_CWORD]}"
    COMPREPLY=($(raster completion --line "$line" --word "$word" 2>/dev/null))
}
complete -o nospace -F _raster raster"""
SHELLS = {
    "bash": BASH,
    "zsh": "autoload -U bashcompinit && bashcompinit\n" + BASH,
    "fish": "complete -c raster -f "
    "-a '(raster completion --line (commandline -cp) --word (commandline -ct) | string trim --right)'",
}
CONFIGURATIONS = {
    "generate": "config", "preview": "config", "export-scene": "config", "fit": "train", "evaluate": "evaluate",
    "predict": "predict",
}  # fmt: skip
OWN = {  # options of a command that stand in no configuration
    "preview": ("dir=", "first=", "count=", "file=", "explain="), "export-scene": ("dir=", "first=", "file="),
}  # fmt: skip
GROUPS = ("solids", "solids@distractors", "randomizers", "passes", "passes/color", "annotations", "writers", "preset")
FLAGS = ("--help", "--config-dir ", "--multirun ", "--cfg ")
PATHS = ("out", "data", "valid_data", "model", "images", "weights", "dir", "file", "objects.meshes")


def main() -> None:
    """Print a shell's script, or the completions of a line."""
    parser = argparse.ArgumentParser(
        prog="raster completion", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shell", nargs="?", choices=sorted(SHELLS), metavar="SHELL", help="bash, zsh or fish")
    parser.add_argument("--line", help=argparse.SUPPRESS)  # what the scripts ask: a line up to the cursor,
    parser.add_argument("--word", help=argparse.SUPPRESS)  # and the word there, as the shell divides words
    options = parser.parse_args()
    with one_line():
        if options.line is not None:
            print(*completions(options.line, options.word or ""), sep="\n")
        elif options.shell:
            print(SHELLS[options.shell])
        else:
            raise InputError(f"name a shell: raster completion {' or '.join(SHELLS)}")


def completions(line: str, word: str) -> list[str]:
    """What may stand in place of `word`, the last of a line. bash divides words at = too, others at blanks alone."""
    words = line.split()
    last = "" if not words or line[-1].isspace() else words[-1]
    word = "" if word in ("=", ":") else word
    kept = len(last) - len(word) if last.endswith(word) else 0
    return [each[kept:] for each in _whole(words[1 : len(words) - bool(last)], last)]


def _whole(before: Sequence[str], last: str) -> list[str]:
    """The completions of the last word, from its beginning. A blank at the end says that nothing follows."""
    commands = import_module("raster.__main__").COMMANDS  # which finds this module by name
    if not before:
        return [f"{name} " for name in commands if name.startswith(last)]
    if before[-1] in ("--config-dir", "-cd"):
        return _paths(last)
    if before[-1] == "--cfg":
        return [f"{what} " for what in ("job", "hydra", "all") if what.startswith(last)]
    command = before[0]
    if command not in CONFIGURATIONS:
        return _paths(last)
    if last.startswith("-"):
        return [flag for flag in FLAGS if flag.startswith(last)]
    sign = re.match(r"[+~]*", last)[0]  # type: ignore[index]
    key, equals, value = last[len(sign) :].partition("=")
    if equals:
        return [f"{sign}{key}={each}" for each in _values(command, key, value)]
    return [sign + each for each in _keys(command, key)]


def _keys(command: str, start: str) -> list[str]:
    """Options that begin so, up to their next dot."""
    config = CONFIGURATIONS[command]
    _register(command)
    every = [*known_keys(config), *(GROUPS if config in ("config", "train") else ())]
    keys = {key for key in every if not key.rpartition(".")[2].startswith("_")}
    inner = {key.rpartition(".")[0] for key in keys}
    found = set(OWN.get(command, ()))
    for key in keys:
        dot = key.find(".", len(start))
        found.add(key[: dot + 1] if dot >= 0 else f"{key}=" if key not in inner or key in GROUPS else f"{key}.")
    return sorted(each for each in found if each.startswith(start))


def _values(command: str, key: str, value: str) -> list[str]:
    """Values of an option that begin so; of a list the last name is completed."""
    if key in GROUPS:
        there, last = re.fullmatch(r"(.*[\[,])?([^\[,]*)", value).groups(default="")  # type: ignore[union-attr]
        return [f"{there}{name}" for name in names(key.partition("@")[0]) if name.startswith(last)]
    if key in PATHS:
        return _paths(value)
    _register(command)
    allowed = {option.name: option.allowed for option in options_of(schema(CONFIGURATIONS[command]))}.get(key, "")
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


def _register(command: str) -> None:
    """Import the module that states the options of a command."""
    if CONFIGURATIONS[command] == "config":
        import raster.run.config  # noqa: F401  (registers the schema)
    else:
        import_module(module_beside("train.config"))


if __name__ == "__main__":
    main()
