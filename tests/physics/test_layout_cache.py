"""Tests of what is kept of layouts on disk: the same again, by all that matters, where it is, and progress while it is made."""

import threading
from dataclasses import replace

import pytest
from settling import drops_of, sampler_of

from raster.errors import InputError
from raster.physics import layout_cache as layouts
from raster.randomizers.placement import Placement
from raster.streams import Streams
from raster.system.cache import cache_folder

pytest.importorskip("mujoco", reason="the extra physics is not installed")


def test_a_warm_cache_gives_what_a_cold_one_gives(catalog, contents, folder, monkeypatch):
    sampler = sampler_of(catalog, 5, settle_s=1)
    cold = contents(sampler(0, 4))
    files = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert len(files) == 4
    with monkeypatch.context() as patch:
        patch.setattr(layouts, "settle", None)  # nothing is settled again
        warm = contents(sampler(0, 4))
    for key, array in cold.items():
        assert array.tobytes() == warm[key].tobytes(), key
    for number, path in enumerate(files):
        damaged = [b"", files[path][:-8], b"x" + files[path][1:], files[path][:-1] + b"\0\0"][number]
        path.write_bytes(damaged)
    repaired = contents(sampler(0, 4))
    for key, array in cold.items():
        assert array.tobytes() == repaired[key].tobytes(), key
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == files


def test_only_what_precedes_the_first_images_shows_progress(catalog, monkeypatch):
    told = list[str]()
    monkeypatch.setattr(layouts, "progress", lambda things, title, total, unit: told.append(title) or list(things))
    monkeypatch.setattr(layouts, "_began", threading.Event())
    sampler = sampler_of(catalog, 1, settle_s=1)
    for first in range(3):
        sampler(first, 1)
    assert told == ["layouts"]


def test_the_key_changes_with_all_that_matters(catalog):
    drop = drops_of(sampler_of(catalog, 4, settle_s=0.05), 1)[0]
    turned = drop.rotation.copy()
    turned[4, 0, 0, 0] += 1e-12
    heavier = (drop.bodies[0][:1] * 2, *drop.bodies[1:])
    others = [replace(drop, half=1.9), replace(drop, settle_s=0.06)]
    others += [replace(drop, rotation=turned), replace(drop, bodies=heavier)]
    keys = {each.digest("4.0.1", 1) for each in (drop, *others)} | {drop.digest("4.0.2", 1), drop.digest("4.0.1", 2)}
    assert len(keys) == 7
    assert drop.digest("4.0.1", 1) == replace(drop, position=drop.position.copy()).digest("4.0.1", 1)


def test_where_the_cache_is(monkeypatch, tmp_path):
    monkeypatch.delenv("RASTER_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder("layouts") == tmp_path / "xdg" / "raster-labels" / "layouts"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert cache_folder("layouts") == tmp_path / "home" / ".cache" / "raster-labels" / "layouts"
    assert cache_folder("layouts").is_dir()
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RASTER_CACHE", str(tmp_path / "file"))
    with pytest.raises(InputError, match=r"^arrangements: cannot write the cache .*file/layouts: .*RASTER_CACHE") as refused:
        Placement(arrangements=["physics"])
    assert "\n" not in str(refused.value)


def test_one_settling_serves_all_views(catalog):
    sampler = sampler_of(catalog, 4, views=3, settle_s=0.05)
    assert len(drops_of(sampler, 7)) == 3
    assert Streams(0, 0, 7).per_layout(3).views == 3
