"""check_shard: the option shard. shard_size: how many image numbers a shard has where the option does not say."""

from collections.abc import Mapping
from typing import Any

from raster.errors import InputError

USUAL = 1000  # images to a shard, or as many fewer as their pixels are more than LARGEST
LARGEST = 256 << 20  # bytes of pixels: about what the PNG files have, or more
MAX_SHARD = 10**6


def check_shard(plain: Mapping[str, Any]) -> None:
    """InputError for a value that is no size of a shard, or would part the views of a layout."""
    shard, views = plain["shard"], plain["views_per_layout"]
    if shard is None:
        return
    if not 1 <= shard <= MAX_SHARD:
        raise InputError(f"shard={shard}: expected a whole number from 1 to {MAX_SHARD}, or null")
    if shard % views:
        raise InputError(
            f"shard={shard}: expected a multiple of views_per_layout={views}, since views of a layout stay together"
        )


def shard_size(plain: Mapping[str, Any]) -> int:
    """Return how many image numbers a shard of a checked configuration has: as it says, or by the size of images."""
    if plain["shard"] is not None:
        return int(plain["shard"])
    (height, width), views = plain["size"], plain["views_per_layout"]
    fitting = min(USUAL, LARGEST // (3 * height * width))
    return int(max(1, fitting // views) * views)
