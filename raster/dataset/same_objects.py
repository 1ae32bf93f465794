"""numbers_there: which instance an object of one view of a layout is in another."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np


def numbers_there(one: Sequence[Mapping[str, Any]], other: Sequence[Mapping[str, Any]]) -> np.ndarray:
    """(N + 1,) uint16: by the instance in an image, that in another image of the same layout; 0 for what is not there.

    one, other: the records' objects. A view numbers what it draws: it leaves out an object that its camera is inside, and walls
    may stand elsewhere. What is the same has the same solid at the same place.
    """
    there = {_place(entry): entry["instance"] for entry in other}
    numbers = np.zeros(len(one) + 1, np.uint16)
    for entry in one:
        numbers[entry["instance"]] = there.get(_place(entry), 0)
    return numbers


def _place(entry: Mapping[str, Any]) -> tuple[str, bytes]:
    return entry["solid"], np.asarray(entry["world_from_object"], np.float64).tobytes()
