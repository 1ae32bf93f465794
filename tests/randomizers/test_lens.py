"""Tests of the randomizers lens and sensor: ranges, shares, what is switched off, folding pictures, and margins."""

from types import SimpleNamespace

import numpy as np
import pytest

from raster.errors import InputError
from raster.geometry.lens_distortion import distorted, undistorted
from raster.randomizers.distortion_limits import is_injective, margin_and_stretch
from raster.randomizers.lens import Lens
from raster.randomizers.sensor import Sensor
from raster.scene.cameras import Cameras
from raster.scene.cameras import Lens as LensArrays
from raster.scene.cameras import Sensor as SensorArrays
from raster.streams import Streams


def run(randomizer, count: int = 2000, first: int = 0) -> SimpleNamespace:
    made = SimpleNamespace(
        index=np.arange(first, first + count), cameras=Cameras.default(count, 1.5), lens=LensArrays.default(count),
        sensor=SensorArrays.default(count),
    )  # fmt: skip
    made.cameras.fov_y[:] = np.radians(np.linspace(20, 90, count))
    made.cameras.world_from_camera[:, :3, 3] = [0, -3, 4]
    randomizer(made, Streams(5, first, count).child("it"))
    return made


def spans(values: np.ndarray, low: float, high: float) -> None:
    slack = 1e-5 * max(abs(low), abs(high))
    assert low - slack <= values.min() <= low + 0.03 * (high - low)
    assert high - 0.03 * (high - low) <= values.max() <= high + slack


# --- Sensor


def test_a_sensor_stays_in_its_ranges():
    sensor = run(Sensor(jpeg=0.3, quality=(20, 60), balance=(0.8, 1.25), exposure_ev=(-1, 2))).sensor
    spans(np.log2(sensor.exposure), -1, 2)
    spans(np.log(sensor.balance), np.log(0.8), np.log(1.25))
    assert abs(np.corrcoef(sensor.balance.T)[0, 1]) < 0.1
    given = {"blur": (0, 0.7), "shot": (0, 0.03), "read": (0, 0.01), "sharpen": (0, 0.5), "saturation": (0.8, 1.2)}
    for name, ends in {**given, "contrast": (0.85, 1.15), "curve": (0, 1)}.items():
        spans(getattr(sensor, name), *ends)
    packed = sensor.quality[sensor.quality > 0]
    assert abs(len(packed) / 2000 - 0.3) < 0.04
    assert set(np.unique(packed)) == set(range(20, 61))
    assert len(np.unique(sensor.noise)) == 2000
    assert sensor.noise.max() > 2**31


def test_a_neutral_sensor_needs_no_step():
    off = {"exposure_ev": 0, "balance": 1, "shot": 0, "read": 0, "blur_px": 0, "sharpen": 0, "saturation": 1, "contrast": 1}
    neutral = Sensor(**off, curve=0)
    assert neutral.requirements().effects == ()
    assert Sensor(**off, curve=0, jpeg=0.1).requirements().effects == ("jpeg",)
    assert Sensor(jpeg=1).requirements().effects == ("sensor", "jpeg")
    found, perfect = run(neutral, 20).sensor, SensorArrays.default(20)
    for name, value in vars(perfect).items():
        if name != "noise":
            np.testing.assert_allclose(getattr(found, name), value, rtol=1e-6, err_msg=name)
    for key, value in (("shot", 0.01), ("contrast", [1, 1.1]), ("exposure_ev", -1), ("balance", [0.9, 1])):
        assert Sensor(**{**off, "curve": 0, key: value}).requirements().effects == ("sensor",)


# --- Lens


def test_shares_are_kept_and_off_by_default():
    plain, perfect = run(Lens()).lens, LensArrays.default(2000)
    for name in ("distortion", "focus", "aperture", "shutter_motion", "aberration"):
        np.testing.assert_array_equal(getattr(plain, name), getattr(perfect, name))
    spans(plain.vignette, 0, 0.5)
    assert Lens().requirements().effects == ("sensor",)
    assert Lens(vignette=0).requirements().effects == ()
    some = run(Lens(distorted=0.2, defocused=0.3, moving=0.4, aberrated=0.5)).lens
    shares = (some.distortion.any(axis=1), some.aperture > 0, some.shutter_motion.any(axis=1), some.aberration != 0)
    for found, share in zip(shares, (0.2, 0.3, 0.4, 0.5), strict=True):
        assert abs(found.mean() - share) < 4 * np.sqrt(share * (1 - share) / 2000)


@pytest.mark.parametrize(
    ("values", "steps"),
    [
        ({"distorted": 0.1}, ("distortion",)), ({"distorted": 1, "k1": 0, "k2": 0, "tangential": 0}, ()),
        ({"distorted": 1, "k1": 0, "k2": 0, "tangential": 0.01}, ("distortion",)), ({"defocused": 0.1}, ("focus",)),
        ({"defocused": 0.1, "aperture": 0}, ()), ({"moving": 1}, ("motion",)), ({"moving": 1, "way": 0, "turn_deg": 0}, ()),
        ({"aberrated": 1}, ("sensor",)), ({"aberrated": 1, "aberration": 0}, ()),
        ({"defocused": 1, "moving": 1, "distorted": 1, "aberrated": 1}, ("focus", "motion", "distortion", "sensor")),
    ],
)  # fmt: skip
def test_only_the_steps_that_do_something_are_asked_for(values, steps):
    wanted = Lens(vignette=0, **values).requirements()
    assert wanted.effects == steps
    assert (wanted.margin > 0) == ("distortion" in steps)


