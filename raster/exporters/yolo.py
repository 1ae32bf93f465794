"""YOLO: data.yaml, images/ and labels/, each with train/ and val/; a row of labels for an object, as Ultralytics reads it.

Numbers are shares of the image's width and height. A class is the class id less one, as background is none. Two tasks have
pictures in place of rows: semantic in masks/, depth in depth/.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from raster.dataset.layer_files import path_of
from raster.errors import InputError
from raster.exporters.job import NAMES, Job, Seen, Written, boxes_of, leave_out, place, put, seen_objects, stem
from raster.exporters.options import IMAGES_OF_TASKS
from raster.exporters.outlines import Outline, outlines, polygon
from raster.exporters.rectangle import smallest_rectangle


def begin(job: Job) -> None:
    """Make the folders. InputError where task=pose finds no keypoints."""
    if job.options.task == "pose" and not job.source.keypoints:
        raise InputError(f"task=pose: {job.source.out} has no keypoints; draw it with +annotations=keypoints")
    for folder in ("images", folder_of(job.options.task)):
        for name in job.names():
            (job.folder / folder / name).mkdir(parents=True, exist_ok=True)


def convert(job: Job, lines: list[bytes], split: str, number: int) -> Written:
    """Write the images and labels of a block."""
    written, name = Written(split, len(lines)), NAMES[split]
    for record in map(orjson.loads, lines):
        place(job, record, record["image"], f"images/{name}/{stem(record)}.png")
        target = f"{folder_of(job.options.task)}/{name}/{stem(record)}"
        if job.options.task in IMAGES_OF_TASKS:
            path = record["label"] if job.options.task == "semantic" else path_of(job.source.layers["depth"], record["index"])
            place(job, record, path, target + Path(path).suffix)
        else:
            rows = (_boxes if job.options.task in ("detect", "pose") else _shapes)(job, record, written)
            put(job, f"{target}.txt", "".join(rows).encode())
    return written


def folder_of(task: str | None) -> str:
    """The folder beside images/ that holds the labels of a task."""
    return {"semantic": "masks", "depth": "depth"}.get(str(task), "labels")


def names_of(task: str | None, classes: Sequence[str]) -> list[str]:
    """The names in data.yaml. classes: names by class id."""
    return ["depth"] if task == "depth" else list(classes if task == "semantic" else classes[1:])


def _boxes(job: Job, record: Mapping[str, Any], written: Written) -> Iterable[str]:
    """Yield a row for each object: centre and size of its box, and for task=pose u, v and flag of each keypoint."""
    for seen in seen_objects(job, record, boxes_of(job, record), written):
        x, y, w, h = seen.entry["bbox"]
        if _counts(record, seen, written):
            points = seen.entry["keypoints"] if job.options.task == "pose" else []
            yield _row(record, seen, [x + w / 2, y + h / 2, w, h], points)


def _shapes(job: Job, record: Mapping[str, Any], written: Written) -> Iterable[str]:
    """Yield a row for each object: the polygon of its pixels, or the corners of its oriented box."""
    ids = job.source.instances(record)
    areas = np.bincount(ids.ravel())
    wanted = np.zeros(len(areas) + len(record["objects"]) + 1, bool)
    wanted[[entry["instance"] for entry in record["objects"] if 0 < entry["class_id"] < len(job.source.classes)]] = True
    found = outlines(ids, wanted)
    size = np.array([record["camera"]["width"], record["camera"]["height"]])
    for seen in seen_objects(job, record, dict(enumerate(areas.tolist())), written):
        parts = found[seen.entry["instance"]]
        if _counts(record, seen, written):
            # Ultralytics takes the whole part of a vertex in px for a pixel, which it fills: half a pixel more is its centre
            points = polygon(parts) + 0.5 if job.options.task == "segment" else np.clip(_oriented_box(parts), 0, size)
            yield _row(record, seen, points.ravel().tolist())


def _counts(record: Mapping[str, Any], seen: Seen, written: Written) -> bool:
    """Return whether an object is among the labels; note it if not."""
    if not seen.kept:
        leave_out(record, seen, written)
    return seen.kept


def _oriented_box(parts: list[Outline]) -> np.ndarray:
    """Return (4, 2) px: the smallest rectangle around all corners of an object's pixels."""
    pixels = np.concatenate([part.pixels for part in parts if part.area > 0])
    corners = [pixels + corner for corner in ((0, 0), (1, 0), (0, 1), (1, 1))]
    return smallest_rectangle(np.concatenate(corners))


def _row(record: Mapping[str, Any], seen: Seen, numbers: list[float], keypoints: Iterable[list[float]] = ()) -> str:
    """A row of labels: class, then x and y in turn, px; then u, v (px) and flag of keypoints."""
    size = (record["camera"]["width"], record["camera"]["height"])
    words = [f"{number / size[k % 2]:.6f}" for k, number in enumerate(numbers)]
    for u, v, flag in keypoints:
        words += [f"{u / size[0]:.6f}", f"{v / size[1]:.6f}", f"{flag:.0f}"]
    return f"{seen.entry['class_id'] - 1} {' '.join(words)}\n"


def mirrored(names: Sequence[str]) -> list[int]:
    """Return the keypoint that takes the place of each in a mirrored image: corners of a box change sides, others stay."""
    return [names.index(f"corner{int(name[6:]) ^ 4}") if re.fullmatch("corner[0-7]", name) else place
            for place, name in enumerate(names)]  # fmt: skip


def join(job: Job, blocks: Iterable[Written]) -> None:
    """Wait for all labels, and write data.yaml. It has no path: so its own folder is the root, and can be moved."""
    for _ in blocks:
        pass
    task, names = job.options.task, job.names()
    lines = [f"# task: {task}", *(f"{name}: images/{name}" for name in names)]
    if "val" not in names:
        lines.append("val: images/train  # the data set has no images for validation, and Ultralytics wants some")
    if task == "pose":
        lines += [f"kpt_shape: [{len(job.source.keypoints)}, 3]", f"flip_idx: {mirrored(job.source.keypoints)}"]
    if task == "semantic":
        lines.append("masks_dir: masks")
    if task == "depth" and "unit_m" in (layer := job.source.layers["depth"]):
        lines.append(f"depth_scale: {1 / layer['unit_m']:.12g}  # of a PNG's numbers to a metre; 0 is where nothing is")
    classes = enumerate(names_of(task, job.source.classes))
    lines += ["names:", *(f"  {number}: {orjson.dumps(name).decode()}" for number, name in classes)]
    put(job, "data.yaml", "".join(f"{line}\n" for line in lines).encode())
