"""Tests of the effects after drawing: off, cut to size, one picture of a batch like another, and that all is given back."""

import numpy as np
import pytest
from contexts import open_context
from gl_objects import KINDS, alive
from post_processed import noise, smooth
from srgb import srgb

from raster.scene.requirements import EFFECTS


@pytest.mark.parametrize("size", [(32, 48), (33, 17)])
@pytest.mark.parametrize("effects", [(), EFFECTS, *((s,) for s in EFFECTS)])
def test_a_perfect_camera_shows_what_was_drawn(size, effects, taken):
    light = 1.3 * noise(3, *size)
    found = taken(light, effects)["color"]
    assert found.shape == (3, *size, 3)
    assert np.abs(found - srgb(light)).max() < 0.6


def test_what_is_off_in_one_picture_of_a_batch_stays_exactly_as_it_is(taken):
    """Also where the others make every effect run."""
    light = noise(3, 40, 40)
    plain = taken(light, ())["color"]
    one = np.array([0, 0, 1.0])
    everything = taken(
        light, aperture=0.3 * one, focus=2, shutter_motion=one[:, None] * 0.05, aberration=0.01 * one, blur=one, sharpen=one,
        shot=0.05 * one, quality=40 * one, vignette=one, distortion=0.05 * one[:, None],
    )["color"]  # fmt: skip
    np.testing.assert_array_equal(everything[:2], plain[:2])
    assert (everything[2] != plain[2]).mean() > 0.5


def test_padding_is_cut_off(taken):
    light = noise(2, 40, 60)
    found = taken(light, ("distortion",), (4, 6))["color"]
    assert np.abs(found - srgb(light[:, 4:-4, 6:-6])).max() < 0.6


def test_supersampled_light_is_averaged_before_it_is_encoded(taken):
    light = noise(2, 48, 64)
    found = taken(light, ("focus", "motion"), supersample=2)["color"]
    average = light.reshape(2, 24, 2, 32, 2, 3).mean(axis=(2, 4))
    assert np.abs(found - srgb(average)).max() < 0.7


def test_without_distortion_other_layers_are_left_to_their_own_targets(taken):
    ids = np.arange(2 * 16 * 16).reshape(2, 16, 16)
    found = taken(noise(2, 16, 16), ("focus", "motion", "sensor", "jpeg"), others={"id": (ids, "r16ui")}, quality=50, blur=1)
    assert set(found) == {"color"}


# --- Batches, and what is given back


def random_values(batch: int) -> dict:
    rng = np.random.default_rng(1)
    some = lambda share: (rng.random(batch) < share).astype(float)  # noqa: E731
    return {
        "distortion": 0.05 * rng.normal(size=(batch, 5)) * some(0.7)[:, None] * [1, 0.3, 0.1, 0.1, 0],
        "aperture": rng.uniform(0, 0.2, batch) * some(0.5), "focus": rng.uniform(2, 6, batch),
        "shutter_motion": 0.02 * rng.normal(size=(batch, 6)) * some(0.5)[:, None], "vignette": rng.random(batch),
        "aberration": 0.01 * rng.normal(size=batch) * some(0.5), "blur": rng.uniform(0, 1.2, batch) * some(0.7),
        "sharpen": rng.random(batch) * some(0.5), "exposure": rng.uniform(0.7, 1.4, batch), "shot": 0.05 * rng.random(batch),
        "read": 0.02 * rng.random(batch), "saturation": rng.uniform(0.5, 1.5, batch), "curve": rng.random(batch),
        "quality": rng.integers(20, 95, batch) * some(0.5), "noise": rng.integers(0, 2**32, batch),
    }  # fmt: skip


@pytest.mark.parametrize("supersample", [1, 2])
def test_batches_change_no_byte(supersample, taken):
    """Each picture is a function of its own values, whatever is drawn with it."""
    light = smooth(9, 72 * supersample, 88 * supersample)
    z = 2 + 3 * smooth(9, *light.shape[1:3])[..., 0]
    ids = (10 * smooth(9, 72, 88)[..., 1]).astype(int)
    values = random_values(9)
    whole = taken(light, pad=(4, 4), z=z, supersample=supersample, others={"id": (ids, "r8ui")}, **values)
    assert len({picture.tobytes() for picture in whole["color"]}) == 9
    for one in range(9):
        here = slice(one, one + 1)
        part = taken(light[here], pad=(4, 4), z=z[here], supersample=supersample, others={"id": (ids[here], "r8ui")},
                     **{key: value[here] for key, value in values.items()})  # fmt: skip
        for layer, array in part.items():
            assert array[0].tobytes() == whole[layer][one].tobytes(), (one, layer)


def test_release_frees_everything(taken):
    light, others = noise(2, 48, 48), {"id": (np.zeros((2, 24, 24)), "r8ui"), "c": (np.zeros((2, 24, 24, 4)), "srgb8")}
    ctx, kinds, values = open_context(), (*KINDS, "Program"), {key: value[:2] for key, value in random_values(9).items()}
    clean = alive(ctx)
    taken(light, supersample=2, others=others, **values)
    assert alive(ctx) == clean
    before = alive(ctx, kinds)  # programs too, of which the driver keeps those used last
    for _ in range(2):
        taken(light, supersample=2, others=others, **values)
    assert alive(ctx, kinds) == before
