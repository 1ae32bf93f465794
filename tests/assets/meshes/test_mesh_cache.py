"""Tests of the cache of models: found again, made again when damaged or out of date, by several processes at once."""

import multiprocessing
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest
import trimesh
from small_models import QUADRANTS, card, png, read, write_five

from raster.assets.meshes import load as load_module
from raster.assets.meshes import mesh_cache as store
from raster.assets.meshes.base_color_images import mipmaps
from raster.assets.meshes.imported_mesh import VERTEX
from raster.assets.meshes.load import load_meshes
from raster.assets.meshes.options import MeshOptions
from raster.assets.meshes.read import read_mesh
from raster.errors import InputError
from raster.system.cache import cache_folder


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch) -> Path:
    """The folder in which models are kept."""
    monkeypatch.setenv("RASTER_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "models"


@pytest.fixture
def meshes(tmp_path) -> Path:
    (tmp_path / "meshes" / "card").mkdir(parents=True)
    (tmp_path / "meshes" / "t").mkdir()
    card(tmp_path / "meshes" / "card")
    write_five(tmp_path / "meshes" / "t")
    return tmp_path / "meshes"


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_stored_is_what_was_read(meshes):
    (model,) = load_meshes(MeshOptions(str(meshes / "card" / "card.obj")), 16).meshes
    expected = read(meshes / "card" / "card.obj")
    assert (model.name, model.class_name) == ("card.obj", "card")
    assert model.vertices().dtype == VERTEX
    for level, right in zip(model.picture(0, 16), mipmaps(expected.pictures[0]), strict=True):
        np.testing.assert_array_equal(level, right)
    assert [len(level) for level in model.picture(0, 4)] == [4, 2, 1]
    for name in ("vertices", "indices"):
        assert (getattr(model, name)() == getattr(expected, name)).all()
        assert isinstance(getattr(model, name)(), np.memmap)
    for name in ("rest_directions", "rest_distances", "points"):
        assert (getattr(model, name) == getattr(expected, name)).all()
        assert getattr(model, name).dtype == np.float32
    assert model.radius == expected.radius
    (part,), (wanted,) = model.parts, expected.parts
    assert (part.object_from_part == wanted.object_from_part).all()
    assert (part.material, part.double_sided, part.vertex_count, part.index_count) == (wanted.material, True, 8, 12)


def test_a_second_run_reads_the_same_bytes(meshes, cache, monkeypatch):
    told = []
    first = load_meshes(MeshOptions(str(meshes)), 16, lambda done, of: told.append((done, of))).meshes
    assert told == [(k, 8) for k in range(1, 9)]
    before = bytes_of(cache)
    monkeypatch.setattr(store, "read_mesh", None)  # nothing is read
    second = load_meshes(MeshOptions(str(meshes)), 16).meshes
    assert bytes_of(cache) == before
    assert [(m.name, m.digest) for m in first] == [(m.name, m.digest) for m in second]
    assert all(len(model.digest) == 16 and model.folder.name.startswith(model.digest) for model in second)
    shutil.rmtree(cache)
    monkeypatch.setattr(store, "read_mesh", read_mesh)
    load_meshes(MeshOptions(str(meshes)), 16)
    assert bytes_of(cache) == before  # made anew, the same to the byte


def test_whatever_matters_is_in_the_key(meshes):
    path = str(meshes / "card" / "card.gltf"), str(meshes / "card" / "card.obj")
    keys = [load_meshes(MeshOptions(path[1]), 16).meshes[0].digest]
    for changed in ({"normalize": False}, {"up": "x"}):
        keys.append(load_meshes(MeshOptions(path[1], **changed), 16).meshes[0].digest)
    keys.append(load_meshes(MeshOptions(path[1]), 32).meshes[0].digest)
    for name, data in (("card.png", png(QUADRANTS[::-1])), ("card.mtl", b"newmtl paper\nmap_Kd card.png\n")):
        (meshes / "card" / name).write_bytes(data)
        keys.append(load_meshes(MeshOptions(path[1]), 16).meshes[0].digest)
    assert len(set(keys)) == len(keys)
    assert load_meshes(MeshOptions(path[1], max_triangles=5), 16).meshes[0].digest == keys[-1]


def test_too_many_triangles_are_refused_from_the_cache_too(meshes):
    path = meshes / "t" / "t.ply"
    load_meshes(MeshOptions(str(path)), 16)
    with pytest.raises(InputError) as error:
        load_meshes(MeshOptions(str(path), max_triangles=3), 16)
    assert str(error.value) == f"{path}: has 4 triangles; at most max_triangles=3 are read; simplify it or raise the key"


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5])


