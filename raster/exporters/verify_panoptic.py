"""check: annotations/panoptic_*.json of format=panoptic against their PNG files and the images."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from raster.dataset.mask_box import box_of
from raster.exporters.exported import Exported, need, read_json, read_picture
from raster.exporters.panoptic import BACKGROUND, VOID
from raster.exporters.verify_coco import by_image, check_categories, check_picture


def check(export: Exported) -> Iterator[tuple[str, int]]:
    """Yield split and number of objects of each image, after it was checked. InputError for the first that is wrong."""
    for name in export.names:
        path = export.folder / f"annotations/panoptic_{name}.json"
        facts = read_json(path)
        check_categories(facts["categories"], export.classes, path)
        of_image = by_image(facts, path)
        for image in facts["images"]:
            size = check_picture(export, image)
            found = of_image[image["id"]]
            need(len(found) == 1, path, f"image {image['id']} has {len(found)} annotations; expected 1")
            segments = {each["id"]: each for each in found[0]["segments_info"]}
            need(len(segments) == len(found[0]["segments_info"]), path, f"image {image['id']}: ids of segments are not unique")
            home = export.folder / f"annotations/panoptic_{name}" / found[0]["file_name"]
            colours = read_picture(home).astype(np.uint32)
            need(colours.shape[:2] == size, home, f"is {colours.shape[1]} x {colours.shape[0]} px; the image is not")
            ids = colours[..., 0] + 256 * colours[..., 1] + 65536 * colours[..., 2]
            shown = set(np.unique(ids).tolist()) - {VOID}
            need(shown == segments.keys(), home, f"shows the ids {sorted(shown)}; its segments are {sorted(segments)}")
            for number, segment in segments.items():
                _check_segment(segment, ids == number, len(export.classes), f"{path}: image {image['id']}, segment {number}")
            yield name, len(segments.keys() - {BACKGROUND})


def _check_segment(segment: dict[str, Any], mask: np.ndarray, classes: int, where: str) -> None:
    area, box, category = int(mask.sum()), box_of(mask), segment["category_id"]
    need(segment["area"] == area, where, f"area is {segment['area']}; the PNG file has {area} pixels")
    need(segment["bbox"] == box, where, f"bbox is {segment['bbox']}; that of its pixels is {box}")
    good = category in range(classes) and (category == 0) == (segment["id"] == BACKGROUND)
    need(good, where, f"category_id is {category}; expected 0 for background alone, else 1 to {classes - 1}")
