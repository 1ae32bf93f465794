"""COCO panoptic: annotations/panoptic_{train,val}.json, a folder of PNG of the same name beside it, and images/."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import orjson

from raster.dataset.encode_png import encode_rgb
from raster.exporters.coco import categories, ids_of, image_entry, join_lists, masks_of, objects_of
from raster.exporters.job import NAMES, Job, Written, place, put, stem
from raster.exporters.masks import Mask, encode_masks

VOID = 0  # id of pixels that are neither right nor wrong
BACKGROUND = 1 << 16  # id of the segment that is background: no number of an object reaches it


def begin(job: Job) -> None:
    """Make the folders."""
    for name in ("images", *(f"annotations/panoptic_{name}" for name in job.names())):
        (job.folder / name).mkdir(parents=True, exist_ok=True)


def convert(job: Job, lines: list[bytes], split: str, number: int) -> Written:
    """Write the PNG of each image, and return its entry and its annotation as JSON."""
    written = Written(split, len(lines))
    records = [orjson.loads(line) for line in lines]
    images = ids_of(job, records)
    for record, ids, masks in zip(records, images, masks_of(job, records, images), strict=True):
        name = f"{stem(record)}.png"
        place(job, record, record["image"], f"images/{name}")
        things = np.zeros(1 << 16, bool)
        things[list(masks)] = True
        segments = np.where(things[ids], ids.astype(np.uint32), np.uint32(BACKGROUND))  # what has no class is background
        segments[np.isin(ids, job.source.ignored(record))] = VOID
        put(job, f"annotations/panoptic_{NAMES[split]}/{name}", encode_rgb(_colours(segments)))
        annotation = {
            "image_id": record["index"] + 1,
            "file_name": name,
            "segments_info": _segments(job, record, masks, segments, written),
        }
        written.parts.append((orjson.dumps(image_entry(record)), [orjson.dumps(annotation)]))
    return written


def _colours(segments: np.ndarray) -> np.ndarray:
    """Return (H, W, 3) uint8 of (H, W) ids: id = R + 256 G + 65536 B."""
    return np.stack([segments & 255, segments >> 8 & 255, segments >> 16], axis=2).astype(np.uint8)


def _segments(
    job: Job, record: Mapping[str, Any], masks: dict[int, Mask], segments: np.ndarray, written: Written
) -> list[dict[str, Any]]:
    """What segments_info says: the objects that are seen, then the background if any of it is."""
    found = [_segment(seen.entry["instance"], seen.entry["class_id"], masks[seen.entry["instance"]], int(not seen.kept))
             for seen in objects_of(job, record, masks, written)]  # fmt: skip
    behind = encode_masks((segments == BACKGROUND)[None].astype(np.uint16), np.array([[False, True]]))[0]
    return found + [_segment(BACKGROUND, 0, mask, 0) for mask in behind.values()]


def _segment(number: int, category: int, mask: Mask, crowd: int) -> dict[str, Any]:
    return {"id": number, "category_id": category, "area": mask.area, "bbox": mask.bbox, "iscrowd": crowd}


def join(job: Job, blocks: Iterable[Written]) -> None:
    """Write the files, one for each split."""
    things = [{**category, "isthing": 1} for category in categories(job)]
    background = {"id": 0, "name": job.source.classes[0], "supercategory": "background", "isthing": 0}
    join_lists(job, blocks, "panoptic", [background, *things], numbered=False)
