"""Arguments: the command line of a program that draws nothing. program_name, print_version: what program runs."""

import argparse
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from raster.errors import InputError


def program_name() -> str:
    """How the running program was started: "raster fit", or "python -m MODULE"."""
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    if sys.argv[0].startswith("raster ") or spec is None:
        return sys.argv[0]
    return f"python -m {spec.name.removesuffix('.__main__')}"


def version() -> str:
    """What --version prints: "raster 1.2.3"."""
    return f"raster {sys.modules['raster'].__version__}"


def print_version(arguments: Sequence[str]) -> bool:
    """Print the version if a command line asks for it, and return whether it does."""
    asked = "--version" in arguments
    if asked:
        print(version())
    return asked


class Arguments(argparse.ArgumentParser):
    """The parser of argparse, whose errors are InputErrors. A flag without a value has two forms: --quiet and quiet=true.

    `told`: the arguments that --help shows, in order. `choices`: options NAME=VALUE that the program reads itself, with what
    their values may be, for the Tab key; names, or one text that says what.

        >>> from raster import Arguments
        >>> words = Arguments("Counts images.")
        >>> _ = words.add_argument("--quiet", action="store_true")
        >>> words.read(["quiet=true"])
        Namespace(quiet=True)
    """

    def __init__(self, description: str | None, epilog: str | None = None):
        self.told: list[argparse.Action] = []
        self.choices: dict[str, Sequence[str]] = {}
        form = argparse.RawDescriptionHelpFormatter
        super().__init__(prog=program_name(), description=description, epilog=epilog, formatter_class=form)
        self.add_argument("--version", action="version", version=version(), help="print the version of raster")

    def add_argument(self, *names: Any, **options: Any) -> argparse.Action:
        """As argparse's."""
        action = super().add_argument(*names, **options)
        if action.help != argparse.SUPPRESS:
            self.told.append(action)
        return action

    def read(self, arguments: Sequence[str] | None = None) -> argparse.Namespace:
        """What the words of a command line say; None: of this program's. InputError for bad ones."""
        switches = {word[2:]: word for action in self.told if action.nargs == 0 for word in action.option_strings}
        words = []
        for word in sys.argv[1:] if arguments is None else arguments:
            name, _, value = word.partition("=")
            if name not in switches or value not in ("true", "false"):
                words.append(word)
            elif value == "true":
                words.append(switches[name])
        return self.parse_args(words)

    def error(self, message: str) -> NoReturn:
        """InputError in place of two lines and an exit."""
        raise InputError(f"{message.removeprefix('argument ')}; {self.prog} --help tells what it takes")
