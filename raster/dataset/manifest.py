"""manifest.json: reading, writing and comparing it. It says what a folder holds and whether the set is complete."""

import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import orjson

from raster.dataset.files import LISTS, TEST
from raster.errors import InputError
from raster.system.atomic_files import write_atomic
from raster.system.regular_files import read_regular

MANIFEST = "manifest.json"
FREE = ("n", "workers", "batch", "out", "gl", "quiet")  # top-level keys that change no image, or only how many there are
FILES = {  # top-level keys that are digests of what was read from files
    "library": "pictures or environment maps",
    "meshes": "meshes",
    "cameras": "calibration or poses of cameras",
    "code": "Python modules or shaders of your own",
}
# Options that came later, with the values that are as if they were not there: sets of before do not have them.
NO_FILTER = {"min_visible_px": 0, "min_visibility": 0.0, "below": "background"}
LATER: dict[str, Any] = {
    "test": 0,
    "hold_appearance": False,
    "labels": None,
    "layers": [],
    "detail": "outlines",
    "label_filter": NO_FILTER,
    "shard": None,
}
_PACKAGES = {"raster": "raster-labels", "numpy": "numpy", "moderngl": "moderngl", "isal": "isal", "pillow": "pillow"}
_KEYS = {"complete": bool, "n": int, "configuration": dict, "classes": list, "versions": dict, "renderers": list}

Manifest = dict[str, Any]


def read(out: Path) -> Manifest | None:
    """Return the manifest of the folder, None without one. Raises InputError for a file that is not one of ours."""
    path = out / MANIFEST
    try:
        text = read_regular(path, links=False)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    return parse(text, path)


def parse(text: bytes, path: Path | str) -> Manifest:
    """Return the manifest that the bytes of a file hold. Raises InputError, which names the path, for one that is not ours."""
    try:
        manifest = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InputError(f"{path}: not JSON ({error}); choose another out, or remove the folder") from error
    for key, kind in _KEYS.items():
        if not isinstance(manifest, dict) or not isinstance(manifest.get(key), kind):
            raise InputError(f"{path}: has no {key} ({kind.__name__}), so it is not of a data set; choose another out")
    return manifest


def write(out: Path, manifest: Manifest) -> None:
    """Write the manifest as indented JSON, atomically. Raises InputError."""
    write_atomic(out / MANIFEST, text_of(manifest))


def text_of(manifest: Manifest) -> bytes:
    """Return the bytes of the file: indented JSON."""
    return orjson.dumps(manifest, str, orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_APPEND_NEWLINE)


def numbers_of(manifest: Manifest) -> range:
    """Return the numbers of a set's images: first, first + 1, ... Versions up to 0.2.0 know no other first than 0."""
    first = manifest["configuration"].get("first", 0)
    if type(first) is not int or first < 0 or manifest["n"] < 1:
        raise InputError(f"{MANIFEST}: first={first}, n={manifest['n']}: expected numbers from 0, and at least one image")
    return range(first, first + manifest["n"])


def lists_of(manifest: Manifest) -> tuple[str, ...]:
    """Return the names of a set's lists: codes.txt, scenes.jsonl, valid.txt, and test.txt where images are for test."""
    return (*LISTS, TEST) if manifest["configuration"].get("test") else LISTS


def bound_options(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options on which the pixels depend, without those of LATER that make no difference."""
    return {key: value for key, value in configuration.items() if key not in FREE and LATER.get(key, ...) != value}


def images_of(held: Manifest | None, first: int | None, count: int, name: str | None = None) -> range:
    """Return the numbers of `count` images from number `first` on, None: from the first of the set of a manifest on, else 0.

    Of a set no more than it has. name: of the set, for messages. InputError for a `first` that it has not.
    """
    if held is None:
        return range(first or 0, (first or 0) + count)
    numbers = numbers_of(held)
    first = numbers.start if first is None else first
    if first not in numbers:
        raise InputError(f"first={first}: {name} is a set of {len(numbers)} images, numbers {numbers.start} to {numbers[-1]}")
    return range(first, min(first + count, numbers.stop))


def start(configuration: Mapping[str, Any], n: int, classes: tuple[str, ...], ignore: int | None = None) -> Manifest:
    """Return the manifest of a set that is still incomplete; configuration as JSON has it (tuples become lists).

    `ignore`: the value in labels/ that is to be left out of training and scores.
    """
    plain = orjson.loads(orjson.dumps(dict(configuration), str, orjson.OPT_SERIALIZE_NUMPY))
    versions = {"python": platform.python_version()}
    for name, package in _PACKAGES.items():
        try:
            versions[name] = version(package)
        except PackageNotFoundError:
            versions[name] = "not installed"
    return {"complete": False, "n": n, "seed": plain.get("seed"), "configuration": plain, "classes": list(classes),
            **({} if ignore is None else {"ignore": ignore}), "versions": versions, "renderers": []}  # fmt: skip


def require_same(out: Path | str, there: Manifest, here: Manifest) -> None:
    """Raise InputError unless `here` makes the images of `there`, and no fewer; the message names the first key."""
    advice = f"choose another out, or remove {out} to start afresh"
    if "code" not in there["configuration"]:  # an earlier version did not note it
        here = here | {"configuration": {key: value for key, value in here["configuration"].items() if key != "code"}}
    changed = changed_files(there["configuration"], here["configuration"])
    if changed and not first_difference(_without_files(there), _without_files(here)):
        what = f"{' and '.join(changed)} are not those that it was begun with (changed files, or other versions)"
        raise InputError(f"out={out}: {what}; {advice}")
    if found := first_difference(bound(there), bound(here)):
        raise InputError(f"out={out}: {found}; {advice}")
    if here["n"] < there["n"]:
        raise InputError(f"out={out}: n is {there['n']} there and {here['n']} here; it may only grow; {advice}")


def changed_files(there: Mapping[str, Any], here: Mapping[str, Any]) -> list[str]:
    """Name the kinds of FILES whose digests in two configurations differ; not code that an earlier version did not note."""
    keys = [key for key in FILES if key != "code" or key in there]
    return [FILES[key] for key in keys if there.get(key) != here.get(key)]


def first_difference(there: Mapping[str, Any], here: Mapping[str, Any], prefix: str = "") -> str:
    """Say in words how the first key that differs does so, or return "". Key order counts: it numbers the solids."""
    for key in [*here, *(key for key in there if key not in here)]:
        one, other = there.get(key), here.get(key)
        if key in there and key in here and isinstance(one, dict) and isinstance(other, dict):
            if found := first_difference(one, other, f"{prefix}{key}."):
                return found
        elif one != other or (key in there) != (key in here):
            values = [_shown(side[key]) if key in side else "absent" for side in (there, here)]
            return f"{prefix}{key} is {values[0]} there and {values[1]} here"
    if list(there) != list(here):
        return f"{prefix[:-1] or 'the configuration'} has the order {', '.join(there)} there and {', '.join(here)} here"
    return ""


def bound(manifest: Manifest) -> dict[str, Any]:
    """Return what the pixels depend on, as one mapping, which two sets have in common if one can continue the other."""
    configuration = bound_options(manifest["configuration"])
    return {"version": manifest["versions"].get("raster"), **configuration, "classes": manifest["classes"]}


def _without_files(manifest: Manifest) -> dict[str, Any]:
    return {key: value for key, value in bound(manifest).items() if key not in FILES}


def _shown(value: object) -> str:
    if isinstance(value, dict):  # a whole component: the other side has none of its kind
        return "present"
    text = orjson.dumps(value).decode()
    return text if len(text) <= 100 else text[:97] + "..."
