"""Smallest: the few images with the smallest keys of all that it is shown. spread_key: keys that choose images evenly."""

from collections.abc import Iterable
from heapq import nsmallest
from typing import NamedTuple

GOLDEN = 0.6180339887498949
_WAITING = 256  # lines that wait until all are compared


class Line(NamedTuple):
    """An image, and where its line stands in scenes.jsonl. Sorted by key, then by number of the image."""

    key: tuple[float, ...]
    number: int
    offset: int  # bytes
    length: int  # bytes


class Smallest:
    """The `most` lines with the smallest keys."""

    def __init__(self, most: int):
        self.most, self._lines = most, list[Line]()
        self._worst: Line | None = None  # of the kept ones, once there are enough

    def add(self, lines: Iterable[Line]) -> None:
        """Look at more lines."""
        self._lines += lines if self._worst is None else [line for line in lines if line < self._worst]
        if len(self._lines) > 2 * self.most + _WAITING:
            self._prune()

    @property
    def lines(self) -> list[Line]:
        """Those that are kept, smallest first."""
        self._prune()
        return self._lines

    def _prune(self) -> None:
        self._lines = nsmallest(self.most, self._lines)
        if self._lines and len(self._lines) == self.most:
            self._worst = self._lines[-1]


def spread_key(index: int) -> float:
    """Return a key in [0, 1) for an image number: those with the smallest keys are spread evenly over all numbers.

    Multiples of the golden ratio, without their whole part, are as even as can be (three-gap theorem), for any number of them.
    """
    return (index + 1) * GOLDEN % 1.0
