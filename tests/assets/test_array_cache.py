"""Tests of the cache of arrays: made once, made again when damaged, never for another program, never larger than it may be."""

import os

import numpy as np
import pytest

from raster.assets import array_cache
from raster.assets.array_cache import cached_arrays
from raster.assets.library import EnvironmentSource, PictureSource, _clutter, _procedural


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("RASTER_CACHE", str(tmp_path))
    return tmp_path / array_cache.FOLDER


def counted(made):
    """A function that makes arrays of all kinds and counts how often in the list `made`."""

    def make():
        made.append(1)
        return {"half": np.arange(6, dtype=np.float16).reshape(2, 3), "names": np.array(["sky 0", "studio 11"])}

    return make


def test_made_once_and_the_same_after(folder):
    made = []
    first, again = (cached_arrays("some", (1, 2), counted(made)) for _ in range(2))
    assert len(made) == 1
    assert list(first) == list(again) == ["half", "names"]
    for name, array in first.items():
        assert again[name].dtype == array.dtype
        np.testing.assert_array_equal(again[name], array)


@pytest.mark.parametrize("other", [("some", (1, 3)), ("other", (1, 2))])
def test_other_arguments_are_other_arrays(folder, other):
    made = []
    cached_arrays("some", (1, 2), counted(made))
    cached_arrays(*other, counted(made))
    assert len(made) == 2 == len(list(folder.iterdir()))


def test_another_program_does_not_trust_them(folder, monkeypatch):
    made = []
    cached_arrays("some", (), counted(made))
    monkeypatch.setattr(array_cache, "_source", lambda: "another")
    cached_arrays("some", (), counted(made))
    assert len(made) == 2


def test_the_source_is_all_that_pictures_and_maps_are_made_of(tmp_path, monkeypatch):
    for name in ("assets/images/a.py", "streams.py", "rendering/b.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1")
    monkeypatch.setattr(array_cache, "PACKAGE", tmp_path)
    digests = [array_cache._source.__wrapped__()]
    for name in ("rendering/b.py", "assets/images/a.py", "streams.py"):
        (tmp_path / name).write_text("2")
        digests.append(array_cache._source.__wrapped__())
    assert digests[0] == digests[1]
    assert len(set(digests)) == 3


@pytest.mark.parametrize("damage", [lambda data: b"", lambda data: data[:-9], lambda data: data.replace(b"sky"[:1], b"t")])
def test_a_damaged_file_is_made_again(folder, damage):
    made = []
    whole = cached_arrays("some", (), counted(made))
    (path,) = folder.iterdir()
    data = path.read_bytes()
    assert damage(data) != data
    path.write_bytes(damage(data))
    for _ in range(2):
        again = cached_arrays("some", (), counted(made))
        assert all(np.array_equal(again[name], whole[name]) for name in whole)
    assert len(made) == 2
    assert path.read_bytes() == data


def test_where_nothing_can_be_written_they_are_made_each_time(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("RASTER_CACHE", str(tmp_path / "file"))
    made = []
    for _ in range(2):
        assert cached_arrays("some", (), counted(made))["half"].shape == (2, 3)
    assert len(made) == 2


def test_what_was_used_longest_ago_goes_first(folder, monkeypatch):
    made = []
    for k in range(3):
        cached_arrays(f"k{k}", (), counted(made))
    paths = {k: next(folder.glob(f"k{k}-*")) for k in range(3)}
    for age, path in enumerate(paths.values()):
        os.utime(path, (1000 + age, 1000 + age))
    cached_arrays("k0", (), counted(made))  # used now
    size = paths[0].stat().st_size
    monkeypatch.setattr(array_cache, "LARGEST", 2 * size)
    cached_arrays("k3", (), counted(made))
    assert sorted(path.name[:2] for path in folder.iterdir()) == ["k0", "k3"]
    monkeypatch.setattr(array_cache, "LARGEST", size // 2)
    cached_arrays("k4", (), counted(made))
    assert [path.name[:2] for path in folder.iterdir()] == ["k4"]  # too large, and yet the next run finds it


def test_pictures_and_maps_come_back_as_they_were_made(folder):
    def load():
        _clutter.cache_clear()
        _procedural.cache_clear()
        return PictureSource("clutter", 3).load(7, 16), EnvironmentSource(2, 1, None, 0).load(7, 16)

    (pictures, maps), (pictures_again, maps_again) = load(), load()
    assert len(list(folder.iterdir())) == 2
    np.testing.assert_array_equal(pictures, pictures_again)
    assert maps.names == maps_again.names == ("sky 0", "sky 1", "studio 0")
    assert len(maps.levels) == len(maps_again.levels)
    for name, array in maps.arrays().items():
        assert maps_again.arrays()[name].dtype == array.dtype
        np.testing.assert_array_equal(maps_again.arrays()[name], array)
