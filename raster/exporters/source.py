"""Source: a complete data set as an export reads it, block by block; every file of it is held against its hash."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from raster.dataset import manifest
from raster.dataset.decode_grey import decode_grey
from raster.dataset.files import SCENES, sha256
from raster.dataset.layer_files import LayerFile, path_of
from raster.dataset.record import SPLITS, files_of
from raster.dataset.verify import complete_manifest, read_codes
from raster.errors import InputError
from raster.exporters.options import INSTANCES
from raster.system.regular_files import open_regular, read_regular

_SPLIT = re.compile(rb'\{"index":\d+(?:,"(?:image|label)":"[^"\\]*")*,"split":"(\w+)"')  # how the lines of our own begin


@dataclass(frozen=True)
class Block:
    """Records of one split, one after another."""

    split: str
    number: int  # of the block within its split, from 0
    lines: list[bytes]  # of scenes.jsonl


@dataclass(frozen=True)
class Source:
    """A complete data set."""

    out: Path
    classes: tuple[str, ...]  # by class id; 0 is background
    digest: str  # of all its files
    splits: Mapping[str, int]  # split -> images, without those that have none
    layers: Mapping[str, LayerFile]  # by name, from the manifest
    ignore: int | None = None  # the value in labels/ that is neither right nor wrong, and the class id of what has it
    keypoints: tuple[str, ...] = ()  # names of the points of each object, of a set that has them
    keypoints_of: Mapping[str, Sequence[str]] = field(default_factory=dict)  # class -> those of its objects, if not all
    configuration: Mapping[str, Any] = field(default_factory=dict)  # that the set was drawn with

    def blocks(self, size: int) -> Iterator[Block]:
        """Yield all records in blocks of at most `size`, each of one split, in the order of their numbers."""
        waiting: dict[str, list[bytes]] = {split: [] for split in SPLITS}
        numbers = dict.fromkeys(SPLITS, 0)
        with open_regular(self.out / SCENES, links=False) as file:
            for line in file:
                split = _split(line)
                waiting[split].append(line)
                if len(waiting[split]) == size:
                    yield Block(split, numbers[split], waiting[split])
                    waiting[split] = []
                    numbers[split] += 1
        for split, lines in waiting.items():
            if lines:
                yield Block(split, numbers[split], lines)

    @property
    def images(self) -> int:
        """How many there are."""
        return sum(self.splits.values())

    def ignored(self, record: Mapping[str, Any]) -> list[int]:
        """Return the numbers of the objects of an image that are to be ignored."""
        return [entry["instance"] for entry in record["objects"] if entry["class_id"] == self.ignore]

    def first_record(self) -> dict[str, Any]:
        """The record of the first image."""
        with open_regular(self.out / SCENES, links=False) as file:
            record: dict[str, Any] = orjson.loads(file.readline())
        return record

    def read(self, record: Mapping[str, Any], path: str) -> bytes:
        """Return the bytes of a file that a record lists. InputError for a missing, unreadable or changed one."""
        expected = files_of(record).get(path)
        if expected is None:
            raise InputError(f"{self.out / SCENES}: the record of image {record['index']} lists no {path}")
        try:
            data = read_regular(self.out / path, links=False)
        except OSError as error:
            raise InputError(f"{self.out / path}: cannot be read: {error.strerror}") from error
        if (found := hashlib.sha256(data).hexdigest()) != expected:
            raise InputError(f"{self.out / path}: its sha256 is {found}, but {SCENES} says {expected}")
        return data

    def instances(self, record: Mapping[str, Any]) -> np.ndarray:
        """Return (H, W) uint16: the number of the object that each pixel shows, 0 for none. InputError as read()."""
        path = path_of(self.layers[INSTANCES], record["index"])
        ids = decode_grey(self.read(record, path), self.out / path)
        camera, highest = record["camera"], int(ids.max(initial=0))
        if ids.shape != (camera["height"], camera["width"]):
            raise InputError(
                f"{self.out / path}: is {ids.shape[1]} x {ids.shape[0]}, but its image {camera['width']} x {camera['height']}"
            )
        if highest > len(record["objects"]):
            raise InputError(f"{self.out / path}: shows the object {highest}, but the record has {len(record['objects'])}")
        return ids


def open_source(out: Path, needed: Sequence[str] = ()) -> Source:
    """Return the data set in a folder; `needed`: the layers that the export reads.

    InputError for what is no complete set, for a list of it that has been changed, and for a set without these layers.
    """
    held = complete_manifest(out)
    if "shards" in held:
        what = f"is in shards ({held['shards']['format']}), and raster export reads folders of files"
        raise InputError(f"{out}: {what}; draw it with writers=[camvid,layers] into another folder")
    classes = read_codes(out, held)
    for name, expected in held["files"].items():
        if sha256(out / name) != expected:
            raise InputError(
                f"{out / name}: is not as {manifest.MANIFEST} says: changed since the set was drawn; draw it again"
            )
    layers = held.get("layers", {})
    if lacking := [name for name in needed if name not in layers]:
        what = f"s {' and '.join(lacking)}" if len(lacking) > 1 else f" {lacking[0]}"
        what += ", which tells objects apart" if lacking == [INSTANCES] else ""
        add = f"raster generate out={out} layers=[{','.join(lacking)}]"
        raise InputError(f"{out}: has no layer{what}; this adds {'it' if len(lacking) == 1 else 'them'}: {add}")
    splits = {split: held["counts"][split] for split in SPLITS if held["counts"].get(split)}
    points, points_of = tuple(held.get("keypoints", ())), held.get("keypoints_of_classes", {})
    source = Source(
        out, classes, held["digest"], splits, layers, held.get("ignore"), points, points_of, held["configuration"]
    )  # fmt: skip
    if missing := {"image", "label"} - source.first_record().keys():
        raise InputError(
            f"{out}: its records list no {min(missing)}: an export needs the images and labels of writers=[camvid]"
        )
    return source


def _split(line: bytes) -> str:
    """Return the split of a record, without reading the whole line if it can be."""
    start = _SPLIT.match(line)
    split: str = start[1].decode() if start else orjson.loads(line)["split"]
    return split
