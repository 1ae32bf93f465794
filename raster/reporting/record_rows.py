"""rows_of: some lines of scenes.jsonl as arrays: what a report counts of images and of their objects."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from raster.errors import InputError

# Columns of `objects`. Pixels are -1 where a set was drawn without boxes; what is not known else is NaN.
IMAGE, CLASS, PIXELS, X, Y, WIDTH, HEIGHT, VISIBILITY, TRUNCATION, DISTANCE = range(10)
_NO_BOX = (math.nan, math.nan, math.nan, math.nan)


@dataclass
class RecordRows:
    """B records: a row for each image, and one for each of its objects that has a class."""

    index: list[int] = field(default_factory=list)  # B image numbers
    split: list[str] = field(default_factory=list)  # B
    size: list[tuple[int, int]] = field(default_factory=list)  # B: width, height in px
    fov_deg: list[float] = field(default_factory=list)  # B: vertical
    lights: list[int] = field(default_factory=list)  # B: beside ambient light and environment
    objects: np.ndarray = field(default_factory=lambda: np.empty((0, 10)))  # (N, 10) float64: the columns above
    facts: "Counter[str]" = field(default_factory=Counter)  # images with a kind of light, objects that are to be ignored, ...


def rows_of(records: Sequence[Mapping[str, Any]], classes: int, path: Path) -> RecordRows:
    """Return the rows of records; `classes`: how many there are, with the background.

    InputError, which names `path` and the image, for a record that lacks what every record has.
    """
    rows, objects = RecordRows(), list[tuple[float, ...]]()
    for number, record in enumerate(records):
        try:
            _add_image(rows, record)
            objects += _objects(number, record, classes, rows.facts)
        except (KeyError, TypeError, ValueError, IndexError, ZeroDivisionError, AttributeError) as error:
            raise _damaged(path, record, error) from None
    try:
        rows.objects = np.array(objects, np.float64).reshape(-1, 10)
    except (TypeError, ValueError) as error:  # a box with a word in it, or with five numbers
        raise _damaged(path, records[next(filter(_is_odd, objects))[0]], error) from None  # type: ignore[call-overload]
    return rows


def _damaged(path: Path, record: Any, error: Exception) -> InputError:
    which = record.get("index", "?") if isinstance(record, Mapping) else "?"
    wrong = f"lacks {error}" if isinstance(error, KeyError) else "is damaged"
    return InputError(f"{path}: the record of image {which} {wrong}; docs/on-disk.md says what a record holds")


def _is_odd(row: Sequence[Any]) -> bool:
    return len(row) != 10 or not all(isinstance(value, int | float) for value in row)


def _add_image(rows: RecordRows, record: Mapping[str, Any]) -> None:
    camera, split, index = record["camera"], record["split"], record["index"]
    if type(index) is not int or not isinstance(split, str):
        raise ValueError(f"index {index!r}, split {split!r}")
    fov = math.degrees(2 * math.atan(camera["height"] / 2 / camera["fy"]))
    kinds = {light["type"] for light in record["lights"]}
    rows.index.append(index)
    rows.split.append(split)
    rows.size.append((int(camera["width"]), int(camera["height"])))
    rows.fov_deg.append(fov)
    rows.lights.append(sum(light["type"] not in ("ambient", "environment") for light in record["lights"]))
    rows.facts.update(f"light {kind}" for kind in kinds)
    rows.facts["light shadows"] += any(light.get("shadows") for light in record["lights"])
    rows.facts["unlabelled"] += bool(record.get("unlabelled"))
    rows.facts["without a picture"] += "image" not in record


def _objects(number: int, record: Mapping[str, Any], classes: int, facts: "Counter[str]") -> list[tuple[float, ...]]:
    """A row for each object that has a class."""
    eye = [row[3] for row in record["camera"]["world_from_camera"][:3]]
    found = []
    for entry in record["objects"]:
        identity = entry["class_id"]
        if not 0 < identity < classes:
            facts["ignored"] += identity != 0
            facts["filtered"] += "true_class" in entry
            continue
        pose = entry["world_from_object"]
        distance = math.dist(eye, (pose[0][3], pose[1][3], pose[2][3]))
        visibility, truncation = entry.get("visibility"), entry.get("truncation")
        found.append((
            number, identity, entry.get("visible_px", -1), *(entry.get("bbox") or _NO_BOX),
            math.nan if visibility is None else visibility, math.nan if truncation is None else truncation, distance,
        ))  # fmt: skip
    return found
