"""Tests of raster.run.splits: which images are for training, validation and test, whatever the set's size."""

import numpy as np
import pytest

from raster.errors import InputError
from raster.run.config import load_config
from raster.run.setup import build_setup
from raster.run.splits import Splits, require_images

N = 10_000


def where(splits: Splits, name: str, n: int = N) -> np.ndarray:
    """(n,) bool: which of the images are in a split."""
    return np.array(splits.of(np.arange(splits.first, splits.first + n))) == name


@pytest.mark.parametrize(("views", "count"), [(1, 400), (4, 400), (1, 1)])
def test_a_count_is_that_many_whole_layouts_and_the_same_in_a_larger_set(views, count):
    smaller, larger = (where(Splits(count, views=views), "valid", n) for n in (401, N))
    assert smaller.sum() == larger.sum() == count
    assert (larger[:401] == smaller).all()
    by_layout = larger.reshape(-1, views)
    assert (by_layout.all(axis=1) == by_layout.any(axis=1)).all()


@pytest.mark.parametrize(("valid", "test"), [(0.2, 0.1), (0.0, 0.1), (0.5, 0.499), (0.2, 100), (100, 0.1), (100, 200), (0, 8)])
@pytest.mark.parametrize(("first", "views"), [(0, 1), (40, 4)])
def test_the_parts_are_as_large_as_they_should_be_at_any_size(valid, test, first, views):
    splits = Splits(valid, test, first, views)
    counts = sum(part for part in (valid, test) if isinstance(part, int))
    for name, part in (("valid", valid), ("test", test)):
        counted = np.cumsum(where(splits, name))
        if isinstance(part, int):
            assert counted[-1] == part
        else:  # of the images behind those that are counted
            others = np.maximum(np.arange(1, N + 1) - counts, 0)
            assert np.abs(counted - part * others).max() < 5 * views


def test_counts_are_of_the_first_images_of_the_set():
    splits = Splits(3, 2, first=10)
    assert splits.of(range(10, 17)) == ["valid"] * 3 + ["test"] * 2 + ["train"] * 2


def test_a_share_is_of_the_golden_ratio_sequence():
    ends = np.arange(N) * ((5**0.5 - 1) / 2) % 1
    assert (where(Splits(0.2, 0.1), "valid") == (ends >= 0.8)).all()
    assert (where(Splits(0.2, 0.1), "test") == ((ends < 0.8) & (ends >= 0.7))).all()


@pytest.mark.parametrize("test", [0.1, 0.79])
def test_validation_images_are_the_same_with_test_images(test):
    assert (where(Splits(0.2, test), "valid") == where(Splits(0.2), "valid")).all()


@pytest.mark.parametrize(("valid", "test"), [(0.2, 0.1), (8, 0.1), (0.2, 8), (8, 12)])
def test_no_layout_is_in_two_splits(valid, test):
    names = np.array(Splits(valid, test, views=4).of(np.arange(N))).reshape(-1, 4)
    assert (names == names[:, :1]).all()
    assert set(names.ravel()) == {"train", "valid", "test"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["test=1"], None),  # a count
        (["test=1.0"], "test=1.0: expected a share from 0 to below 1, or a whole number of images"),
        (["test=-0.1"], "test=-0.1: expected a share from 0 to below 1, or a whole number of images"),
        (["test=[1]"], "test=[1]: expected a share from 0 to below 1, or a whole number of images"),
        (["valid=0.6", "test=0.4"],
         "valid=0.6 test=0.4: expected shares of a sum below 1, since the other images are trained on"),
        (["test=3", "views_per_layout=2"],
         "test=3: expected a multiple of views_per_layout=2, since views of a layout stay together"),
    ],
)  # fmt: skip
def test_options(words, said):
    if said is None:
        assert load_config(words)["test"] == 1
        return
    with pytest.raises(InputError) as caught:
        load_config(words)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("valid", "test", "said"),
    [
        (10, 0.5, "valid=10: expected fewer than n=10"),
        (0.5, 10, "test=10: expected fewer than n=10"),
        (4, 6, "valid=4 test=6: expected fewer than n=10 together"),
    ],
)
def test_something_is_left_to_train_on(valid, test, said):
    with pytest.raises(InputError) as caught:
        require_images(valid, test, 10)
    assert str(caught.value) == said
    require_images(valid, test, 11)


def test_a_setup_has_the_options():
    words = ["preset=fast", "size=32", "valid=4", "test=0.25", "first=8", "views_per_layout=2"]
    assert build_setup(load_config(words)).splits == Splits(4, 0.25, 8, 2)
