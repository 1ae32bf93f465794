"""varied: a small data set of raster.generate with other options. pixels, records, manifest, labels: what is in one."""

from pathlib import Path
from typing import Any

import numpy as np
import orjson
from PIL import Image
from programs import data, generate_here

N, SIZE = 24, 48

OBJECT = ["instance", "class", "class_id", "solid", "slot", "world_from_object", "visible_px", "bbox"]
SMALL = (f"n={N}", f"size={SIZE}", "batch=5", "workers=1")


def varied(folder: Path, *overrides: str) -> Path:
    """The same set with other options, drawn in this process."""
    generate_here(folder, *SMALL, "out=set", *overrides)
    return folder / "set"


def pixels(out: Path, folder: str) -> np.ndarray:
    """(N, H, W, 3) or (N, H, W) uint8."""
    return np.stack([np.asarray(Image.open(path)) for path in sorted((out / folder).iterdir())])


def records(out: Path, *without: str) -> list[dict[str, Any]]:
    lines = [orjson.loads(line) for line in (out / "scenes.jsonl").read_bytes().splitlines()]
    return [{key: value for key, value in line.items() if key not in without} for line in lines]


def manifest(out: Path) -> dict[str, Any]:
    return orjson.loads((out / "manifest.json").read_bytes())


def labels(out: Path) -> dict[str, bytes]:
    return {name: content for name, content in data(out).items() if name.startswith("labels/")}
