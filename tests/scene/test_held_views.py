"""Tests of hold_appearance: all views of a layout show one world, in any batches; cameras and noise are each view's own."""

import numpy as np
import pytest
from catalogs import everything, fast, renderer_of, solids
from joined import joined

from raster.assets.catalog import Catalog
from raster.randomizers.camera import Camera
from raster.randomizers.distractors import Distractors
from raster.randomizers.framing import Framing
from raster.randomizers.objects import Objects
from raster.randomizers.sensor import Sensor
from raster.randomizers.surroundings import Surroundings
from raster.run.config import load_config
from raster.run.setup import build_setup
from raster.scene.requirements import Requirements
from raster.scene.sampler import Sampler

STILL = Camera(distance=3, azimuth_deg=20, elevation_deg=30, jitter=0, roll_deg=0, fov_deg=50)


def all_on() -> dict:
    things = {"objects": Objects(count=(3, 6)), "distractors": Distractors(count=(0, 2))}
    return everything(**things, framing=Framing(share=0.5), surroundings=Surroundings(share=1, count=(2, 5)))


@pytest.fixture(scope="module")
def held() -> Sampler:
    catalog = Catalog(*solids(), brought=Requirements.of(all_on().values()).solids)
    return Sampler(catalog, all_on(), 4, (96, 96), views=4, hold=True)


def test_views_differ_in_camera_and_noise_alone(held, contents):
    found = contents(held(0, 24))
    left_out = (found["asset"].reshape(6, 4, -1) == -1) & (found["asset"].reshape(6, 4, -1)[:, :1] != -1)
    assert left_out.mean() < 0.02  # whatever a camera is in
    same = np.repeat(~left_out.any(axis=(1, 2)), 4)
    assert same.sum() >= 12
    for key, array in found.items():
        if len(array) != 24 or key == "index":
            continue
        views = array[same].reshape(-1, 4, *array.shape[1:])
        alike = not key.startswith("cameras.") and key not in ("sensor.noise", "lens.distortion", "lens.focus")
        if alike:
            assert (views == views[:, :1]).all(), key
        elif key in ("cameras.world_from_camera", "cameras.fov_y", "sensor.noise"):
            assert (views[:, 1:] != views[:, :1]).reshape(len(views), 3, -1).any(axis=-1).all(), key
    without = contents(Sampler(held.catalog, all_on(), 4, (96, 96), views=4)(0, 24))
    for key in ("cameras.world_from_camera", "cameras.fov_y"):
        np.testing.assert_array_equal(found[key], without[key])
    assert (without["lights.color"].reshape(6, 4, -1)[:, 1] != without["lights.color"].reshape(6, 4, -1)[:, 0]).any()


@pytest.mark.parametrize("batches", [[1] * 11, [2, 9], [3, 3, 5]])
def test_any_batches_give_the_same_scenes_to_the_bit(held, contents, batches):
    """They begin and end inside layouts."""
    whole = contents(held(9, 11))
    starts = 9 + np.cumsum([0, *batches[:-1]])
    found = joined([contents(held(int(s), n)) for s, n in zip(starts, batches, strict=True)], whole)
    for key, array in whole.items():
        assert array.tobytes() == found[key].tobytes(), key


@pytest.mark.parametrize("hold", [True, False])
def test_identical_cameras_see_the_same_colours_to_the_byte(catalog, hold):
    sampler = Sampler(catalog, everything(camera=STILL, framing=None, sensor=Sensor(shot=0, read=0)), 3, (64, 64), 3, hold)
    renderer = renderer_of(sampler, 6)
    color = renderer.render(sampler(6, 6)).layers["color"].reshape(2, 3, -1)
    renderer.release()
    same = (color == color[:, :1]).all(axis=-1)
    assert same.all() if hold else not same[:, 1:].any()


def test_one_view_each_is_held_by_nature(catalog, contents):
    one, other = (contents(Sampler(catalog, fast(), 5, (64, 64), 1, hold)(3, 5)) for hold in (True, False))
    for key, array in one.items():
        assert array.tobytes() == other[key].tobytes(), key


def test_the_option_reaches_the_sampler():
    options = ["preset=fast", "size=32", "views_per_layout=2"]
    assert build_setup(load_config([*options, "hold_appearance=true"])).sampler.hold
    assert not build_setup(load_config(options)).sampler.hold
