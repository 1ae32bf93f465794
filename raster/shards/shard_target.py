"""ShardTarget: where the shards of a run go. finish_shard: from the parts of a shard to its files, and to its record."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import orjson

from raster.dataset.files import sha256
from raster.dataset.record_counts import RecordCounts
from raster.errors import system_refusals
from raster.shards.column_types import merged
from raster.shards.parts import PARTS, read_parts
from raster.shards.shard_layout import ShardLayout, file_of
from raster.shards.shard_record import ShardRecord
from raster.system.stores import Store


class RecordReader(Protocol):
    """Sees the records of a shard, one by one, and then has something to tell of them, as JSON has it."""

    def add(self, record: dict[str, Any]) -> None: ...

    def held(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class ShardTarget:
    """Where the shards of a run go. It can be pickled."""

    store: Store
    layout: ShardLayout
    key: str  # of the configuration: raster.shards.shard_record.key_of
    parts: Path  # a folder on this machine for what is not whole yet

    def scratch(self) -> Path | None:
        """Where a folder of parts has to be made: on the disk of a set that is a folder; None: anywhere."""
        return self.store.scratch(PARTS)

    def folder_of(self, shard: int) -> Path:
        """The folder for the parts of a shard."""
        return self.parts / f"{shard:06d}"


def finish_shard(
    target: ShardTarget, shard: int, writer: Any, classes: tuple[str, ...], found: Callable[[], RecordReader]
) -> ShardRecord:
    """Put a shard together whose parts are all there, put its files into their place, then its record, and return that.

    writer: one of shards, as raster/writers/webdataset.py describes; classes: names by class id; found: makes what has more to
    tell of its records. A run that ends before the record is in its place leaves the shard missing. InputError for what the
    system refuses.
    """
    folder = target.folder_of(shard)
    counts, reader, kind, images = RecordCounts(classes, test=True), found(), None, dict[str, int]()
    open_files: dict[str, Any] = {}
    with system_refusals(f"{target.store}: shard {shard}: "):
        try:
            for row in read_parts(folder):
                name = file_of(row.split, shard, writer.suffix)
                if name not in open_files:
                    open_files[name], images[name] = writer.open_file(folder / name), 0
                open_files[name].add(row.data)
                images[name] += 1
                record = orjson.loads(row.line)
                counts.add(record)
                reader.add(record)
                kind = merged((kind, row.kind))
        finally:
            for file in open_files.values():
                file.close()
        files = {}
        for name in sorted(images):
            path = folder / name
            files[name] = {"images": images[name], "bytes": path.stat().st_size, "sha256": sha256(path)}
    numbers = target.layout.images_of(shard)
    made = ShardRecord(shard, numbers.start, len(numbers), files, counts.counts(), reader.held(), kind)
    for name in files:
        target.store.put(name, folder / name)
    target.store.write(made.name(target.key).path, made.text())
    shutil.rmtree(folder, ignore_errors=True)
    return made
