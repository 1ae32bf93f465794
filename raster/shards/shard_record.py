"""ShardRecord: what is known of a shard, in shards/NUMBER-IMAGES-KEY-DIGEST.json, which is written when its files are there.

The name alone says how many images the shard has, of which configuration it is, and its digest: a list of names is all that a
run needs that goes on.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from raster.errors import InputError

FOLDER = "shards"
_NAME = re.compile(r"(\d{6,})-(\d+)-([0-9a-f]{16})-([0-9a-f]{64})\.json")


@dataclass(frozen=True)
class ShardName:
    """What the name of a shard's record says."""

    number: int
    images: int
    key: str  # of the configuration: see key_of
    digest: str  # SHA-256 in hex: see digest_of

    @property
    def path(self) -> str:
        """In the set: shards/000000-1000-0123456789abcdef-....json."""
        return f"{FOLDER}/{self.number:06d}-{self.images}-{self.key}-{self.digest}.json"

    @classmethod
    def read(cls, name: str) -> "ShardName | None":
        """The same of the name of a file in shards/, None for any other name."""
        if not (found := _NAME.fullmatch(name)):
            return None
        number, images, key, digest = found.groups()
        return cls(int(number), int(images), key, digest)


@dataclass(frozen=True)
class ShardRecord:
    """What is known of a shard. The same images give the same record."""

    number: int
    first: int  # number of its first image
    images: int
    files: Mapping[str, Mapping[str, Any]]  # name -> {"images", "bytes", "sha256"}
    counts: Mapping[str, Any]  # as in manifest.json
    found: Mapping[str, Any] = field(default_factory=dict)  # what other readers of its records have to tell
    kind: Any = None  # the types of what its records hold: raster/shards/column_types.py

    def name(self, key: str) -> ShardName:
        """Its name, for the key of its configuration."""
        hashes = {name: facts["sha256"] for name, facts in self.files.items()}
        return ShardName(self.number, self.images, key, digest_of(hashes))

    def text(self) -> bytes:
        """The bytes of its file."""
        return orjson.dumps(self.__dict__, option=orjson.OPT_APPEND_NEWLINE)

    @classmethod
    def parse(cls, text: bytes, path: str) -> "ShardRecord":
        """The record in the bytes of its file. InputError, which names the path, for what is none."""
        try:
            record = cls(**orjson.loads(text))
            named = [record.number, record.first, record.images, *(facts["bytes"] for facts in record.files.values())]
            named += [facts["images"] for facts in record.files.values()]
            if any(type(number) is not int for number in named) or not isinstance(record.counts, dict):
                raise ValueError("numbers are missing")
            digest_of({name: facts["sha256"] for name, facts in record.files.items()})
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            what = f"is no record of a shard ({error}); remove it, and the same command draws it again"
            raise InputError(f"{path}: {what}") from error
        return record


def digest_of(hashes: Mapping[str, str]) -> str:
    """The digest of a shard: SHA-256 of what sha256sum prints for its files, in the order of their names. hashes: in hex.

    The same by hand, in OUT: LC_ALL=C; sha256sum *-000000.tar | sha256sum
    """
    return hashlib.sha256("".join(f"{hashes[name]}  {name}\n" for name in sorted(hashes)).encode()).hexdigest()


def key_of(bound: Mapping[str, Any]) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of all that the images of a set depend on."""
    return hashlib.sha256(orjson.dumps(bound)).hexdigest()[:16]