def test_distortion_is_as_strong_at_the_corner_for_every_field_of_view():
    """A corner's ray, by OpenCV's formula, moves by the share of its distance that was asked for."""
    made = run(Lens(distorted=1, k1=-0.07, k2=0.02, tangential=0))
    d = made.lens.distortion.astype(float)
    corner = np.tan(made.cameras.fov_y / 2)[:, None] * [1.5, 1.0]
    r2 = (corner**2).sum(axis=1)
    np.testing.assert_allclose(1 + d[:, 0] * r2 + d[:, 1] * r2**2, 1 - 0.07 + 0.02, rtol=1e-5)
    np.testing.assert_array_equal(d[:, 2:], 0)
    # Tangential: OpenCV's y_d = y + p1 (r^2 + 2 y^2) moves a point on the y axis, as far out as a corner, by 3 p1 r^2.
    d = run(Lens(distorted=1, k1=0, k2=0, tangential=0.01)).lens.distortion.astype(float)
    np.testing.assert_allclose(3 * d[:, 2] * r2 / np.sqrt(r2), 3 * 0.01, rtol=1e-5)


def test_focus_and_motion_stay_in_their_ranges():
    lens = run(Lens(defocused=1, moving=1, focus=(0.5, 2), aperture=(0.1, 0.2), way=(0.01, 0.05), turn_deg=(0.5, 2))).lens
    spans(lens.focus, 2.5, 10)  # the camera is 5 m from the origin
    spans(lens.aperture, 0.1, 0.2)
    spans(np.linalg.norm(lens.shutter_motion[:, :3], axis=1), 0.01, 0.05)
    spans(np.degrees(np.linalg.norm(lens.shutter_motion[:, 3:], axis=1)), 0.5, 2)
    assert abs(lens.shutter_motion.mean(axis=0) / lens.shutter_motion.std(axis=0)).max() < 0.1


# --- Folding and margins


def test_ranges_that_fold_the_picture_are_refused_and_say_what_would_do():
    for values, least in (({"k1": -0.2, "k2": 0}, -0.138), ({"k1": (-0.4, 0.02), "k2": (0.02, 0.06)}, None)):
        with pytest.raises(InputError, match=r"^k1=\[.*folds the picture: expected k1 >= -0\.\d+, or a larger k2$") as refused:
            Lens(distorted=1, **values)
        said = float(str(refused.value).split(">= ")[1].split(",")[0])
        assert least is None or said == least
        Lens(distorted=1, **{**values, "k1": (said + 0.01, 0.02), "tangential": 0})
    assert Lens(k1=-0.2, k2=0).k1 == (-0.2, -0.2)  # of no consequence: no image is distorted
    with pytest.raises(InputError, match=r"^tangential=.*folds the picture: expected it narrower"):
        Lens(distorted=1, k1=-0.13, k2=0, tangential=0.05)


def test_a_lens_that_makes_labels_coarse_is_refused():
    """Along the radius a pixel is spread over d/dr r (1 + k r^2) = 1 + 3 k r^2, with r where the corner comes from."""
    r = min(root.real for root in np.roots([0.2, 0, 1, -1.03]) if abs(root.imag) < 1e-9)
    assert margin_and_stretch((0.2, 0.2), (0.0, 0.0), (0.0, 0.0))[1] == pytest.approx(1 + 3 * 0.2 * r**2, abs=1e-3)
    with pytest.raises(InputError, match=r"spreads a pixel over 1\.\d+ near the edges.*expected 1\.5 at most"):
        Lens(distorted=1, k1=(0, 0.3))


def test_the_fold_is_where_the_formula_has_it():
    """With k2 = 0, r (1 + k r^2) turns at r = 1 / sqrt(-3 k), where it is 2/3 r: for k below -4/27 the corner is not seen."""
    assert not is_injective((-4 / 27 - 0.001, 0), (0, 0))
    assert is_injective((-0.13, 0), (0, 0))


@pytest.mark.slow
@pytest.mark.parametrize(("k1", "k2"), [(-0.1, 0.0), (-0.08, -0.02), (-0.3, 0.2), (0.1, -0.05)])
def test_the_margin_suffices_and_is_not_much_too_large(k1, k2):
    roots = np.roots([k2, 0, k1, 0, 1, -1])
    corner = min(root.real for root in roots if abs(root.imag) < 1e-9 and root.real > 0)
    found = margin_and_stretch((k1, k1), (k2, k2), (0, 0))[0]
    assert found >= (corner - 1) / 2
    assert found <= max((corner - 1) / 2, 0) + 0.05
    assert margin_and_stretch((k1, 0.2), (k2, 0.2), (-0.005, 0.005))[0] > found


def test_a_picture_that_needs_no_more_has_no_margin_to_speak_of():
    assert margin_and_stretch((0.1, 0.2), (0.0, 0.1), (0.0, 0.0))[0] < 0.013  # ROOM alone asks for 0.015
    assert margin_and_stretch((0.0, 0.0), (0.0, 0.0), (0.0, 0.0)) == pytest.approx((0.015, 1.0))


def test_undistorted_is_the_inverse():
    seen = np.random.default_rng(0).uniform(-0.7, 0.7, (500, 2))
    for k in ((-0.1, 0.0, 0.0, 0.0), (0.2, 0.1, 0.01, -0.02), (-0.08, 0.02, 0.004, 0.004)):
        np.testing.assert_allclose(distorted(undistorted(seen, *k), *k), seen, atol=1e-9)
