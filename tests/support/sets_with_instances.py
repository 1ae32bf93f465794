"""set_with_instances: a small data set whose instances/ hold the objects' numbers; export_here; masks_of; files of a folder."""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import orjson
from fakes import claim, fake_batch
from PIL import Image
from programs import run_here

from raster.frames import Frames
from raster.run.output import Output
from raster.writers.camvid import Camvid

KEYPOINTS = ["corner0", "handle", "corner4"]
LAYERS = {"instance_id": {"folder": "instances", "format": "png16"}}


class Instances:
    """A writer of the layer instance_id, by Pillow: independent of the one of the package."""

    def __init__(self, out: Path, threads: int = 0):
        self._out = out
        (out / "instances").mkdir(exist_ok=True)

    def write(self, frames: Frames) -> list[dict[str, tuple[str, int]]]:
        made = []
        for record, ids in zip(frames.records, frames.layers["instance_id"], strict=True):
            path = f"instances/{record['index']:06d}.png"
            Image.fromarray(ids).save(self._out / path)
            data = (self._out / path).read_bytes()
            made.append({path: (hashlib.sha256(data).hexdigest(), len(data))})
        return made

    def close(self) -> None:
        pass


def set_with_instances(
    out: Path, n: int = 6, instances: bool = True, change: Callable[[Frames], None] = lambda frames: None,
    facts: Mapping[str, Any] = MappingProxyType({}), writers: Mapping[str, Any] | None = None, **changes: Any,
) -> Path:  # fmt: skip
    """A complete data set of fake images, number 1, 4, 7, ... of which are for validation.

    `change` changes them before; `facts` go into the manifest.
    """
    writers = writers or {"camvid": Camvid} | ({"layers": Instances} if instances else {})
    with claim(out, n, **changes) as dataset:
        with Output(out, writers, 0) as output:
            change(frames := fake_batch(np.arange(n)))
            output.write(frames)
        dataset.finish({**facts, **({"layers": LAYERS} if instances else {})})
    return out


def set_with_keypoints(out: Path) -> Path:
    """The same with three keypoints for each labelled object: one that is seen, one that is not, one that is outside."""

    def change(frames: Frames) -> None:
        for record in frames.records:
            for entry in record["objects"]:
                if entry["class_id"]:
                    entry["keypoints"] = [[1.5 + entry["instance"], 3.25, 2], [7.5, 8.75, 1], [0.0, 0.0, 0]]

    return set_with_instances(out, change=change, facts={"keypoints": KEYPOINTS})


def set_with_ignored(out: Path) -> Path:
    """The same, but what is a sphere is to be ignored."""
    return set_with_instances(out, change=ignore_spheres, facts={"ignore": 255})


def ignore_spheres(frames: Frames) -> None:
    """Make what is a sphere something to be ignored."""
    for record in frames.records:
        for entry in record["objects"]:
            if entry["class"] == "sphere":
                entry |= {"class": "ignore", "class_id": 255}
    classes = frames.layers["class_id"]
    classes[classes == 2] = 255


def export_here(cwd: Path, *words: str, code: int = 0) -> str:
    """Run raster.export in this process; what it printed. An error is one line and leaves no folder behind."""
    before = {path: path.stat().st_mtime_ns for path in sorted(cwd.rglob("*"))}
    said = run_here(cwd, "raster.export", *map(str, words), code=code)
    if code:
        assert said.startswith("error: ")
        assert said.count("\n") == 1, said
        assert {path: path.stat().st_mtime_ns for path in sorted(cwd.rglob("*"))} == before
        return said.removeprefix("error: ").strip()
    return said


def records_of(out: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in (out / "scenes.jsonl").read_bytes().splitlines()]


def instances_of(out: Path, record: dict[str, Any]) -> np.ndarray:
    """(H, W) uint16."""
    return np.asarray(Image.open(out / f"instances/{record['index']:06d}.png")).astype(np.uint16)


def seen_of(out: Path, record: dict[str, Any]) -> dict[int, np.ndarray]:
    """Number -> mask (H, W) bool of each labelled object that the image shows."""
    ids = instances_of(out, record)
    masks = {entry["instance"]: ids == entry["instance"] for entry in record["objects"] if entry["class_id"]}
    return {number: mask for number, mask in masks.items() if mask.any()}


def bytes_of(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def exported(to: Path) -> dict[str, Any]:
    """What export.json says."""
    facts: dict[str, Any] = json.loads((to / "export.json").read_text())
    return facts
