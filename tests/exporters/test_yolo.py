"""Tests of format=yolo by a strict reader of the published rules: boxes, polygons, oriented boxes, masks and depth."""

import json
from pathlib import Path

import numpy as np
import pytest
import yaml
from bop_sets import complete_set
from fill_polygon import fill_polygon
from made_exports import accept_sizes, refused
from PIL import Image
from programs import run_here
from sets_with_instances import (
    export_here,
    exported,
    instances_of,
    records_of,
    seen_of,
    set_with_instances,
    set_with_keypoints,
)
from yolo_rules import read_yolo

from raster.exporters.yolo import mirrored

SIZE = np.array([24, 16])


def turns(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(N,) above 0 where b lies clockwise of a, in an image with y down."""
    return a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]


def rows_of(to, source):
    """For each record, what the reader finds for its image, and the objects that it shows."""
    names, found = read_yolo(to)
    assert names == {0: "cube", 1: "sphere"}
    by_name = {path.name: (path.parent.name, rows) for path, rows in found.items()}
    assert len(by_name) == len(records_of(source))
    for record in records_of(source):
        split, rows = by_name[record["image"].split("/")[1]]
        assert split == {"train": "train", "valid": "val"}[record["split"]]
        seen = seen_of(source, record)
        objects = [entry for entry in record["objects"] if entry["instance"] in seen]
        assert [each for each, _ in rows] == [entry["class_id"] - 1 for entry in objects]
        yield from ((entry, seen[entry["instance"]], numbers) for entry, (_, numbers) in zip(objects, rows, strict=True))


def test_boxes(export, source, tmp_path):
    export("format=yolo", "to=yolo")
    for entry, _, (x, y, w, h) in rows_of(tmp_path / "yolo", source):
        box = [(x - w / 2) * 24, (y - h / 2) * 16, w * 24, h * 16]
        assert box == pytest.approx(entry["bbox"], abs=1e-4)


def test_polygons_are_filled_to_the_mask(export, source, tmp_path):
    """As Ultralytics does: times width and height, the whole part, filled with the edge."""
    export("format=yolo", "task=segment", "to=yolo")
    for _, mask, numbers in rows_of(tmp_path / "yolo", source):
        points = (numbers.reshape(-1, 2) * SIZE).astype(int)
        assert (fill_polygon(points, 16, 24) == mask).all()


def test_oriented_boxes_hold_all_corners_of_the_pixels(export, source, tmp_path):
    export("format=yolo", "task=obb", "to=yolo")
    for entry, mask, numbers in rows_of(tmp_path / "yolo", source):
        corners = numbers.reshape(4, 2) * SIZE
        sides = np.roll(corners, -1, axis=0) - corners
        assert turns(sides, np.roll(sides, -1, axis=0)).min() > 0  # clockwise
        assert np.hypot(*sides[0]) * np.hypot(*sides[1]) <= np.prod(entry["bbox"][2:]) + 1e-3
        y, x = np.nonzero(mask)
        for point in np.stack([np.concatenate([x, x + 1]), np.concatenate([y, y + 1])], axis=1):
            assert (turns(sides, point - corners) > -1e-3).all()


def test_semantic_masks_are_the_labels(export, source, tmp_path):
    export("format=yolo", "task=semantic", "to=yolo")
    facts = yaml.safe_load((tmp_path / "yolo/data.yaml").read_text())
    assert facts == {
        "train": "images/train",
        "val": "images/val",
        "masks_dir": "masks",
        "names": {0: "background", 1: "cube", 2: "sphere"},
    }
    masks = sorted((tmp_path / "yolo/masks").rglob("*.png"), key=lambda path: path.name)
    assert len(masks) == 6
    for path in masks:
        assert path.samefile(source / "labels" / path.name)
        assert (tmp_path / "yolo/images" / path.relative_to(tmp_path / "yolo/masks")).is_file()


@pytest.mark.parametrize(("depth", "unit_m"), [("png16", 0.001), ("png16", 0.00025), ("npy", 0.001)])
def test_depth_is_the_layers_in_metres(tmp_path, depth, unit_m):
    """By Ultralytics' rules: numbers of a PNG, or of an array that are metres, divided by depth_scale."""
    source = complete_set(tmp_path / "set", depth=depth, depth_unit_m=unit_m)
    export_here(tmp_path, "set", "format=yolo", "task=depth", "to=yolo")
    facts = yaml.safe_load((tmp_path / "yolo/data.yaml").read_text())
    scale = {"depth_scale": round(1 / unit_m)} if depth == "png16" else {}
    assert facts == {"train": "images/train", "val": "images/val", "names": {0: "depth"}, **scale}
    for record in records_of(source):
        name = Path(record["image"]).stem
        (home,) = (tmp_path / "yolo/depth").rglob(f"{name}.*")
        assert (tmp_path / "yolo/images" / home.parent.name / f"{name}.png").is_file()
        held = np.load(home) if depth == "npy" else np.asarray(Image.open(home)) / facts["depth_scale"]
        ids = instances_of(source, record)
        expected = np.where(ids == 3, 70.0 if depth == "npy" else 0, ids * 0.5)
        assert held == pytest.approx(np.where(expected > 65535 * unit_m, 0, expected) if depth == "png16" else expected)
    assert run_here(tmp_path, "raster.validate", "yolo").startswith("valid: 6 images (4 train, 2 valid)")


def test_depth_that_is_none(tmp_path):
    source = set_with_instances(tmp_path / "plain")
    told = export_here(tmp_path, source.name, "format=yolo", "task=depth", "to=x", code=2)
    assert told == "plain: has no layer depth; this adds it: raster generate out=plain layers=[depth]"
    complete_set(tmp_path / "set", depth="npy")
    told = export_here(tmp_path, "set", "format=yolo", "task=depth", "to=x", "min_visible_px=2", code=2)
    assert told.startswith("task=depth: its files are those of the layer depth as they are, so min_visible_px")
    export_here(tmp_path, "set", "format=yolo", "task=depth", "to=yolo", "images=copy")
    path = tmp_path / "yolo/depth/train/000000.npy"
    good = np.load(path)
    for bad, problem in ((good[1:], "has the shape (15, 24)"), (-good, "holds what is no depth"), (good > 1, "holds bool")):
        np.save(path, bad)
        accept_sizes(tmp_path / "yolo")
        assert problem in refused(tmp_path / "yolo")


def test_the_folder_can_be_moved_and_an_image_without_objects_has_an_empty_file(tmp_path):
    def change(frames):
        frames.layers["instance_id"][2][:] = 0
        frames.layers["class_id"][2][:] = 0
        for entry in frames.records[2]["objects"]:
            entry |= {"visible_px": 0, "bbox": None}

    set_with_instances(tmp_path / "set", change=change)
    export_here(tmp_path, "set", "format=yolo", "task=segment", "to=a/images/yolo")
    (tmp_path / "a/images/yolo").rename(tmp_path / "moved")
    _, found = read_yolo(tmp_path / "moved")
    assert found[tmp_path / "moved/images/train/000002.png"] == []
    assert sum(map(bool, found.values())) == 5


def test_what_is_left_out_is_listed(export, source, tmp_path):
    for task in ("detect", "segment"):
        export("format=yolo", f"task={task}", "min_visible_px=20", f"to={task}")
        _, found = read_yolo(tmp_path / task)
        left = [json.loads(line) for line in (tmp_path / task / "left_out.jsonl").read_text().splitlines()]
        counts = exported(tmp_path / task)["counts"]
        assert counts["objects"] == sum(map(len, found.values()))
        assert counts["left_out"] == len(left) > 0
        small = [{"image": record["index"], **{key: entry[key] for key in ("instance", "class", "visible_px")}}
                 for record in records_of(source) for entry in record["objects"]
                 if entry["class_id"] and 0 < entry["visible_px"] < 20]  # fmt: skip
        assert sorted(left, key=str) == sorted(small, key=str)


def test_boxes_need_no_instances_but_polygons_do(tmp_path):
    set_with_instances(tmp_path / "set", instances=False)
    export_here(tmp_path, "set", "format=yolo", "to=boxes")
    assert export_here(tmp_path, "set", "format=yolo", "task=segment", "to=x", code=2).startswith(
        "set: has no layer instance_id"
    )


def test_a_set_without_boxes_is_told(tmp_path):
    def change(frames):
        for record in frames.records:
            for entry in record["objects"]:
                del entry["visible_px"], entry["bbox"]

    set_with_instances(tmp_path / "set", change=change)
    told = "set: its records hold no boxes: draw it with the annotation boxes, which is the default"
    assert export_here(tmp_path, "set", "format=yolo", "to=x", code=2) == told
    told = "task=semantic: its files are the labels as they are, so min_visible_px and min_visibility do not count"
    assert export_here(tmp_path, "set", "format=yolo", "to=x", "task=semantic", "min_visible_px=3", code=2) == told


def test_labels_are_as_large_as_the_images(export, tmp_path):
    export("format=yolo", "task=semantic", "to=yolo", "images=copy")
    assert {Image.open(path).size for path in (tmp_path / "yolo").rglob("*.png")} == {(24, 16)}


def test_keypoints(tmp_path):
    source = set_with_keypoints(tmp_path / "set")
    export_here(tmp_path, "set", "format=yolo", "task=pose", "to=yolo")
    facts = yaml.safe_load((tmp_path / "yolo/data.yaml").read_text())
    assert (facts["kpt_shape"], facts["flip_idx"]) == ([3, 3], [2, 1, 0])
    found = read_yolo(tmp_path / "yolo", keypoints=3)[1]
    for record in records_of(source):
        split = {"train": "train", "valid": "val"}[record["split"]]
        rows = found[tmp_path / f"yolo/images/{split}/{record['image'][7:]}"]
        objects = [entry for entry in record["objects"] if entry["instance"] in seen_of(source, record)]
        for entry, (_, numbers) in zip(objects, rows, strict=True):
            points = numbers[4:].reshape(3, 3) * [24, 16, 1]
            assert points == pytest.approx(np.array(entry["keypoints"]), abs=1e-4)


def test_corners_change_sides_in_a_mirror():
    assert mirrored([*(f"corner{k}" for k in range(8)), "center"]) == [4, 5, 6, 7, 0, 1, 2, 3, 8]


def test_pose_of_a_set_without_keypoints_is_told(export):
    told = export("format=yolo", "task=pose", "to=x", code=2)
    assert told.endswith("set has no keypoints; draw it with +annotations=keypoints")
