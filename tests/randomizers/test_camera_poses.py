"""Tests of camera.poses and stereo: in order or at random, in any batches; things are where the file projects them."""

import json

import numpy as np
import pytest
from ray_caster import cast, near_silhouette

from raster.errors import InputError
from raster.frames import Frames
from raster.run.config import load_config
from raster.run.image_source import ImageSource
from raster.run.setup import build_setup

OPTIONS = ["preset=fast", "size=[120,160]", "randomizers.framing=null", "randomizers.shapes=null"]


def looking_at_the_origin(azimuth: float, elevation: float, away: float) -> np.ndarray:
    """camera_from_world of OpenCV's camera, written out."""
    eye = away * np.array([np.cos(azimuth) * np.cos(elevation), np.sin(azimuth) * np.cos(elevation), np.sin(elevation)])
    forward = -eye / away
    right = np.cross(forward, [0, 0, 1])
    right /= np.linalg.norm(right)
    rotation = np.stack([right, np.cross(forward, right), forward])
    return np.vstack([np.column_stack([rotation, -rotation @ eye]), [0, 0, 0, 1]])


VIEWS = [looking_at_the_origin(k, 0.4 + 0.1 * k, 3 + 0.2 * k) for k in range(5)]


@pytest.fixture
def given(tmp_path) -> list[str]:
    """Options that name a file of VIEWS."""
    (tmp_path / "views.json").write_text(json.dumps([view.tolist() for view in VIEWS]))
    return [
        *OPTIONS,
        f"randomizers.camera.poses={tmp_path / 'views.json'}",
        "randomizers.camera.pose_convention=camera_from_world",
    ]


def frames_of(options: list[str], first: int, count: int) -> Frames:
    source = ImageSource.of_options(load_config(options))
    try:
        return next(iter(source.frames(first=first, count=count)))
    finally:
        source.release()


def used(scenes) -> list[int]:
    """The number of the pose of each scene, by the nearest place."""
    places = np.array([np.linalg.inv(view)[:3, 3] for view in VIEWS])
    found = scenes.cameras.world_from_camera[:, None, :3, 3] - places
    assert np.linalg.norm(found, axis=-1).min(axis=1).max() < 1e-5
    return np.linalg.norm(found, axis=-1).argmin(axis=1).tolist()


def test_in_order_an_image_has_the_pose_of_its_number(given):
    sampler = build_setup(load_config(given)).sampler
    assert used(sampler(0, 12)) == [k % 5 for k in range(12)]
    assert used(sampler(7, 3)) == [2, 3, 4]


def test_at_random_all_come_up_and_no_batch_matters(given):
    sampler = build_setup(load_config([*given, "randomizers.camera.pose_order=random"])).sampler
    whole = used(sampler(0, 60))
    assert {*whole} == set(range(5))
    assert whole != [k % 5 for k in range(60)]
    assert used(sampler(13, 4)) == whole[13:17]
    other = build_setup(load_config([*given, "randomizers.camera.pose_order=random", "seed=1"])).sampler
    assert used(other(0, 60)) != whole


