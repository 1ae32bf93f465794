"""Tests of the named random numbers: a function of seed, name and image; uniform; choices, integers and shares."""

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from raster.streams import Streams, even_mask

MASK = 2**64 - 1
LAST = 1 - 2.0**-53  # the largest uniform


def philox(key: int, counter: int) -> list[int]:
    """Four 64-bit words of Philox4x64-10, after Salmon et al. (2011), in Python's integers."""
    k, c = [key & MASK, key >> 64], [counter >> 64 * i & MASK for i in range(4)]
    for _ in range(10):
        a, b = 0xD2E7470EE14C6C93 * c[0], 0xCA5A826395121157 * c[2]
        c = [(b >> 64) ^ c[1] ^ k[0], b & MASK, (a >> 64) ^ c[3] ^ k[1], a & MASK]
        k = [(k[0] + 0x9E3779B97F4A7C15) & MASK, (k[1] + 0xBB67AE8584CAA73B) & MASK]
    return c


class Fixed(Streams):
    """Streams whose uniforms are given."""

    def __init__(self, values):
        super().__init__(0, 0, len(values))
        self.values = np.asarray(values)

    def uniform(self, name, *shape):
        return np.broadcast_to(self.values.reshape(-1, *[1] * len(shape)), (len(self.values), *shape))


def gap(sample: np.ndarray) -> float:
    """Kolmogorov and Smirnov's D of a sample against the uniform distribution, times sqrt(n)."""
    x, n = np.sort(sample.ravel()), sample.size
    return np.sqrt(n) * max((np.arange(1, n + 1) / n - x).max(), (x - np.arange(n) / n).max())


# --- A function of seed, name, image


@pytest.mark.parametrize(("seed", "image", "size"), [(0, 0, 1), (7, 3, 4), (1, 12345, 6), (-1, 2**40, 9)])
def test_values_are_those_of_the_published_generator(seed, image, size):
    """This holds the promise of equal data for equal seeds, whatever NumPy does: values must never change."""
    key = int.from_bytes(hashlib.blake2b(f"{seed}/camera/fov".encode(), digest_size=16).digest(), "little")
    blocks = -(-size // 4)
    words = [w for b in range(blocks) for w in philox(key, image * blocks + b + 1)]
    expected = [(w >> 11) / 2**53 for w in words[:size]]
    np.testing.assert_array_equal(Streams(seed, image, 1).child("camera").uniform("fov", size)[0], expected)


@settings(deadline=None)
@given(
    first=st.integers(0, 10**9), cuts=st.lists(st.integers(0, 9), min_size=1, max_size=4),
    shape=st.lists(st.integers(0, 7), max_size=3), seed=st.integers(-5, 5),
)  # fmt: skip
def test_any_split_of_a_batch_gives_the_same(first, cuts, shape, seed):
    whole = Streams(seed, first, sum(cuts)).uniform("a", *shape)
    starts = first + np.cumsum([0, *cuts[:-1]])
    pieces = [Streams(seed, int(s), c).uniform("a", *shape) for s, c in zip(starts, cuts, strict=True)]
    assert whole.shape == (sum(cuts), *shape)
    np.testing.assert_array_equal(np.concatenate(pieces), whole)


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("uniform", (3,)), ("uniform_between", ((-1, 5), 3)), ("log_uniform", ((0.1, 5), 3)), ("integers", ((2, 9), 3)),
        ("choice", (np.array([1, 0, 3]), 3)), ("bernoulli", (0.3, 3)),
    ],
)  # fmt: skip
def test_every_kind_of_draw_follows_its_image(method, arguments):
    whole = getattr(Streams(3, 100, 32), method)("a", *arguments)
    assert whole.shape == (32, 3)
    for image in (100, 101, 131):
        one = getattr(Streams(3, image, 1), method)("a", *arguments)
        np.testing.assert_array_equal(one[0], whole[image - 100])


def test_other_draws_change_nothing():
    alone = Streams(0, 5, 8).uniform("b", 2)
    streams = Streams(0, 5, 8)
    streams.uniform("a", 11)
    streams.child("x").uniform("b", 3)
    np.testing.assert_array_equal(streams.uniform("b", 2), alone)
    np.testing.assert_array_equal(streams.uniform("b", 2), alone)


def test_seeds_names_and_prefixes_are_independent():
    n = 20000
    draws = [Streams(seed, 0, n).child(part).uniform(name) for seed in (0, 1, 256) for part in "ab" for name in ("u", "v")]
    correlation = np.corrcoef(draws)
    np.testing.assert_allclose(correlation, np.eye(len(draws)), atol=4.5 / np.sqrt(n))
    assert len(np.unique(draws)) == len(draws) * n  # nor does one repeat a stretch of another
    np.testing.assert_array_equal(Streams(0, 0, n).child("a").uniform("u"), draws[0])


