"""Small data sets without GL: fake_frames, claim, camvid, part, build; contents and stamps of a folder; Kill to end a run."""

import os
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from raster.dataset.checked import CHECKED
from raster.dataset.dataset import Dataset
from raster.dataset.journal import journals
from raster.frames import Frames
from raster.run.output import Output
from raster.writers.camvid import Camvid

CLASSES = ("background", "cube", "sphere")
CONFIGURATION: dict[str, Any] = {
    "seed": 7, "n": 6, "workers": 2, "batch": 4, "out": "x", "gl": {"device": 0},
    "randomizers": {"camera": {"fov_deg": (35, 70)}, "fog": {"density": 0.5}}, "passes": ["color", "class_id"],
}  # fmt: skip
WIDTH, HEIGHT = 24, 16


def fake_frames(first: int, count: int) -> Frames:
    """Images first .. first + count - 1 as of fake_batch."""
    return fake_batch(np.arange(first, first + count))


def fake_batch(numbers: np.ndarray) -> Frames:
    """Images of these numbers, each a function of its number: rectangles on a floor that is instance 1."""
    color, class_id, instance, records = zip(*map(_fake_image, map(int, numbers)), strict=True)
    layers = {"color": np.stack(color), "class_id": np.stack(class_id), "instance_id": np.stack(instance)}
    return Frames(numbers, layers, list(records), CLASSES)


def _fake_image(number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, dict[str, Any]]:
    random = np.random.default_rng(number)
    instance = np.zeros((HEIGHT, WIDTH), np.int64)
    instance[HEIGHT // 2 :] = 1
    class_of = [0, 0, *random.integers(1, 3, 3), 1]  # by instance; the last one has no pixel
    for i in range(2, 5):
        x, y = random.integers(0, WIDTH - 8), random.integers(0, HEIGHT - 6)
        instance[y : y + random.integers(2, 6), x : x + random.integers(2, 8)] = i
    objects = [_fake_object(i, int(class_of[i]), instance == i, random) for i in range(1, 6)]
    objects[1]["parts"] = [{"solid": "cylinder", "world_from_object": _pose(random)} for _ in range(2)]
    camera = {
        "width": WIDTH, "height": HEIGHT, "fx": np.float64(20.5), "fy": np.float64(20.5), "cx": WIDTH / 2,
        "cy": HEIGHT / 2, "near": np.float32(0.1), "far": np.float32(100), "world_from_camera": _pose(random),
    }  # fmt: skip
    record = {
        "index": number, "image": f"images/{number:06d}.png", "label": f"labels/{number:06d}.png",
        "split": "valid" if number % 3 == 1 else "train", "camera": camera, "objects": objects,
        "lights": [{"type": "ambient", "color": random.random(3, np.float32)}],
    }  # fmt: skip
    color = random.integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    return color, np.array(class_of, np.uint8)[instance], instance.astype(np.uint16), record


def _fake_object(i: int, class_id: int, mask: np.ndarray, random: np.random.Generator) -> dict[str, Any]:
    rows, columns = np.nonzero(mask)
    box = None
    if len(rows):
        box = [int(columns.min()), int(rows.min()), int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1]
    return {"instance": i, "class": CLASSES[class_id], "class_id": class_id, "solid": "cube",
            "world_from_object": _pose(random), "visible_px": int(mask.sum()), "bbox": box}  # fmt: skip


def _pose(random: np.random.Generator) -> np.ndarray:
    """A rotation and a translation, (4, 4) float32."""
    rotation, _ = np.linalg.qr(random.normal(size=(3, 3)))
    pose = np.eye(4, dtype=np.float32)
    pose[:3, :3] = rotation * np.linalg.det(rotation)
    pose[:3, 3] = random.normal(size=3)
    return pose


def claim(out: Path, n: int = 6, /, renderer: str | None = "fake", **changes: Any) -> Dataset:
    """Dataset.claim with the fake configuration, changed at the top level by `changes`; begun if there is a renderer."""
    with ExitStack() as stack:
        dataset = stack.enter_context(Dataset.claim(out, {**CONFIGURATION, "n": n, **changes}, n, CLASSES))
        if renderer and not dataset.complete:
            dataset.begin(renderer)
        stack.pop_all()
    return dataset


def camvid(out: Path, threads: int = 0) -> Output:
    """The default writer and a journal."""
    return Output(out, {"camvid": Camvid}, threads)


def build(out: Path, n: int = 6, batch: int = 4, threads: int = 0, **changes: Any) -> dict[str, Any]:
    """What raster.generate does: claim, draw what is missing, finish; the manifest, or {} if nothing was to do."""
    with claim(out, n, **changes) as dataset:
        if dataset.complete:
            return {}
        with camvid(out, threads) as output:
            for first in range(0, len(dataset.missing), batch):
                output.write(fake_batch(dataset.missing[first : first + batch]))
        return dataset.finish({})


def part(out: Path, numbers: list[int], n: int = 6) -> None:
    """An interrupted run: claimed, some images written, not finished."""
    with claim(out, n), camvid(out) as output:
        output.write(fake_batch(np.array(numbers)))


def missing(out: Path, n: int = 6) -> list[int]:
    """What a run would draw now."""
    with claim(out, n) as dataset:
        return dataset.missing.tolist()


def contents(out: Path) -> dict[str, bytes]:
    """Every file below the folder with its bytes, but that of stamps: no two folders have the same times."""
    paths = [path for path in sorted(out.rglob("*")) if path.is_file() and path.name != CHECKED]
    return {str(path.relative_to(out)): path.read_bytes() for path in paths}


def journal_lines(out: Path) -> list[bytes]:
    """The records in the journals, without the lines of stamps before them."""
    found = [line for path in journals(out) for line in path.read_bytes().splitlines()]
    return [line for line in found if not line.startswith(b'{"stamps":')]


def stamps(out: Path) -> dict[str, tuple[int, int, int]]:
    """Every file and folder with what changes when somebody touches it."""
    infos = {str(path): path.stat() for path in (out, *out.rglob("*"))}
    return {name: (info.st_mtime_ns, info.st_size, info.st_ino) for name, info in infos.items()}


class Killed(BaseException):
    """Stands for kill -9."""


class Kill:
    """Lets `calls` system calls that change files happen, half of a write that is one too many, and none after that.

    So nothing tidies up after the end either, just as when a process is killed.
    """

    def __init__(self, monkeypatch: Any, calls: int):
        self.left = calls
        for name in ("open", "write", "replace", "unlink", "rmdir", "mkdir"):
            monkeypatch.setattr(os, name, self._wrapped(name, getattr(os, name)))

    def _wrapped(self, name: str, call: Any) -> Any:
        def limited(*args: Any, **kwargs: Any) -> Any:
            self.left -= 1
            if self.left < 0:
                if self.left == -1 and name == "write":
                    call(args[0], bytes(args[1])[: len(args[1]) // 2])
                raise Killed
            return call(*args, **kwargs)

        return limited
