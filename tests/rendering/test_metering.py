"""Tests of metering: the mean becomes the key, by a formula; it does not depend on the batch and changes no label."""

import numpy as np
import pytest
from catalogs import fast, renderer_of
from post_processed import smooth
from srgb import linear

from raster.errors import InputError
from raster.randomizers.sensor import Sensor
from raster.scene.sampler import Sampler

DARK = 0.002  # of shaders/post/meter.comp
LUMINANCE = [0.2126, 0.7152, 0.0722]


def test_a_plane_becomes_the_key_times_the_exposure(taken):
    level = np.array([0.02, 0.1, 0.9])
    light = np.broadcast_to(level[:, None, None, None], (3, 24, 40, 3))
    found = linear(taken(light, ("sensor",), metering_key=0.2, metering_center=[0, 1, 0], exposure=[1, 0.5, 2])["color"])
    expected = np.array([0.2, 0.1, 0.4]) * level / (level + DARK)
    np.testing.assert_allclose(found.mean(axis=(1, 2, 3)), expected, rtol=0.02)


def test_the_gain_is_that_of_the_formula(taken):
    """exp(mean log luminance), all alike or by Gaussian weights about the middle; pictures that are not metered keep theirs."""
    light = 0.1 * smooth(4, 64, 64)
    center = np.array([0, 1, 0, 1])
    key = np.array([0.1, 0.1, 0, 0])
    found = linear(taken(light, ("sensor",), metering_key=key, metering_center=center)["color"])
    v, u = (np.mgrid[:64, :64] + 0.5) / 32 - 1
    for b in range(4):
        weight = 2.0 ** (-3 * (u**2 + v**2) * center[b])
        mean = np.exp((weight * np.log(light[b] @ LUMINANCE + DARK)).sum() / weight.sum())
        gain = key[b] / mean if key[b] else 1
        assert found[b].mean() / light[b].mean() == pytest.approx(gain, rel=0.02)


def test_black_and_white_pictures_are_changed_by_four_stops_at_most(taken):
    light = np.broadcast_to(np.array([1e-4, 50])[:, None, None, None], (2, 16, 16, 3))
    found = linear(taken(light, ("sensor",), metering_key=0.18, exposure=[50, 0.1])["color"]).mean(axis=(1, 2, 3))
    np.testing.assert_allclose(found, [1e-4 * 16 * 50, 50 / 16 * 0.1], rtol=0.03)


def test_what_other_effects_a_picture_has_does_not_matter(taken):
    """Pictures of a batch can be in different textures when they are metered."""
    light = np.repeat(0.2 * smooth(1, 32, 32), 4, axis=0)
    found = taken(light, ("focus", "motion", "sensor"), metering_key=[0.3, 0.3, 0, 0], aberration=[0, 1e-6, 0, 1e-6])["color"]
    np.testing.assert_allclose(found[0].astype(int), found[1], atol=1)
    assert found[0].mean() > found[2].mean() + 20
    np.testing.assert_allclose(found[2].astype(int), found[3], atol=1)


def test_metering_changes_color_only_and_not_by_the_batch(catalog):
    """Labels are the same bytes; so are pictures in another batch, and pictures that are not metered."""
    some = {"sensor": Sensor(metered=0.5, key=0.4, compensation_ev=0)}
    on, off = (Sampler(catalog, fast(**each), 2, (48, 48)) for each in (some, {"sensor": Sensor()}))
    made = renderer_of(on, batch=8)
    with_it, without = made.render(on(0, 8)).layers, made.render(off(0, 8)).layers
    split = [made.render(on(*each)).layers["color"] for each in ((0, 3), (3, 1), (4, 4))]
    made.release()
    np.testing.assert_array_equal(np.concatenate(split), with_it["color"])
    for name in ("class_id", "instance_id"):
        np.testing.assert_array_equal(with_it[name], without[name])
    metered = on(0, 8).sensor.metering_key > 0
    same = (with_it["color"] == without["color"]).all(axis=(1, 2, 3))
    np.testing.assert_array_equal(same, ~metered)
    assert 0 < metered.sum() < 8


def test_the_share_and_the_ways_of_metering(catalog):
    sensor = Sensor(metered=0.7, key=0.25, compensation_ev=(1, 2), metering={"average": 1, "center_weighted": 3}, exposure_ev=0)
    found = Sampler(catalog, fast(sensor=sensor), 1)(0, 2000).sensor
    metered = found.metering_key > 0
    assert abs(metered.mean() - 0.7) < 0.05
    assert abs(found.metering_center[metered].mean() - 0.75) < 0.05
    np.testing.assert_allclose(np.unique(found.metering_key), [0, 0.25])
    assert (found.exposure[~metered] == 1).all()
    assert (np.abs(np.log2(found.exposure[metered]) - 1.5) <= 0.5 + 1e-6).all()
    assert not Sampler(catalog, fast(sensor=Sensor()), 1)(0, 50).sensor.metering_key.any()  # off by default
    for values, words in (({"metered": 2}, "metered="), ({"key": 0}, "key="), ({"metering": ["spot"]}, "metering.spot")):
        with pytest.raises(InputError, match=f"^{words}"):
            Sensor(**values)
