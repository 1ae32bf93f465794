"""Tests of sets drawn with files of cameras: continued with the same files alone; bad ones end with one line."""

import json

import pytest
from programs import complaint, generate_here

CALIBRATION = {"k": [[60, 0, 31.5], [0, 60, 23.5], [0, 0, 1]], "width": 64, "height": 48}
POSE = [[1, 0, 0, 0], [0, -1, 0, 0], [0, 0, -1, 4], [0, 0, 0, 1]]  # looks down from 4 m
OPTIONS = ["preset=fast", "size=[48,64]", "out=set", "randomizers.framing=null", "randomizers.camera.fov_deg=null"]
OPTIONS += ["randomizers.camera.calibration=camera.json", "randomizers.camera.poses=poses.json"]


@pytest.fixture
def files(tmp_path):
    (tmp_path / "camera.json").write_text(json.dumps(CALIBRATION))
    (tmp_path / "poses.json").write_text(json.dumps([POSE]))
    return tmp_path


@pytest.mark.parametrize("name", ["camera.json", "poses.json"])
def test_a_set_is_continued_with_the_same_files_alone(files, name):
    generate_here(files, *OPTIONS, "n=2")
    generate_here(files, *OPTIONS, "n=3")
    before = (files / "set" / "manifest.json").read_bytes()
    assert len(json.loads(before)["configuration"]["cameras"]) == 64
    (files / name).write_text((files / name).read_text() + "\n")
    said = complaint(generate_here(files, *OPTIONS, "n=4", code=2))
    assert "calibration or poses of cameras are not those that it was begun with" in said
    assert (files / "set" / "manifest.json").read_bytes() == before
    assert not (files / "set" / "images" / "000003.png").exists()


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "poses.json",
            json.dumps([POSE, [[2 * x for x in row] for row in POSE]]),
            "poses=poses.json: pose 1 (from 0) is not rigid",
        ),
        ("poses.json", "", "poses=poses.json: is empty"),
        ("poses.json", "[]", "poses=poses.json: holds no pose"),
        (
            "camera.json",
            json.dumps(CALIBRATION | {"k": [[0, 0, 3], [0, 1, 2], [0, 0, 1]]}),
            "calibration=camera.json: k: fx=0, fy=1",
        ),
        ("camera.json", json.dumps(CALIBRATION | {"width": 48}), "calibration: is of 48 x 48 px, and images have 64 x 48"),
    ],
)
def test_bad_files_end_with_one_line(files, name, text, message):
    (files / name).write_text(text)
    said = complaint(generate_here(files, *OPTIONS, "n=2", code=2))
    assert said.startswith(f"error: randomizers.camera.{message}")
    assert not (files / "set").exists()
