"""Named random numbers: a function of (seed, name, image index) and nothing else."""

import hashlib
import math
from functools import lru_cache

import numpy as np


@lru_cache(maxsize=4096)
def _key(seed: int, name: str) -> int:
    return int.from_bytes(hashlib.blake2b(f"{seed}/{name}".encode(), digest_size=16).digest(), "little")


class Streams:
    """Random numbers of images first .. first + count - 1, one call for the batch, batch axis first.

    Each (seed, name) is the key of a Philox generator (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011);
    image i reads its own stretch of that generator's output. A value thus depends on seed, name, i and the number of
    values that an image takes under that name, never on the batch, on other names, or on what was drawn before.
    """

    def __init__(self, seed: int, first: int, count: int, name: str = "", views: int = 1):
        self.seed, self.first, self.count, self.name, self.views = seed, first, count, name, views

    def child(self, name: str) -> "Streams":
        """The same images' streams under a longer name: a randomizer's own."""
        return Streams(self.seed, self.first, self.count, f"{self.name}{name}/", self.views)

    def per_layout(self, views: int) -> "Streams":
        """Streams that give image i what image i // views gets of these: alike for all views of a layout."""
        return Streams(self.seed, self.first, self.count, self.name, views)

    def with_variants(self, variants: int | None, *things: int) -> "Streams":
        """Numbers for (B, *things) of which each repeats one of so many variants, the same in the whole run; None: as they are.

        Arrays that it is asked for begin with the axes `things`. Who asks for as many variants of as many things under the same
        last part of the name gets the same ones of them: a texture keeps its colours.
        """
        return self if variants is None else VariantStreams(self, variants, things)

    def uniform(self, name: str, *shape: int) -> np.ndarray:
        """(B, *shape) float64 in [0, 1)."""
        if self.views > 1:
            first = self.first // self.views
            group = np.arange(self.first, self.first + self.count) // self.views - first
            return Streams(self.seed, first, int(group.max(initial=-1)) + 1, self.name).uniform(name, *shape)[group]
        size = math.prod(shape)
        blocks = -(-size // 4)  # Philox4x64 makes four numbers a step
        generator = np.random.Philox(key=_key(self.seed, self.name + name), counter=self.first * blocks)
        raw = generator.random_raw(self.count * blocks * 4).reshape(self.count, blocks * 4)[:, :size]
        return ((raw >> np.uint64(11)) * 2.0**-53).reshape(self.count, *shape)

    def uniform_between(self, name: str, bounds: tuple[float, float], *shape: int) -> np.ndarray:
        """(B, *shape) float64, uniform from bounds[0] to bounds[1]."""
        low, high = bounds
        return low + (high - low) * self.uniform(name, *shape)

    def log_uniform(self, name: str, bounds: tuple[float, float], *shape: int) -> np.ndarray:
        """(B, *shape) float64 from bounds[0] > 0 to bounds[1], uniform in the logarithm: each factor of two alike."""
        return np.exp(self.uniform_between(name, (math.log(bounds[0]), math.log(bounds[1])), *shape))

    def integers(self, name: str, bounds: tuple[float, float], *shape: int) -> np.ndarray:
        """(B, *shape) int64 from bounds[0] to bounds[1], whole numbers, both included."""
        low, high = int(bounds[0]), int(bounds[1])
        return low + np.floor((high - low + 1) * self.uniform(name, *shape)).astype(np.int64)

    def choice(self, name: str, weights: np.ndarray, *shape: int) -> np.ndarray:
        """(B, *shape) int64: an index into weights (K,), each as often as its weight says; weight 0 never."""
        edges = np.cumsum(np.asarray(weights, np.float64) / np.max(weights))
        return np.searchsorted(edges / edges[-1], self.uniform(name, *shape), side="right")

    def bernoulli(self, name: str, share: float, *shape: int) -> np.ndarray:
        """(B, *shape) bool, true with probability share."""
        return self.uniform(name, *shape) < share


class VariantStreams(Streams):
    """What Streams.with_variants() returns: variant v of a run has the numbers of image v under a name of its own."""

    def __init__(self, streams: Streams, variants: int, things: tuple[int, ...]):
        super().__init__(streams.seed, streams.first, streams.count, streams.name)
        last = streams.name.rstrip("/").rpartition("/")[2]
        which = Streams(streams.seed, streams.first, streams.count, f"variant/{last}/")
        self.variants, self.things = variants, things
        self.variant = which.integers("which", (0, variants - 1), *things)  # (B, *things) int64

    def uniform(self, name: str, *shape: int) -> np.ndarray:
        """(B, *shape) float64 in [0, 1), whose first axes are `things`."""
        table = Streams(self.seed, 0, self.variants, f"{self.name}variants/")
        return table.uniform(name, *shape[len(self.things) :])[self.variant]


def golden_ratio_mask(index: np.ndarray, share: float) -> np.ndarray:
    """(B,) bool: true for a share of all image numbers, of any first n for share * n give or take a few, without a period.

    Multiples of the golden ratio modulo 1: the most even sequence that keeps no step with another (Weyl, 1916).
    """
    return index * 0.6180339887498949 % 1.0 >= 1.0 - share


def even_mask(index: np.ndarray, share: float) -> np.ndarray:
    """(B,) bool: true for a share of all image numbers, spread evenly; of the first n at most share * n are true."""
    return np.floor((index + 1) * share + 1e-9) > np.floor(index * share + 1e-9)
