"""Poses hold no scale, boxes hold the objects, and keypoints are where an independent projection puts them."""

import numpy as np
import pytest

from raster import render
from raster.annotations.camera_frame import project
from raster.annotations.keypoints import HIDDEN, OUTSIDE, SEEN
from raster.annotations.pose import CORNERS

OPTIONS = ("size=[96,128]", "preset=fast", "annotations=[boxes,pose,keypoints]", "layers=[instance_id,depth]")


@pytest.fixture(scope="module")
def frames():
    drawn = [*render(n=12, overrides=[*OPTIONS, "solids=[cube,sphere,cylinder,torus,dumbbell]"])]
    records = [record for each in drawn for record in each.records]
    layers = {name: np.concatenate([each.layers[name] for each in drawn]) for name in ("instance_id", "depth")}
    return records, layers


def objects(records):
    for b, record in enumerate(records):
        for entry in record["objects"]:
            if entry["class_id"]:
                yield b, record["camera"], entry


def seen_at(camera, points):
    """(N, 2) px of points (N, 3) in the world, by the pinhole model written out."""
    pose = np.asarray(camera["world_from_camera"], float)
    x, y, z = (np.linalg.inv(pose) @ np.c_[points, np.ones(len(points))].T)[:3]
    return np.stack([camera["fx"] * x / z + camera["cx"], camera["fy"] * y / z + camera["cy"]], axis=1)


@pytest.mark.slow
def test_a_pose_is_rigid_and_gives_the_object_back(frames):
    for _, camera, entry in objects(frames[0]):
        rotation, translation = (np.asarray(entry["pose"][key], float) for key in ("rotation", "translation"))
        assert np.abs(rotation @ rotation.T - np.eye(3)).max() < 1e-5
        assert np.linalg.det(rotation) > 0
        world_from_object = np.asarray(entry["world_from_object"], float)
        whole = np.asarray(camera["world_from_camera"], float) @ np.r_[np.c_[rotation, translation], [[0, 0, 0, 1]]]
        scale = np.linalg.norm(world_from_object[:3, :3], axis=0)
        assert np.abs(whole[:3, :3] * scale - world_from_object[:3, :3]).max() < 1e-4
        assert np.abs(whole[:3, 3] - world_from_object[:3, 3]).max() < 1e-4
        extent = [1, 1, 0.3] if entry["solid"] == "torus" else [0.4, 0.4, 1] if entry["solid"] == "dumbbell" else [1, 1, 1]
        np.testing.assert_allclose(entry["size"], scale * extent, rtol=2e-3)


@pytest.mark.slow
def test_boxes_hold_what_is_seen_and_corners_are_in_their_order(frames):
    records, layers = frames
    for b, camera, entry in objects(records):
        box = {key: np.asarray(value, float) for key, value in entry["box3d"].items()}
        expected = box["center"] + ((CORNERS - 0.5) * box["size"]) @ box["rotation"].T
        assert np.abs(box["corners"] - expected).max() < 1e-4
        rows, columns = np.nonzero(layers["instance_id"][b] == entry["instance"])
        z = layers["depth"][b][rows, columns].astype(float)
        points = np.stack(
            [(columns + 0.5 - camera["cx"]) / camera["fx"] * z, (rows + 0.5 - camera["cy"]) / camera["fy"] * z, z], axis=1
        )
        inside = np.abs((points - box["center"]) @ box["rotation"]) <= box["size"] / 2 + 2e-3 * z[:, None]
        assert inside.all(), entry["solid"]


@pytest.mark.slow
def test_keypoints_are_projections_and_their_flags_say_what_is_seen(frames):
    records, layers = frames
    flags: dict[int, int] = {}
    for b, camera, entry in objects(records):
        world_from_camera = np.asarray(camera["world_from_camera"], float)
        corners = np.asarray(entry["box3d"]["corners"], float)
        points = np.r_[corners, [corners.mean(axis=0)]] @ world_from_camera[:3, :3].T + world_from_camera[:3, 3]
        for k, ((u, v, flag), place) in enumerate(zip(entry["keypoints"][:9], seen_at(camera, points), strict=True)):
            flags[flag] = flags.get(flag, 0) + 1
            inside = (0 <= place[0] < 128) and (0 <= place[1] < 96)
            if abs(place[0]) > 0.1 and abs(place[1]) > 0.1 and abs(place[0] - 128) > 0.1 and abs(place[1] - 96) > 0.1:
                assert (flag != OUTSIDE) == inside
            if flag == OUTSIDE:
                assert (u, v) == (0, 0)
                continue
            assert np.abs(place - (u, v)).max() < 0.02
            if flag == SEEN:
                near = layers["instance_id"][b][max(int(v) - 1, 0) : int(v) + 2, max(int(u) - 1, 0) : int(u) + 2]
                assert (near == entry["instance"]).any()
            if entry["solid"] == "sphere" and k < 8 and min(entry["size"]) > 0.1 * corners[k, 2]:
                assert flag == HIDDEN  # in the air
        if entry["solid"] == "cube":
            distance = np.linalg.norm(corners, axis=1)
            assert entry["keypoints"][int(distance.argmax())][2] != SEEN  # behind all of the cube
    assert set(flags) == {OUTSIDE, HIDDEN, SEEN}


def test_a_lens_that_distorts_moves_points_by_the_model_of_opencv():
    camera = {"fx": 100.0, "fy": 110.0, "cx": 64.0, "cy": 48.0, "distortion": [-0.2, 0.05, 0.01, -0.02, 0.01]}
    x, y = 0.3, -0.2
    r2 = x * x + y * y
    radial = 1 - 0.2 * r2 + 0.05 * r2**2 + 0.01 * r2**3
    u = 100 * (x * radial + 2 * 0.01 * x * y - 0.02 * (r2 + 2 * x * x)) + 64
    v = 110 * (y * radial + 0.01 * (r2 + 2 * y * y) + 2 * -0.02 * x * y) + 48
    found = project(camera, np.array([[0.6, -0.4, 2.0], [0.0, 0.0, -1.0]]))
    np.testing.assert_allclose(found[0], [u, v])
    assert np.isnan(found[1]).all()


@pytest.mark.slow
def test_the_box_of_a_deformed_object_holds_its_deformed_shape():
    for frames in render(n=4, overrides=["size=96", "preset=fast", "annotations=[boxes,pose]", "layers=[instance_id,depth]",
                                         "randomizers.morphs.share=1", "randomizers.objects.count=4"]):  # fmt: skip
        morphed = 0
        for b, camera, entry in objects(frames.records):
            morphed += "morph" in entry
            box = {key: np.asarray(value, float) for key, value in entry["box3d"].items()}
            rows, columns = np.nonzero(frames.layers["instance_id"][b] == entry["instance"])
            z = frames.layers["depth"][b][rows, columns].astype(float)
            points = np.stack([(columns + 0.5 - camera["cx"]) / camera["fx"] * z,
                               (rows + 0.5 - camera["cy"]) / camera["fy"] * z, z], axis=1)  # fmt: skip
            assert (np.abs((points - box["center"]) @ box["rotation"]) <= box["size"] / 2 + 4e-3 * z[:, None]).all()
        assert morphed
