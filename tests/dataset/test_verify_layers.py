"""Tests of raster.dataset.verify_layers: each wrong layer is found and its file named."""

import copy
from pathlib import Path

import numpy as np
import pytest
from programs import generate_here

from raster.dataset.files import sha256
from raster.dataset.layer_files import encode_layer, in_units, layer_file, path_of
from raster.dataset.verify import verify
from raster.dataset.verify_layers import check_layers
from raster.errors import InputError

NAMES = ("instance_id", "depth", "distance", "normal", "normal_camera", "coverage")
LOOKS = np.array([[0, 0, 1, 5], [-1, 0, 0, 6], [0, -1, 0, 7], [0, 0, 0, 1.0]])  # along the world's x axis
CAMERA = {"width": 8, "height": 6, "fx": 10.0, "fy": 10.0, "cx": 4.0, "cy": 3.0, "world_from_camera": LOOKS.tolist()}
CORNERS = [[0.2 + 0.4 * x, 0.1 + 0.3 * y, 2.2 + 0.2 * z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]
AROUND = {"center": [0.2, 0.1, 2.2], "size": [0.8, 0.6, 0.4], "rotation": np.eye(3).tolist(), "corners": CORNERS}  # box3d
BOX = (slice(2, 5), slice(3, 7))
OBJECT = {"instance": 1, "class_id": 2, "visible_px": 12, "bbox": [3, 2, 4, 3]}


def scene() -> dict:
    """One object, 12 pixels of it, 2 m away: layers, label, record."""
    there = np.zeros((6, 8), bool)
    there[BOX] = True
    depth = np.where(there, np.float32(2), np.float32(0))
    x, y = (np.arange(8) + 0.5 - 4) / 10, (np.arange(6)[:, None] + 0.5 - 3) / 10
    return {
        "instance_id": there.astype(np.uint16),
        "depth": depth,
        "distance": (depth * np.sqrt(x**2 + y**2 + 1)).astype(np.float32),
        "normal": np.where(there[..., None], [-0.6, 0, -0.8], 0).astype(np.float16),
        "normal_camera": np.where(there[..., None], [0, 0.8, -0.6], 0).astype(np.float16),
        "coverage": there.astype(np.uint32),
        "label": 2 * there.astype(np.uint8),
        "record": {"camera": dict(CAMERA), "objects": [copy.deepcopy(OBJECT)]},
    }


def check(out: Path, given: dict, metric: str = "npy") -> None:
    files = {name: layer_file(name, metric, "npz", 0.001) for name in NAMES}
    for name, file in files.items():
        layer = given[name]
        if "unit_m" in file:
            layer = in_units(layer[None], 0.001)[0][0]
        path = out / path_of(file, 0)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(encode_layer(name, file, layer))
    listed = {path: sha256(out / path) for path in (path_of(file, 0) for file in files.values())}
    check_layers(out, 0, {"files": listed, **given["record"]}, given["label"], files)


@pytest.mark.parametrize("metric", ["npy", "png16"])
def test_right_layers(tmp_path, metric):
    check(tmp_path, scene(), metric)


def test_what_lies_in_its_box_and_is_seen(tmp_path):
    given = scene()
    given["record"]["objects"][0] |= {"box3d": AROUND, "keypoints": [[2.4, 1.2, 2], [0.5, 0.5, 1]]}
    check(tmp_path, given)


@pytest.mark.slow
def test_a_set_that_was_drawn_with_all_layers(tmp_path):
    """At 160 px, where most such images have a pixel on a triangle that is thinner than it."""
    words = ("n=12", "size=160", "preset=clutter", "+annotations=[amodal,full,pose,keypoints]", "writers.layers.depth=npy")
    generate_here(tmp_path, *words, f"layers=[{','.join(NAMES)},class_id,coverage_canvas]", "out=set")
    assert verify(tmp_path / "set")["images"] == 12


def put(name: str, value: object, where: object = (2, 3)):
    def change(given: dict) -> None:
        given[name][where] = value

    return change


WRONG = {
    "unknown id": (put("instance_id", 2), r"instances/000000\.png: holds the id 2, but the record has 1 objects"),
    "area": (put("instance_id", 0), r"instances/000000\.png: 11 pixels of instance 1, but its visible_px is 12"),
    "box": (
        lambda g: g["record"]["objects"][0].update(bbox=[2, 2, 5, 3]),
        r"instances/000000\.png: instance 1 does not fill its bbox \[2, 2, 5, 3\]",
    ),
    "class": (put("label", 1), r"instances/000000\.png: column 3, row 2 shows instance 1, whose class is not .* \(1\)"),
    "no depth": (put("depth", 0), r"depth/000000\.npy: 1 pixels of objects are 0, but the record says that 0 are too far"),
    "depth of nothing": (put("depth", 1, (0, 0)), r"depth/000000\.npy: has a length where instances/ shows nothing"),
    "negative": (put("depth", -1), r"depth/000000\.npy: holds what is no length"),
    "infinite": (put("distance", np.inf), r"distance/000000\.npy: holds what is no length"),
    "distance": (put("distance", 2.0), r"distance/000000\.npy: is not depth times the length of the rays"),
    "frame": (put("normal_camera", (0, -0.8, -0.6)), r"normal_camera/000000\.npz: holds other normals than normal/, in the ca"),
    "not in its box": (
        lambda g: g["record"]["objects"][0].update(box3d={**AROUND, "center": [0.2, 0.1, 2.3]}),
        r"depth/000000\.npy: 12 pixels of instance 1 are outside its box3d",
    ),
    "not seen": (
        lambda g: g["record"]["objects"][0].update(keypoints=[[3.5, 3.5, 2], [1.4, 1.4, 2]]),
        r"instances/000000\.png: does not show instance 1 at its keypoint 1, which is marked as seen",
    ),
    "a corner that is seen": (
        lambda g: g["record"]["objects"][0].update(box3d=AROUND, keypoints=[[2.4, 1.2, 1]]),
        r"depth/000000\.npy: keypoint 0 of instance 1 has the flag 1, but depth there is 0 m off",
    ),
    "a corner behind": (
        lambda g: g["record"]["objects"][0].update(box3d=AROUND, keypoints=[[2.4, 1.2, 2], [2.4, 1.2, 2]]),
        r"depth/000000\.npy: keypoint 1 of instance 1 has the flag 2, but depth there is 0.4 m off",
    ),
    "turned away": (
        lambda g: g.update({name: -g[name] for name in ("normal", "normal_camera")}),
        r"normal/000000\.npz: 12 of 12 normals point away from the camera",
    ),
    "length": (put("normal", (0.6, 0, -0.7)), r"normal/000000\.npz: holds normals whose length is not 1"),
    "normal of nothing": (put("normal", (0, 0, 1), (0, 0)), r"normal/000000\.npz: has normals where nothing is, or lacks some"),
    "amodal": (put("coverage", 0), r"amodal/000000\.npz: lacks 1 visible pixels of instance 1"),
    "amodal count": (
        lambda g: g["record"]["objects"][0].update(amodal_px=13),
        r"amodal/000000\.npz: 12 pixels of instance 1, but its amodal_px is 13",
    ),
    "size": (lambda g: g.update(depth=np.zeros((6, 9), np.float32)), r"depth/000000\.npy: is an array of \(6, 9\)"),
}


def test_a_distance_of_16_bits_that_is_depth(tmp_path):
    given = scene()
    given["distance"] = given["depth"]
    with pytest.raises(InputError, match=r"distance/000000\.png: is not depth times the length of the rays"):
        check(tmp_path, given, "png16")


@pytest.mark.parametrize("name", WRONG)
def test_each_wrong_layer_is_named(tmp_path, name):
    change, said = WRONG[name]
    given = scene()
    change(given)
    with pytest.raises(InputError, match=said):
        check(tmp_path, given)


def test_a_file_that_is_no_png_or_is_not_listed(tmp_path):
    given = scene()
    check(tmp_path, given)
    files = {"instance_id": layer_file("instance_id", "npy", "npz", 0.001)}
    with pytest.raises(InputError, match=r"instances/000000\.png: is not among the files of its record"):
        check_layers(tmp_path, 0, {"files": {}, **given["record"]}, given["label"], files)
    (tmp_path / "instances/000000.png").write_bytes(b"no PNG")
    for said, listed in (("its sha256 is", ""), ("its pixels do not decode", sha256(tmp_path / "instances/000000.png"))):
        with pytest.raises(InputError, match=rf"instances/000000\.png: {said}"):
            check_layers(tmp_path, 0, {"files": {"instances/000000.png": listed}, **given["record"]}, given["label"], files)
