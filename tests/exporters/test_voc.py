"""Tests of format=voc: by its rules, read with Pillow and ElementTree; tests/exporters/test_clients.py has torchvision."""

from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from sets_with_instances import bytes_of, export_here, records_of, seen_of, set_with_instances


def test_boxes_masks_and_lists(export, source, tmp_path):
    export("format=voc", "to=voc")
    root, splits = tmp_path / "voc", {"train": "train", "valid": "val"}
    for record in records_of(source):
        name, seen = record["image"][7:-4], seen_of(source, record)
        for folder in ("Main", "Segmentation"):
            assert name in (root / f"ImageSets/{folder}/{splits[record['split']]}.txt").read_text().split()
        xml = ElementTree.parse(root / f"Annotations/{name}.xml").getroot()
        objects = {entry["instance"]: entry for entry in record["objects"]}
        boxes = [
            [int(each.find(f"bndbox/{key}").text) for key in ("xmin", "ymin", "xmax", "ymax")] for each in xml.iter("object")
        ]
        expected = [objects[k]["bbox"] for k in sorted(seen)]
        assert boxes == [[x + 1, y + 1, x + w, y + h] for x, y, w, h in expected]
        assert [each.find("name").text for each in xml.iter("object")] == [objects[k]["class"] for k in sorted(seen)]
        assert (xml.find("size/width").text, xml.find("size/height").text) == ("24", "16")
        with Image.open(root / f"SegmentationObject/{name}.png") as picture:
            assert (picture.mode, picture.getpalette()[3:6]) == ("P", [128, 0, 0])
            numbers = np.asarray(picture)
        for place, k in enumerate(sorted(seen), 1):
            assert ((numbers == place) == seen[k]).all()
        assert numbers.max() == len(seen)
        with Image.open(root / f"SegmentationClass/{name}.png") as picture:
            assert picture.mode == "P"
            assert (np.asarray(picture) == np.asarray(Image.open(source / record["label"]))).all()
        with Image.open(root / f"JPEGImages/{name}.jpg") as picture:
            assert (picture.format, picture.size) == ("JPEG", (24, 16))
    assert (root / "labelmap.txt").read_text() == "background:0,0,0::\ncube:128,0,0::\nsphere:0,128,0::\n"


def test_pictures_can_stay_png(export, source, tmp_path):
    export("format=voc", "to=voc", "images=link")
    for path in (source / "images").iterdir():
        assert (tmp_path / "voc/JPEGImages" / path.name).samefile(path)
    assert "<filename>000000.png</filename>" in (tmp_path / "voc/Annotations/000000.xml").read_text()


def test_truncated_occluded_and_difficult(tmp_path):
    def change(frames):
        for record in frames.records:
            for entry in record["objects"]:
                k = entry["instance"]
                entry |= {"visibility": 1.0 if k % 2 else 0.4, "truncation": None if k == 2 else 0.1 * (k > 3)}

    set_with_instances(tmp_path / "set", change=change)
    export_here(tmp_path, "set", "format=voc", "to=voc", "min_visibility=0.5")
    for record in records_of(tmp_path / "set"):
        xml = ElementTree.parse(tmp_path / f"voc/Annotations/{record['image'][7:-4]}.xml")
        flags = [[int(each.find(key).text) for key in ("truncated", "occluded", "difficult")] for each in xml.iter("object")]
        assert flags == [[int(k > 3), int(k % 2 == 0), int(k % 2 == 0)] for k in sorted(seen_of(tmp_path / "set", record))]


@pytest.mark.parametrize(("count", "fits"), [(254, True), (255, False)])
def test_too_many_objects_for_a_byte_are_refused(tmp_path, count, fits):
    def change(frames):
        ids = np.zeros(16 * 24, np.uint16)
        ids[:count] = np.arange(1, count + 1)
        frames.layers["instance_id"][3] = ids.reshape(16, 24)
        frames.layers["class_id"][3] = ids.reshape(16, 24) > 0
        thing = frames.records[3]["objects"][0]
        frames.records[3]["objects"] = [
            {
                **thing,
                "instance": k,
                "class": "cube",
                "class_id": 1,
                "visible_px": 1,
                "bbox": [(k - 1) % 24, (k - 1) // 24, 1, 1],
            }
            for k in range(1, count + 1)
        ]

    set_with_instances(tmp_path / "set", change=change)
    if fits:
        export_here(tmp_path, "set", "format=voc", "to=voc")
        assert np.asarray(Image.open(tmp_path / "voc/SegmentationObject/000003.png")).max() == 254
    else:
        told = export_here(tmp_path, "set", "format=voc", "to=voc", code=2)
        assert told.startswith("set/images/000003.png: shows 255 labelled objects, and Pascal VOC can tell 254 apart")


def test_the_same_bytes_again(export, tmp_path):
    for to in ("one", "two"):
        export("format=voc", f"to={to}")
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")
