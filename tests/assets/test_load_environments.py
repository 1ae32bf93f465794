"""Tests of load_environments: procedural maps and files together, their suns and levels, and what is refused."""

import numpy as np
import pytest
from maps_by_hand import disc, lit
from write_rgbe import write_rgbe

from raster.assets.environments.equirectangular import solid_angles as rows
from raster.assets.environments.equirectangular import upward_irradiance
from raster.assets.environments.load import load_environments
from raster.assets.environments.octahedral import solid_angles
from raster.assets.environments.prefilter import harmonics
from raster.errors import InputError


def test_environments_are_functions_of_seed_and_number():
    few, more = load_environments(2, 1, None, 0, 16, 7), load_environments(10, 9, None, 0, 16, 7)
    assert few.names == ("sky 0", "sky 1", "studio 0")
    where = [more.names.index(name) for name in few.names]
    for small, large in zip(few.levels, more.levels, strict=True):
        assert small.dtype == np.float16
        np.testing.assert_array_equal(small, large[where])
    for name, shape in (("irradiance", (9, 3)), ("sun_direction", (3,)), ("sun_color", (3,))):
        assert getattr(few, name).shape == (3, *shape)
        assert getattr(few, name).dtype == np.float32
        np.testing.assert_array_equal(getattr(few, name), getattr(more, name)[where])
    other = load_environments(2, 1, None, 0, 16, 8)
    assert (other.levels[0] != few.levels[0]).any(axis=(1, 2, 3)).all()


def test_levels_end_at_8():
    assert [level.shape for level in load_environments(1, 0, None, 0, 64, 0).levels] == [(1, s, s, 3) for s in (64, 32, 16, 8)]


def test_a_file_s_sun_and_the_rest_are_what_it_held(tmp_path):
    sun = np.array([0.48, 0.64, 0.6])
    image = disc(lit(128), sun, 1.5, [5000, 4000, 3000])
    (tmp_path / "day.hdr").write_bytes(write_rgbe(image))
    found = load_environments(0, 0, str(tmp_path), 5, 64, 0)
    assert found.names == ("day.hdr",)
    assert (found.sun_direction[0] * sun).sum() > np.cos(np.radians(0.7))
    whole = (image * rows(128)[..., None]).sum(axis=(0, 1)) * 0.5 / upward_irradiance(image).mean()
    rest = (found.levels[0][0].astype(float) * solid_angles(64)[..., None]).sum(axis=(0, 1))
    np.testing.assert_allclose(rest + np.pi * found.sun_color[0], whole, rtol=0.01)
    np.testing.assert_allclose(found.irradiance[0, 0] * 0.282095 * 4, rest / np.pi, rtol=0.01)  # the mean over all normals


def test_files_come_after_the_procedural_ones_at_most_so_many(tmp_path):
    for k in range(6):
        (tmp_path / f"{k}.HDR").write_bytes(write_rgbe(lit(16, 0.1 + k)))
    found = load_environments(1, 1, str(tmp_path), 3, 16, 0)
    assert found.names == ("sky 0", "studio 0", "0.HDR", "2.HDR", "4.HDR")
    up = np.einsum("k,ekc->ec", harmonics(np.array([0.0, 0, 1])), found.irradiance).mean(axis=-1)
    np.testing.assert_allclose(up[1:], 0.5, rtol=0.15)


def test_bad_environments_are_refused_by_name(tmp_path):
    black, square = tmp_path / "black.hdr", tmp_path / "square" / "a.hdr"
    black.write_bytes(write_rgbe(np.zeros((16, 32, 3))))
    square.parent.mkdir()
    square.write_bytes(write_rgbe(np.ones((16, 16, 3))))
    cases = {
        str(black): f"maps={black}: {black}: is black everywhere",
        str(square.parent): f"maps={square.parent}: {square}: is 16 x 16; an environment map",
        str(tmp_path / "no"): f"maps={tmp_path}/no: there is no such folder",
        str(tmp_path / "*.exr"): f"maps={tmp_path}/*.exr: found no file that this pattern fits with an ending of .hdr .exr",
    }
    for files, message in cases.items():
        with pytest.raises(InputError) as caught:
            load_environments(0, 0, files, 5, 16, 0, key="maps")
        assert str(caught.value).startswith(message)
        assert "\n" not in str(caught.value)
    for px in (0, 8, 48):
        with pytest.raises(InputError, match=f"px={px}: expected a power of two from 16"):
            load_environments(1, 0, None, 0, px, 0)
    with pytest.raises(InputError, match="nothing to light the scene"):
        load_environments(0, 0, None, 0, 16, 0)
