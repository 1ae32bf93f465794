"""Sampled: an option whose drawn values can be told again for any image, and the stream that they are drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from raster.randomizers.ranges import check_weights
from raster.streams import Streams


@dataclass(frozen=True)
class Sampled:
    """A field of a randomizer, and how the randomizer draws it. Its property `sampled` lists those that it draws.

    how: range; log (a range, uniform in the logarithm); whole (a range of whole numbers); share (for which it is true); choice
    (weights of `names`).
    The value counts in images, or for objects, where the shares `given` (NAME.FIELD) are true and `unless` are not.
    """

    field: str
    stream: str  # its name among the randomizer's own
    how: str = "range"
    given: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    objects: bool = False  # one for each labelled object
    variants: bool = False  # the randomizer's field `variants` may make some alike
    names: Sequence[str] = ()

    def draw(self, randomizer: Any, streams: Streams, count: int) -> np.ndarray:
        """(B,), or (B, count) for objects: what is drawn. streams: the randomizer's own; count: slots for objects."""
        shape = (count,) if self.objects else ()
        own = streams.child("objects") if self.objects else streams
        if self.variants:
            own = own.with_variants(randomizer.variants, *shape)
        bounds = getattr(randomizer, self.field)
        if self.how == "choice":
            weights = check_weights(self.field, bounds, self.names)
            return np.array(self.names, object)[own.choice(self.stream, weights, *shape)]
        if self.how == "share":
            return own.bernoulli(self.stream, bounds, *shape)
        draw = {"range": own.uniform_between, "log": own.log_uniform, "whole": own.integers}[self.how]
        return draw(self.stream, bounds, *shape)
