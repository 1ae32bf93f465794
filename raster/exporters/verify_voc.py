"""check: Annotations, ImageSets and both masks of format=voc against one another and the images."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from raster.dataset.mask_box import box_of
from raster.errors import InputError
from raster.exporters.exported import Exported, need, read_bytes, read_picture
from raster.exporters.voc import CORNERS, IGNORE, PALETTE


def check(export: Exported) -> Iterator[tuple[str, int]]:
    """Yield split and number of objects of each image, after it was checked. InputError for the first that is wrong."""
    folder, classes = export.folder, export.classes
    rows = [f"{name}:{','.join(map(str, PALETTE[number].tolist()))}::" for number, name in enumerate(classes)]
    path = folder / "labelmap.txt"
    need(read_bytes(path).decode().splitlines() == rows, path, f"is not the list of the classes {classes} and their colours")
    listed = []
    for name in export.names:
        main, other = (folder / f"ImageSets/{kind}/{name}.txt" for kind in ("Main", "Segmentation"))
        names = read_bytes(main).decode().splitlines()
        need(read_bytes(other).decode().splitlines() == names, other, f"is not the same as {main}")
        for stem in names:
            yield name, _check_image(folder, stem, classes)
        listed += names
    there = {path.stem for path in (folder / "Annotations").iterdir()}
    if odd := sorted(there ^ set(listed)):
        need(False, folder / "Annotations", f"{odd[0]} is there or in ImageSets/ alone")
    need(len(set(listed)) == len(listed), folder / "ImageSets", "names an image twice")


def _check_image(folder: Path, stem: str, classes: list[str]) -> int:
    """How many objects an image has."""
    path = folder / f"Annotations/{stem}.xml"
    try:
        root = ElementTree.fromstring(read_bytes(path))
        size = (int(root.findtext("size/height", "")), int(root.findtext("size/width", "")))
        boxes = [[int(each.findtext(f"bndbox/{key}", "")) for key in CORNERS] for each in root.iter("object")]
    except (ElementTree.ParseError, ValueError) as error:
        raise InputError(f"{path}: is no annotation of Pascal VOC: {error}") from error
    picture = read_picture(folder / "JPEGImages" / root.findtext("filename", ""))
    found = picture.shape[:2]
    need(found == size, path, f"says {size[1]} x {size[0]} px; its image is {found[1]} x {found[0]}")
    of_class, of_object = (read_picture(folder / f"Segmentation{kind}/{stem}.png", "P") for kind in ("Class", "Object"))
    for kind, mask in (("Class", of_class), ("Object", of_object)):
        where = folder / f"Segmentation{kind}/{stem}.png"
        need(mask.shape == size, where, f"is {mask.shape[1]} x {mask.shape[0]} px; its image is {size[1]} x {size[0]}")
    highest = int(np.where(of_object == IGNORE, 0, of_object).max())
    need(highest <= len(boxes), folder / f"SegmentationObject/{stem}.png", f"shows object {highest} of {len(boxes)}")
    for number, (entry, corners) in enumerate(zip(root.iter("object"), boxes, strict=True), 1):
        mask, name, here = of_object == number, entry.findtext("name", ""), f"{path}: object {number}"
        x, y, w, h = box_of(mask) or [0, 0, 0, 0]
        expected = [x + 1, y + 1, x + w, y + h]
        need(corners == expected, here, f"bndbox is {corners}; that of its pixels is {expected}")
        need(name in classes[1:], here, f"name is {name!r}; expected one of {', '.join(classes[1:])}")
        shown = set(np.unique(of_class[mask]).tolist())
        need(shown == {classes.index(name)}, here, f"is a {name}, but SegmentationClass shows {sorted(shown)} there")
    return len(boxes)
