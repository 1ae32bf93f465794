"""data_set: small data sets of two classes. FACTS: of a network for them. run_program: runs the programs of train/ here.

A test module that imports this is skipped where the extra train is not installed.
"""

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from programs import complaint

torch = pytest.importorskip("torch", reason="the extra train is not installed")
require_fastai = pytest.importorskip("train.learning.require_fastai").require_fastai
require_fastai()
torch.set_num_threads(1)
CODES = ("background", "box", "disc")
FACTS = {"arch": "small", "codes": list(CODES), "size": [64, 64], "mean": [0.5, 0.5, 0.5], "deviation": [0.2, 0.2, 0.2]}


def pair(number: int, size: tuple[int, int] = (64, 64)) -> tuple[np.ndarray, np.ndarray]:
    """Image (H, W, 3) and mask (H, W): a bright box and a dark disc on grey, with noise."""
    random, (height, width) = np.random.default_rng(number), size
    image = np.full((height, width, 3), 128, np.uint8)
    mask = np.zeros((height, width), np.uint8)
    y, x = random.integers(0, height // 2), random.integers(0, width // 2)
    mask[y : y + height // 3, x : x + width // 3] = 1
    rows, columns = np.mgrid[:height, :width]
    cy, cx = random.integers(height // 3, height), random.integers(width // 3, width)
    mask[(rows - cy) ** 2 + (columns - cx) ** 2 < (min(size) / 6) ** 2] = 2
    image[mask == 1], image[mask == 2] = (240, 220, 60), (20, 30, 90)
    return np.clip(image + random.normal(0, 6, image.shape), 0, 255).astype(np.uint8), mask


def data_set(path: Path, count: int = 16, size: tuple[int, int] = (64, 64), ending: str = "png", valid: int = 4) -> Path:
    """Write `count` pairs of `size` (H, W) px to a folder, with codes.txt; valid.txt names the last `valid` images."""
    for name in ("images", "labels"):
        (path / name).mkdir(parents=True)
    for number in range(count):
        image, mask = pair(number, size)
        Image.fromarray(image).save(path / "images" / f"{number:06}.{ending}")
        Image.fromarray(mask).save(path / "labels" / f"{number:06}.png")
    (path / "codes.txt").write_text("".join(f"{code}\n" for code in CODES))
    if valid:
        (path / "valid.txt").write_text("".join(f"{number:06}.{ending}\n" for number in range(count - valid, count)))
    return path


def run_program(monkeypatch, capsys, program: str, *overrides: str, code: int = 0) -> str:
    """Run `python -m train.PROGRAM` in this process, which must end with `code`: its output, or its one line of error."""
    module = importlib.import_module(f"train.{program}")
    monkeypatch.setattr(sys, "argv", [f"train.{program}", *overrides])
    capsys.readouterr()
    ended = 0
    try:
        module.main()
    except SystemExit as end:
        ended = end.code
    out, err = capsys.readouterr()
    assert ended == code, out + err
    return complaint(err) if code else out
