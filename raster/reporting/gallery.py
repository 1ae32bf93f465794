"""make_gallery: the pictures that stand on the page, with what they are filtered and sorted by."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from raster.reporting import image_choice, picture_statistics
from raster.reporting.picture_measures import LONGEST, measure
from raster.reporting.picture_statistics import THREADS
from raster.reporting.read_picture import read_label, read_picture
from raster.reporting.record_rows import (
    CLASS,
    DISTANCE,
    HEIGHT,
    PIXELS,
    VISIBILITY,
    WIDTH,
    RecordRows,
    X,
    Y,
    rows_of,
)  # fmt: skip
from raster.reporting.scan import read_records
from raster.reporting.summary import PHOTOGRAPHS, Summary
from raster.reporting.thumbnails import SIDES, label_layer, webp

MOST_BOXES = 60  # of a picture: the largest
MOST_RARE = 300  # pictures that are there for their classes
Entry = dict[str, Any]  # as JSON; gallery.js says what the keys are


@dataclass
class Gallery:
    """Pictures, in the order of their numbers, and which of them are extremes."""

    entries: list[Entry] = field(default_factory=list)
    extremes: dict[str, tuple[str, list[int]]] = field(default_factory=dict)  # name -> title, image numbers

    @property
    def bytes(self) -> int:
        """How long the entries are as text."""
        return len(orjson.dumps(self.entries, option=orjson.OPT_SERIALIZE_NUMPY))


def make_gallery(summary: Summary, count: int, room: int) -> Gallery:
    """Return `count` pictures of the even spread, some of each class, and the extremes, in at most `room` bytes of JSON.

    Thumbnails are as large as they can be for that, of the sizes SIDES; if the smallest do not fit, there are fewer of them.
    """
    extremes = _extremes(summary) if count else {}
    numbers = [*dict.fromkeys(number for _, found in extremes.values() for number in found)]
    rare = summary.records.choice.of_class.values() if summary.records and count else ()
    each = MOST_RARE // max(1, len(rare))
    numbers += [line.number for chosen in rare for line in chosen.lines[:each]] + summary.order[:count]
    kept = list(dict.fromkeys(numbers))
    for side in SIDES:
        made = Gallery(sorted(_entries(summary, kept, side), key=lambda entry: int(entry["n"])), extremes)
        if made.bytes <= room:
            break
    while made.bytes > room:
        made.entries = made.entries[::2]
    shown = {entry["n"] for entry in made.entries}
    made.extremes = {name: (title, [each for each in found if each in shown]) for name, (title, found) in extremes.items()}
    return made


def _extremes(summary: Summary) -> dict[str, tuple[str, list[int]]]:
    """Return title and image numbers of each extreme that there is."""
    found: dict[str, tuple[str, list[int]]] = {}
    for name, numbers in summary.pictures.extremes().items():
        found[name] = picture_statistics.EXTREMES[name][0], numbers
    if summary.records:
        for name, chosen in summary.records.choice.extremes.items():
            found[name] = image_choice.EXTREMES[name][0], [line.number for line in chosen.lines]
    return {name: each for name, each in found.items() if each[1]}


def _entries(summary: Summary, numbers: list[int], side: int) -> list[Entry]:
    """Return the entries of some images, without those that have no picture."""
    with ThreadPoolExecutor(THREADS) as pool:
        if summary.records is None:
            paths = summary.source.photographs
            return list(pool.map(lambda number: _photograph(summary, number, paths[number], side), numbers))
        records = read_records(summary.source.scenes, [summary.lines[number] for number in numbers])
        shown = [(number, record) for number, record in records if "image" in record]
        return list(pool.map(lambda each: _image(summary, each[0], each[1], side), shown))


def _photograph(summary: Summary, number: int, path: Path, side: int) -> Entry:
    pixels = read_picture(path, side)
    name = str(path.relative_to(summary.source.out))
    return {"n": number, "f": name, "s": PHOTOGRAPHS, **_measures(summary, number, path), "t": webp(pixels), "o": []}


def _image(summary: Summary, number: int, record: Any, side: int) -> Entry:
    source, path = summary.source, summary.source.out / record["image"]
    rows = rows_of([record], len(source.classes), source.scenes)
    pixels = read_picture(path, side)
    made = {"n": number, "f": record["image"], "s": rows.split[0], **_measures(summary, number, path), "t": webp(pixels),
            "l": rows.lights[0], "v": round(rows.fov_deg[0], 1), **_objects(rows)}  # fmt: skip
    if "label" in record:
        label = read_label(source.out / record["label"], (pixels.shape[1], pixels.shape[0]))
        made["m"] = label_layer(label, source.colors)
    return made


def _objects(rows: RecordRows) -> Entry:
    """The objects that the image shows, largest first, with boxes in shares of the picture; how many are seen and hidden."""
    found = rows.objects[rows.objects[:, PIXELS] != 0]
    found = found[np.argsort(-found[:, PIXELS], kind="stable")]
    width, height = rows.size[0]
    listed = []
    for row in found[:MOST_BOXES]:
        box = [] if np.isnan(row[X]) else [row[X] / width, row[Y] / height, row[WIDTH] / width, row[HEIGHT] / height]
        size = None if np.isnan(row[X]) else round(max(row[WIDTH], row[HEIGHT]) / height, 4)
        visibility = None if np.isnan(row[VISIBILITY]) else round(row[VISIBILITY], 3)
        listed.append(
            [int(row[CLASS]), int(row[PIXELS]), size, visibility, round(row[DISTANCE], 2), *(round(each, 4) for each in box)]
        )
    pixels = found[:, PIXELS].sum() / (width * height) if (found[:, PIXELS] >= 0).all() else None
    return {"w": width, "h": height, "p": None if pixels is None else round(float(pixels), 4), "a": len(found),
            "u": len(rows.objects) - len(found), "o": listed}  # fmt: skip


def _measures(summary: Summary, number: int, path: Path) -> Entry:
    """Brightness, contrast and colourfulness: as measured before, or now."""
    known = summary.pictures.measured.get(number)
    if known is None:
        known = measure(read_picture(path, LONGEST))
    return {key: round(known[name], 3) for key, name in (("b", "brightness"), ("c", "contrast"), ("k", "colourfulness"))}
