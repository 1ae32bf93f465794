"""read_manifest_at: the manifest of a set, wherever it is. read_pictures: some images of a set in shards, to be looked at."""

import io
from pathlib import Path

import numpy as np
from PIL import Image

from raster.dataset.manifest import Manifest
from raster.shards.shard_reader import open_shards, read_manifest
from raster.system.stores import open_store


def read_manifest_at(place: str | Path | None) -> Manifest | None:
    """Return the manifest of a folder or URL, None without one. InputError for a file that is none of ours."""
    return read_manifest(open_store(place)) if place else None


def read_pictures(place: str | Path, first: int, count: int) -> tuple[list[np.ndarray], list[np.ndarray], list[str]]:
    """Return images (H, W, 3) uint8, labels (H, W) uint8 and class names: `count` images from number `first`, or to the end.

    The shards that hold them are read, and no others. InputError as open_shards().
    """
    layout = open_shards(place, ()).layout
    wanted = range(max(first, layout.numbers.start), min(first + count, layout.numbers.stop))
    shards = range(wanted.start // layout.size, (wanted.stop - 1) // layout.size + 1)
    reader = open_shards(place, shards)
    found = {}
    for file in reader.files:
        for sample in reader.samples(file):
            if sample.record["index"] in wanted:
                found[sample.record["index"]] = sample
    shown = [found[number] for number in wanted]
    images = [np.asarray(Image.open(io.BytesIO(sample.image)).convert("RGB")) for sample in shown]
    return images, [np.asarray(Image.open(io.BytesIO(sample.label))) for sample in shown], list(reader.classes)
