"""benchmarks.gallery: every strip shows what it says, labels move with what moves them alone, sheets are small."""

import sys
from itertools import chain, combinations

import numpy as np
import pytest
from PIL import Image

from benchmarks.gallery import __main__ as gallery
from benchmarks.gallery.__main__ import GROUPS, Row, contact_sheet, overrides, pictures, save
from benchmarks.gallery.contact_sheet import MAX_BYTES, outlined
from benchmarks.gallery.strips import Strip, of
from raster.run.config import load_config

STRIPS = {f"{group}, {strip.title}, {strip.captions[2]}": strip for group, strips in GROUPS.items() for strip in strips}


@pytest.fixture(scope="module")
def keys() -> dict:
    """The default configuration: every key that an override may name."""
    return load_config()


@pytest.mark.parametrize("name", STRIPS)
def test_a_strip_changes_what_there_is(name, keys):
    """No key is mistyped, and no two of its pictures are of one configuration."""
    strip = STRIPS[name]
    given = [overrides(strip, change, 64) for change in (strip.off, strip.low, strip.high)]
    for key in {override.partition("=")[0] for override in chain(*given)} - {"passes/color", "preset"}:
        below = keys
        for part in key.split("."):
            assert part in below, key
            below = below[part]
    final = [dict(override.split("=", 1) for override in one) for one in given]
    usual = {"solids.cube.bevel": "0.02", "solids.cylinder.bevel": "0.02"}
    assert all({**usual, **one} != {**usual, **other} for one, other in combinations(final, 2))


@pytest.mark.slow
@pytest.mark.parametrize("group", GROUPS)
def test_a_strip_of_each_group_composes(group):
    assert load_config(overrides(GROUPS[group][-1], GROUPS[group][-1].high, 64))


@pytest.mark.slow
@pytest.mark.parametrize("name", list(STRIPS)[::6])  # each takes a second
def test_a_feature_is_seen_and_moves_labels_only_if_it_says_so(name):
    strip = STRIPS[name]
    drawn = pictures(strip, 72)
    for (one, label), (other, moved) in combinations(drawn, 2):
        assert np.abs(one.astype(int) - other).mean() > 0.05
        assert strip.moves or np.array_equal(label, moved)
    assert not strip.moves or not np.array_equal(drawn[0][1], drawn[2][1])
    assert len(np.unique(drawn[0][1])) > 1


def test_what_is_measured_in_pictures_grows_with_them():
    strip = Strip("a principal point", (), of("camera", cx="@0.25"), ())
    assert overrides(strip, strip.low, 64)[-1] == "randomizers.camera.cx=16"
    assert overrides(strip, strip.low, 160)[-1] == "randomizers.camera.cx=40"


def test_a_sheet_holds_its_pictures(tmp_path):
    red, blue = (np.full((20, 30, 3), color, np.uint8) for color in ((255, 0, 0), (0, 0, 255)))
    page = np.asarray(contact_sheet([Row("first", (red, red), ("", "")), Row("second", (blue, blue), ("", "x"))], columns=2))
    for color in ((255, 0, 0), (0, 0, 255)):
        assert (page == color).all(axis=-1).sum() == 2 * 20 * 30
    left, right = (np.flatnonzero((page == color).all(axis=-1).any(axis=0)) for color in ((255, 0, 0), (0, 0, 255)))
    assert left.max() < right.min()


def test_a_sheet_is_made_small(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (400, 500, 3), np.uint8)
    path = tmp_path / "a" / "noise.jpg"
    assert save(Image.fromarray(noise), path) == path.stat().st_size < MAX_BYTES


def test_an_outline_is_where_labels_meet():
    label = np.zeros((5, 5), np.uint8)
    label[2:4, 2:4] = 3
    line = outlined(np.zeros((5, 5, 3), np.uint8), label)
    assert line[2, 2].tolist() == [255] * 3
    assert line[0].max() == 0


@pytest.mark.slow
def test_the_program_draws_a_group(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["gallery", "--out", str(tmp_path), "--size", "32", "--only", "presets"])
    gallery.main()
    assert "gallery-presets.jpg" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["gallery-presets.jpg"]
    assert Image.open(tmp_path / "gallery-presets.jpg").width > 6 * 32


def test_bad_options_are_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["gallery", "--size", "5"])
    with pytest.raises(SystemExit) as end:
        gallery.main()
    assert end.value.code == 2
    assert "--size 5" in capsys.readouterr().err
