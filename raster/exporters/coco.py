"""COCO: annotations/instances_{train,val}.json with boxes and compressed masks, and images/ beside it."""

import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, BinaryIO

import numpy as np
import orjson

from raster.exporters.job import NAMES, Job, Seen, Written, link, place, seen_objects, stem
from raster.exporters.masks import Mask, encode_masks

# Keys of an object's record that go into its annotation as they are.
EXTRAS = (
    "instance",
    "solid",
    "visibility",
    "truncation",
    "amodal_bbox",
    "amodal_px",
    "full_bbox",
    "full_px",
    "pose",
    "size",
    "box3d",
)


def begin(job: Job) -> None:
    """Make the folders."""
    for name in ("images", "annotations"):
        (job.folder / name).mkdir(exist_ok=True)


def convert(job: Job, lines: list[bytes], split: str, number: int) -> Written:
    """Return, for each image, its entry and those of its annotations as JSON, without the annotations' ids."""
    written = Written(split, len(lines))
    records = [orjson.loads(line) for line in lines]
    for record, masks in zip(records, masks_of(job, records, ids_of(job, records)), strict=True):
        place(job, record, record["image"], f"images/{stem(record)}.png")
        annotations = [orjson.dumps(_annotation(job, record, seen, masks[seen.entry["instance"]]))[1:]
                       for seen in objects_of(job, record, masks, written)]  # fmt: skip
        written.parts.append((orjson.dumps(image_entry(record)), annotations))
    return written


def ids_of(job: Job, records: list[dict[str, Any]]) -> np.ndarray:
    """Return (B, H, W) uint16: the number of the object at each pixel."""
    return np.stack([job.source.instances(record) for record in records])


def masks_of(job: Job, records: list[dict[str, Any]], ids: np.ndarray) -> list[dict[int, Mask]]:
    """Return number -> Mask of the labelled objects of each image; `ids` as of ids_of()."""
    wanted = np.zeros((len(records), 1 + max(len(record["objects"]) for record in records)), bool)
    for row, record in zip(wanted, records, strict=True):
        row[[entry["instance"] for entry in record["objects"] if 0 < entry["class_id"] < len(job.source.classes)]] = True
    return encode_masks(ids, wanted)


def objects_of(job: Job, record: Mapping[str, Any], masks: Mapping[int, Mask], written: Written) -> Iterable[Seen]:
    """Yield the objects that an image shows; what is below the limits is iscrowd, and counted as left_out."""
    for seen in seen_objects(job, record, {number: mask.area for number, mask in masks.items()}, written):
        written.counts["iscrowd"] += not seen.kept
        yield seen


def image_entry(record: Mapping[str, Any]) -> dict[str, Any]:
    """The entry of an image: ids count from 1."""
    camera = record["camera"]
    return {"id": record["index"] + 1, "file_name": f"{stem(record)}.png", "width": camera["width"],
            "height": camera["height"], "camera": camera}  # fmt: skip


def categories(job: Job) -> list[dict[str, Any]]:
    """The categories: the classes of codes.txt with their ids, without background, and the names of their keypoints."""
    found = []
    for number, name in enumerate(job.source.classes):
        points = keypoints_of(job, name)
        known = {"keypoints": list(points), "skeleton": skeleton(points)} if points else {}
        found.append({"id": number, "name": name, "supercategory": "object", **known})
    return found[1:]


def keypoints_of(job: Job, name: str) -> Sequence[str]:
    """The names of the keypoints of a class."""
    return job.source.keypoints_of.get(name, job.source.keypoints)


def skeleton(names: Sequence[str]) -> list[list[int]]:
    """The pairs of keypoints to join, counted from 1: the edges of a box, where its corners are among them."""
    places = [names.index(f"corner{k}") + 1 for k in range(8)] if {f"corner{k}" for k in range(8)} <= set(names) else []
    return [[places[k], places[k | bit]] for k in range(len(places)) for bit in (1, 2, 4) if not k & bit]


def _annotation(job: Job, record: Mapping[str, Any], seen: Seen, mask: Mask) -> dict[str, Any]:
    camera, entry = record["camera"], seen.entry
    return {"image_id": record["index"] + 1, "category_id": entry["class_id"], "bbox": mask.bbox, "area": mask.area,
            "iscrowd": int(not seen.kept),
            "segmentation": {"size": [camera["height"], camera["width"]], "counts": mask.counts},
            **_keypoints(job, entry), **{key: entry[key] for key in EXTRAS if key in entry}}  # fmt: skip


def _keypoints(job: Job, entry: Mapping[str, Any]) -> dict[str, Any]:
    """The keypoints of an object's class as one list of u, v, flag, and how many are labelled: inside the image."""
    if "keypoints" not in entry:
        return {}
    held = dict(zip(job.source.keypoints, entry["keypoints"], strict=True))
    points = [held[name] for name in keypoints_of(job, entry["class"])]
    return {
        "keypoints": [number for point in points for number in point],
        "num_keypoints": sum(flag > 0 for _, _, flag in points),
    }


def join(job: Job, blocks: Iterable[Written]) -> None:
    """Number the annotations from 1 and write the files, one for each split."""
    join_lists(job, blocks, "instances", categories(job), numbered=True)
    for name in job.names() if job.source.keypoints else ():  # COCO has them in a file of another name
        link(job.folder / f"annotations/instances_{name}.json", job.folder / f"annotations/keypoints_{name}.json")


def join_lists(job: Job, blocks: Iterable[Written], name: str, categories: list[dict[str, Any]], numbered: bool) -> None:
    """Write annotations/NAME_SPLIT.json of the blocks' parts: (image, annotations) each, in JSON.

    Annotations wait in a file of their own until all images are there, so that memory does not grow with the set.
    """
    with ExitStack() as stack:
        homes = {split: job.folder / "annotations" / f"{name}_{NAMES[split]}.json" for split in job.source.splits}
        files = {split: stack.enter_context(open(home, "wb")) for split, home in homes.items()}
        rest = {split: stack.enter_context(open(f"{home}.tmp", "w+b")) for split, home in homes.items()}
        for file in files.values():
            facts = {"info": {"description": "made by raster export"}, "licenses": [], "categories": categories}
            file.write(orjson.dumps(facts)[:-1] + b',"images":[')
        ids, comma = dict.fromkeys(homes, 1), dict.fromkeys(homes, b"")
        for block in blocks:
            for image, annotations in block.parts:
                files[block.split].write(comma[block.split] + b"\n" + image)
                _append(rest[block.split], annotations, ids[block.split], numbered)
                ids[block.split] += len(annotations)
                comma[block.split] = b","
        for split, file in files.items():
            file.write(b'\n],"annotations":[')
            rest[split].seek(0)
            shutil.copyfileobj(rest[split], file, 1 << 20)
            file.write(b"\n]}\n")
            os.unlink(rest[split].name)


def _append(file: BinaryIO, annotations: list[bytes], first: int, numbered: bool) -> None:
    """Write annotations, with their ids in front of those that have none."""
    for number, annotation in enumerate(annotations, first):
        start = b'{"id":%d,' % number if numbered else b""
        file.write((b",\n" if number > 1 else b"\n") + start + annotation)
