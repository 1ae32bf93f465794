"""open_shards: a complete data set in shards, to be read image by image, from a folder or any file system."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from raster.dataset import manifest
from raster.dataset.files import sha256
from raster.errors import InputError
from raster.shards.read_samples import read_samples
from raster.shards.sample import Sample
from raster.shards.shard_layout import ShardLayout, split_of
from raster.shards.shard_listing import list_shards, tree_of
from raster.shards.shard_record import ShardName, ShardRecord, key_of
from raster.shards.sharded_set import SHARDS
from raster.system.remote_store import RemoteStore
from raster.system.stores import Store, open_store


@dataclass(frozen=True)
class ShardFile:
    """A file of a shard: the images of one split among those of the shard."""

    name: str
    shard: int
    split: str  # train, valid or test
    images: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class ShardReader:
    """A complete data set in shards.

    `classes`: names by id; `files`: those of the shards that were asked for, by shard and split; `digest`: of the set.
    """

    store: Store
    manifest: Mapping[str, Any]
    names: Mapping[int, ShardName]  # shard -> its record's name
    files: tuple[ShardFile, ...]

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names by id: ("background", "cube", ...)."""
        return tuple(self.manifest["classes"])

    @property
    def digest(self) -> str:
        """The digest of the set, over all its shards."""
        return str(self.manifest["digest"])

    @property
    def layout(self) -> ShardLayout:
        """Which images are in which shard."""
        return ShardLayout(manifest.numbers_of(dict(self.manifest)), self.manifest[SHARDS]["size"])

    @contextmanager
    def fetched(self, file: ShardFile) -> Iterator[Path]:
        """A file on this machine: its own, or a copy. InputError for one that has other bytes than its shard's record says."""
        name = f"{self.store}/{file.name}"
        with self.store.fetched(file.name) as path:
            if (found := sha256(path)) != file.sha256:
                what = f"its sha256 is {found}, but the record of shard {file.shard} says {file.sha256}; remove it, and"
                raise InputError(f"{name}: {what if found else 'is not there;'} the command that drew the set draws it again")
            yield path

    def samples(self, file: ShardFile) -> Iterator[Sample]:
        """Yield the images of a file, by number, one in memory at a time; the file is held against its hash before."""
        form, layers = self.manifest[SHARDS]["format"], self.manifest.get("layers", {})
        with self.fetched(file) as path:
            yield from read_samples(path, f"{self.store}/{file.name}", form, layers, len(self.classes))


def open_shards(place: str | Path, shards: Sequence[int] | None = None) -> ShardReader:
    """Open a complete data set in shards: a folder, or a URL. shards: whose files are read; None: all.

    InputError for what is no such set, or incomplete, for shards that are missing, and for a digest that is not theirs.

        >>> import raster
        >>> reader = raster.open_shards("demo-tars")
        >>> for file in reader.files:
        ...     for sample in reader.samples(file):
        ...         picture, mask = sample.image, sample.label  # PNG files
    """
    store = open_store(place)
    held = read_manifest(store)
    if held is None or SHARDS not in held:
        raise InputError(f"{store}: is not a data set in shards: it has no {manifest.MANIFEST} that tells of any")
    if not held["complete"]:
        raise InputError(f"{store}: the data set is incomplete; the command that began it completes it")
    layout = ShardLayout(manifest.numbers_of(held), held[SHARDS]["size"])
    names = list_shards(store, layout, key_of(manifest.bound(held))).names
    if missing := [shard for shard in layout.shards if shard not in names]:
        raise InputError(f"{store}: shard {missing[0]} is missing; the same command draws it again")
    if (tree := tree_of(names, layout.shards)) != held[SHARDS]["tree"]:
        raise InputError(f"{store}: the tree over its shards is {tree}, but {manifest.MANIFEST} says {held[SHARDS]['tree']}")
    for shard in shards or ():
        if shard not in names:
            raise InputError(f"{store}: has the shards {layout.shards.start} to {layout.shards.stop - 1}, and no shard {shard}")
    wanted = [names[shard].path for shard in (layout.shards if shards is None else shards)]
    records = (read_record(store, path, text) for path, text in zip(wanted, store.read_all(wanted), strict=True))
    return ShardReader(store, held, names, tuple(file for record in records for file in _files(record)))


def _files(record: ShardRecord) -> list[ShardFile]:
    return [ShardFile(name, record.number, split_of(name) or "", **facts) for name, facts in record.files.items()]


def read_manifest(store: Store) -> manifest.Manifest | None:
    """The manifest of a set, None for a folder without one. InputError for a file that is none, and a URL without shards."""
    text = store.read(manifest.MANIFEST)
    held = None if text is None else manifest.parse(text, f"{store}/{manifest.MANIFEST}")
    if isinstance(store, RemoteStore) and (held is None or SHARDS not in held):
        bucket = store.missing_bucket()
        raise InputError(f"{store}: {f'there is no bucket {bucket}' if bucket else 'holds no data set in shards'}")
    return held


def read_record(store: Store, path: str, text: bytes | None) -> ShardRecord:
    """The record of a shard. InputError for one that is not as its name says."""
    if text is None:
        raise InputError(f"{store}/{path}: has gone while the set was read")
    record, name = ShardRecord.parse(text, f"{store}/{path}"), ShardName.read(path.rpartition("/")[2])
    if name is None or record.name(name.key) != name:
        raise InputError(f"{store}/{path}: what it holds is not what its name says")
    return record