def test_things_are_seen_where_the_files_matrices_project_them(given):
    frames = frames_of([*given, "randomizers.camera.fov_deg=50"], 5, 5)
    focal = 60 / np.tan(np.radians(25))
    for view, record in zip(VIEWS, frames.records, strict=True):
        np.testing.assert_allclose(np.linalg.inv(np.array(record["camera"]["world_from_camera"], float)), view, atol=1e-5)
        for entry in record["objects"]:
            if entry["class"] != "sphere" or not entry["bbox"] or entry["visible_px"] < 150:
                continue
            x, y, z = view[:3, :3] @ np.array(entry["world_from_object"])[:3, 3] + view[:3, 3]
            left, top, width, height = entry["bbox"]
            assert left - 3 <= focal * x / z + 80 <= left + width + 3
            assert top - 3 <= focal * y / z + 60 <= top + height + 3
    for record, label in zip(frames.records, frames.layers["class_id"], strict=True):
        assert ((label != cast(record).class_id) & ~near_silhouette(record)).mean() < 1e-3


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["randomizers.framing={share: 0.3}"], r"randomizers\.framing\.share=0\.3: would move cameras that .*poses places"),
        (["randomizers.camera.pose_axes=blender"], r"randomizers\.camera\.pose_axes=blender: expected one of opencv, opengl"),
        (["randomizers.camera.pose_unit_m=1000"], r"randomizers\.camera\.poses=.*: pose 0 \(from 0\): the camera is 3000 m"),
        (["randomizers.camera.poses=null"], r"randomizers\.camera\.pose_convention=camera_from_world: says how to use poses"),
        (["randomizers.camera.stereo_baseline=0.1"], r"randomizers\.camera\.stereo_baseline=0\.1: .*set views_per_layout=2"),
        (["randomizers.camera.stereo_baseline=0"], r"randomizers\.camera\.stereo_baseline=.*expected"),
    ],
)
def test_what_is_refused(given, more, message):
    framing = [] if "framing" in more[0] else ["randomizers.framing=null"]
    with pytest.raises(InputError, match=f"^{message}"):
        build_setup(load_config([option for option in given if "framing" not in option] + framing + more))


# --- Stereo


@pytest.mark.parametrize("posed", [False, True])
def test_the_right_view_is_the_left_one_a_baseline_aside(given, posed):
    """Of the same world: its records and its colours where both views see the same matt things."""
    options = (given if posed else OPTIONS) + ["views_per_layout=2", "randomizers.camera.stereo_baseline=0.12"]
    whole, later = frames_of(options, 0, 8), frames_of(options, 3, 2)
    for left, right in zip(whole.records[::2], whole.records[1::2], strict=True):
        moved = np.array(left["camera"]["world_from_camera"], float)
        moved[:3, 3] += 0.12 * moved[:3, 0]
        np.testing.assert_allclose(right["camera"]["world_from_camera"], moved, atol=1e-6)
        for key in ("fx", "fy", "cx", "cy", "near", "far"):
            assert right["camera"][key] == left["camera"][key]
        own = ("bbox", "visible_px", "instance")
        alike = [[{k: str(v) for k, v in e.items() if k not in own} for e in r["objects"]] for r in (left, right)]
        assert alike[0] == alike[1]
        assert str(left["lights"]) == str(right["lights"])
    for name, layer in later.layers.items():
        np.testing.assert_array_equal(layer, whole.layers[name][3:5])


def test_disparity_is_focal_length_times_baseline_over_depth():
    """Of labels: what the left view shows at u, the right one shows at u - fx b / z, where nothing stands between."""
    frames = frames_of([*OPTIONS, "views_per_layout=2", "randomizers.camera.stereo_baseline=0.12"], 0, 8)
    right_of_left, wrong, seen, most = {}, 0, 0, 0.0
    for k in range(0, 8, 2):
        left, right = frames.records[k], frames.records[k + 1]
        solid = {e["instance"]: str(e["world_from_object"]) for e in left["objects"]}
        right_of_left = {e["instance"]: str(e["world_from_object"]) for e in right["objects"]}
        here, there = cast(left), cast(right)
        v, u = np.nonzero(np.isfinite(here.depth) & ~near_silhouette(left))
        z = here.depth[v, u]
        disparity = left["camera"]["fx"] * 0.12 / z
        at = np.floor(u + 0.5 - disparity).astype(int)
        inside = at >= 0
        v, u, z, at = v[inside], u[inside], z[inside], at[inside]
        visible = (np.abs(there.depth[v, at] - z) < 0.01 * z) & ~near_silhouette(right)[v, at]
        v, u, at = v[visible], u[visible], at[visible]
        seen += len(v)
        most = max(most, float(disparity.max()))
        wrong += int((frames.layers["class_id"][k, v, u] != frames.layers["class_id"][k + 1, v, at]).sum())
        ids = zip(here.instance_id[v, u].tolist(), there.instance_id[v, at].tolist(), strict=True)
        assert np.mean([solid[a] == right_of_left[b] for a, b in ids]) > 0.999
    assert seen > 5000
    assert most > 5
    assert wrong < 1e-3 * seen
