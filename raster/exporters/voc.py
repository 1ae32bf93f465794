"""Pascal VOC: Annotations/*.xml, JPEGImages/, ImageSets/, SegmentationClass/, SegmentationObject/, labelmap.txt."""

import io
from collections.abc import Iterable, Mapping
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
import orjson
from PIL.PngImagePlugin import PngImageFile

from raster.dataset.decode_grey import decode_grey
from raster.dataset.encode_png import encode_palette
from raster.dataset.mask_box import box_of
from raster.errors import InputError
from raster.exporters.job import NAMES, Job, Seen, Written, place, plain_name, put, seen_objects, stem, visibility_of

QUALITY = 95  # of JPEG
CORNERS = ("xmin", "ymin", "xmax", "ymax")
IGNORE = 255
MOST = IGNORE - 1  # objects in an image
FOLDERS = ("Annotations", "JPEGImages", "SegmentationClass", "SegmentationObject", "ImageSets/Main", "ImageSets/Segmentation")


def begin(job: Job) -> None:
    """Make the folders. InputError for a class name that labelmap.txt cannot hold."""
    for name in job.source.classes:
        plain_name(name, ":", "labelmap.txt")
    for folder in FOLDERS:
        (job.folder / folder).mkdir(parents=True, exist_ok=True)


def convert(job: Job, lines: list[bytes], split: str, number: int) -> Written:
    """Write the files of a block, and return the names of its images."""
    written = Written(split, len(lines))
    for record in map(orjson.loads, lines):
        name = stem(record)
        picture = f"{name}.{'jpg' if job.options.images == 'jpeg' else 'png'}"
        if job.options.images == "jpeg":
            put(job, f"JPEGImages/{picture}", _jpeg(job.source.read(record, record["image"])))
        else:
            place(job, record, record["image"], f"JPEGImages/{picture}")
        ids = job.source.instances(record)
        areas = np.bincount(ids.ravel(), minlength=1 + len(record["objects"]))
        objects = list(seen_objects(job, record, dict(enumerate(areas.tolist())), written))
        put(job, f"SegmentationObject/{name}.png", encode_palette(_numbered(job, record, ids, objects), PALETTE))
        label = job.source.read(record, record["label"])
        put(job, f"SegmentationClass/{name}.png", encode_palette(decode_grey(label, job.source.out / record["label"]), PALETTE))
        put(job, f"Annotations/{name}.xml", _annotation(record, picture, objects, ids).encode())
        written.counts["difficult"] += sum(not seen.kept for seen in objects)
        written.parts.append(name)
    return written


def _jpeg(data: bytes) -> bytes:
    made = io.BytesIO()
    with PngImageFile(io.BytesIO(data)) as image:
        image.save(made, "JPEG", quality=QUALITY)
    return made.getvalue()


def _numbered(job: Job, record: Mapping[str, Any], ids: np.ndarray, objects: list[Seen]) -> np.ndarray:
    """Return (H, W) uint8: 1, 2, ... for the objects in their order. InputError for too many."""
    if len(objects) > MOST:
        where = f"{job.source.out / record['image']}: shows {len(objects)} labelled objects"
        raise InputError(f"{where}, and Pascal VOC can tell {MOST} apart in an image; another format, or fewer objects")
    table = np.zeros(1 << 16, np.uint8)
    table[[seen.entry["instance"] for seen in objects]] = np.arange(1, len(objects) + 1)
    table[job.source.ignored(record)] = IGNORE
    return np.asarray(table[ids])


def _annotation(record: Mapping[str, Any], picture: str, objects: list[Seen], ids: np.ndarray) -> str:
    """The text of an XML file. Boxes count pixels from 1, and their last pixel is inside."""
    camera = record["camera"]
    lines = [
        "<annotation>", "  <folder>JPEGImages</folder>", f"  <filename>{picture}</filename>",
        "  <source><database>raster</database></source>",
        f"  <size><width>{camera['width']}</width><height>{camera['height']}</height><depth>3</depth></size>",
        "  <segmented>1</segmented>",
    ]  # fmt: skip
    for seen in objects:
        x, y, w, h = box_of(ids == seen.entry["instance"]) or [0, 0, 0, 0]  # of what is seen there is one
        corners = "".join(f"<{key}>{value}</{key}>" for key, value in zip(CORNERS, (x + 1, y + 1, x + w, y + h), strict=True))
        lines += ["  <object>", f"    <name>{escape(seen.entry['class'])}</name>", "    <pose>Unspecified</pose>"]
        if "truncation" in seen.entry:
            lines.append(f"    <truncated>{int((seen.entry['truncation'] or 0) > 0)}</truncated>")
        if "visibility" in seen.entry:
            lines.append(f"    <occluded>{int(visibility_of(seen.entry) < 1)}</occluded>")
        lines += [f"    <difficult>{int(not seen.kept)}</difficult>",
                  f"    <bndbox>{corners}</bndbox>", "  </object>"]  # fmt: skip
    return "".join(f"{line}\n" for line in [*lines, "</annotation>"])


def _palette() -> np.ndarray:
    """Return (256, 3) uint8, the colours of Pascal VOC: the bits of a number in turn to the high bits of red, green, blue."""
    numbers = np.arange(256)
    colours = np.zeros((256, 3), np.int64)
    for bit in range(8):
        for channel in range(3):
            colours[:, channel] |= (numbers >> (3 * bit + channel) & 1) << (7 - bit)
    return colours.astype(np.uint8)


PALETTE = _palette()


def join(job: Job, blocks: Iterable[Written]) -> None:
    """Write the lists of images, and labelmap.txt."""
    lists: dict[str, list[str]] = {split: [] for split in job.source.splits}
    for block in blocks:
        lists[block.split] += block.parts
    for split, names in lists.items():
        text = "".join(f"{name}\n" for name in names).encode()
        for folder in ("Main", "Segmentation"):
            put(job, f"ImageSets/{folder}/{NAMES[split]}.txt", text)
    rows = [f"{name}:{','.join(map(str, PALETTE[number].tolist()))}::\n" for number, name in enumerate(job.source.classes)]
    put(job, "labelmap.txt", "".join(rows).encode())
