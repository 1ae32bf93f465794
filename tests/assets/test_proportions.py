"""Tests of proportions: how far a class may be stretched, from its YAML to the scale of objects."""

import numpy as np
import pytest

from raster.assets.catalog import Catalog
from raster.assets.proportions import check_proportions
from raster.errors import InputError
from raster.randomizers.scale import Scale
from raster.run.solid_classes import proportions_of, solid_arguments
from raster.scene.scenes import Scenes
from raster.solids.cube import cube
from raster.solids.cylinder import cylinder
from raster.solids.sphere import sphere
from raster.streams import Streams


def test_axes_that_are_left_out_keep_their_length():
    np.testing.assert_array_equal(check_proportions({"z": [0.2, 4]}), [[1, 1], [1, 1], [0.2, 4]])
    np.testing.assert_array_equal(check_proportions([0.75, 1]), [[0.75, 1]] * 3)
    np.testing.assert_array_equal(check_proportions({"y": 0.5}), [[1, 1], [0.5, 0.5], [1, 1]])


@pytest.mark.parametrize(
    ("value", "key"),
    [({"w": 1}, "proportions.w:"), ([2, 1], "proportions="), ({"x": [0, 1]}, "proportions.x="), ("flat", "proportions="),
     ({"z": True}, "proportions.z="), ([1, 2, 3], "proportions=")],
)  # fmt: skip
def test_other_values_are_refused_by_their_key(value, key):
    with pytest.raises(InputError, match=key):
        check_proportions(value)
    with pytest.raises(InputError, match=rf"^solids\.cube\.{key}"):
        proportions_of({"solids": {"cube": {"_target_": "x", "proportions": value}}, "distractors": None})


def test_proportions_are_no_argument_of_a_solids_function():
    said = {"cube": {"_target_": "x", "proportions": [1, 1], "bevel": 0.1}, "ball": None}
    assert solid_arguments(said) == {"cube": {"_target_": "x", "bevel": 0.1}, "ball": None}


def factors(stretched: float, proportions: dict) -> tuple[np.ndarray, np.ndarray]:
    """(N, 3) factors of the axes of objects, the largest 1, and their assets (N,)."""
    catalog = Catalog({"cube": cube(), "cylinder": cylinder(), "sphere": sphere()}, proportions=proportions)
    scenes = Scenes.zeros(catalog, np.arange(200), {"objects": 9, "distractors": 0})
    scenes.set_assets(slice(0, 9), np.tile(np.arange(9) % 3, (200, 1)))
    Scale(stretch=(0.5, 0.8), stretched=stretched)(scenes, Streams(0, 0, 200))
    scale = np.diagonal(scenes.nodes.local[:, scenes.roots, :3, :3], axis1=-2, axis2=-1).reshape(-1, 3)
    return scale, scenes.asset.ravel()


def test_stretched_objects_follow_the_proportions_of_their_class():
    stated = {"cube": check_proportions([0.8, 1]), "cylinder": check_proportions({"y": [0.9, 1], "z": [0.25, 4]})}
    scale, asset = factors(1.0, stated)
    plain, _ = factors(1.0, {})
    shape = scale / scale.max(axis=1, keepdims=True)
    assert shape[asset == 0].min() >= 0.8 - 1e-6
    ratio = (scale[:, 2] / scale[:, 0])[asset == 1]
    assert 0.25 <= ratio.min() < 0.27
    assert 3.8 < ratio.max() <= 4.0001
    assert abs(np.log(ratio).mean()) < 4 * np.log(16) / 12**0.5 / len(ratio) ** 0.5  # as often flat as long
    across = (scale[:, 1] / scale[:, 0])[asset == 1]
    assert 0.9 - 1e-6 <= across.min() <= across.max() <= 1.0001
    np.testing.assert_array_equal(scale[asset == 2], plain[asset == 2])  # states none
    whole, asset = factors(0.0, stated)
    np.testing.assert_allclose(whole, whole[:, :1].repeat(3, axis=1))
