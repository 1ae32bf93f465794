"""ShardedRun: a set in shards as draw_missing() fills it. ShardChunks: the batches to draw. claim_shards: takes its place."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from raster.dataset.manifest import Manifest
from raster.run.record_facts import RecordFacts
from raster.run.setup import Setup
from raster.run.shard_size import shard_size
from raster.run.sharded_writer import form_of, sharded_writer
from raster.run.workers import DrawJob
from raster.shards.parts import PARTS
from raster.shards.shard_layout import ShardLayout
from raster.shards.sharded_set import ShardedSet
from raster.system.stores import Store


class ShardChunks(Sequence[tuple[int, int]]):
    """(first image, count) of the batches of some shards, none of which reaches into another shard.

    shards: (S,) int64, sorted. With views above 1 the last batch holds whole layouts, of which some images are not wanted.

        >>> list(ShardChunks(np.array([0, 2]), ShardLayout(range(25), 10), 4))
        [(0, 4), (4, 4), (8, 2), (20, 4), (24, 1)]
    """

    def __init__(self, shards: np.ndarray, layout: ShardLayout, batch: int, views: int = 1):
        self._shards, self._layout, self._batch, self._views = shards, layout, batch, views
        images = np.array([len(layout.images_of(shard)) for shard in shards.tolist()], np.int64)
        self.images = int(images.sum())
        self._ends = np.cumsum(-(-images // batch))  # (S,) how many batches there are up to each shard's last

    def __len__(self) -> int:
        return int(self._ends[-1]) if len(self._ends) else 0

    def __getitem__(self, number: Any) -> Any:
        if not 0 <= number < len(self):
            raise IndexError(number)
        row = int(np.searchsorted(self._ends, number, side="right"))
        images = self._layout.images_of(int(self._shards[row]))
        first = images.start + (number - (int(self._ends[row - 1]) if row else 0)) * self._batch
        count = min(self._batch, images.stop - first)
        return first, count + -count % self._views


def claim_shards(store: Store, plain: Mapping[str, Any], setup: Setup) -> ShardedSet:
    """Take the place for a set in shards of a checked configuration. InputError as ShardedSet.claim()."""
    _, make = sharded_writer(setup.writers)
    size = shard_size(plain)
    told = {**plain, "shard": size}
    return ShardedSet.claim(store, told, plain["n"], setup.classes, form_of(make), size, setup.ignore)


class ShardedRun:
    """What draw_missing() asks of a set: which images are missing, what is to be drawn, and the end."""

    def __init__(self, data: ShardedSet, setup: Setup):
        self._data, self._setup = data, setup
        self.images, self.complete, self.changed = self._chunks(data.missing, 1).images, data.complete, False
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def _chunks(self, shards: np.ndarray, batch: int) -> ShardChunks:
        setup = self._setup
        return ShardChunks(shards, self._data.layout, batch, setup.sampler.views if setup.flows else 1)

    def begin(self, renderer: str) -> None:
        """As ShardedSet.begin()."""
        self._data.begin(renderer)

    def job(self, threads: int, batch: int) -> DrawJob:
        """What is drawn, `batch` images at once, with a folder for parts, which release() removes."""
        self._folder = tempfile.TemporaryDirectory(prefix="raster-", dir=self._data.store.scratch(PARTS))
        target = self._data.target(folder := Path(self._folder.name))
        chunks = self._chunks(self._data.missing, batch)
        return DrawJob(replace(self._setup, batch=batch), folder, chunks, threads, self._data.layout.numbers, target)

    def images_missing(self) -> int:
        """How many images are in shards that are missing now."""
        return self._chunks(self._data.still_missing(), 1).images

    def finish(self, facts: Mapping[str, Any], found: RecordFacts | None = None) -> Manifest:
        """As ShardedSet.finish(); found: takes in what all records told."""
        _, make = sharded_writer(self._setup.writers)
        card = make(classes=self._setup.classes, ignore=self._setup.ignore).card
        return self._data.finish(facts, found or RecordFacts(self._setup.sampler), card)

    def release(self) -> None:
        """Give up the lock and remove what is not whole."""
        self._data.release()
        if self._folder is not None:
            self._folder.cleanup()
            self._data.store.clear(PARTS)

    def __enter__(self) -> "ShardedRun":
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
