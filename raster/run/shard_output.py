"""ShardOutput: what one process writes of a set in shards: parts, and the shards of which it has written the last part."""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from raster.frames import Frames
from raster.run.record_facts import RecordFacts
from raster.run.setup import Setup
from raster.run.sharded_writer import sharded_writer
from raster.shards.parts import Row, take, write_part
from raster.shards.shard_record import ShardRecord
from raster.shards.shard_target import ShardTarget, finish_shard

_BACKLOG = 2  # batches that may wait; more would only hold memory


class ShardOutput:
    """Takes batches of images and puts shards into their place, whichever processes draw them. Close it to finish what waits.

    `threads`: that encode; 0: encode at once. A thread more writes parts and shards.
    """

    def __init__(self, target: ShardTarget, setup: Setup, threads: int = 0):
        self._target, self._setup, self.bytes = target, setup, 0
        self.finished: list[ShardRecord] = []  # of the shards that are in their place
        name, make = sharded_writer(setup.writers)
        self._writer = make(classes=setup.classes, ignore=setup.ignore)
        self._encoders = ThreadPoolExecutor(threads, name) if threads else None
        self._thread = ThreadPoolExecutor(1, "shards")
        self._waiting: deque[Future[None]] = deque()
        self._failed = False  # an error was raised: close() adds nothing to it

    def write(self, frames: Frames) -> None:
        """Encode a batch and hand it to the thread. Raises InputError if it fails, or if an earlier batch did."""
        rows: list[Callable[[], Row]] = self._writer.rows(frames)
        made = [self._encoders.submit(row).result for row in rows] if self._encoders else [_given(row()) for row in rows]
        while len(self._waiting) >= _BACKLOG or (self._waiting and self._waiting[0].done()):
            self._wait_for_one()
        self._waiting.append(self._thread.submit(self._store, frames.index.tolist(), made))

    def _store(self, index: Sequence[int], made: Sequence[Callable[[], Row]]) -> None:
        """Write a batch as parts of its shards, and put those together of which this was the last part."""
        shards: dict[int, list[Row]] = {}
        firsts: dict[int, int] = {}
        for number, row in zip(index, made, strict=True):
            shard = number // self._target.layout.size
            firsts.setdefault(shard, number)
            shards.setdefault(shard, []).append(row())
        for shard, rows in shards.items():
            folder = self._target.folder_of(shard)
            write_part(folder, firsts[shard], rows)
            self.bytes += sum(len(row.data) for row in rows)
            if take(folder, len(self._target.layout.images_of(shard))):
                self.finished.append(finish_shard(self._target, shard, self._writer, self._setup.classes, self._facts))

    def _facts(self) -> RecordFacts:
        return RecordFacts(self._setup.sampler)

    def close(self) -> None:
        """Wait for all that is not written yet; raises as write() does. A second call does nothing."""
        try:
            while self._waiting:
                self._wait_for_one()
        finally:
            self._thread.shutdown()
            if self._encoders is not None:
                self._encoders.shutdown()

    def _wait_for_one(self) -> None:
        """Wait for the oldest batch. Raises its error, unless an earlier one has been raised: one is enough."""
        try:
            self._waiting.popleft().result()
        except Exception:  # and not KeyboardInterrupt, after which close() still waits for the rest
            if not self._failed:
                self._failed = True
                raise

    def __enter__(self) -> "ShardOutput":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _given(row: Row) -> Callable[[], Row]:
    return lambda: row
