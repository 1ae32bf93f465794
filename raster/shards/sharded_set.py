"""ShardedSet: a data set in shards while one run owns it: claimed, resumed, and finished to a digest."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from raster.dataset import lock, manifest
from raster.dataset.files import CODES
from raster.dataset.record_counts import total_counts
from raster.errors import InputError
from raster.shards.column_types import Kind, merged
from raster.shards.parts import PARTS
from raster.shards.shard_layout import ShardLayout, split_of
from raster.shards.shard_listing import hash_of, list_shards, require_unused, set_digest, shard_files, these, tree_of
from raster.shards.shard_record import ShardRecord, key_of
from raster.shards.shard_target import ShardTarget
from raster.system.local_store import LocalStore
from raster.system.stores import Store

SHARDS = "shards"  # the key of manifest.json: {"format", "size", "count", "files", "bytes", "tree"}
README = "README.md"


class FactsReader(Protocol):
    """Sees what was found in the shards, one by one, and then has facts for the manifest."""

    def take(self, held: Mapping[str, Any]) -> None: ...

    def facts(self) -> Mapping[str, Any]: ...


class ShardedSet:
    """A set in shards that is being made: ShardedSet.claim(), begin(), draw, finish(); release() gives it back.

    `missing`: (S,) int64, sorted: the shards to draw. `complete`: there is nothing to do, not even finish().
    """

    @classmethod
    def claim(
        cls, store: Store, configuration: Mapping[str, Any], n: int, classes: tuple[str, ...], form: str, size: int,
        ignore: int | None = None,
    ) -> "ShardedSet":  # fmt: skip
        """Take the place for this run: new, empty, or holding the same configuration and version and no more images.

        form: what the writer of shards is called; size: image numbers to a shard; the other parameters are those of
        Dataset.claim(). A folder of this machine is locked. Other places are not: two runs there do the same twice, to the same
        bytes. InputError, and nothing is changed, for what Dataset.claim() refuses, and for a shard of another configuration.
        """
        if n < 1:
            raise InputError(f"n={n}: at least 1 image is needed")
        store.make()
        descriptor = lock.lock(store.folder) if isinstance(store, LocalStore) else -1
        try:
            text = store.read(manifest.MANIFEST)
            held = None if text is None else manifest.parse(text, f"{store}/{manifest.MANIFEST}")
            started = manifest.start(configuration, n, classes, ignore)
            started[SHARDS] = {"format": form, "size": size}
            if held is None:
                require_unused(store)
            else:
                manifest.require_same(str(store), held, started)
            return cls(store, descriptor, started, held)
        except BaseException:
            if descriptor >= 0:
                os.close(descriptor)
            raise

    def __init__(self, store: Store, descriptor: int, started: manifest.Manifest, held: manifest.Manifest | None):
        """For claim() alone. `started` is the manifest of this run, `held` the one that is there."""
        self.store, self._descriptor, self.manifest = store, descriptor, started
        self.layout = ShardLayout(manifest.numbers_of(started), started[SHARDS]["size"])
        self.key = key_of(manifest.bound(started))
        self._found = list_shards(store, self.layout, self.key)
        self.complete = bool(held and held["complete"] and held["n"] == started["n"] and self._is_whole(held))
        if held:
            self.manifest = held if self.complete else {**started, "renderers": held["renderers"]}
            self.manifest.setdefault(SHARDS, started[SHARDS])
        self.missing = self._missing()

    def _missing(self) -> np.ndarray:
        shards = np.arange(self.layout.shards.start, self.layout.shards.stop, dtype=np.int64)
        return shards[[shard not in self._found.names for shard in shards.tolist()]]

    def _is_whole(self, held: manifest.Manifest) -> bool:
        """Return whether the shards, their files and the lists are those that a complete manifest tells of.

        Else the shards without their files do not count any more.
        """
        said, names = held.get(SHARDS, {}), self._found.names
        if len(names) == len(self.layout.shards) and said.get("tree") == tree_of(names, self.layout.shards):
            there = shard_files(self.store)
            if (len(there), sum(there.values())) == (said["files"], said["bytes"]):
                return all(hash_of(self.store, name) == held["files"].get(name) for name in (CODES, README))
            self._found = self._found.without(self._incomplete(there))
        return False

    def _incomplete(self, there: Mapping[str, int]) -> list[int]:
        """The shards of which a file is not there, or has another size. there: name -> bytes."""
        return [
            record.number
            for record in self.records()
            if any(there.get(name) != facts["bytes"] for name, facts in record.files.items())
        ]

    def records(self) -> Iterator[ShardRecord]:
        """Yield the records of the shards that are there, by number."""
        paths = [self._found.names[number].path for number in sorted(self._found.names)]
        for path, text in zip(paths, self.store.read_all(paths), strict=True):
            if text is None:
                raise InputError(f"{self.store}: {path} has gone while it was read; run the same command again")
            yield ShardRecord.parse(text, f"{self.store}/{path}")

    def begin(self, renderer: str = "") -> None:
        """Change the first file: the manifest says that the set is incomplete, and which GL renderer draws, unless it is ""."""
        for path in self._found.others:
            self.store.remove(path)
        if isinstance(self.store, LocalStore):
            shutil.rmtree(self.store.folder / PARTS, ignore_errors=True)
        self._write_renderer(renderer)

    def add_renderer(self, renderer: str) -> None:
        """Note that another GL renderer draws, too. To be called after begin()."""
        if renderer not in self.manifest["renderers"]:
            self._write_renderer(renderer)

    def _write_renderer(self, renderer: str) -> None:
        self.manifest["renderers"] = list(dict.fromkeys([*self.manifest["renderers"], *filter(None, [renderer])]))
        self.store.write(manifest.MANIFEST, manifest.text_of(self.manifest))

    def target(self, parts: Path) -> ShardTarget:
        """Where the shards go; parts: a folder of this machine for what is not whole."""
        return ShardTarget(self.store, self.layout, self.key, parts)

    def still_missing(self) -> np.ndarray:
        """(S,) int64, sorted: the shards that are missing now."""
        self._found = list_shards(self.store, self.layout, self.key)
        return self._missing()

    def finish(
        self, facts: Mapping[str, Any], found: FactsReader, card: Callable[[Sequence[str], Kind], str]
    ) -> manifest.Manifest:
        """Write codes.txt, README.md and the complete manifest; return that. InputError while shards are missing.

        `facts` go into the manifest, and those that `found` has when it has seen what was found in all shards. card(splits,
        kind): the text of README.md.
        """
        if len(missing := self.still_missing()):
            raise InputError(f"out={self.store}: {these(missing.tolist())} missing; run the same command again")
        there, files, kind = shard_files(self.store), dict[str, int](), None
        counts: dict[str, Any] = {}
        for record in self.records():
            counts, kind = total_counts((counts, record.counts)), merged((kind, record.kind))
            found.take(record.found)
            files |= {name: facts["bytes"] for name, facts in record.files.items()}
        if there != files:
            self._found = self._found.without(self._incomplete(there))
            missing, unknown = self._missing().tolist(), sorted(there.keys() - files.keys())
            for path in self._found.others:
                self.store.remove(path)
            what = f"{these(missing)} missing" if missing else f"{unknown[0]} is no file of it"
            raise InputError(f"out={self.store}: {what}; " + ("run the same command again" if missing else "remove it"))
        self._complete(counts, files, {**facts, **found.facts()}, card, kind)
        return self.manifest

    def _complete(
        self, counts: dict[str, Any], files: Mapping[str, int], facts: Mapping[str, Any], card: Any, kind: Kind
    ) -> None:  # fmt: skip
        """Write what completes the set, the manifest last."""
        if not self.manifest["configuration"].get("test"):
            counts.pop("test", None)
        splits = [split for split in (*counts,) if any(split_of(name) == split for name in files)]
        codes = "".join(f"{name}\n" for name in self.manifest["classes"]).encode()
        self.store.write(CODES, codes)
        self.store.write(README, text := card(splits, kind).encode())
        tree = tree_of(self._found.names, self.layout.shards)
        known = {"count": len(self.layout.shards), "files": len(files), "bytes": sum(files.values()), "tree": tree}
        lists = {name: hashlib.sha256(data).hexdigest() for name, data in ((CODES, codes), (README, text))}
        self.manifest |= {"complete": True, "counts": counts, "files": lists, "digest": set_digest(lists[CODES], tree)}
        self.manifest[SHARDS] = {**self.manifest[SHARDS], **known}
        self.manifest |= {key: facts[key] for key in facts if key not in self.manifest}
        self.store.write(manifest.MANIFEST, manifest.text_of(self.manifest))

    def release(self) -> None:
        """Give up the lock. A second call does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> "ShardedSet":
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
