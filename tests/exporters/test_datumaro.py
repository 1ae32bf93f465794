"""Exports as Datumaro reads them, in an environment of its own: boxes and masks are those of the set."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sets_with_instances import export_here, records_of, seen_of, set_with_instances

PYTHON = Path(sys.prefix) / "datumaro/bin/python"
SCRIPT = Path(__file__).parents[1] / "support/read_by_datumaro.py"
NAMES = {"train": "train", "valid": "val", "test": "test"}

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not PYTHON.exists(), reason=f"no {PYTHON}, which make test makes")]


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Path:
    return set_with_instances(tmp_path_factory.mktemp("datumaro") / "set", n=9)


def read(tmp_path: Path, source: Path, words: str, form: str) -> dict[str, Any]:
    """What Datumaro reads of an export."""
    export_here(tmp_path, source, *words.split(), "to=made")
    run = subprocess.run([PYTHON, SCRIPT, tmp_path / "made", form], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    found: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return found


def expected(source: Path) -> dict[str, tuple[str, list[list[Any]], list[list[str]]]]:
    """By the name of an image: its split, classes and boxes of what it shows, classes and sums of masks."""
    told = {}
    for record in records_of(source):
        seen = seen_of(source, record)
        entries = [entry for entry in record["objects"] if entry["instance"] in seen]
        sums = [
            [entry["class"], hashlib.sha256(np.packbits(seen[entry["instance"]]).tobytes()).hexdigest()] for entry in entries
        ]
        name = Path(record["image"]).stem
        told[name] = NAMES[record["split"]], [[entry["class"], entry["bbox"]] for entry in entries], sums
    return told


@pytest.mark.parametrize(
    ("words", "form", "has"),
    [
        ("format=coco", "coco_instances", "boxes and masks"),
        ("format=panoptic", "coco_panoptic", "masks"),
        ("format=yolo", "yolo", "boxes"),
        ("format=voc", "voc_detection", "boxes"),
        ("format=voc", "voc_instance_segmentation", "masks"),
    ],
)
def test_boxes_and_masks_are_the_sets(tmp_path, source, words, form, has):
    told = expected(source)
    found = read(tmp_path, source, words, form)
    assert found.keys() == told.keys()
    for name, (split, boxes, sums) in told.items():
        assert found[name][0] == split
        if "boxes" in has:
            if form == "voc_detection":  # it takes numbers that count pixels from 1, the last one inside, as they are
                boxes = [[kind, [x + 1, y + 1, w - 1, h - 1]] for kind, (x, y, w, h) in boxes]
            assert sorted([kind, np.round(box, 3).tolist()] for kind, box in found[name][1]) == sorted(boxes)
        if "masks" in has:
            assert sorted(found[name][2]) == sorted(sums)
    assert sum(len(boxes) for _, boxes, _ in told.values()) > 20
