"""Tests of the camera's randomizer: pose, angle of view, intrinsics in pixels, and what contradicts itself."""

import re

import numpy as np
import pytest
from distributions import spans
from randomized import SLOTS, empty, run

from raster.errors import InputError
from raster.randomizers.camera import Camera
from raster.scene.scenes import Scenes


def test_camera_stays_in_its_ranges(catalog):
    ranges = {"distance": (2, 5), "azimuth_deg": (30, 80), "elevation_deg": (-20, 60), "roll_deg": (-15, 10)}
    camera = Camera(**ranges, jitter=0, fov_deg=(20, 90))
    cameras = run(camera, empty(catalog, 2000)).cameras
    pose = cameras.world_from_camera.astype(float)
    eye = pose[:, :3, 3]
    distance = np.linalg.norm(eye, axis=1)
    spans(distance, 2, 5)
    spans(np.degrees(np.arctan2(eye[:, 1], eye[:, 0])), 30, 80)
    spans(np.degrees(np.arcsin(eye[:, 2] / distance)), -20, 60)
    np.testing.assert_allclose(pose[:, :3, 2], eye / distance[:, None], atol=1e-5)  # looks at the origin
    # Roll counter-clockwise lifts the camera's right: the sine of the angle is how far it rises above the horizontal.
    level = np.cross([0, 0, 1], eye / distance[:, None])
    level /= np.linalg.norm(level, axis=1, keepdims=True)
    up = np.cross(eye / distance[:, None], level)
    right = pose[:, :3, 0]
    spans(np.degrees(np.arctan2((right * up).sum(axis=1), (right * level).sum(axis=1))), -15, 10)
    spans(np.degrees(cameras.fov_y), 20, 90)


def test_camera_looks_near_the_origin_by_its_jitter(catalog):
    pose = run(Camera(jitter=(0.2, 0.4), distance=3), empty(catalog, 2000)).cameras.world_from_camera.astype(float)
    target = pose[:, :3, 3] - 3 * pose[:, :3, 2]
    spans(np.linalg.norm(target, axis=1), 0.2, 0.4)
    np.testing.assert_allclose((target / np.linalg.norm(target, axis=1, keepdims=True)).mean(axis=0), 0, atol=0.06)


def test_a_camera_of_given_intrinsics_has_them(catalog):
    """In pixels, by the pinhole: what lies at the tangent (x, y) is seen at (cx + fx x, cy - fy y)."""
    scenes = Scenes.zeros(catalog, np.arange(2000), SLOTS, size=(120, 160))
    cameras = run(Camera(fov_deg=None, fy=(150, 200), fx=(160, 210), cx=(60, 100), cy=(50, 70)), scenes).cameras
    fy = 60 / np.tan(cameras.fov_y.astype(float) / 2)
    spans(fy, 150, 200)
    spans(fy * cameras.pixel_aspect, 160, 210)
    spans((1 + cameras.principal_point_ndc[:, 0]) * 80, 60, 100)
    spans((1 - cameras.principal_point_ndc[:, 1]) * 60, 50, 70)
    square = run(Camera(fov_deg=None, fy=150), Scenes.zeros(catalog, [0], SLOTS, size=(120, 160))).cameras
    assert (square.pixel_aspect[0], *square.principal_point_ndc[0]) == (1, 0, 0)


def test_given_intrinsics_are_stated_as_they_were_given(catalog):
    """In float32, as they are drawn, 905.12 px are 905.1200331; what another randomizer changes later is what counts."""
    given = {"fx": 906.4, "fy": 905.12, "cx": 317.3, "cy": 245.1}
    cameras = run(Camera(fov_deg=None, **given), Scenes.zeros(catalog, [0], SLOTS, size=(480, 640))).cameras
    assert cameras.intrinsics_px((480, 640)).tolist() == [[906.4, 905.12, 317.3, 245.1]]
    cameras.fov_y[:] = np.pi / 2
    np.testing.assert_allclose(cameras.intrinsics_px((480, 640)), [[240 * 906.4 / 905.12, 240, 317.3, 245.1]], rtol=1e-6)


def test_a_camera_of_given_height_is_so_high_above_what_it_looks_at(catalog):
    camera = Camera(elevation_deg=None, height=(0.5, 2), distance=(2, 3), jitter=0)
    eye = run(camera, empty(catalog, 2000)).cameras.world_from_camera[:, :3, 3].astype(float)
    spans(eye[:, 2], 0.5, 2)
    spans(np.linalg.norm(eye, axis=1), 2, 3)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"fy": 100}, "fy=100: fov_deg="),
        ({"height": 1}, "height=1: elevation_deg="),
        ({"fov_deg": None}, "fov_deg=null: then fy is needed"),
        ({"elevation_deg": None}, "elevation_deg=null: then height is needed"),
        ({"fx": 100}, "fx=100: fy is needed too"),
        ({"elevation_deg": None, "height": 3}, "height=[3, 3]: expected values with -2.6 <= height <= 2.6"),
        ({"fov_deg": None, "fy": 0}, "fy=[0, 0]: expected values with 1 <= fy"),
    ],
)
def test_contradictory_cameras_are_refused(values, words):
    with pytest.raises(InputError, match=f"^{re.escape(words)}"):
        Camera(**values)


def test_a_principal_point_beyond_the_picture_is_refused(catalog):
    for values, words in (({"cx": 300}, "cx=[300"), ({"cy": [0, 100]}, "cy=[0")):
        with pytest.raises(InputError, match=f"^{re.escape(words)}.*: too far off the middle; expected px from 64 to 192"):
            run(Camera(**values), empty(catalog, 100))
