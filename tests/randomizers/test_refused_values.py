"""Tests of what every randomizer refuses: bad ranges, shares, counts, kinds and weights, each with its key."""

import re
from dataclasses import fields

import numpy as np
import pytest
from catalogs import RANDOMIZERS
from written_fields import BY_NAME

from raster.errors import InputError
from raster.randomizers.background import Background
from raster.randomizers.camera import Camera
from raster.randomizers.distractors import Distractors
from raster.randomizers.floor import Floor
from raster.randomizers.lights import Lights
from raster.randomizers.materials import Materials
from raster.randomizers.objects import Objects
from raster.randomizers.textures import Textures
from raster.randomizers.walls import Walls
from raster.scene.sampler import Sampler

RANGED = [(kind, f.name) for kind in RANDOMIZERS for f in fields(kind) if isinstance(getattr(kind(), f.name), tuple)]
RANGED = [(kind, key) for kind, key in RANGED if key not in ("kinds", "finishes", "box", "floor_size", "aim_deg")]
SHARES = [(kind, f.name) for kind in RANDOMIZERS for f in fields(kind) if f.metadata["unit"] == "share"]
BAD_RANGES = (
    [np.nan, 1], [1, np.nan], np.inf, [1], [1, 2, 3], [], "abc", None, True, [None, 1], ["1", "2"], [[1], [2]],
    {"min": 1}, 1e9, -1e9, [-1e9, 1e9],
)  # fmt: skip


def refusal(make, **values) -> str:
    with pytest.raises(InputError) as refused:
        make(**values)
    return str(refused.value)


@pytest.mark.parametrize(("kind", "key"), RANGED)
def test_a_bad_range_is_refused_with_its_key(kind, key):
    for bad in BAD_RANGES:
        if bad is None and key in ("fov_deg", "elevation_deg"):  # then another field says the same
            continue
        assert re.match(rf"{key}\b.*: expected", refusal(kind, **{key: bad})), bad
    low, high = getattr(kind(), key)
    if low < high:
        assert re.match(rf"{key}=.* swap them", refusal(kind, **{key: [high, low]}))


@pytest.mark.parametrize(("kind", "key"), SHARES)
def test_a_bad_share_is_refused_with_its_key(kind, key):
    for bad in (-0.01, 1.01, np.nan, "x", [0, 1], None, True):
        assert refusal(kind, **{key: bad}).startswith(f"{key}="), bad


@pytest.mark.parametrize("key", ["count"])
@pytest.mark.parametrize("kind", [Objects, Distractors, Lights])
def test_counts_are_whole_numbers(kind, key):
    assert kind(**{key: [1.0, 2.0]}).count == (1, 2)
    with pytest.raises(InputError, match=r"count=.*whole"):
        kind(**{key: [1, 2.5]})


def test_the_ends_that_are_out_and_in():
    for bad in (0, 180, [0, 90], [90, 180]):
        with pytest.raises(InputError, match="0 < fov_deg < 180"):
            Camera(fov_deg=bad)
    assert Camera(fov_deg=[0.5, 179.5], elevation_deg=[-90, 90]).fov_deg == (0.5, 179.5)
    assert Lights(kelvin=[1667, 25000], count=[1, 4], brightness=0).brightness == (0.0, 0.0)
    assert Materials(shininess=1, saturation=[0, 1]).shininess == (1.0, 1.0)


@pytest.mark.parametrize("kind", [Textures, Floor, Background, Walls])
@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (["chequer"], "kinds.chequer: there is nothing of this name; choose from flat, gradient, checker"),
        ({"flat": 1, "image": 1}, "kinds.image: there is nothing"),
        ({"flat": -1, "dots": 2}, "kinds.flat=-1: a weight is zero"),
        ({"flat": 0, "dots": 0}, "kinds: all weights are zero"), ([], "kinds: all weights are zero"),
        ({"flat": np.nan}, "kinds.flat=nan: expected a finite number"), ({"flat": "much"}, "kinds.flat=much: expected"),
        ("flat", "kinds=flat: expected a list of names"), (3, "kinds=3: expected a list of names"),
    ],
)  # fmt: skip
def test_bad_kinds_are_refused(kind, bad, words):
    with pytest.raises(InputError, match=f"^{re.escape(words)}"):
        kind(kinds=bad)


@pytest.mark.parametrize("name", ["objects", "distractors"])
@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ({"teapot": 1}, "weights.teapot: there is nothing of this name; choose from "),
        ({"X": -2}, "weights.X=-2: a weight is zero or more"),
        ("all zero", "weights: all weights are zero; give at least one"),
        ({"X": None}, "weights.X=None: expected a finite number"),
        (7, "weights=7: expected a list of names"),
    ],
)  # fmt: skip
def test_bad_weights_are_refused_with_the_whole_key(name, weights, words, catalog, randomizers):
    """Which names there are is known with the catalog: the sampler puts the randomizer's name in front."""
    known = catalog.classes[1:] if name == "objects" else ("ring", "cross")
    weights = dict.fromkeys(known, 0) if weights == "all zero" else weights
    if isinstance(weights, dict):
        weights = {known[0] if k == "X" else k: v for k, v in weights.items()}
    words = words.replace("X", known[0])
    with pytest.raises(InputError, match=f"^{re.escape(f'randomizers.{name}.{words}')}"):
        Sampler(catalog, randomizers(**{name: BY_NAME[name](weights=weights)}), 0)(0, 1)
