"""Room: which of many things lie where in buffers that hold only some of them at a time."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

Sizes = tuple[int, ...]  # of a thing, or the first free place, in each of the buffers


@dataclass
class Room:
    """Places in buffers of sizes `whole`, the first `kept` of each taken for good, handed out one after another.

    When there is no place left for what is wanted at once, all is given back and what is wanted placed anew.
    """

    whole: Sizes
    kept: Sizes
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
                pairs = zip(self.whole, self.kept, needs, strict=True)
                self.whole = tuple(max(whole, kept + need + need // 4) for whole, kept, need in pairs)
        for thing in new:
            self.places[thing] = self.free
            self.free = tuple(at + size for at, size in zip(self.free, sizes(thing), strict=True))
        return new

    def _fits(self, new: list[int], sizes: Callable[[int], Sizes]) -> bool:
        ends = [sum(each) for each in zip(self.free, *map(sizes, new), strict=True)]
        return all(end <= whole for end, whole in zip(ends, self.whole, strict=True))
