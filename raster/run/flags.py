"""refuse_flags, explain_flag: one line for an option that is written with dashes, as --out x in place of out=x.

quoted_words: a command line with quotes where Hydra wants them.
"""

import difflib
import io
import re
import shlex
from collections.abc import Sequence
from contextlib import redirect_stderr
from pathlib import Path

from hydra._internal.utils import get_args_parser  # pyproject.toml keeps Hydra at 1.3

from raster.errors import InputError
from raster.run.check_overrides import checked
from raster.run.known_keys import known_keys
from raster.run.sweeps import swept_in_names


def refuse_flags(arguments: Sequence[str], name: str) -> None:
    """InputError for a command line whose flags are not Hydra's. `name`: the program's file conf/NAME.yaml."""
    said = io.StringIO()
    try:
        with redirect_stderr(said):
            _, rest = get_args_parser().parse_known_args(list(arguments))
    except SystemExit:  # the usage has been printed, and then one line that says what is wrong
        what = said.getvalue().strip().splitlines()[-1].partition("error: ")[2].removeprefix("argument ")
        raise InputError(f"{what}; --hydra-help lists these flags") from None
    flags = [word for word in rest if word.startswith("-")]
    if flags:
        groups = ["preset", "passes/color"] if name in ("config", "train") else []
        raise InputError(explain_flag(arguments, flags[0], [*known_keys(name), *groups]))
    if rest:
        raise InputError(f"{rest[0]}: a flag such as -m or --config-dir stands between overrides; put flags before all of them")


def quoted_words(arguments: Sequence[str], folder: Path | None, name: str) -> tuple[list[str], dict[str, str]]:
    """Return a command line whose overrides Hydra takes, for conf/NAME.yaml, and for each of these what was written for it.

    `folder`: the user's own. InputError as of checked().
    """
    given = get_args_parser().parse_known_args(list(arguments))[0]
    if given.help or given.hydra_help or given.shell_completion:
        return list(arguments), {}
    taken = dict(zip(given.overrides, checked(given.overrides, folder), strict=True))
    words = [taken.get(word, word) for word in arguments]
    behind = max((place for place, word in enumerate(arguments, 1) if word in taken), default=0)  # no flag may follow
    swept = swept_in_names(list(taken.values()), name)
    return [*words[:behind], *swept, *words[behind:]], {text: word for word, text in taken.items()}


def explain_flag(arguments: Sequence[str], flag: str, known: Sequence[str]) -> str:
    """Return what to write in place of a word of a command line that begins with a dash. `known`: the program's options."""
    key, equals, value = flag.lstrip("-").partition("=")
    key = key if key in known else key.replace("-", "_")
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.75)
    if not near:
        return f"{flag}: there is no such option; options are written without dashes, as seed=1; --help lists them"
    after = arguments[list(arguments).index(flag) + 1 :][:1]
    if not equals and after and re.fullmatch(r"-?[\d.]+|[^-=][^=]*", after[0]):
        flag, value = f"{flag} {after[0]}", after[0]
    right = shlex.quote(f"{near[0]}={value}") if value else f"{near[0]}=..."
    return f"{flag}: options are written without dashes: {right}"
