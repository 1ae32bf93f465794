"""Tests of `variants`: so many different surfaces in a whole run, whatever the batch, and nothing changed without them."""

import numpy as np
import pytest

from raster.errors import InputError
from raster.randomizers.textures import Textures
from raster.run.config import load_config
from raster.run.setup import build_setup
from raster.streams import Streams

SURFACES = ("textures", "materials", "floor", "walls", "background")


def surfaces(scenes, slot: str) -> np.ndarray:
    """(things, numbers): a row for each thing of a slot that is there: colours, texture, picture and where it lies."""
    if slot == "background":
        material, there = scenes.background, np.ones(len(scenes.index), bool)
    else:
        things = scenes.slots[slot]
        nodes = scenes.roots[things] + 1  # its first part
        there = scenes.asset[:, things] >= 0
        material = type(scenes.background)(**{
            name: value[:, nodes] for name, value in vars(scenes.nodes.material).items()
        })  # fmt: skip
    parts = [material.color, material.color2, material.texture, material.image]
    if slot != "walls":  # the matrix of a wall stretches with it
        parts += [material.texture_from_object]
    return np.concatenate([np.asarray(p, np.float64).reshape(*there.shape, -1)[there] for p in parts], axis=1)


def scenes_of(*overrides: str, count: int = 200):
    return build_setup(load_config(["preset=plain", "size=64", "randomizers.walls.share=1", *overrides])).sampler(0, count)


def limited(count: int) -> list[str]:
    return [f"randomizers.{name}.variants={count}" for name in SURFACES]


@pytest.fixture(scope="module")
def few():
    return scenes_of(*limited(4))


@pytest.mark.slow
@pytest.mark.parametrize("slot", ["objects", "distractors", "floor", "walls", "background"])
def test_there_are_so_many_different_ones(few, slot):
    """Colours, patterns and pictures go together: four in all, not four times four."""
    rows = surfaces(few, slot)
    assert len(rows) > 50
    different, counts = np.unique(rows, axis=0, return_counts=True)
    assert len(different) == 4
    assert counts.min() > len(rows) / 4 * 0.5  # each about as often as the others


@pytest.mark.slow
def test_without_a_limit_there_are_as_many_as_things():
    rows = surfaces(scenes_of(count=50), "objects")
    assert len(np.unique(rows, axis=0)) == len(rows)


@pytest.mark.slow
def test_the_rest_of_the_scene_stays(few):
    usual = scenes_of()
    np.testing.assert_array_equal(few.asset, usual.asset)
    np.testing.assert_array_equal(few.nodes.local, usual.nodes.local)
    np.testing.assert_array_equal(few.lights.color, usual.lights.color)


@pytest.mark.slow
def test_they_are_the_same_in_any_batch(few):
    setup = build_setup(load_config(["preset=plain", "size=64", "randomizers.walls.share=1", *limited(4)]))
    later = setup.sampler(37, 3)
    for ours, theirs in zip(vars(later.nodes.material).values(), vars(few.nodes.material).values(), strict=True):
        np.testing.assert_array_equal(ours, theirs[37:40])


@pytest.mark.slow
def test_another_seed_has_others():
    rows = [np.unique(surfaces(scenes_of(*limited(3), f"seed={seed}", count=60), "objects"), axis=0) for seed in (0, 1)]
    assert not (rows[0][:, None] == rows[1][None]).all(axis=-1).any()


def test_many_variants_are_as_spread_as_none():
    """Mean and deviation of uniforms, of which 20,000 variants have each about their own."""
    drawn = Streams(5, 0, 1000, "a/objects/").with_variants(20_000, 20).uniform("x", 20, 3)
    assert drawn.shape == (1000, 20, 3)
    assert drawn.mean() == pytest.approx(0.5, abs=0.01)
    assert drawn.std() == pytest.approx(12**-0.5, abs=0.01)
    assert abs(np.corrcoef(drawn[:, 0, 0], drawn[:, 1, 0])[0, 1]) < 0.15


def test_no_limit_is_the_stream_itself():
    streams = Streams(0, 0, 2)
    assert streams.with_variants(None, 3) is streams


@pytest.mark.parametrize("value", [0, -1, 1.5, "many", [1, 2]])
def test_other_numbers_are_refused(value):
    with pytest.raises(InputError, match=r"^variants="):
        Textures(variants=value)
