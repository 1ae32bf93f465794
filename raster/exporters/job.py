"""Job, Written: what goes to a process that exports a block of images, and what comes back. seen_objects, place, put."""

import os
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from raster.errors import InputError
from raster.exporters.bop_models import Model
from raster.exporters.options import ExportOptions
from raster.exporters.source import Source
from raster.shards.shard_layout import NAMES
from raster.system.atomic_files import refused, write_atomic


@dataclass(frozen=True)
class Job:
    """An export: what it reads, what it was told, where it writes."""

    source: Source
    options: ExportOptions
    folder: Path
    resumed: bool  # files in the folder that have their final name are whole
    models: tuple[Model, ...] = ()  # of a format that has any

    def names(self) -> list[str]:
        """The names of the splits that there are: train, val, test."""
        return [NAMES[split] for split in self.source.splits]


@dataclass
class Written:
    """What one block became."""

    split: str
    images: int
    parts: list[Any] = field(default_factory=list)  # what join() of the format needs
    counts: Counter[str] = field(default_factory=Counter)  # objects, unseen, left_out
    left_out: list[bytes] = field(default_factory=list)  # a line of JSON for each object that is not among the labels


@dataclass(frozen=True)
class Seen:
    """A labelled object of which the image shows something."""

    entry: Mapping[str, Any]  # of the record
    area: int  # px
    kept: bool  # not below min_visible_px or min_visibility


def seen_objects(job: Job, record: Mapping[str, Any], areas: Mapping[int, int], written: Written) -> Iterator[Seen]:
    """Yield the labelled objects that an image shows, `areas`: number -> px. `written` counts them, and the unseen ones.

    It lists what is to be ignored and seen, since no format has labels for objects without a class.
    """
    options, labelled = job.options, range(1, len(job.source.classes))
    for entry in record["objects"]:
        ignored = entry["class_id"] == job.source.ignore
        if not ignored and entry["class_id"] not in labelled:
            continue
        area = areas.get(entry["instance"], entry.get("visible_px", 0) if ignored else 0)
        written.counts["objects" if area else "unseen"] += 1
        if area and ignored:
            leave_out(record, Seen(entry, area, kept=False), written)
        elif area:
            hidden = options.min_visibility > 0 and _known_visibility(job, entry) < options.min_visibility
            yield Seen(entry, area, area >= options.min_visible_px and not hidden)


def visibility_of(entry: Mapping[str, Any]) -> float:
    """Return the visible share of an object, 0 where it has none, as of one that only a distorting lens shows."""
    return float(entry["visibility"] or 0)


def _known_visibility(job: Job, entry: Mapping[str, Any]) -> float:
    """The same. InputError for an object of a set that does not tell it."""
    if "visibility" not in entry:
        raise InputError(
            f"min_visibility: the objects of {job.source.out} have no visibility; draw it with +annotations=amodal"
        )
    return visibility_of(entry)


def leave_out(record: Mapping[str, Any], seen: Seen, written: Written) -> None:
    """Note an object that is not among the labels."""
    written.counts["objects"] -= 1
    written.counts["left_out"] += 1
    facts = {key: seen.entry[key] for key in ("instance", "class", "visibility") if key in seen.entry}
    written.left_out.append(orjson.dumps({"image": record["index"], **facts, "visible_px": seen.area}) + b"\n")


def boxes_of(job: Job, record: Mapping[str, Any]) -> dict[int, int]:
    """Return number -> visible px, as the annotation boxes counted them. InputError for a record without."""
    objects = record["objects"]
    if objects and "bbox" not in objects[0]:
        raise InputError(
            f"{job.source.out}: its records hold no boxes: draw it with the annotation boxes, which is the default"
        )
    return {entry["instance"]: entry["visible_px"] for entry in objects}


def place(job: Job, record: Mapping[str, Any], path: str, target: str) -> bytes:
    """Put a file of the data set into the export, as a hard link or a copy, after holding it against its hash; its bytes."""
    data, goal = job.source.read(record, path), job.folder / target
    try:
        if job.options.images == "copy":
            goal.write_bytes(data)
        else:
            link(job.source.out / path, goal)
    except OSError as error:
        raise refused(goal, error) from error
    return data


def link(path: Path, goal: Path) -> None:
    """Put a file to a second place, as a hard link where the system can."""
    try:
        os.link(path, goal)
    except OSError:  # another disk, a file system without links, or too many of them
        shutil.copyfile(path, goal)


def put(job: Job, target: str, data: bytes) -> None:
    """Write a file of the export."""
    write_atomic(job.folder / target, data)


def stem(record: Mapping[str, Any]) -> str:
    """Return the name of an image's files without their ending: 000123."""
    return Path(record["image"]).stem


def plain_name(name: str, forbidden: str, what: str) -> str:
    """Return a class name. InputError for one with a letter that the format cannot hold."""
    if found := re.search(f"[{forbidden}\\n]", name):
        raise InputError(f"{name}: the class name holds {found[0]!r}, which {what} cannot hold; rename the class")
    return name
