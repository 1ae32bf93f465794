"""Tests of the sampler: the same scenes for any batches, room for what is asked for, errors with the whole key."""

import pickle

import numpy as np
import pytest
from joined import joined

from raster.errors import InputError
from raster.randomizers.distractors import Distractors
from raster.randomizers.lights import Lights
from raster.randomizers.objects import Objects
from raster.scene.sampler import Sampler
from raster.scene.scenes import Scenes


@pytest.mark.parametrize("batches", [[24], [1] * 24, [5, 7, 12], [23, 1]])
def test_any_batches_give_the_same_scenes_to_the_bit(full_sampler, contents, batches):
    """Everything on."""
    sampler = full_sampler
    whole = contents(sampler(100, 24))
    starts = 100 + np.cumsum([0, *batches[:-1]])
    found = joined([contents(sampler(int(s), n)) for s, n in zip(starts, batches, strict=True)], whole)
    assert len(found) > 50
    for key, array in whole.items():
        assert array.dtype == found[key].dtype
        assert array.tobytes() == found[key].tobytes(), key


def test_scenes_depend_on_the_seed_and_the_number(full_sampler, catalog, everything, contents):
    here = contents(full_sampler(0, 8))
    other = contents(Sampler(catalog, everything(), seed=1, size=(96, 96))(0, 8))
    later = contents(full_sampler(8, 8))
    nothing = contents(Scenes.zeros(catalog, np.arange(8), full_sampler.slots, full_sampler.requirements.lights, size=(96, 96)))
    written = {key for key in here if not np.array_equal(here[key], nothing[key])} - {
        "lights.shadow_samples",
        "environment.visible",
    }
    assert len(written) > 40
    for key in written:
        assert not np.array_equal(here[key], other[key]), key
        assert not np.array_equal(here[key], later[key]), key
    again = contents(Sampler(catalog, everything(), seed=0, size=(96, 96))(0, 8))
    for key, array in here.items():
        np.testing.assert_array_equal(array, again[key])


@pytest.mark.slow
def test_a_sampler_survives_the_way_to_a_worker(full_sampler, contents):
    """With its library."""
    other = pickle.loads(pickle.dumps(full_sampler))
    np.testing.assert_array_equal(other.library.pictures, full_sampler.library.pictures)
    for key, array in contents(full_sampler(5, 3)).items():
        np.testing.assert_array_equal(array, contents(other(5, 3))[key])


def test_there_is_room_for_what_randomizers_ask_for(catalog, randomizers):
    changed = {"objects": Objects(count=(1, 7)), "distractors": Distractors(count=3), "lights": Lights(count=(1, 3))}
    scenes = Sampler(catalog, randomizers(**changed), 0, size=(64, 96))(10, 4)
    room = {slot: r.stop - r.start for slot, r in scenes.slots.items()}
    assert room == {"objects": 7, "distractors": 3, "floor": 1, "walls": 0}
    assert scenes.asset.shape == (4, 11)
    assert scenes.lights.color.shape == (4, 3, 3)
    np.testing.assert_array_equal(scenes.index, [10, 11, 12, 13])
    np.testing.assert_allclose(scenes.cameras.aspect, 1.5)
    np.testing.assert_array_equal(scenes.cameras.height, 64)


def test_without_randomizers_scenes_are_empty(catalog):
    scenes = Sampler(catalog, {}, 0)(0, 2)
    assert scenes.asset.shape == (2, 0)
    assert scenes.lights.color.shape == (2, 1, 3)


def test_randomizers_are_called_in_their_order_with_their_own_streams(catalog):
    calls = []

    def note(scenes, streams):
        calls.append((streams.name, streams.seed, streams.first, streams.count, scenes.index.tolist()))

    Sampler(catalog, {"b": note, "a": note}, seed=9)(3, 2)
    assert calls == [("b/", 9, 3, 2, [3, 4]), ("a/", 9, 3, 2, [3, 4])]


def test_an_error_names_the_randomizer(catalog):
    def fail(scenes, streams):
        raise InputError("density=-1: expected more")

    with pytest.raises(InputError, match=r"^randomizers\.fog\.density=-1: expected more$"):
        Sampler(catalog, {"fog": fail}, 0)(0, 1)
