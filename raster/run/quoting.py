"""quoted: an override with quotes where Hydra's grammar wants them. decoded, decode_keys: keys as they were before that.

Hydra takes few characters without quotes: no letter with an accent, no =, #, ( or ~. In keys it takes no quotes either. So such
values are put in quotes here, and such letters of keys are written as numbers, which are read back after Hydra is done.
"""

import re
import shlex
from typing import Any

from omegaconf import DictConfig, ListConfig, open_dict

from raster.errors import InputError
from raster.run.override_text import coded, in_quotes, parses, requoted

_CODE = re.compile(r"__x([0-9a-f]{1,5})__")  # a letter of a key: its number in hexadecimal
_PLAIN = re.compile(r"[+~]{0,2}[a-z_]+(\.[a-z_]+)*=[\w./+-]*", re.ASCII)  # what needs no look: most overrides
_PART = re.compile(r"[A-Za-z_$][\w$-]*|0|[1-9][0-9]*", re.ASCII)  # of a dotted key, as Hydra takes it


def quoted(override: str) -> str:
    """Return an override that Hydra reads, with the value that was meant: text in quotes where it needs them.

    InputError for one that cannot be read even so, as brackets that do not pair; it says how to write text.

        >>> from raster.run.quoting import quoted
        >>> quoted("out=Müller (2)")
        'out="Müller (2)"'
    """
    if _PLAIN.fullmatch(override) or parses(override):
        return override
    key, equals, value = override.partition("=")
    if not equals:
        raise InputError(f"{override}: options are written KEY=VALUE, as seed=1; quote the whole if it holds spaces")
    choices = requoted(value)
    found = f"{_key(key)}={choices}"
    if choices is None or not parses(found):
        right = shlex.quote(f"{key}={in_quotes(value)}")
        raise InputError(
            f"{override}: brackets and quotes do not pair; if this is meant as text, put quotes around it: {right}"
        )
    return found


def decoded(text: str) -> str:
    """Return a text with the letters that quoted() wrote as numbers."""
    return _CODE.sub(lambda code: chr(int(code[1], 16)), text)


def decode_keys(cfg: DictConfig | ListConfig) -> None:
    """Change all keys of a configuration, at any depth, to what they were before quoted()."""
    if cfg._is_none() or cfg._is_missing() or cfg._is_interpolation():
        return
    nodes: Any = cfg
    keys = list(nodes) if isinstance(cfg, DictConfig) else range(len(nodes))
    children = [(key, nodes._get_node(key)) for key in keys]
    for _, child in children:
        if isinstance(child, DictConfig | ListConfig):
            decode_keys(child)
    if isinstance(cfg, DictConfig) and any(isinstance(key, str) and _CODE.search(key) for key, _ in children):
        with open_dict(cfg):
            for key, _ in children:  # all of them: their order counts
                del cfg[key]
            for key, child in children:
                cfg[decoded(key) if isinstance(key, str) else key] = child


def _key(key: str) -> str:
    """The key of an override, dotted, with + or ~ in front of it, in letters that Hydra takes."""
    sign = re.match(r"[+~]*", key)[0]  # type: ignore[index]
    return key if re.search(r"[@/]", key) else sign + ".".join(map(_part, key[len(sign) :].split(".")))  # / or @: a group's


def _part(name: str) -> str:
    """A part of a dotted key; what Hydra takes anywhere but at the beginning is a number there."""
    if _PART.fullmatch(name):
        return name
    letters = coded(name, r"[\w$-]")
    return f"__x{ord(letters[0]):x}__{letters[1:]}" if re.match(r"[\d-]", letters) else letters
