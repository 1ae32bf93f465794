"""Tests of format=panoptic by the rules of panopticapi: ids of PNG and JSON are the same, and areas cover the image."""

import json

import numpy as np
from PIL import Image
from sets_with_instances import bytes_of, export_here, records_of, seen_of, set_with_instances

VOID, BACKGROUND = 0, 65536


def read_panoptic(to, name: str):
    """For each annotation: its image's number, ids (H, W), segments by id. As panopticapi reads them, and as strictly."""
    facts = json.loads((to / f"annotations/panoptic_{name}.json").read_text())
    categories = {each["id"]: each for each in facts["categories"]}
    images = {each["id"]: each for each in facts["images"]}
    assert [each["image_id"] for each in facts["annotations"]] == sorted(images)
    for each in facts["annotations"]:
        colours = np.asarray(Image.open(to / f"annotations/panoptic_{name}" / each["file_name"])).astype(np.uint32)
        assert (to / "images" / images[each["image_id"]]["file_name"]).is_file()
        ids = colours[..., 0] + 256 * colours[..., 1] + 65536 * colours[..., 2]
        segments = {segment["id"]: segment for segment in each["segments_info"]}
        assert len(segments) == len(each["segments_info"])
        assert set(segments) == set(np.unique(ids).tolist()) - {VOID}
        for number, segment in segments.items():
            y, x = np.nonzero(ids == number)
            assert segment["area"] == len(y)
            assert segment["bbox"] == [x.min(), y.min(), np.ptp(x) + 1, np.ptp(y) + 1]
            assert segment["category_id"] in categories
        yield each["image_id"] - 1, ids, segments, categories


def test_segments_are_the_objects_and_the_background(export, source, tmp_path):
    export("format=panoptic", "to=panoptic")
    records, numbers = {record["index"]: record for record in records_of(source)}, []
    for name in ("train", "val"):
        for number, ids, segments, categories in read_panoptic(tmp_path / "panoptic", name):
            seen = seen_of(source, records[number])
            assert set(segments) == {*seen, BACKGROUND}
            for k, mask in seen.items():
                assert ((ids == k) == mask).all()
            classes = {entry["instance"]: entry["class_id"] for entry in records[number]["objects"]}
            assert {k: segments[k]["category_id"] for k in seen} == {k: classes[k] for k in seen}
            assert sum(segment["area"] for segment in segments.values()) == ids.size
            assert {k: each["isthing"] for k, each in categories.items()} == {0: 0, 1: 1, 2: 1}
            numbers.append(number)
    assert sorted(numbers) == sorted(records)


def test_an_image_that_is_all_object_has_no_background_and_small_ones_are_crowds(tmp_path):
    def change(frames):
        frames.layers["instance_id"][0][:] = 3
        frames.layers["instance_id"][0][0, :2] = 4

    set_with_instances(tmp_path / "set", change=change)
    export_here(tmp_path, "set", "format=panoptic", "to=panoptic", "min_visible_px=3")
    _, _, segments, _ = next(read_panoptic(tmp_path / "panoptic", "train"))
    assert {number: segment["iscrowd"] for number, segment in segments.items()} == {3: 0, 4: 1}


def test_the_same_bytes_again(export, tmp_path):
    for to in ("one", "two"):
        export("format=panoptic", f"to={to}")
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")
