"""Tests of a set of mesh files: those that cannot be used are all named, or left out; what is said of the others."""

import pickle
from pathlib import Path

import pytest
from small_models import card, put, write_five

from raster.assets.meshes import load as load_module
from raster.assets.meshes import mesh_cache
from raster.assets.meshes.cached_mesh import LoadedMeshes
from raster.assets.meshes.load import load_meshes
from raster.assets.meshes.options import MeshOptions
from raster.errors import InputError, InputErrors, MachineError, one_line


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("RASTER_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def folder(tmp_path) -> Path:
    """Two files that cannot be used among those that can; all of the class `bad` is bad."""
    for name in ("good", "bad"):
        (tmp_path / "m" / name).mkdir(parents=True)
    write_five(tmp_path / "m" / "good")
    put(tmp_path / "m" / "bad" / "b.obj", "v 0 0 0\n")
    put(tmp_path / "m" / "good" / "a.glb", b"glTF")
    return tmp_path / "m"


def loaded(folder, **more) -> LoadedMeshes:
    return load_meshes(MeshOptions(str(folder), **more), 16)


def reasons(folder) -> list[str]:
    return [
        f"{folder}/bad/b.obj: holds no triangles; expected a .obj file with a mesh",
        f"{folder}/good/a.glb: is cut off: 4 bytes of 5",
    ]


def test_all_files_that_cannot_be_used_are_named_at_once(folder, capsys):
    with pytest.raises(InputErrors) as error:
        loaded(folder)
    summary = "objects.meshes: 2 of 8 files cannot be used, as said above; objects.on_error=skip leaves them out"
    assert str(error.value).split("\n") == [*reasons(folder), summary]
    again = pickle.loads(pickle.dumps(error.value))
    assert (again.reasons, str(again)) == (tuple(reasons(folder)), str(error.value))
    with pytest.raises(SystemExit) as ended, one_line():
        raise again
    assert ended.value.code == 2
    assert capsys.readouterr().err.split("\n") == [*reasons(folder), f"error: {summary}", ""]


def test_one_file_that_cannot_be_used_is_one_line(folder):
    with pytest.raises(InputError) as error:
        loaded(folder, exclude="bad")
    assert str(error.value) == f"{reasons(folder)[1]}; objects.on_error=skip leaves it out"
    with pytest.raises(InputError) as error:
        loaded(folder / "bad")
    assert str(error.value) == f"{folder}/bad/b.obj: holds no triangles; expected a .obj file with a mesh"


def test_they_can_be_skipped(folder):
    found = loaded(folder, on_error="skip")
    assert [name for name, _ in found.skipped] == ["bad/b.obj", "good/a.glb"]
    assert [reason for _, reason in found.skipped] == reasons(folder)
    first, *rest = found.notes
    assert first == "WARNING: 2 of 8 mesh files cannot be used and are left out (objects.on_error=skip):"
    assert rest == [*(f"  {reason}" for reason in reasons(folder)), "WARNING: no mesh file is left of these classes: bad"]
    same = loaded(folder, exclude=["bad", "*/a.glb"])
    assert [(mesh.name, mesh.digest) for mesh in found.meshes] == [(mesh.name, mesh.digest) for mesh in same.meshes]
    assert same.skipped == same.notes == ()


@pytest.mark.slow
def test_other_processes_tell_the_same(folder, monkeypatch):
    alone = loaded(folder, on_error="skip")
    monkeypatch.setattr(load_module, "MANY", 4)
    monkeypatch.setattr(load_module, "usable_cores", lambda: 2)
    monkeypatch.setenv("RASTER_CACHE", str(folder.parent / "other"))
    assert [mesh.digest for mesh in loaded(folder, on_error="skip").meshes] == [mesh.digest for mesh in alone.meshes]
    assert loaded(folder, on_error="skip").skipped == alone.skipped
    with pytest.raises(InputErrors, match=r"2 of 8 files"):
        loaded(folder)


def test_if_nothing_is_left_it_stops(folder):
    put(folder / "bad" / "c.stl", "")
    with pytest.raises(InputErrors, match=r"2 of 2 files cannot be used, as said above; none is left$"):
        loaded(folder / "bad", on_error="skip")


@pytest.mark.parametrize("fault", ["disk", "memory"])
def test_what_the_machine_lacks_is_no_fault_of_a_file(folder, monkeypatch, fault):
    """A file is not left out because a disk was full: the same files give the same images."""

    def full(*_):
        raise OSError(28, "No space left on device")

    def little(*_):
        raise MemoryError

    if fault == "disk":
        monkeypatch.setattr(mesh_cache, "_write", full)
    else:
        monkeypatch.setattr("raster.assets.meshes.read.build", little)
    with pytest.raises(MachineError, match="No space left on device" if fault == "disk" else "not enough memory"):
        loaded(folder, on_error="skip")


def test_a_name_that_is_not_utf8_can_be_skipped(folder):
    with open(bytes(folder) + b"/good/t\xe9.stl", "w"):
        pass
    name, reason = loaded(folder, on_error="skip").skipped[-1]
    assert name == "good/t\\xe9.stl"
    assert reason.endswith("the name is not UTF-8; rename the file or folder")


def test_what_is_drawn_otherwise_is_said_once(tmp_path):
    """One line for all files that lack a picture, which names three of them, on a first run and on later ones."""
    for number in range(5):
        (tmp_path / "m" / f"c{number}").mkdir(parents=True)
        card(tmp_path / "m" / f"c{number}")
        (tmp_path / "m" / f"c{number}" / "card.png").unlink()
    text = "NOTE: mesh files that refer to a material library or a picture that is missing or outside the folder given, "
    text += "and are grey there: c0/card.obj (card.png), c1/card.obj (card.png), c2/card.obj (card.png), and 2 more"
    first = loaded(tmp_path / "m")
    assert first.notes == (text,)
    assert loaded(tmp_path / "m").notes == (text,)
    card(tmp_path / "m" / "c0")
    later = loaded(tmp_path / "m")  # the picture is there now
    assert later.meshes[1].digest != first.meshes[1].digest
    assert "c1/card.obj (card.png), c2/card.obj (card.png), c3/card.obj (card.png), and 1 more" in later.notes[0]
