"""Tests of files of camera poses: each style, convention, axes and kind of file gives the same cameras; what is refused."""

import json

import numpy as np
import pytest

from raster.assets.cameras.poses import read_poses
from raster.errors import InputError


def turned(x: float, y: float, z: float) -> np.ndarray:
    """(3, 3): about z, then y, then x, written out."""
    c, s = np.cos([x, y, z]), np.sin([x, y, z])
    about_x = np.array([[1, 0, 0], [0, c[0], -s[0]], [0, s[0], c[0]]])
    about_y = np.array([[c[1], 0, s[1]], [0, 1, 0], [-s[1], 0, c[1]]])
    about_z = np.array([[c[2], -s[2], 0], [s[2], c[2], 0], [0, 0, 1]])
    return about_x @ about_y @ about_z


def rigid(rotation: np.ndarray, translation: list[float]) -> np.ndarray:
    return np.vstack([np.column_stack([rotation, translation]), [0, 0, 0, 1]])


# camera_from_world of OpenCV's camera, and what the renderer is to get.
TURNED = ((2.0, 0.3, -0.4), (-1.2, 0.8, 2.9), (0, 0, 0))
MOVED = ([0.1, -0.2, 3.0], [0.4, 0.3, 2.5], [0, 0, 4])
GIVEN = [rigid(turned(*angles), place) for angles, place in zip(TURNED, MOVED, strict=True)]
EXPECTED = np.array([np.linalg.inv(m) @ np.diag([1, -1, -1, 1]) for m in GIVEN])


def quaternion(r: np.ndarray) -> np.ndarray:
    """w x y z, as the eigenvector of the largest eigenvalue of Bar-Itzhack's matrix."""
    k = np.zeros((4, 4))
    k[0, 0] = np.trace(r)
    k[0, 1:] = k[1:, 0] = [r[2, 1] - r[1, 2], r[0, 2] - r[2, 0], r[1, 0] - r[0, 1]]
    k[1:, 1:] = r + r.T - np.trace(r) * np.eye(3)
    q = np.linalg.eigh(k)[1][:, -1]
    return q * np.sign(q[0])


def rotation_vector(r: np.ndarray) -> np.ndarray:
    q = quaternion(r)
    angle = 2 * np.arctan2(np.linalg.norm(q[1:]), q[0])
    return angle * q[1:] / max(np.linalg.norm(q[1:]), 1e-12)


def saved(path, value) -> None:
    if path.suffix == ".npy":
        np.save(path, value)
    else:
        path.write_text(value if isinstance(value, str) else json.dumps(np.array(value).tolist()))


def rows(values) -> str:
    return "\n".join(" ".join(f"{x:.9g}" for x in np.ravel(each)) for each in values) + "\n"


COLMAP = "# Image list with two lines of data per image:\n#   IMAGE_ID, QW, QX, QY, QZ, TX, TY, TZ, CAMERA_ID, NAME\n"
for _number, _m in enumerate(GIVEN, 1):
    _numbers = " ".join(f"{x:.12g}" for x in (*quaternion(_m[:3, :3]), *_m[:3, 3]))
    COLMAP += f"{_number} {_numbers} 1 frame {_number}.png\n" + ("10.5 20.25 -1 30 40 17\n" if _number != 2 else "\n")
VECTORS = [np.concatenate([rotation_vector(m[:3, :3]), m[:3, 3]]) for m in GIVEN]
FLIP = np.diag([1.0, -1, -1, 1])
BACK = [np.linalg.inv(m) for m in GIVEN]
NERF = json.dumps({"fl_x": 1, "frames": [{"transform_matrix": (m @ FLIP).tolist()} for m in BACK]})
CFW = {"convention": "camera_from_world"}
WAYS = [
    ("a.json", GIVEN, CFW), ("a.npy", np.array(GIVEN), CFW), ("a.txt", rows(GIVEN), CFW), ("a.yaml", BACK, {}),
    ("rows.txt", rows(row for m in GIVEN for row in m), CFW), ("three.json", [m[:3] for m in GIVEN], CFW),
    ("kitti.txt", "# first three rows\n" + rows(m[:3] for m in BACK).replace(" ", ", "), {}),
    ("flat.npy", np.array(GIVEN).reshape(-1, 16), CFW), ("gl.json", [m @ FLIP for m in BACK], {"axes": "opengl"}),
    ("view.json", [FLIP @ m for m in GIVEN], {**CFW, "axes": "opengl"}),
    ("transforms.json", NERF, {"axes": "opengl"}),
    ("poses.yaml", json.dumps({"poses": [m.tolist() for m in BACK]}), {}),
    ("mm.json", [rigid(m[:3, :3], m[:3, 3] * 1000) for m in BACK], {"unit_m": 0.001}),
    ("images.txt", COLMAP, {"style": "colmap"}),
    ("cv.txt", rows(VECTORS), {"style": "rvec_tvec"}), ("cv.npy", np.array(VECTORS), {"style": "rvec_tvec"}),
    ("cv.json", json.dumps([{"rvec": v[:3].tolist(), "tvec": [[x] for x in v[3:]]} for v in VECTORS]), {"style": "rvec_tvec"}),
]  # fmt: skip


