"""read_options: the options of a program that draws images anew, beside Hydra's overrides. open_source: what draws them."""

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

from raster.command_line import print_version
from raster.errors import InputError
from raster.gl.context import announce
from raster.run.config import Config, load_config
from raster.run.flags import explain_flag
from raster.run.help_page import asked_for_help, help_page
from raster.run.image_source import ImageSource
from raster.run.known_keys import known_keys
from raster.run.opened_set import open_set
from raster.run.own_folder import split_config_dir


def read_options(
    defaults: Mapping[str, str], arguments: Sequence[str], about: str
) -> tuple[dict[str, str], list[str], Path | None] | None:
    """Return the program's own options, Hydra's overrides, and the user's folder; None for --help, after printing `about`,
    or for --help all or a word what the overrides are.

    `defaults`: the own options. InputError for an option with dashes, and for n and out, which such a program has not.
    """
    if print_version(arguments):
        return None
    if (word := asked_for_help(list(arguments))) is not None:
        print(help_page("config", None, word, load_config) if word else about)
        return None
    options, overrides = dict(defaults), []
    folder, rest = split_config_dir(arguments)
    for argument in rest:
        key, _, value = argument.partition("=")
        if key in options:
            options[key] = value
        elif key.lstrip("-") in ("n", "out"):
            counted = "count= says how many images, and " if "count" in options else ""
            raise InputError(f"{argument}: is no option here; {counted}file= where they go")
        else:
            overrides.append(argument)
    if flag := next((word for word in overrides if word.startswith("-")), ""):
        raise InputError(explain_flag(rest, flag, [*options, "preset", "passes/color", *known_keys("config")]))
    return options, overrides, folder


def whole_number(options: Mapping[str, str], key: str, least: int, most: int) -> int:
    """Return an option that is a whole number from least to most. InputError for another."""
    text = options[key]
    if not (text.isascii() and text.isdecimal()) or not least <= int(text) <= most:
        raise InputError(f"{key}={text}: expected a whole number from {least} to {most}")
    return int(text)


def open_source(dataset: str, overrides: Sequence[str], folder: Path | None, count: int) -> ImageSource:
    """Return what draws `count` images of a data set, or of the overrides alone if `dataset` is ""; say on which device.

    `folder`: the user's own, None without one.
    """
    overrides = [f"batch={min(count, Config.batch)}", *overrides]
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", UserWarning)
        source = open_set(dataset, overrides, folder) if dataset else ImageSource.of(overrides, folder)
    notes = source.setup.meshes.notes  # which a program prints as they are
    of_set = [f"NOTE: {each.message}" for each in told if str(each.message) != "\n".join(notes)]
    print(*of_set, *notes, *announce(source.info), sep="\n")
    return source