def test_longer_names_are_other_names():
    s = Streams(0, 0, 4)
    seen = [s.uniform("ab"), s.child("a").uniform("b"), s.child("ab").uniform(""), s.child("a").child("b").uniform("")]
    assert len(np.unique(seen)) == 16


# --- Distributions


@pytest.mark.parametrize(("images", "size"), [(20000, 1), (1, 20000), (4000, 5)])
def test_uniform_is_uniform(images, size):
    u = Streams(11, 0, images).uniform("u", size)
    assert u.min() >= 0
    assert u.max() < 1
    assert gap(u) < 1.63
    for lag in (1, 2, 4):  # neighbours: images, or values of one image
        a, b = u.ravel()[:-lag], u.ravel()[lag:]
        assert abs(np.corrcoef(a, b)[0, 1]) < 4 / np.sqrt(u.size)
        assert gap((a + b) % 1) < 1.8


def test_between_and_log_between_are_uniform_in_their_scale():
    s = Streams(2, 0, 20000)
    linear, logarithmic = s.uniform_between("a", (-3, 7)), s.log_uniform("b", (0.02, 50))
    assert gap((linear + 3) / 10) < 1.63
    assert gap(np.log(logarithmic / 0.02) / np.log(50 / 0.02)) < 1.63
    assert (linear.min() < -2.99, linear.max() > 6.99, linear.min() >= -3, linear.max() <= 7) == (True,) * 4


def test_equal_bounds_fix_a_value():
    s = Streams(2, 0, 50)
    np.testing.assert_array_equal(s.uniform_between("a", (0.3, 0.3), 2), 0.3)
    np.testing.assert_allclose(s.log_uniform("a", (0.3, 0.3), 2), 0.3, rtol=1e-15)
    np.testing.assert_array_equal(s.integers("a", (5, 5), 2), 5)


def test_integers_reach_both_ends_alike():
    drawn = Streams(4, 0, 60000).integers("n", (-2, 3))
    counts = np.unique(drawn, return_counts=True)
    np.testing.assert_array_equal(counts[0], np.arange(-2, 4))
    assert ((counts[1] - 10000) ** 2 / 10000).sum() < 20.5  # chi squared, 5 degrees of freedom, 0.1 %


@pytest.mark.parametrize("many", [1, 2, 3, 5, 7, 10, 1000, 65535, 2**31 + 1])
def test_integers_stay_inside_for_the_extreme_uniforms(many):
    np.testing.assert_array_equal(Fixed([0.0, LAST]).integers("n", (10, 9 + many)), [10, 9 + many])


def test_choice_follows_the_weights():
    weights = np.array([3.0, 0.0, 1.0, 0.5, 0.0])
    drawn = Streams(5, 0, 45000).choice("c", weights)
    counts = np.bincount(drawn, minlength=5)
    expected = 10000 * weights
    assert counts[[1, 4]].sum() == 0
    some = weights > 0
    assert ((counts - expected)[some] ** 2 / expected[some]).sum() < 13.8  # 2 degrees of freedom, 0.1 %
    np.testing.assert_array_equal(Streams(5, 0, 45000).choice("c", 0.1 * weights), drawn)


@pytest.mark.parametrize("weights", [[0, 1, 0, 1, 0], [0, 0, 1], [1, 0, 0], [1, 0, 1], [0, 0.1, 0.2, 0, 0.7, 0]])
def test_choice_never_takes_weight_zero_even_on_an_edge(weights):
    weights = np.array(weights, float)
    edges = np.unique(np.cumsum(weights) / weights.sum())
    u = np.unique(np.concatenate([[0.0, LAST], edges, np.nextafter(edges, 0), np.nextafter(edges, 1)]))
    drawn = Fixed(u[(u >= 0) & (u <= LAST)]).choice("c", weights)
    assert weights[drawn].min() > 0
    assert set(drawn) == set(np.flatnonzero(weights))


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_chance_comes_true_as_often_as_its_share(share):
    found = Streams(6, 0, 20000).bernoulli("p", share)
    assert found.dtype == bool
    assert abs(found.mean() - share) <= 4 * np.sqrt(share * (1 - share) / 20000)


# --- every


@pytest.mark.parametrize("share", [0.0, 0.001, 0.1, 0.15, 1 / 3, 0.5, 0.7, 0.999, 1.0])
def test_every_is_spread_evenly(share):
    chosen = even_mask(np.arange(20000), share)
    so_far = np.cumsum(chosen)
    exact = share * np.arange(1, 20001)
    assert (so_far <= exact + 1e-6).all()  # never more than the share
    assert (so_far > exact - 1 - 1e-6).all()  # never one less
    gaps = np.diff(np.flatnonzero(chosen))
    assert gaps.size == 0 or np.ptp(gaps) <= 1


def test_every_knows_only_the_number():
    numbers = np.random.default_rng(0).integers(0, 10**7, 500)
    np.testing.assert_array_equal(even_mask(numbers, 0.15), [even_mask(np.array([n]), 0.15)[0] for n in numbers])
