"""Tests of which mesh files a pattern names, what they are called, and of which class they are."""

import os

import pytest

from raster.assets.check_names import BACKGROUND, FLOOR
from raster.assets.meshes.discover import ENDINGS, TAKEN, find_meshes
from raster.assets.meshes.load import load_meshes
from raster.assets.meshes.options import MeshOptions
from raster.assets.meshes.read import FORMATS
from raster.errors import InputError


@pytest.fixture
def folder(tmp_path):
    for name in (
        "mugs/red.glb",
        "mugs/blue/b.OBJ",
        "mugs/blue/b.mtl",
        "ducks/duck.stl",
        "ducks/.old.stl",
        "top.ply",
        "notes.txt",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def found(meshes, classes=None, **more) -> dict:
    return {file.name: file.class_name for file in find_meshes(MeshOptions(str(meshes), classes=classes, **more))}


def test_a_folder_a_pattern_a_file(folder, monkeypatch):
    mugs = {"mugs/blue/b.OBJ": "blue", "mugs/red.glb": "mugs"}
    everything = {"ducks/duck.stl": "ducks", **mugs, "top.ply": folder.name}
    assert found(folder) == everything
    assert list(found(folder)) == sorted(everything)
    assert found(f"{folder}/**/*") == everything
    assert found(f"{folder}/mugs/*.glb") == {"red.glb": "mugs"}
    assert found(f"{folder}/mugs/blue/b.OBJ") == {"b.OBJ": "blue"}
    assert found(f"{folder}/*/*.[gs]*") == {"ducks/duck.stl": "ducks", "mugs/red.glb": "mugs"}
    monkeypatch.chdir(folder)
    assert found("**/*.[pg]l*") == {"mugs/red.glb": "mugs", "top.ply": folder.name}
    assert found("mugs") == {"blue/b.OBJ": "blue", "red.glb": "mugs"}
    assert found("top.ply") == {"top.ply": folder.name}
    (file,) = find_meshes(MeshOptions(os.path.relpath(folder / "ducks")))
    assert file.path.is_file()


def test_a_table_says_of_which_class_files_are(folder):
    table = {"mugs/red.glb": "cup", "mugs/*": "mug", "ducks": None, "*.ply": "thing"}
    assert found(folder, table) == {"ducks/duck.stl": None, "mugs/blue/b.OBJ": "mug", "mugs/red.glb": "cup", "top.ply": "thing"}
    assert found(folder, {"blue": "b"})["mugs/blue/b.OBJ"] == "b"
    assert found(folder, {"*": "x", "mugs": "y"}) == dict.fromkeys(found(folder), "x")  # the first that fits


def test_the_lists_here_and_elsewhere_agree():
    assert set(ENDINGS) == set(FORMATS)
    assert set(TAKEN) == {BACKGROUND, FLOOR}


def message(meshes, classes=None, **more) -> str:
    with pytest.raises(InputError) as error:
        found(meshes, classes, **more)
    return str(error.value)


def test_what_cannot_be_found_is_said(folder):
    kinds = "expected .glb .gltf .obj .stl .ply .dae"
    assert message("no/such") == "meshes=no/such: there is no such file or folder; give one, or a pattern: 'models/**/*.glb'"
    assert message(f"{folder}/*.fbx") == f"meshes={folder}/*.fbx: found no mesh file; {kinds}"
    notes = f"{folder}/notes.txt"
    assert message(notes) == f"meshes={notes}: {notes} is of no kind that is read; {kinds}"
    assert message(f"{folder}/*.txt") == f"meshes={folder}/*.txt: {notes} is of no kind that is read; {kinds}"
    (folder / "empty").mkdir()
    assert message(f"{folder}/empty") == f"meshes={folder}/empty: found no mesh file; {kinds}"


def test_classes_that_cannot_be_are_refused(folder):
    table = {"mugs": "Duck", "ducks": "duck"}
    text = "meshes: the classes duck (ducks/duck.stl) and Duck (mugs/blue/b.OBJ) differ only in case; "
    assert message(str(folder), table) == text + "rename a folder or join them in classes"
    text = "classes: cups fits no file of objects.meshes; such as ducks/duck.stl would be right"
    assert message(str(folder), {"cups": "cup"}) == text
    for name in ("", " x", "a\nb", "a\x00"):
        text = f"meshes: ducks/duck.stl: {name!r} is no name for a class; name it in classes: {{ducks/duck.stl: mug}}"
        assert message(str(folder), {"ducks": name}) == text
    for name in ("background", "Floor"):
        text = f"meshes: ducks/duck.stl: the class name {name} is taken; give another: classes: {{{name}: ...}}"
        assert message(str(folder), {"ducks": name}) == text


@pytest.mark.parametrize("name", [b"ducks/t\xe9.stl", b"t\xe9/t.stl"])
def test_names_that_are_not_utf8_are_refused(folder, name):
    path = os.fsencode(folder) + b"/" + name
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w"):
        pass
    with pytest.raises(InputError) as error:
        load_meshes(MeshOptions(str(folder), exclude=["mugs", "*.ply", "*/duck.stl"]), 16)
    text = f"'{folder}/{name.decode(errors='surrogateescape')}': the name is not UTF-8; rename the file or folder"
    assert str(error.value) == text.encode("ascii", "backslashreplace").decode()
