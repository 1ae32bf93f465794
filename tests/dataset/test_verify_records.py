"""Tests of raster.dataset.verify: each wrong record is found, and its line or picture named."""

import numpy as np
import pytest
from damage import forge, scale_rotation, set_morph, visible

from raster.dataset.verify import verify
from raster.errors import InputError


def set_camera(**changes: object):
    return lambda record: record["camera"].update(changes)


def set_visible(**changes: object):
    return lambda record: visible(record).update(changes)


def mirror(record: dict) -> None:
    record["camera"]["world_from_camera"] = (np.diag([-1, 1, 1, 1]) @ record["camera"]["world_from_camera"]).tolist()


def not_finite(record: dict) -> None:
    record["objects"][0]["world_from_object"][0][0] = None  # what JSON makes of NaN


def wrong_part(record: dict) -> None:
    record["objects"][1]["parts"][1]["world_from_object"][3] = [0, 0, 1, 1]


def shift_box(record: dict) -> None:
    box = visible(record)["bbox"]
    box[0] += 1 if box[0] == 0 else -1


def hidden_box(record: dict) -> None:
    hidden = next(entry for entry in record["objects"] if entry["bbox"] is None)
    hidden["bbox"] = [0, 0, 1, 1]


def rename_class(record: dict) -> None:
    visible(record)["class"] = "background"


def half_boxes(record: dict) -> None:
    del record["objects"][0]["visible_px"]


LINE = r"scenes\.jsonl line 3 \(images/000002\.png\)"
IN_RECORD = {  # what is done to the record of image 2 -> what is said
    "instances": (lambda r: r["objects"][0].update(instance=2), rf"{LINE}: instances are \[2, 2, 3, 4, 5\], expected"),
    "class": (rename_class, rf"{LINE}: instance \d: class 'background' with class_id [12] does not agree"),
    "class id": (lambda r: r["objects"][0].update(class_id=3), rf"{LINE}: instance 1: .* class_id 3 does not agree"),
    "split": (lambda r: r.update(split="tests"), rf"{LINE}: split is 'tests', expected one of train, valid, test"),
    "finite": (not_finite, rf"{LINE}: instance 1: world_from_object: is not finite"),
    "last row": (wrong_part, rf"{LINE}: instance 2: world_from_object: has the last row"),
    "morph": (set_morph(fit=1.5), rf"{LINE}: instance \d: morph: fit is 1.5, expected above 0 and at most 1"),
    "morph number": (set_morph(bend=None), rf"{LINE}: instance \d: morph: bend is None, expected a number"),
    "morph seed": (set_morph(seed=[1, 2]), rf"{LINE}: instance \d: morph: seed is \[1, 2\], expected 3 numbers"),
    "scaled": (scale_rotation, rf"{LINE}: world_from_camera is no rotation"),
    "mirrored": (mirror, rf"{LINE}: world_from_camera is no rotation"),
    "focal": (set_camera(fx=-1), rf"{LINE}: fx, fy are -1, 20\.5, expected above 0"),
    "centre": (set_camera(cx=24.5), rf"{LINE}: cx, cy are \(24\.5, 8\.0\), expected a point of the picture"),
    "distortion": (set_camera(distortion=[0.1, 0]), rf"{LINE}: distortion is \[0\.1, 0\.0\], expected 5 numbers"),
    "no number": (set_camera(distortion=[0.1, 0, None, 0, 0]), rf"{LINE}: distortion is .*nan.*, expected 5 numbers"),
    "near": (set_camera(near=200), rf"{LINE}: near, far are 200, 100\.0, expected 0 < near < far"),
    "camera size": (set_camera(width=25, cx=12.5), r"images/000002\.png: is 24 x 16, .*; expected 25 x 16"),
    "box outside": (set_visible(bbox=[20, 0, 5, 16]), rf"{LINE}: instance \d: bbox \[20, 0, 5, 16\] is not inside"),
    "box small": (set_visible(bbox=[0, 0, 1, 1], visible_px=5), rf"{LINE}: instance \d: bbox .* has 1 pixels, but"),
    "box shifted": (shift_box, r"labels/000002\.png: pixels of \w+ span \[.*\], but the boxes of its objects span"),
    "no box": (set_visible(bbox=None), rf"{LINE}: instance \d: visible_px is \d+ and bbox is None"),
    "box of hidden": (hidden_box, rf"{LINE}: instance 5: visible_px is 0 and bbox is \[0, 0, 1, 1\]"),
    "unlabelled": (lambda r: r.update(unlabelled=True), rf"{LINE}: is unlabelled, but its label shows a class"),
    "half": (half_boxes, rf"{LINE}: visible_px and bbox are on some objects only"),
    "visible": (
        lambda r: visible(r).update(visible_px=visible(r)["visible_px"] - 1),
        r"labels/000002\.png: \d+ pixels of \w+, but visible_px sum to \d+",
    ),
    "floor": (
        lambda r: r["objects"][0].update(visible_px=384, bbox=[0, 0, 24, 16]),
        r"labels/000002\.png: \d+ pixels of background, but visible_px sum to \d+",
    ),
    "index": (lambda r: r.update(index=7), r"scenes\.jsonl line 3: index is 7, expected 2"),
    "name": (lambda r: r.update(image="images/2.png"), r"scenes\.jsonl line 3: image is 'images/2\.png', expected"),
    "no key": (lambda r: r["camera"].pop("fx"), rf"{LINE}: the record has no 'fx'"),
    "no list": (lambda r: r.update(objects=3), rf"{LINE}: the record cannot be used: .*not iterable"),
}  # fmt: skip


@pytest.mark.parametrize("case", IN_RECORD)
def test_a_wrong_record_is_found(out, case):
    change, message = IN_RECORD[case]
    forge(out, 2, change)
    with pytest.raises(InputError, match=rf"^{out}/{message}"):
        verify(out)
