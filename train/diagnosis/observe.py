"""observe: a model on the pictures of a folder: for each true object its scores and the values of all factors."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np

from ..data.folder import Folder
from ..network.saved import Model
from ..network.segment import segment
from ..scores.objects import HALF, PredictedAreas, connected
from .factors import Record, Value, object_values, picture_values
from .records import Records, read_instances
from .true_objects import TrueObject, true_objects

BATCH = 16  # pictures that are segmented at once
Predict = Callable[[list[Any]], list[np.ndarray]]  # RGB pictures -> masks (H, W) of class ids


@dataclass
class Observations:
    """N true objects of P pictures, in the order of the pictures."""

    pictures: list[int]  # P indices into the folder
    picture: list[int] = field(default_factory=list)  # N: 0 .. P - 1
    iou: list[float] = field(default_factory=list)  # N
    found: list[bool] = field(default_factory=list)  # N
    bbox: list[list[int]] = field(default_factory=list)  # N: [x, y, w, h] px
    pixels: list[int] = field(default_factory=list)  # N
    values: dict[str, list[Value]] = field(default_factory=dict)  # by factor: N
    things: Counter[str] = field(default_factory=Counter)  # distractors that are seen, by solid
    predicted: int = 0  # connected areas that the network calls an object
    false: Counter[tuple[str, str]] = field(default_factory=Counter)  # (class it is called, what is there): those not right
    instances: bool = False  # masks of instances were there, so objects that touch are told apart

    def __len__(self) -> int:
        return len(self.iou)

    def add(self, picture: int, one: TrueObject, score: tuple[bool, float], values: dict[str, Value]) -> None:
        """Take in one object of a picture, 0 .. P - 1. score: whether it is found, and its IoU."""
        for name in {*values, *self.values}:
            self.values.setdefault(name, [None] * len(self)).append(values.get(name))
        self.picture.append(picture)
        self.found.append(score[0])
        self.iou.append(score[1])
        self.bbox.append(one.bbox)
        self.pixels.append(int(one.inside.sum()))


def observe(model: Model, folder: Folder, indices: Sequence[int], more: Callable[[Record], Any] | None = None) -> Observations:
    """Compare the masks of a model with the true ones. indices: of the folder's pictures.

    more(record) gives more values of a picture: (of the picture, of its objects by instance). InputError for a damaged file.
    """
    return observe_with(lambda pictures: segment(model, pictures), folder, indices, more)


def observe_with(
    predict: Predict, folder: Folder, indices: Sequence[int], more: Callable[[Record], Any] | None = None
) -> Observations:  # fmt: skip
    """The same for any function that predicts masks."""
    seen, records, remaining = Observations(list(indices)), Records(folder), iter(enumerate(indices))
    while chunk := list(islice(remaining, BATCH)):
        pairs = [folder.pair(index) for _, index in chunk]
        for (number, index), (picture, mask), said in zip(chunk, pairs, predict([pair[0] for pair in pairs]), strict=True):
            image, truth, path = np.asarray(picture), np.asarray(mask), folder.images[index]
            record = records(path.name)
            instances = read_instances(folder, path, truth.shape) if record is not None else None
            seen.instances |= instances is not None
            of_picture, of_objects = more(record) if more is not None and record is not None else ({}, {})
            _add_picture(seen, number, image, truth, said, folder.codes, record, instances, of_picture, of_objects)
    return seen


def _add_picture(
    seen: Observations, number: int, image: np.ndarray, truth: np.ndarray, said: np.ndarray, codes: Sequence[str],
    record: Record | None, instances: np.ndarray | None, of_picture: dict[str, Value], of_objects: dict[int, dict[str, Value]],
) -> None:  # fmt: skip
    """Take in the objects of a picture, and what is called one but is none."""
    for entry in (record or {}).get("objects", ()) if instances is not None else ():
        seen.things[_solid(entry)] += entry["slot"] == "distractors" and bool(entry.get("visible_px"))
    known = truth < len(codes)
    truth, said = truth * known, said * known
    objects = true_objects(truth, len(codes), record, instances)
    shared = picture_values(image, objects, record) | of_picture
    areas = {k: PredictedAreas(said == k, truth == k) for k in {one.class_id for one in objects}}
    for one in objects:
        own = object_values(one, image, codes, record)
        drawn = of_objects.get(one.entry["instance"], {}) if one.entry is not None else {}
        seen.add(number, one, areas[one.class_id].score(one.box, one.inside), shared | own | drawn)
    for class_id, code in enumerate(codes[1:], 1):
        for box, inside in connected(said, class_id):
            seen.predicted += 1
            if (truth[box][inside] == class_id).mean() < HALF:
                here = instances[box][inside] if instances is not None else None
                seen.false[code, _what_is_there(truth[box][inside], codes, record, here)] += 1


def _solid(entry: Record) -> str:
    """The name of an object's solid, whatever its variant."""
    return str(entry["solid"]).partition("/")[0]


def _what_is_there(truth: np.ndarray, codes: Sequence[str], record: Record | None, instances: np.ndarray | None) -> str:
    """What most pixels of an area show. truth (n,): their class ids; instances (n,)."""
    if record is not None and instances is not None:
        number = int(np.bincount(instances).argmax())
        entry = next((each for each in record["objects"] if each["instance"] == number), None)
        if entry is None:
            return "nothing but the background"
        if not entry["class_id"]:
            return entry["slot"] if entry["slot"] in ("floor", "walls") else _solid(entry)
        return f"another class: {entry['class']}"
    most = int(np.bincount(truth).argmax())
    return f"another class: {codes[most]}" if most else "background"
