"""run_program: a program that draws images anew, with options of its own beside Hydra's overrides. open_source: what draws."""

import os
import sys
import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from raster.command_line import print_version
from raster.errors import InputError
from raster.gl.context import announce
from raster.run.batch_size import USUAL
from raster.run.config import load_config
from raster.run.flags import explain_flag
from raster.run.help_page import print_help
from raster.run.image_source import ImageSource
from raster.run.json_report import FLAG, json_report
from raster.run.known_keys import known_keys
from raster.run.opened_set import open_set
from raster.run.option_words import read_options
from raster.run.options import options_of
from raster.run.own_folder import split_config_dir
from raster.standard_streams import quiet

OTHERS = dict.fromkeys(("n", "out"), "file= where they go")  # options of generate -> what there is in their place
_Options = TypeVar("_Options")


def run_program(
    made: type[_Options],
    work: Callable[[_Options, list[str], Path | None], dict[str, Any]],
    refused: Mapping[str, str] = OTHERS,
) -> None:
    """Run a program with the options of the dataclass `made`, of which `quiet` is one, as the command line has them.

    `work` gets these, Hydra's overrides and the user's folder, None without one; it returns what --json prints. InputError for
    an option with dashes, for a value that an option does not take, and for options of generate that are `refused`.
    """
    words = [word for word in sys.argv[1:] if word != FLAG]
    with json_report(len(words) < len(sys.argv) - 1) as report:
        if print_version(words):
            return
        if print_help(words, "config", sys.modules[made.__module__], load_config, made):
            return
        options, overrides, folder = _read(made, words, refused)
        with quiet(options.quiet):  # type: ignore[attr-defined]
            report |= work(options, overrides, folder)


def _read(
    made: type[_Options], arguments: Sequence[str], refused: Mapping[str, str]
) -> tuple[_Options, list[str], Path | None]:  # fmt: skip
    """The program's own options, Hydra's overrides, and the user's folder."""
    folder, rest = split_config_dir(arguments)
    given, overrides = read_options(made, rest)
    own = [option.name for option in options_of(made)]
    for argument in overrides:
        if (name := argument.partition("=")[0].lstrip("-")) in refused:
            counted = "count= says how many images, and " if "count" in own else ""
            raise InputError(f"{argument}: is no option here; {counted}{refused[name]}")
    if flag := next((word for word in overrides if word.startswith("-")), ""):
        raise InputError(explain_flag(rest, flag, [*own, "preset", "passes/color", *known_keys("config")]))
    return made(**given), overrides, folder


def check_file(file: str, endings: Collection[str], what: str) -> None:
    """InputError, before anything is drawn, for a file that cannot be written: another ending, or no folder to stand in."""
    path = Path(file)
    if path.suffix.lower() not in endings:
        raise InputError(f"file={file}: {what}")
    if not os.path.isdir(path.parent):
        raise InputError(f"file={file}: there is no folder {path.parent}")


def open_source(dataset: str | None, overrides: Sequence[str], folder: Path | None, count: int) -> ImageSource:
    """Return what draws `count` images of a data set, or of the overrides alone if `dataset` is None; say on which device.

    `folder`: the user's own, None without one.
    """
    overrides = [f"batch={min(count, USUAL)}", *overrides]
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", UserWarning)
        source = open_set(dataset, overrides, folder) if dataset else ImageSource.of(overrides, folder)
    notes = source.setup.meshes.notes  # which a program prints as they are
    of_set = [f"NOTE: {each.message}" for each in told if str(each.message) != "\n".join(notes)]
    print(*of_set, *notes, *announce(source.info), sep="\n")
    return source
