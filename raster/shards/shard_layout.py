"""ShardLayout: which images are in which shard, and the names of its files."""

from dataclasses import dataclass

from raster.dataset.record import SPLITS

NAMES = {"train": "train", "valid": "val", "test": "test"}  # of the splits, in the names of files
HUB_NAMES = {"train": "train", "valid": "validation", "test": "test"}  # as Hugging Face's datasets calls them


@dataclass(frozen=True)
class ShardLayout:
    """Shard k holds the images k * size to (k + 1) * size - 1, of those that the set has. So it does not depend on n.

    >>> ShardLayout(range(500, 2500), 1000).images_of(0)
    range(500, 1000)
    """

    numbers: range  # of the set's images
    size: int  # image numbers to a shard

    @property
    def shards(self) -> range:
        """The numbers of the shards."""
        return range(self.numbers.start // self.size, (self.numbers.stop - 1) // self.size + 1)

    def images_of(self, shard: int) -> range:
        """The numbers of the images of a shard."""
        return range(max(self.numbers.start, shard * self.size), min(self.numbers.stop, (shard + 1) * self.size))


def file_of(split: str, shard: int, suffix: str) -> str:
    """The name of the file with the images of one split, a name of SPLITS: train-000000.tar."""
    return f"{NAMES[split]}-{shard:06d}{suffix}"


def split_of(name: str) -> str | None:
    """The split of a file of this name, None for what is none."""
    return next((split for split in SPLITS if name.startswith(f"{NAMES[split]}-")), None)
