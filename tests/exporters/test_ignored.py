"""What is to be ignored is no object in any format; masks have the value that each format keeps for it, and a list names it."""

import json

import numpy as np
import pytest
from PIL import Image
from sets_with_instances import export_here, exported, instances_of, records_of, set_with_ignored

FORMATS = ["coco", "panoptic", "yolo", "yolo task=segment", "voc", "huggingface"]


def ignored(source, record) -> np.ndarray:
    """(H, W) bool."""
    numbers = [entry["instance"] for entry in record["objects"] if entry["class"] == "ignore"]
    return np.isin(instances_of(source, record), numbers)


@pytest.mark.parametrize("words", FORMATS)
def test_it_is_counted_and_listed(tmp_path, words):
    source = set_with_ignored(tmp_path / "set")
    export_here(tmp_path, "set", *f"format={words}".split(), "to=x")
    seen = [(record["index"], entry["class"], entry["visible_px"]) for record in records_of(source)
            for entry in record["objects"] if entry["class_id"] and entry["visible_px"]]  # fmt: skip
    left = [json.loads(line) for line in (tmp_path / "x/left_out.jsonl").read_text().splitlines()]
    found = sorted((each["image"], each["class"], each["visible_px"]) for each in left)
    assert found == sorted(each for each in seen if each[1] == "ignore")
    counts = exported(tmp_path / "x")["counts"]
    assert (counts["left_out"], counts["objects"]) == (len(found), len(seen) - len(found))


def test_masks_have_the_value_for_it(tmp_path):
    source = set_with_ignored(tmp_path / "set")
    export_here(tmp_path, "set", "format=panoptic", "to=panoptic")
    export_here(tmp_path, "set", "format=voc", "to=voc")
    for record in records_of(source):
        expected, name = ignored(source, record), record["image"][7:]
        (path,) = (tmp_path / "panoptic/annotations").glob(f"panoptic_*/{name}")
        assert ((np.asarray(Image.open(path)) == 0).all(axis=2) == expected).all()
        for folder in ("SegmentationClass", "SegmentationObject"):
            assert ((np.asarray(Image.open(tmp_path / "voc" / folder / name)) == 255) == expected).all()
