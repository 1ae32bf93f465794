"""verify_shards: does a set in shards keep every promise about its files, records, counts and digest? Or some of its shards?"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from raster.dataset.held_files import HeldFolder
from raster.dataset.label_values import LabelValues
from raster.dataset.listing import Report, quiet
from raster.dataset.manifest import MANIFEST
from raster.dataset.record_counts import RecordCounts, total_counts
from raster.dataset.verify_flow import check_warps
from raster.dataset.verify_image import check_image
from raster.errors import InputError
from raster.shards.read_tar import layers_in_tar
from raster.shards.sample import Sample
from raster.shards.shard_listing import hash_of, set_digest, shard_files
from raster.shards.shard_reader import ShardFile, ShardReader, open_shards, read_record
from raster.shards.shard_record import ShardName
from raster.shards.sharded_set import CODES, README, SHARDS
from raster.system.ordered_map import ordered_map

_BLOCK = 16  # images that are checked at once, or more: whole layouts
_SHARE = 256  # images that a process of its own is worth: it takes a second to start
_Task = tuple[ShardName, tuple[ShardFile, ...]]


def verify_shards(
    place: str | Path, processes: int = 1, report_progress: Report = quiet, shards: Sequence[int] | None = None
) -> dict[str, Any]:
    """Read and check every file of a complete set in shards, or of some of its shards; as raster.shards.verify.verify().

    With `shards`, too, the digest of the set is held against those of all shards: their names tell it. Up to `processes`
    processes check a shard each.
    """
    began, reader = time.monotonic(), open_shards(place, shards)
    _check_lists(reader)
    if shards is None:
        _check_listing(reader)
    tasks = list(_tasks(reader))
    check = partial(check_shard, replace(reader, names={}, files=()))
    counts: dict[str, Any] = {}
    total = sum(file.images for file in reader.files)
    for found in ordered_map(check, tasks, max(1, min(processes, len(tasks), total // _SHARE))):
        counts = total_counts((counts, found))
        report_progress(counts["images"], total)
    if "test" not in reader.manifest["counts"]:
        counts.pop("test")
    if shards is None and counts != reader.manifest["counts"]:
        said = reader.manifest["counts"]
        raise InputError(f"{reader.store}/{MANIFEST}: counts are {said}, expected {counts}")
    objects = sum(counts["objects"].values())
    return {**counts, "objects": objects, "shards": len(tasks), "digest": reader.digest, "seconds": time.monotonic() - began}


def _tasks(reader: ShardReader) -> Iterator[_Task]:
    """Yield the name and the files of each shard that is to be checked."""
    files: dict[int, list[ShardFile]] = {}
    for file in reader.files:
        files.setdefault(file.shard, []).append(file)
    for number, held in files.items():
        yield reader.names[number], tuple(held)


def _check_lists(reader: ShardReader) -> None:
    """Hold codes.txt and README.md against manifest.json, and its digest against the tree."""
    store, held = reader.store, reader.manifest
    for name in (CODES, README):
        if (found := hash_of(store, name)) != held["files"].get(name):
            what = "is not there" if found is None else "is not as it was written: its sha256 is " + found
            raise InputError(f"{store}/{name}: {what}; {MANIFEST} says {held['files'].get(name)}")
    if store.read(CODES) != "".join(f"{name}\n" for name in reader.classes).encode():
        raise InputError(f"{store}/{CODES}: does not hold the classes of {MANIFEST}, {', '.join(reader.classes)}")
    if (digest := set_digest(held["files"][CODES], held[SHARDS]["tree"])) != reader.digest:
        raise InputError(f"{store}/{MANIFEST}: digest is {reader.digest}, but that of the files is {digest}")


def _check_listing(reader: ShardReader) -> None:
    """Hold the files that are there against the records. InputError for the first that is missing, or too much."""
    there, said = shard_files(reader.store), {file.name: file.bytes for file in reader.files}
    for name in sorted(there.keys() | said.keys()):
        if there.get(name) != said.get(name):
            found = "is not there" if name not in there else f"has {there[name]} bytes"
            expected = f"the record of its shard says {said[name]}" if name in said else "no shard has such a file"
            raise InputError(f"{reader.store}/{name}: {found}; {expected}")


def check_shard(reader: ShardReader, task: _Task) -> dict[str, Any]:
    """Check a shard of a set: its files and each image; return the counts of its records. InputError for what is wrong."""
    name, files = task
    where = f"{reader.store}/{name.path}"
    record = read_record(reader.store, name.path, reader.store.read(name.path))
    counts, numbers = RecordCounts(reader.classes, test=True), list[int]()
    for file in files:
        before = len(numbers)
        for sample in _checked(reader, file):
            counts.add(sample.record)
            numbers.append(sample.record["index"])
        found = numbers[before:]
        if len(found) != file.images or found != sorted(found):
            raise InputError(f"{reader.store}/{file.name}: holds {len(found)} images; expected {file.images}, by number")
    if sorted(numbers) != list(reader.layout.images_of(name.number)):
        images = reader.layout.images_of(name.number)
        raise InputError(f"{where}: its files do not hold the images {images[0]} to {images[-1]}, each once")
    if counts.counts() != record.counts:
        raise InputError(f"{where}: counts are {record.counts}, expected {counts.counts()}")
    return counts.counts()


def _checked(reader: ShardReader, file: ShardFile) -> Iterator[Sample]:
    """Yield the images of a file, block by block, when they have passed all checks."""
    held = reader.manifest
    labels, views = LabelValues.of(dict(held)), held["configuration"].get("views_per_layout", 1)
    layers, size = held.get("layers", {}), -(-_BLOCK // views) * views
    if held[SHARDS]["format"] == "webdataset":
        layers = layers_in_tar(layers)
    samples = reader.samples(file)
    while block := list(islice(samples, size)):
        folder = HeldFolder(f"{reader.store}/{file.name}", {path: data for one in block for path, data in one.files.items()})
        for sample in block:
            index = sample.record["index"]
            check_image(folder, index, orjson.dumps(sample.record) + b"\n", labels, index, layers)
            if sample.record["split"] != file.split:
                raise InputError(f"{folder.name}: image {index}: its split is {sample.record['split']}")
        check_warps(folder, [sample.record for sample in block], layers, views)
        yield from block
