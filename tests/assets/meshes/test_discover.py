"""Tests of which mesh files a pattern names, what they are called, and of which class they are."""

import os
import shutil

import pytest
import trimesh
from small_models import put

from raster.assets.check_names import BACKGROUND, FLOOR
from raster.assets.meshes.discover import ENDINGS, TAKEN, find_meshes
from raster.assets.meshes.load import load_meshes
from raster.assets.meshes.options import MeshOptions
from raster.assets.meshes.read import FORMATS
from raster.errors import InputError, InputErrors


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
        assert message(str(folder), {"ducks": name}) == f"classes: {name!r} is no name for a class; give another"
    for name in ("background", "Floor"):
        assert message(str(folder), {"ducks": name}) == f"classes: the class name {name} is taken; give another"


@pytest.mark.parametrize(("class_from", "classes"), [
    ("folder", ["ducks", "blue", "mugs", "models"]), ("parent", ["models", "mugs", "models", "models"]),
    ("top", ["ducks", "mugs", "mugs", "models"]), ("file", ["duck", "b", "red", "top"]),
])  # fmt: skip
def test_a_class_may_come_from_another_folder_but_from_none_outside(class_from, classes, folder):
    shutil.copytree(folder, folder / "models")
    names = ["ducks/duck.stl", "mugs/blue/b.OBJ", "mugs/red.glb", "top.ply"]
    assert found(folder / "models", class_from=class_from) == dict(zip(names, classes, strict=True))
    assert found(folder / "models", {"mugs": "mug"}, class_from=class_from)["mugs/red.glb"] == "mug"


def test_files_in_a_folder_whose_name_is_no_class_are_refused_one_by_one(tmp_path):
    for name in ("background/a.stl", "good/b.stl", " c/c.stl"):
        (tmp_path / name).parent.mkdir()
        put(tmp_path / name, trimesh.creation.box().export(file_type="stl"))
    with pytest.raises(InputErrors) as error:
        load_meshes(MeshOptions(str(tmp_path)), 16)
    advice = "name it in objects.classes: "
    first = f"{tmp_path}/ c/c.stl: ' c' is no name for a class; {advice}{{ c/c.stl: mug}}"
    second = f"{tmp_path}/background/a.stl: the class name background is taken; {advice}{{background/a.stl: mug}}"
    assert error.value.reasons == (first, second)
    left = load_meshes(MeshOptions(str(tmp_path), on_error="skip"), 16)
    assert [mesh.name for mesh in left.meshes] == ["good/b.stl"]
    assert [reason for _, reason in left.skipped] == [first, second]
    assert len(load_meshes(MeshOptions(str(tmp_path), classes={"background": "a", " c": "c"}), 16).meshes) == 3


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
