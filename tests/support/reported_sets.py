"""write_set: a small data set written by hand, for the report; image, thing: one of its images, one of its objects."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from PIL import Image

SIZE = 64  # px of the pictures, each way
CODES = ("background", "cube", "sphere")
Thing = dict[str, Any]


def thing(class_id: int = 1, x: int = 20, y: int = 20, side: int = 24, **other: Any) -> Thing:
    """An object of which a square box of `side` px is seen; `other`: visible_px, bbox, visibility, ..."""
    pose = np.eye(4).tolist()
    known = {"class_id": class_id, "class": CODES[class_id] if class_id < len(CODES) else "ignore", "solid": "cube",
             "slot": "objects", "world_from_object": pose, "visible_px": side * side, "bbox": [x, y, side, side]}  # fmt: skip
    return known | other


HIDDEN: Mapping[str, Any] = {"visible_px": 0, "bbox": None}


def image(*things: Thing, split: str = "train", fov_deg: float = 40, grey: int = 128, **other: Any) -> dict[str, Any]:
    """An image with these objects; its picture is a pattern around `grey`, in colours."""
    focal = SIZE / 2 / math.tan(math.radians(fov_deg / 2))
    away = np.eye(4)
    away[2, 3] = -3.0  # m from the objects
    camera = {"width": SIZE, "height": SIZE, "fx": focal, "fy": focal, "cx": SIZE / 2, "cy": SIZE / 2, "near": 0.1, "far": 9.0,
              "world_from_camera": away.tolist()}  # fmt: skip
    objects = [{"instance": number, **each} for number, each in enumerate(things, 1)]
    lights = [{"type": "ambient"}, {"type": "directional", "shadows": True}]
    return {"split": split, "camera": camera, "objects": objects, "lights": lights, "grey": grey, **other}


def write_set(out: Path, images: Sequence[Mapping[str, Any]], codes: Sequence[str] = CODES) -> Path:
    """Write the images to a folder, numbered from 0, each with its picture and label; without a manifest, as joined parts."""
    for name in ("images", "labels"):
        (out / name).mkdir(parents=True)
    lines = []
    for number, each in enumerate(images):
        record = {"index": number, "image": f"images/{number:06d}.png", "label": f"labels/{number:06d}.png", **each}
        Image.fromarray(picture(record.pop("grey"), number)).save(out / record["image"], compress_level=1)
        label = np.zeros((SIZE, SIZE), np.uint8)
        for entry in record["objects"]:
            if entry.get("bbox"):
                x, y, width, height = entry["bbox"]
                label[y : y + height, x : x + width] = entry["class_id"]
        Image.fromarray(label).save(out / record["label"])
        lines.append(orjson.dumps(record) + b"\n")
    (out / "scenes.jsonl").write_bytes(b"".join(lines))
    (out / "codes.txt").write_text("".join(f"{code}\n" for code in codes))
    return out


def picture(grey: int, number: int) -> np.ndarray:
    """(SIZE, SIZE, 3) uint8: coloured noise around a grey, another for each number."""
    random = np.random.default_rng(number)
    return np.clip(random.normal(grey, 40, (SIZE, SIZE, 3)), 0, 255).astype(np.uint8)