def read(path, style="matrices", convention=None, axes="opencv", unit_m=1.0):
    return read_poses("poses", str(path), style, convention, axes, unit_m)


@pytest.mark.parametrize(("name", "value", "how"), WAYS, ids=[name for name, _, _ in WAYS])
def test_each_way_to_say_it_gives_the_same_cameras(tmp_path, name, value, how):
    saved(tmp_path / name, value)
    found = read(tmp_path / name, **how)
    assert found.world_from_camera.dtype == np.float32
    np.testing.assert_allclose(found.world_from_camera, EXPECTED, atol=2e-6)


def test_one_matrix_alone_is_one_pose(tmp_path):
    for name, value in (("a.json", BACK[0]), ("a.npy", BACK[0]), ("a.txt", rows(BACK[0]))):
        saved(tmp_path / name, value)
        np.testing.assert_allclose(read(tmp_path / name).world_from_camera, EXPECTED[:1], atol=2e-6)


def test_rotations_of_few_digits_become_rotations(tmp_path):
    saved(tmp_path / "a.json", [np.round(m, 4) for m in BACK])
    found = read(tmp_path / "a.json").world_from_camera[:, :3, :3].astype(float)
    np.testing.assert_allclose(np.swapaxes(found, 1, 2) @ found, np.tile(np.eye(3), (3, 1, 1)), atol=1e-6)
    np.testing.assert_allclose(found, EXPECTED[:, :3, :3], atol=2e-4)


def changed(number: int, **parts) -> list[np.ndarray]:
    """The matrices, of which one has another part."""
    made = [m.copy() for m in BACK]
    if "scale" in parts:
        made[number][:3, :3] *= parts["scale"]
    if "row" in parts:
        made[number][3] = parts["row"]
    if "mirror" in parts:
        made[number][:3, 0] *= -1
    if "place" in parts:
        made[number][:3, 3] = parts["place"]
    return made


@pytest.mark.parametrize(
    ("name", "value", "how", "message"),
    [
        (
            "a.json",
            changed(2, scale=1.02),
            {},
            "pose 2 (from 0) is not rigid: its 3 x 3 part is no rotation: columns of length 1.0",
        ),
        (
            "a.npy",
            np.array(changed(1, mirror=True)),
            {},
            "pose 1 (from 0) is not rigid: its 3 x 3 part is no rotation",
        ),
        ("a.json", changed(1, row=[0, 0, 1, 1]), {}, "pose 1 (from 0) is not rigid: its last row is [0.0, 0.0, 1.0, 1.0]"),
        ("a.json", changed(0, place=[0, 0, 2500]), {}, "pose 0 (from 0): the camera is 2500 m from the origin"),
        ("a.json", [], {}, "holds no pose"),
        ("a.json", "[[1, 2], [3, 4]]", {}, "pose 0 (from 0) has the shape [2]; expected 4 x 4"),
        ("a.json", '{"a": 1}', {}, "expected a list of poses"),
        ("a.json", '[["x"]]', {}, "pose 0 (from 0) is ['x']; expected numbers"),
        ("a.json", '[{"matrix": 1}]', {}, "pose 0 (from 0) is None; expected"),
        ("a.json", "[", {}, "is no JSON"),
        ("a.txt", "1 2 3 4\n5 6 7 8\n", {}, "has 2 lines of four numbers"),
        ("a.txt", "# nothing\n", {}, "holds no pose"),
        ("a.txt", "1 2 x\n", {}, "line 1 is ['1', '2', 'x']; expected numbers"),
        ("a.csv", "1", {}, "expected a file that ends in .json .yaml .yml .npy .txt"),
        ("images.bin", "1", {"style": "colmap"}, "expected a file that ends in .txt, for pose_style=colmap"),
        ("images.txt", "1 0.5 0.5 0.5\n1 2\n", {"style": "colmap"}, "line 1: expected IMAGE_ID QW QX QY QZ TX TY TZ"),
        (
            "images.txt",
            "1 0.5 0.5 0.5 0.6 0 0 1 1 a.png\n",
            {"style": "colmap"},
            "pose 0 (from 0): its quaternion has the length",
        ),
        ("a.txt", "1 2 3 4 5\n", {"style": "rvec_tvec"}, "pose 0 (from 0) has 5 numbers"),
        ("a.npy", np.full((1, 4, 4), np.nan), {}, "expected finite numbers"),
        ("a.npy", np.array([{}], object), {}, "cannot be read as an array of NumPy"),
        ("a.npy", np.zeros((0, 4, 4)), {}, "holds no pose"),
    ],
)
def test_what_is_refused(tmp_path, name, value, how, message):
    if name.endswith(".npy"):
        np.save(tmp_path / name, value, allow_pickle=True)
    else:
        saved(tmp_path / name, value)
    with pytest.raises(InputError) as refused:
        read(tmp_path / name, **how)
    assert str(refused.value).startswith(f"poses={tmp_path / name}: ")
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_files_that_are_none(tmp_path):
    (tmp_path / "empty.json").write_text("")
    (tmp_path / "folder.json").mkdir()
    for name, message in (("none.json", "No such file"), ("empty.json", "is empty"), ("folder.json", "it is a folder")):
        with pytest.raises(InputError, match=message):
            read(tmp_path / name)
