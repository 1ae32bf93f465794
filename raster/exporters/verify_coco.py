"""check: annotations/instances_*.json of format=coco against their own masks and the images."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from raster.dataset.mask_box import box_of
from raster.exporters.exported import Exported, need, read_json, read_picture
from raster.exporters.masks import decode_mask


def check(export: Exported) -> Iterator[tuple[str, int]]:
    """Yield split and number of objects of each image, after it was checked. InputError for the first that is wrong."""
    for name in export.names:
        path = export.folder / f"annotations/instances_{name}.json"
        facts = read_json(path)
        check_categories(facts["categories"], export.classes, path)
        points = {each["id"]: len(each.get("keypoints", ())) for each in facts["categories"]}
        of_image = by_image(facts, path)
        ids = [each["id"] for each in facts["annotations"]]
        need(len(set(ids)) == len(ids) and min(ids, default=1) > 0, path, "ids of annotations are below 1, or not unique")
        for image in facts["images"]:
            size = check_picture(export, image)
            taken = np.zeros(size, bool)
            for annotation in of_image[image["id"]]:
                where = f"{path}: annotation {annotation['id']}"
                _check_mask(annotation, taken, where)
                need(annotation["category_id"] in points, where, f"category_id is {annotation['category_id']}")
                _check_keypoints(annotation, points[annotation["category_id"]], size, where)
            yield name, len(of_image[image["id"]])


def check_categories(categories: list[dict[str, Any]], classes: list[str], path: Path) -> None:
    """Their ids are the class ids; background may be left out."""
    found = {each["id"]: each["name"] for each in categories}
    named = dict(enumerate(classes))
    need({0: classes[0], **found} == named, path, f"categories are {found}; expected {named}")


def by_image(facts: Mapping[str, Any], path: Path) -> dict[int, list[dict[str, Any]]]:
    """The annotations of each image, by its id. InputError where ids of images are not unique, or not known."""
    ids = [image["id"] for image in facts["images"]]
    need(len(set(ids)) == len(ids) and min(ids, default=1) > 0, path, "ids of images are below 1, or not unique")
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for annotation in facts["annotations"]:
        found[annotation["image_id"]].append(annotation)
    if unknown := found.keys() - set(ids):
        need(False, path, f"an annotation is of the image {min(unknown)}, which is not there")
    return found


def check_picture(export: Exported, image: Mapping[str, Any]) -> tuple[int, int]:
    """(height, width) of an image, after its file was held against it."""
    path, size = export.folder / "images" / image["file_name"], (image["height"], image["width"])
    found = read_picture(path).shape[:2]
    need(found == size, path, f"is {found[1]} x {found[0]} px; its annotations are for {size[1]} x {size[0]}")
    return size


def _check_mask(annotation: Mapping[str, Any], taken: np.ndarray, where: str) -> None:
    """Area and box are those of the mask, which shares no pixel with what is `taken` (H, W) bool and is added to it."""
    held = annotation["segmentation"]
    need(tuple(held["size"]) == taken.shape, where, f"size of the mask is {held['size']}; expected {list(taken.shape)}")
    try:
        mask = decode_mask(held["counts"], taken.shape)
    except ValueError as error:
        need(False, where, f"its mask does not decode: {error}")
    area, box = int(mask.sum()), box_of(mask)
    need(annotation["area"] == area > 0, where, f"area is {annotation['area']}; its mask has {area} pixels")
    need(annotation["bbox"] == box, where, f"bbox is {annotation['bbox']}; that of its mask is {box}")
    need(annotation["iscrowd"] in (0, 1), where, f"iscrowd is {annotation['iscrowd']!r}; expected 0 or 1")
    need(not (taken & mask).any(), where, "its mask overlaps that of another object")
    taken |= mask


def _check_keypoints(annotation: Mapping[str, Any], count: int, size: tuple[int, int], where: str) -> None:
    """There are as many as its category has; those with a flag are inside the image, the others are 0."""
    numbers = annotation.get("keypoints", [])
    need(len(numbers) == 3 * count, where, f"has {len(numbers)} numbers of keypoints; expected {3 * count}")
    if not count:
        return
    u, v, flag = np.asarray(numbers, np.float64).reshape(-1, 3).T
    inside = (u >= 0) & (v >= 0) & (u < size[1]) & (v < size[0])
    good = bool(np.isin(flag, (0, 1, 2)).all()) and bool((inside & ((flag > 0) | ((u == 0) & (v == 0)))).all())
    need(good, where, "a keypoint is outside the image, or its flag is none of 0, 1, 2")
    need(annotation["num_keypoints"] == (flag > 0).sum(), where, f"num_keypoints is {annotation['num_keypoints']}")
