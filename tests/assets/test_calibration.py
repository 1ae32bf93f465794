"""Tests of calibrations: K and distortion by hand, from OpenCV's and ROS's files, with the half pixel; what is refused."""

import json

import pytest

from raster.assets.cameras.calibration import Calibration, read_calibration
from raster.errors import InputError

K = [[610.5, 0, 318.25], [0, 612.0, 242.75], [0, 0, 1]]
D = [-0.28, 0.09, 0.001, -0.0005, -0.012]
BY_HAND = {"k": K, "width": 640, "height": 480, "distortion": D}
OPENCV = """%YAML:1.0
---
calibration_time: "Mon 01 Jan 2024"
image_width: 640
image_height: 480
camera_matrix: !!opencv-matrix
   rows: 3
   cols: 3
   dt: d
   data: [ 610.5, 0., 3.1825e+02, 0., 612., 2.4275e+02,
       0., 0., 1. ]
distortion_coefficients: !!opencv-matrix
   rows: 1
   cols: 5
   dt: d
   data: [ -2.8e-01, 9.e-02, 1e-3, -5.0e-04, -1.2e-02 ]
"""
ROS = """image_width: 640
image_height: 480
camera_name: narrow_stereo
camera_matrix:
  rows: 3
  cols: 3
  data: [610.5, 0, 318.25, 0, 612.0, 242.75, 0, 0, 1]
distortion_model: plumb_bob
distortion_coefficients:
  rows: 1
  cols: 5
  data: [-0.28, 0.09, 0.001, -0.0005, -0.012]
rectification_matrix: {rows: 3, cols: 3, data: [1, 0, 0, 0, 1, 0, 0, 0, 1]}
"""
CAMERA_INFO = {"height": 480, "width": 640, "distortion_model": "plumb_bob", "d": D, "k": [x for row in K for x in row]}
OPENCV_JSON = {
    "image_width": 640, "image_height": 480,
    "camera_matrix": {"type_id": "opencv-matrix", "rows": 3, "cols": 3, "dt": "d", "data": [x for row in K for x in row]},
    "distortion_coefficients": {"type_id": "opencv-matrix", "rows": 5, "cols": 1, "dt": "d", "data": D},
}  # fmt: skip
EXPECTED = Calibration(610.5, 612.0, 318.75, 243.25, 640, 480, tuple(D))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cv.yml", OPENCV), ("ros.yaml", ROS), ("info.json", json.dumps(CAMERA_INFO)), ("cv.json", json.dumps(OPENCV_JSON)),
        ("hand.yaml", json.dumps(BY_HAND)),
    ],
)  # fmt: skip
def test_each_way_to_say_it_gives_the_same_camera(tmp_path, name, text):
    """The first pixel's centre is at 0 there and at 0.5 here."""
    (tmp_path / name).write_text(text)
    found = read_calibration("calibration", str(tmp_path / name), "integer")
    assert found.digest
    assert Calibration(**{**found.__dict__, "digest": None}) == EXPECTED
    assert read_calibration("calibration", BY_HAND, "integer") == EXPECTED
    assert read_calibration("calibration", BY_HAND, "half").cx == 318.25


def test_the_digest_is_of_the_files_bytes(tmp_path):
    digests = []
    for text in (ROS, ROS + "\n", ROS):
        (tmp_path / "a.yaml").write_text(text)
        digests.append(read_calibration("calibration", str(tmp_path / "a.yaml"), "integer").digest)
    assert digests[0] == digests[2] != digests[1]


def test_another_size_scales_all_and_another_shape_is_refused():
    assert EXPECTED.at(320, 240) == (305.25, 306.0, 159.375, 121.625)
    with pytest.raises(InputError, match=r"is of 640 x 480 px, and images have 256 x 256; set size=\[480,640\]"):
        EXPECTED.at(256, 256)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"k": None}, "has no k"),
        ({"width": None}, "has no width"),
        ({"height": 479.5}, "height=479.5: expected a whole number"),
        ({"k": [[1, 2], [3, 4]]}, "k has the shape [2, 2]"),
        ({"k": [[1, 2], [3]]}, "k is [[1, 2], [3]]; expected numbers"),
        ({"k": [[0, 0, 320], [0, 600, 240], [0, 0, 1]]}, "fx=0, fy=600: focal lengths are above zero"),
        ({"k": [[600, 0, 320], [0, -600, 240], [0, 0, 1]]}, "fx=600, fy=-600"),
        ({"k": [[600, 2, 320], [0, 600, 240], [0, 0, 1]]}, "skew=2: only pixels without skew"),
        ({"k": [[600, 0, 0], [0, 600, 0], [320, 240, 1]]}, "is it transposed"),
        (
            {"k": [[600, 0, 700], [0, 600, 240], [0, 0, 1]]},
            "principal point (700.5, 240.5) px is outside the picture of 640 x 480",
        ),
        ({"k": [[float("nan"), 0, 1], [0, 600, 240], [0, 0, 1]]}, "expected finite numbers"),
        ({"k": {"rows": 3, "cols": 3, "data": [1, 2]}}, "k has 2 numbers, which are not rows=3 x cols=3"),
        ({"distortion": [0.1, 0.2, 0.3]}, "distortion has 3 numbers"),
        ({"distortion": [0, 0, 0, 0, 0, 0.1, 0, 0]}, "only the first five"),
        ({"flags": 0}, "there is no flags; expected {k: 3 x 3 matrix, width: px"),
        ({"distortion_model": "equidistant"}, "distortion_model=equidistant: only OpenCV's k1, k2, p1, p2, k3"),
    ],
)
def test_what_is_refused(changed, message):
    said = {key: value for key, value in {**BY_HAND, **changed}.items() if value is not None}
    with pytest.raises(InputError) as refused:
        read_calibration("calibration", said, "integer")
    assert str(refused.value).startswith("calibration: ")
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("none.yaml", None, "cannot be read: No such file"),
        ("empty.yaml", b" \n", "is empty"),
        ("list.yaml", b"[1, 2]", "holds no keys"),
        ("bad.json", b"{", "is no JSON"),
        ("bad.yaml", b"{", "is no YAML"),
        ("latin.yaml", b"k: \xff\xfe", "is no text in UTF-8"),
        ("unsafe.yaml", b"k: !!python/object/apply:os.getcwd []", "is no YAML"),
        ("typo.json", json.dumps(BY_HAND).replace("distortion", "distorsion").encode(), "there is no distorsion; expected"),
        ("a.xml", b"<xml/>", "expected a file that ends in .json .yaml .yml"),
    ],
)
def test_files_that_cannot_be_read_are_named(tmp_path, name, data, message):
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(InputError) as refused:
        read_calibration("calibration", str(path), "integer")
    assert str(refused.value).startswith(f"calibration={path}: ")
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)
