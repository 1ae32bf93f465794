"""classes_of: what the option `labels` makes of solids and own meshes: class names by id, and the class id of each.

A class id is the value of a pixel in labels/. IGNORE_ID is the value of what is to be left out of training and scores.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from raster.assets.check_names import BACKGROUND, FLOOR, MAX_CLASSES
from raster.assets.meshes.file_keys import as_table
from raster.errors import InputError

IGNORE, IGNORE_ID = "ignore", 255
_EXPECTED = "a table {solid or class: class name, null or ignore}"
_SHOWN = 20  # names in a message


def labels_table(value: Any) -> dict[str, str | None]:
    """The option `labels` as a dict: solid or class -> class name, None for no class, IGNORE. InputError for anything else."""
    table = {} if value is None else as_table("labels", value, _EXPECTED, "a solid, or a class of objects.meshes")
    for key, name in table.items():
        if not (name is None or isinstance(name, str)):
            raise InputError(f"labels: {key}: {name}: expected the name of a class, null for no class, or ignore")
        if name is not None and (not name or name != name.strip() or not name.isprintable()):
            raise InputError(f"labels: {key}: {name!r} is no name for a class")
        if name is not None and name.lower() in (BACKGROUND, FLOOR):
            raise InputError(f"labels: {key}: the class name {name} is taken; null is for a thing without a class")
    return table


def classes_of(
    choices: Sequence[str], table: Mapping[str, str | None], unlabelled: Collection[str] = (), ignores: bool = False
) -> tuple[tuple[str, ...], np.ndarray]:
    """Return the class names by id, background first, and the class id (1 + C,) int32 of each of C choices; row 0 is 0.

    `choices`: solids, then classes of own meshes; a choice that `table` does not name is a class of its own name. Classes are
    numbered in the order in which they first appear. `ignores`: something else is to be ignored too. InputError for a key that
    is no choice, for names that cannot be, and unless there is a class, and no more than fit.
    """
    if unknown := [key for key in table if key not in choices]:
        there = ", ".join(choices[:_SHOWN]) + ", ..." * (len(choices) > _SHOWN)
        raise InputError(f"labels: {unknown[0]}: is no solid of `solids` and no class of objects.meshes; there are {there}")
    named = [table.get(choice, choice) for choice in choices]
    ignores = ignores or any(table.get(choice) == IGNORE for choice in choices)
    found = [name for choice, name in zip(choices, named, strict=True) if name is not None and table.get(choice) != IGNORE]
    classes = (BACKGROUND, *dict.fromkeys(found))
    _check(table, classes, unlabelled, ignores)
    number = {name: k for k, name in enumerate(classes)}
    ids = [IGNORE_ID if table.get(c) == IGNORE else number[name or BACKGROUND] for c, name in zip(choices, named, strict=True)]
    return classes, np.array([0, *ids], np.int32)


def _check(
    table: Mapping[str, str | None], classes: Sequence[str], unlabelled: Collection[str], ignores: bool
) -> None:  # fmt: skip
    """InputError for classes that `table` makes and that cannot be."""
    if len(classes) == 1:
        raise InputError("labels: leaves nothing that has a class; name at least one, such as {cube: box}")
    most = MAX_CLASSES - 1 - ignores
    if len(classes) - 1 > most:
        why = f", since {IGNORE_ID} is to be ignored" * ignores
        key = "labels" if table else "solids"
        raise InputError(f"{key}: {len(classes) - 1} classes, but an 8-bit label holds {most} and background{why}")
    folded: dict[str, str] = {}
    for name in classes:
        if (other := folded.setdefault(name.casefold(), name)) != name:
            raise InputError(f"labels: the classes {other} and {name} differ only in case; rename one, or join them")
    if ignores and IGNORE in classes:
        raise InputError(f"labels: a class is called {IGNORE}, and other things are to be ignored; give the class another name")
    if both := sorted({name for name in table.values() if name is not None} & set(unlabelled)):
        raise InputError(f"labels: {both[0]}: a solid of `distractors` has this name, and no class; leave it out there")
