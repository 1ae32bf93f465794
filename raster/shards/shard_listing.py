"""list_shards: which shards of a set are there. tree_of, set_digest: the digest over them.

What is there is told by the names in shards/ alone: one call of a listing for each thousand shards.
"""

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from raster.dataset.files import CODES, is_temporary
from raster.errors import InputError
from raster.shards.merkle_tree import tree_hash
from raster.shards.parts import PARTS
from raster.shards.shard_layout import ShardLayout, split_of
from raster.shards.shard_record import FOLDER, ShardName
from raster.system.local_store import LocalStore
from raster.system.stores import Store

_SAID = 3  # shards that a message names


@dataclass(frozen=True)
class Found:
    """The shards that are there, by the names of their records."""

    names: Mapping[int, ShardName]  # shard -> its record, of those that count
    others: tuple[str, ...]  # paths of records that do not

    def without(self, numbers: Sequence[int]) -> "Found":
        """The same, but for some shards, which do not count."""
        gone = tuple(self.names[number].path for number in numbers)
        return Found({number: name for number, name in self.names.items() if name.path not in gone}, (*self.others, *gone))


def list_shards(store: Store, layout: ShardLayout, key: str) -> Found:
    """List the shards of a set. InputError for a shard of another configuration.

    A shard with two records was drawn twice, to other bytes, by two OpenGL drivers: neither counts. A record with more or fewer
    images than its shard has is of a set with another n, and does not count either.
    """
    there: dict[int, list[ShardName]] = {}
    others: list[str] = []
    for path in sorted(store.listing(FOLDER)):
        name = ShardName.read(path)
        if name is None or name.number not in layout.shards:
            what = "does not belong to this data set; move it elsewhere, or choose another place"
            raise InputError(f"{store}/{FOLDER}/{path}: {what}")
        if name.key != key:
            what = f"is of a shard of another configuration ({name.key} there, {key} here)"
            raise InputError(f"{store}/{FOLDER}/{path}: {what}; choose another place, or remove it")
        if name.images == len(layout.images_of(name.number)):
            there.setdefault(name.number, []).append(name)
        else:
            others.append(name.path)
    others += [name.path for names in there.values() if len(names) > 1 for name in names]
    return Found({number: names[0] for number, names in there.items() if len(names) == 1}, tuple(others))


def shard_files(store: Store) -> dict[str, int]:
    """Name -> bytes of the files of shards: those whose names are of a split."""
    return {name: size for name, size in store.listing().items() if split_of(name) is not None}


def hash_of(store: Store, name: str) -> str | None:
    """The SHA-256 of a small file in hex, None where there is none."""
    text = store.read(name)
    return None if text is None else hashlib.sha256(text).hexdigest()


def tree_of(names: Mapping[int, ShardName], shards: Sequence[int]) -> str:
    """The Merkle tree hash in hex over the digests (32 bytes each) of the shards, in the order of their numbers."""
    return tree_hash([bytes.fromhex(names[shard].digest) for shard in shards]).hex()


def set_digest(codes_sha256: str, tree: str) -> str:
    """The digest of a set: SHA-256 of what sha256sum would print for codes.txt, and for the tree under the name shards."""
    return hashlib.sha256(f"{codes_sha256}  {CODES}\n{tree}  {FOLDER}\n".encode()).hexdigest()


def these(shards: Sequence[int]) -> str:
    """Say which shards, and "is" or "are"."""
    if len(shards) == 1:
        return f"shard {shards[0]} is"
    more = f" and {len(shards) - _SAID} more" if len(shards) > _SAID else ""
    return f"shards {', '.join(map(str, shards[:_SAID]))}{more} are"


def require_unused(store: Store) -> None:
    """InputError if a place without a manifest holds anything but hidden files of ours."""
    there = [*store.listing(), *(f"{FOLDER}/{name}" for name in store.listing(FOLDER))]
    if isinstance(store, LocalStore):
        there = [name for name in os.listdir(store.folder) if name not in (PARTS, ".hydra") and not is_temporary(name)]
    if there:
        raise InputError(f"out={store}: holds {min(there)} but no manifest.json: not a data set; choose another place")
