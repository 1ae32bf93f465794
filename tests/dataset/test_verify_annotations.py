"""Tests of raster.dataset.verify_annotations: each wrong number of an annotation is found and its object named."""

import copy

import orjson
import pytest

from raster import render
from raster.dataset.verify_annotations import check_annotations
from raster.errors import InputError


@pytest.fixture(scope="module")
def record() -> dict:
    """The record of an image with all annotations, as it comes back from its line."""
    given = ["preset=fast", "size=64", "annotations=[boxes,amodal,full,pose,keypoints]"]
    (frames,) = render(n=1, overrides=given)
    return orjson.loads(orjson.dumps(frames.records[0], option=orjson.OPT_SERIALIZE_NUMPY))


def seen(record: dict) -> dict:
    return next(entry for entry in record["objects"] if entry.get("amodal_px") and entry["full_px"])


def test_a_right_record(record):
    check_annotations(record, "line 1")


@pytest.mark.parametrize("name", ["amodal", "full", "pose", "keypoints"])
def test_an_annotation_alone(name):
    (frames,) = render(n=1, overrides=["preset=fast", "size=64", f"annotations=[{name}]"])
    check_annotations(frames.records[0], "line 1")


WRONG = {
    "visibility": (lambda e: e.update(visibility=0.01), "visibility is 0.01, but "),
    "more seen than there is": (lambda e: e.update(visible_px=e["amodal_px"] + 1), "visibility is "),
    "no visibility": (lambda e: e.update(visibility=None), "visibility is None, but "),
    "truncation": (lambda e: e.update(truncation=0.77), "truncation is 0.77, but "),
    "scaled": (lambda e: e["pose"]["rotation"][0].__setitem__(0, 2.0), "pose is no rotation"),
    "moved": (lambda e: e["pose"]["translation"].__setitem__(2, 9.0), "pose puts it elsewhere than world_from_object"),
    "corners": (lambda e: e["box3d"]["corners"].reverse(), "the corners of box3d are not those of its center"),
    "amodal box": (lambda e: e["amodal_bbox"].__setitem__(2, 1), "(amodal_bbox|full_bbox|visib)"),
    "amodal box beside": (lambda e: e["amodal_bbox"].__setitem__(0, 40), r"amodal_bbox is \[40, .*, but a part of it spans"),
    "no box": (lambda e: e.update(full_bbox=None), "full_bbox is None, but full_px is "),
    "box elsewhere": (
        lambda e: [e[key].__setitem__(0, e[key][0] - 20) for key in ("bbox", "amodal_bbox", "full_bbox")],
        r"bbox is \[.*, but the corners of box3d span ",
    ),
    "keypoint outside": (lambda e: e["keypoints"].__setitem__(3, [64.0, 1.0, 1]), r"keypoint 3 is \[64.0, 1.0, 1\]"),
    "flag": (lambda e: e["keypoints"].__setitem__(3, [6.0, 1.0, 0]), r"keypoint 3 is \[6.0, 1.0, 0\]"),
    "keypoint beside": (
        lambda e: [point.__setitem__(0, 0.3) for point in e["keypoints"] if point[2]],
        "keypoint 0 is .*, but that corner of box3d is at",
    ),
    "size alone": (lambda e: e["size"].__setitem__(0, 9.0), r"size is \[9.0, .*, but that of box3d is"),
    "size": (lambda e: e["box3d"]["size"].__setitem__(0, 9.0), "the corners of box3d are not those of its center"),
}


@pytest.mark.parametrize("name", WRONG)
def test_each_wrong_number_is_named(record, name):
    change, said = WRONG[name]
    changed = copy.deepcopy(record)
    change(seen(changed))
    with pytest.raises(InputError, match=rf"^line 1: instance \d+: {said}"):
        check_annotations(changed, "line 1")


@pytest.mark.slow
@pytest.mark.parametrize("preset", ["default", "realistic", "clutter", "movi_a"])
def test_what_is_drawn_passes(preset):
    given = [] if preset == "default" else [f"preset={preset}"]
    given += ["size=96", "annotations=[boxes,amodal,full,pose,keypoints]"]
    for frames in render(n=24, overrides=given):
        for each in frames.records:
            check_annotations(orjson.loads(orjson.dumps(each, option=orjson.OPT_SERIALIZE_NUMPY)), f"{preset} {each['index']}")