def flip(path: Path, at: int = 0) -> None:
    data = bytearray(path.read_bytes())
    data[at or len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def flip_head(path: Path) -> None:
    flip(path, 1)


@pytest.mark.parametrize("damage", [cut, flip, flip_head, Path.unlink])
@pytest.mark.parametrize(
    "name", ["vertices.npy", "indices.npy", "pictures.npy", "level_vertices.npy", "level_indices.npy", "model.json"]
)
def test_a_damaged_entry_is_made_again(meshes, cache, damage, name):
    (model,) = load_meshes(MeshOptions(str(meshes / "card" / "card.glb")), 16).meshes
    before = bytes_of(cache)
    damage(model.folder / name)
    (again,) = load_meshes(MeshOptions(str(meshes / "card" / "card.glb")), 16).meshes
    if name == "pictures.npy" and damage in (flip, flip_head):  # seen when it is shown; then the next start makes it anew
        with pytest.raises(InputError, match=r"pictures\.npy: is gone or damaged; start again, and it is made anew"):
            again.picture(0, 16)
        load_meshes(MeshOptions(str(meshes / "card" / "card.glb")), 16)
    assert bytes_of(cache) == before


@pytest.mark.parametrize("name", ["level_vertices", "level_indices"])
@pytest.mark.parametrize("damage", [cut, flip, Path.unlink])
def test_levels_of_detail_that_are_damaged_are_made_again(tmp_path, damage, name):
    trimesh.creation.icosphere(3).export(tmp_path / "ball.ply")
    (model,) = load_meshes(MeshOptions(str(tmp_path / "ball.ply")), 16).meshes
    assert model.levels
    before = bytes_of(model.folder)
    damage(model.folder / f"{name}.npy")
    (again,) = load_meshes(MeshOptions(str(tmp_path / "ball.ply")), 16).meshes
    assert bytes_of(again.folder) == before
    (again.folder / f"{name}.npy").unlink()  # while a run has it open no more
    with pytest.raises(InputError, match=rf"{name}\.npy: is gone or damaged; start again, and it is made anew"):
        getattr(again, name)(0)


def test_an_entry_of_another_format_is_made_anew(tmp_path, monkeypatch):
    trimesh.creation.icosphere(3).export(tmp_path / "ball.ply")
    monkeypatch.setattr(store, "FORMAT", 9)  # that of entries without levels of detail
    monkeypatch.setattr(store, "with_levels", lambda mesh: mesh)
    (before,) = load_meshes(MeshOptions(str(tmp_path / "ball.ply")), 16).meshes
    assert not before.levels
    monkeypatch.undo()
    monkeypatch.setenv("RASTER_CACHE", str(tmp_path / "cache"))
    (after,) = load_meshes(MeshOptions(str(tmp_path / "ball.ply")), 16).meshes
    assert after.levels
    assert after.folder.parent == before.folder.parent
    assert after.digest != before.digest


def test_the_levels_that_are_shown_are_checked_and_no_others(meshes):
    (model,) = load_meshes(MeshOptions(str(meshes / "card" / "card.glb")), 16).meshes
    path = model.folder / "pictures.npy"
    flip(path, -1)  # in the last of the mipmaps
    with pytest.raises(InputError):
        model.picture(0, 1)
    flip(path, -1)
    flip(path, -(1 + 4 + 16 + 64) * 3 - 1)  # in the largest
    assert [len(level) for level in model.picture(0, 8)] == [8, 4, 2, 1]
    with pytest.raises(InputError):
        model.picture(0, 16)


def test_models_can_be_sent_to_other_processes(meshes):
    (model,) = load_meshes(MeshOptions(str(meshes / "t" / "t.glb")), 16).meshes
    again = pickle.loads(pickle.dumps(model))
    assert (again.vertices() == model.vertices()).all()
    assert len(pickle.dumps(model)) < 10_000
    shutil.rmtree(model.folder)
    with pytest.raises(InputError, match=r"vertices\.npy: is gone or damaged; start again, and it is made anew"):
        again.vertices()


def test_a_cache_that_cannot_be_used_is_named(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("RASTER_CACHE", str(tmp_path / "file"))
    with pytest.raises(InputError) as error:
        cache_folder("models")
    where = tmp_path / "file" / "models"
    assert str(error.value) == f"cannot write the cache {where}: Not a directory; RASTER_CACHE may name another folder"
    for name in ("RASTER_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder("models") == tmp_path / ".cache" / "raster-labels" / "models"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "x"))
    assert cache_folder("a") == tmp_path / "x" / "raster-labels" / "a"


def _load_all(meshes: str, start, results) -> None:
    start.wait()
    results.put([model.digest for model in load_meshes(MeshOptions(meshes), 16).meshes])


@pytest.mark.slow
def test_two_processes_at_once(meshes, cache):
    spawn = multiprocessing.get_context("spawn")
    start, results = spawn.Barrier(2), spawn.SimpleQueue()
    both = [spawn.Process(target=_load_all, args=(str(meshes), start, results)) for _ in range(2)]
    for process in both:
        process.start()
    found = [results.get() for _ in both]
    for process in both:
        process.join()
        assert process.exitcode == 0
    assert found[0] == found[1] == [model.digest for model in load_meshes(MeshOptions(str(meshes)), 16).meshes]
    assert not [path for path in cache.iterdir() if path.name.startswith(".")]


@pytest.mark.slow
def test_with_many_files_other_processes_help(meshes, cache, monkeypatch):
    alone = [model.digest for model in load_meshes(MeshOptions(str(meshes)), 16).meshes]
    before = bytes_of(cache)
    shutil.rmtree(cache)
    monkeypatch.setattr(load_module, "MANY", 4)
    monkeypatch.setattr(load_module, "usable_cores", lambda: 2)
    assert [model.digest for model in load_meshes(MeshOptions(str(meshes)), 16).meshes] == alone
    assert bytes_of(cache) == before
    for name in ("e.stl", "c.ply"):
        (meshes / "t" / name).write_text("nothing")
    with pytest.raises(InputError, match=r"c\.ply: is no PLY file"):
        load_meshes(MeshOptions(str(meshes)), 16)


def test_trimesh_agrees_about_what_is_stored(meshes):
    """The stored corners, through the part's matrix, by its indices."""
    (model,) = load_meshes(MeshOptions(str(meshes / "t" / "t.stl"), normalize=False), 16).meshes
    (part,) = model.parts
    rows = model.vertices()["position"] @ part.object_from_part[:3, :3].T + part.object_from_part[:3, 3]
    made = trimesh.Trimesh(rows, model.indices().reshape(-1, 3))
    assert made.is_watertight
    assert made.volume == pytest.approx(trimesh.load_mesh(meshes / "t" / "t.stl").volume)
