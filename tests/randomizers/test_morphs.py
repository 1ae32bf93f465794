"""Tests of the randomizer Morphs: shares, ranges, the same images in any batch; what would fold over is refused."""

from dataclasses import fields

import numpy as np
import pytest

from raster.errors import InputError
from raster.geometry.deformations import ORDER, Deformations
from raster.randomizers.morphs import Morphs as Randomizer
from raster.scene.requirements import Requirements
from raster.scene.scenes import Scenes
from raster.streams import Streams


def test_it_morphs_a_share_of_the_objects_within_its_ranges(fine_catalog):
    scenes = Scenes.zeros(fine_catalog, np.arange(60), {"objects": 6, "distractors": 3, "floor": 1})
    scenes.set_assets(slice(0, 6), np.full((60, 6), 2))
    scenes.asset[:, 5] = -1
    scenes.set_assets(slice(6, 9), np.full((60, 3), fine_catalog.unlabelled[0]))
    made = Randomizer(share=0.5, most=2, kinds={"taper": 1, "noise": 3, "bend": 1})
    made(scenes, Streams(0, 0, 60))
    found, has = scenes.morphs, np.stack([getattr(scenes.morphs, name) != 0 for name in ORDER], axis=-1)
    assert not found.any[:, [5, 9]].any()
    share = found.any[:, [0, 1, 2, 3, 4, 6, 7, 8]].mean()
    assert 0.42 < share < 0.58
    assert set(has.sum(axis=-1)[found.any]) == {1, 2}
    often = dict(zip(ORDER, has.sum(axis=(0, 1)), strict=True))
    assert often["twist"] == often["bulge"] == often["roundness"] == 0
    assert often["noise"] > 1.3 * max(often["taper"], often["bend"])
    assert np.abs(found.taper).max() <= 0.5
    bent = np.degrees(found.bend[found.bend != 0])
    assert bent.min() > 9.9
    assert bent.max() < 45.1
    assert (found.fit <= 1).all()
    assert (found.fit > 0.6).all()


def test_each_image_is_the_same_in_any_batch(fine_catalog):
    def drawn(first: int, count: int) -> Deformations:
        scenes = Scenes.zeros(fine_catalog, np.arange(first, first + count), {"objects": 4, "distractors": 1})
        scenes.set_assets(slice(0, 5), np.tile([0, 3, 10, 5, 11], (count, 1)))
        Randomizer(share=0.7)(scenes, Streams(4, first, count))
        return scenes.morphs

    whole, part = drawn(0, 9), drawn(5, 3)
    for field in fields(whole):
        np.testing.assert_array_equal(getattr(whole, field.name)[5:8], getattr(part, field.name), field.name)


def test_without_a_share_it_needs_no_fine_meshes():
    assert Requirements.of([Randomizer()]) == Requirements()
    assert Requirements.of([Randomizer(), Randomizer(share=0.1)]).subdivided_meshes


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"noise": (0.01, 0.1), "frequency": (1, 3)}, r"noise=\[0.01, 0.1\]: at frequency 3 it folds over; at most 0.05"),
        ({"bend_deg": 60, "taper": (-1, 1), "most": 3}, r"bend_deg=\[60.0, 60.0\]: what else widens a shape, most=3 at a time"),
        ({"most": 0}, "most="), ({"kinds": ["fold"]}, r"kinds\.fold: there is nothing of this name"),
    ],
)  # fmt: skip
def test_what_would_fold_is_refused(values, said):
    with pytest.raises(InputError, match=rf"^{said}"):
        Randomizer(**values)


def test_nothing_folds_over(fine_catalog):
    """At the ends of what is allowed: every face of every solid still turns its outer side outwards, for det J > 0."""
    made = Randomizer(share=1, most=3, taper=(-0.7, 0.7), bulge=(-0.3, 0.3), bend_deg=(35, 38), twist_deg=(-180, 180),
                      roundness=(-0.4, 1), noise=(0.05, 0.05), frequency=(3, 3))  # fmt: skip
    kinds = np.arange(len(fine_catalog.assets) - 1)
    scenes = Scenes.zeros(fine_catalog, np.arange(12), {"objects": len(kinds), "distractors": 0})
    scenes.set_assets(slice(0, len(kinds)), np.tile(kinds, (12, 1)))
    made(scenes, Streams(0, 0, 12))
    h = 1e-6
    points = np.random.default_rng(0).uniform(-0.5, 0.5, (300, 3))
    columns = [(scenes.morphs.apply(points + h * e) - scenes.morphs.apply(points - h * e)) / (2 * h) for e in np.eye(3)]
    assert np.linalg.det(np.stack(columns, axis=-1)).min() > 0
