"""Tests of distributions: they hold what NumPy and SciPy say of the values themselves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, ks_2samp

from raster.reporting.axis import BARS, axis_of
from raster.reporting.distribution import Distribution, merged
from raster.reporting.quantities import BINS, QUANTITIES
from raster.reporting.smallest import Line, Smallest, spread_key
from raster.reporting.two_samples import holm, ks_p, ks_statistic

SAMPLES = {
    "size": np.random.default_rng(1).lognormal(-1.5, 0.6, 3000).clip(0.003, 3),
    "visibility": np.random.default_rng(2).beta(4, 1, 3000),
    "objects": np.random.default_rng(3).poisson(7, 3000).astype(float),
    "fov": np.full(50, 40.0),
    "distance": np.array([3.0]),
}


def counted(name: str, values: np.ndarray) -> Distribution:
    made = Distribution(QUANTITIES[name])
    made.add(values)
    return made


@pytest.mark.parametrize("name", SAMPLES)
def test_numbers_are_those_of_numpy(name):
    values = SAMPLES[name]
    found = merged([counted(name, part) for part in np.array_split(values, 3)])
    assert found.count == len(values)
    assert found.mean == pytest.approx(values.mean(), rel=1e-12)
    assert found.deviation == pytest.approx(values.std(), abs=1e-6)
    assert (found.least, found.most) == (values.min(), values.max())
    for share in (0.0, 0.05, 0.5, 0.9, 0.95, 1.0):
        expected = np.quantile(values, share, method="inverted_cdf")
        if found.quantity.whole:
            assert found.quantile(share) == expected
        else:  # right to a bin
            places = found.quantity.positions(np.array([found.quantile(share), expected]))
            assert abs(places[0] - places[1]) <= 1 + 1e-9


def test_what_is_beyond_the_axis_counts_in_its_ends():
    found = counted("size", np.array([1e-9, 0.1, 50.0]))
    assert found.bins[0] == 1
    assert found.bins[-1] == 1
    assert (found.least, found.most, found.count) == (1e-9, 50.0, 3)


def test_without_values_nothing_is_known():
    found = Distribution(QUANTITIES["size"])
    assert np.isnan([found.mean, found.median, found.deviation, ks_statistic(found, counted("size", SAMPLES["size"]))]).all()


@pytest.mark.parametrize("name", ["size", "visibility", "objects"])
def test_the_statistic_is_scipys(name):
    one, other = SAMPLES[name][:900], SAMPLES[name][900:1500]
    other = other + 1 if name == "objects" else other**1.1
    found, expected = ks_statistic(counted(name, one), counted(name, other)), ks_2samp(one, other, method="asymp")
    assert found == pytest.approx(expected.statistic, abs=0.01)
    assert found <= expected.statistic + 1e-12  # bins can only hide a difference
    assert ks_p(expected.statistic, len(one), len(other)) == pytest.approx(expected.pvalue, rel=1e-9)


def test_holm_is_the_textbooks():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])  # Holm 1979, by hand
    found = holm([float("nan"), 0.6, 0.001])
    assert np.isnan(found[0])
    assert found[1:] == pytest.approx([0.6, 0.002])
    chances = np.random.default_rng(0).uniform(size=30)
    assert (np.array(holm(list(chances))) >= false_discovery_control(chances) - 1e-12).all()  # stricter than Benjamini-Hochberg


@pytest.mark.parametrize("name", SAMPLES)
def test_an_axis_shows_all_values(name):
    found = counted(name, SAMPLES[name])
    axis = axis_of([found])
    assert axis.bars <= BARS
    assert axis.shares(found).sum() == pytest.approx(1)
    assert 0 <= axis.place(found.median) <= 1
    ticks = axis.ticks()
    assert 1 <= len(ticks) <= 8
    assert all(-1e-6 <= axis.place(tick) <= 1 + 1e-6 for tick in ticks)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["aspect", "labelled", "lights", "colourfulness"]), st.lists(st.floats(0.01, 60), min_size=1, max_size=40)
)
def test_an_axis_fits_any_values(name, values):
    found = counted(name, np.round(values) if QUANTITIES[name].whole else np.array(values))
    axis = axis_of([found, found])
    assert axis.shares(found).sum() == pytest.approx(1)
    assert axis.bars <= BARS
    assert axis.ticks() == sorted(axis.ticks())
    assert (axis.first + axis.group * axis.bars) <= 2 * BINS


def test_the_smallest_are_those_of_a_sort():
    keys = np.random.default_rng(5).permutation(3000)
    kept = Smallest(70)
    for part in np.array_split(keys, 41):
        kept.add(Line((int(key),), int(key), 0, 0) for key in part)
    assert [line.number for line in kept.lines] == list(range(70))


@pytest.mark.parametrize("few", [7, 100, 240])
def test_a_spread_is_even(few):
    """No gap between chosen numbers is more than three times the mean one (three-gap theorem), also of sets of views."""
    chosen = np.sort(sorted(range(10_000), key=spread_key)[:few])
    assert np.diff(chosen, prepend=-1, append=10_000).max() < 3 * 10_000 / few
    assert 0.3 < (chosen % 2).mean() < 0.7 or few < 20
