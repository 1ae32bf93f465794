"""Residency: which of many things lie where in buffers that hold only some of them at a time."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

Sizes = tuple[int, ...]  # of a thing, or the first free place, in each of the buffers


@dataclass
class Residency:
    """Places in buffers of sizes `whole`, the first `kept` of each taken for good, handed out one after another.

    When there is no place left for what is wanted at once, all is given back and what is wanted placed anew. If even that
    does not fit, the buffers are to grow, to `most` at most, which must hold it.
    """

    whole: Sizes
    kept: Sizes
    most: Sizes
    places: dict[int, Sizes] = field(default_factory=dict)  # of what lies there
    free: Sizes = ()

    def __post_init__(self) -> None:
        self.free = self.kept

    def place(self, wanted: Iterable[int], sizes: Callable[[int], Sizes]) -> list[int]:
        """Make places for all that is wanted; what has to be put there, because it was not. `whole` may grow."""
        wanted = list(wanted)
        new = [thing for thing in wanted if thing not in self.places]
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
        for thing in new:
            self.places[thing] = self.free
            self.free = tuple(at + size for at, size in zip(self.free, sizes(thing), strict=True))
        return new

    def _fits(self, new: list[int], sizes: Callable[[int], Sizes]) -> bool:
        ends = [sum(each) for each in zip(self.free, *map(sizes, new), strict=True)]
        return all(end <= whole for end, whole in zip(ends, self.whole, strict=True))
