"""Residency: the places of items in buffers that are too small to hold all of them at once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

Sizes = tuple[int, ...]  # a size, or a position, in each of the buffers


@dataclass
class Residency:
    """Gives items, known by a number, places one after another, in one or more buffers alike.

    When the items that are wanted at once do not fit behind the others, all places are given up and the wanted items get new
    ones. If they do not fit even then, `whole` grows: the owner must make its buffers larger.
    """

    whole: Sizes  # of the buffers
    kept: Sizes  # the beginning of each buffer, which is never given to an item
    most: Sizes  # that the buffers may grow to
    places: dict[int, Sizes] = field(default_factory=dict)  # of the items that are there
    free: Sizes = ()  # the first position that is free

    def __post_init__(self) -> None:
        self.free = self.kept

    def reserve(self, wanted: Iterable[int], sizes: Callable[[int], Sizes]) -> list[int]:
        """Give all wanted items places; the items that were not there, which the caller must upload.

        sizes: of an item, by its number. `whole` may grow; then noitem is there any more. ValueError if `most` is too small.
        """
        wanted = list(wanted)
        new = [item for item in wanted if item not in self.places]
        if not self._fits(new, sizes):
            self.places.clear()
            self.free, new = self.kept, wanted
            if not self._fits(new, sizes):
                needs = [sum(each) for each in zip(*map(sizes, new), strict=True)]
                # A quarter more: the next batch may want a little more than this one.
                rows = zip(self.whole, self.kept, needs, self.most, strict=True)
                self.whole = tuple(max(whole, min(kept + need + need // 4, most)) for whole, kept, need, most in rows)
                if not self._fits(new, sizes):
                    raise ValueError(f"{needs} beyond {self.kept} do not fit into {self.most}")
        for item in new:
            self.places[item] = self.free
            self.free = tuple(at + size for at, size in zip(self.free, sizes(item), strict=True))
        return new

    def _fits(self, new: list[int], sizes: Callable[[int], Sizes]) -> bool:
        """Whether new items fit behind those that are there."""
        ends = [sum(each) for each in zip(self.free, *map(sizes, new), strict=True)]
        return all(end <= whole for end, whole in zip(ends, self.whole, strict=True))
