"""Tests of camera.calibration: what is drawn is where OpenCV's projection, written out here, brings it; what is refused."""

import numpy as np
import pytest
from ray_caster import cast, near_silhouette

from raster.errors import InputError
from raster.randomizers.camera import Camera
from raster.run.config import load_config
from raster.run.image_source import ImageSource
from raster.run.setup import build_setup

K = [[230.0, 0, 150.0], [0, 236.0, 128.0], [0, 0, 1]]
MILD = [-0.12, 0.03, 0.002, -0.001, 0.01]
STRONG = [-0.3, 0.1, 0.001, 0.0005, -0.01]
FIXED = {"fov_deg": None, "distance": (2.5, 3), "jitter": 0}
OPTIONS = ["preset=fast", "size=[240,320]", "randomizers.camera.fov_deg=null", "randomizers.distractors=null"]


def described(d: list[float], width: int = 320, height: int = 240) -> str:
    return f"randomizers.camera.calibration={{k: {K}, width: {width}, height: {height}, distortion: {d}}}"


def project(record: dict, point: np.ndarray, d: list[float], scale: float = 1.0) -> np.ndarray:
    """cv2.projectPoints: px whose centres are whole numbers, of pictures `scale` times as large."""
    pose = np.linalg.inv(np.array(record["camera"]["world_from_camera"], float))
    x, y, z = pose[:3, :3] @ point + pose[:3, 3]
    x, y = x / z, y / z
    k1, k2, p1, p2, k3 = d
    r2 = x * x + y * y
    radial = 1 + k1 * r2 + k2 * r2**2 + k3 * r2**3
    u = x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x)
    v = y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y
    k = np.array(K)
    # A picture twice as large has its first centre at a quarter of the old pixel, so scale about the corner of the picture.
    return np.array([scale * (k[0, 0] * u + k[0, 2] + 0.5) - 0.5, scale * (k[1, 1] * v + k[1, 2] + 0.5) - 0.5])


def frames_of(options: list[str], count: int):
    source = ImageSource.of_options(load_config(options))
    try:
        return next(iter(source.frames(first=0, count=count)))
    finally:
        source.release()


@pytest.mark.parametrize(("d", "scale"), [([0] * 5, 1), (MILD, 1), (STRONG, 1), (MILD, 0.5)])
def test_small_balls_are_seen_where_opencv_projects_them(d, scale):
    """Centres of balls afloat: the middle of a ball's pixels is its centre's projection, but for perspective and distortion."""
    size = f"size=[{round(240 * scale)},{round(320 * scale)}]"
    small = ["solids=[sphere]", "randomizers.scale.size=0.12", "randomizers.scale.stretched=0", "randomizers.placement.floor=0"]
    alone = [
        "randomizers.objects.count=6",
        "randomizers.shapes=null",
        "randomizers.framing=null",
    ]
    frames = frames_of([*OPTIONS[:1], size, *OPTIONS[2:], described(d), *small, *alone], 12)
    errors, looked = [], 0
    for record, label in zip(frames.records, frames.layers["class_id"], strict=True):
        for entry in record["objects"]:
            x, y, w, h = entry["bbox"] or (0, 0, 0, 0)
            inside = x >= 2 and y >= 2 and x + w + 2 <= label.shape[1] and y + h + 2 <= label.shape[0]
            if not w or not inside or entry["visible_px"] < 0.75 * w * h:  # a whole disc is 0.785 of its box
                continue
            u, v = project(record, np.array(entry["world_from_object"])[:3, 3], d, scale)
            errors.append([x + w / 2 - 0.5 - u, y + h / 2 - 0.5 - v])
            looked += 1
    assert looked >= 20
    assert np.abs(np.mean(errors, axis=0)).max() < 0.25  # half a pixel would show
    assert np.abs(errors).max() < 1.5


@pytest.mark.parametrize("d", [MILD, STRONG])
def test_labels_are_the_ray_casters(d):
    frames = frames_of([*OPTIONS, described(d), "randomizers.framing=null", "randomizers.shapes=null"], 3)
    for record, label in zip(frames.records, frames.layers["class_id"], strict=True):
        camera = record["camera"]
        assert [camera[name] for name in ("fx", "fy", "cx", "cy")] == [230.0, 236.0, 150.5, 128.5]
        np.testing.assert_allclose(camera["distortion"], d, rtol=1e-6)
        wrong = (label != cast(record).class_id) & ~near_silhouette(record)
        assert wrong.mean() < 1e-3


def test_a_calibration_without_distortion_goes_with_a_lens_that_distorts_at_random():
    setup = build_setup(load_config([*OPTIONS, described([0] * 5), "randomizers.lens.distorted=1", "randomizers.framing=null"]))
    assert setup.sampler(0, 4).lens.distortion.any(axis=1).all()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            ["size=256"],
            r"randomizers\.camera\.calibration: is of 320 x 240 px, and images have 256 x 256; set size=\[240,320\]",
        ),
        (["randomizers.camera.fov_deg=50"], r"randomizers\.camera\.calibration: fov_deg says the same"),
        (["randomizers.camera.cx=150"], r"randomizers\.camera\.calibration: cx says the same"),
        (["randomizers.lens.distorted=0.5"], r"randomizers\.lens\.distorted=0\.5: randomizers\.camera\.calibration gives"),
        (
            ["randomizers.framing={share: 0.5, fov_deg: [20,50]}"],
            r"randomizers\.framing\.fov_deg=\[20, 50\]: .*camera\.calibration",
        ),
        (
            ["randomizers.camera.pixel_centers=corner"],
            r"randomizers\.camera\.pixel_centers=corner: expected one of integer, half",
        ),
        (["randomizers.camera.calibration=7"], r"randomizers\.camera\.calibration: holds no keys"),
    ],
)
def test_what_is_refused(changed, message):
    with pytest.raises(InputError, match=f"^{message}"):
        build_setup(load_config([*OPTIONS, described(MILD), *changed]))


@pytest.mark.parametrize(
    ("d", "message"),
    [
        ([-3, 0, 0, 0, 0], "folds the picture"),
        ([-0.6, 0.0, 0, 0, 0], "folds the picture"),
        ([0.9, 0, 0, 0, 0], "spreads a pixel over"),
    ],
)
def test_distortion_that_cannot_be_drawn_is_refused(d, message):
    with pytest.raises(InputError, match=rf"^calibration: distortion=\[.*{message}"):
        Camera(calibration={"k": K, "width": 320, "height": 240, "distortion": d}, **FIXED)


def test_a_principal_point_far_off_the_middle_is_refused():
    far = "randomizers.camera.calibration={k: [[230, 0, 30], [0, 230, 120], [0, 0, 1]], width: 320, height: 240}"
    with pytest.raises(InputError, match=r"calibration: cx is 30\.5 px: too far off the middle; expected 80 to 240"):
        build_setup(load_config([*OPTIONS, far]))
