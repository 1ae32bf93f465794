"""forge, describe: records, files and manifests as a faulty generator would have written them; pixels, visible, set_morph."""

import hashlib
import json
from dataclasses import fields
from pathlib import Path

import numpy as np
from PIL import Image

from raster.geometry.deformations import Deformations


def records(out: Path) -> list[dict]:
    """The lines of scenes.jsonl."""
    return [json.loads(line) for line in (out / "scenes.jsonl").read_text().splitlines()]


def forge(out: Path, index: int, change=lambda record: None, image: bytes = b"", label: bytes = b"") -> None:
    """Change a record in place and replace its files, hashes and all: what a faulty generator would have written."""
    lines = records(out)
    change(lines[index])
    for key, data in (("image", image), ("label", label)):
        if data:
            (out / lines[index][key]).write_bytes(data)
            lines[index][f"{key}_sha256"] = hashlib.sha256(data).hexdigest()
    (out / "scenes.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


def describe(out: Path, **changes: object) -> None:
    """Change keys of the manifest."""
    held = json.loads((out / "manifest.json").read_text())
    (out / "manifest.json").write_text(json.dumps(held | changes))


def pixels(out: Path, folder: str, index: int) -> np.ndarray:
    """A picture of the folder images or labels."""
    return np.array(Image.open(out / folder / f"{index:06d}.png"))


def visible(record: dict) -> dict:
    """The first labelled object that can be seen."""
    return next(entry for entry in record["objects"] if entry["class_id"] and entry["bbox"])


def set_morph(**changes: object):
    """What gives the first visible object of a record a morph, with these changes."""
    morph = {**dict.fromkeys(field.name for field in fields(Deformations)), "bend": 0.5, "fit": 0.9}
    morph = {name: [0, 0, 0] if name == "seed" else value or 0 for name, value in morph.items()}
    return lambda record: visible(record).update(morph={**morph, **changes})


def scale_rotation(record: dict) -> None:
    """Stretch the camera by 1 %, so that its pose is no rotation."""
    record["camera"]["world_from_camera"] = (np.diag([1.01, 1, 1, 1]) @ record["camera"]["world_from_camera"]).tolist()
