"""Tests that whatever reads a user's file names a pipe in its place at once, or passes over it, and does not wait for ever."""

import os
import shutil
from pathlib import Path

import pytest
from fakes import build
from irregular import end_if_it_waits, put_pipe
from PIL import Image

from raster.assets.environments.hdr_files import read_exr, read_hdr
from raster.assets.images.load import load_pictures
from raster.assets.meshes.discover import find_meshes
from raster.assets.meshes.options import MeshOptions
from raster.assets.meshes.read import read_dependencies
from raster.errors import InputError
from raster.gl.program import load
from raster.preview import read_set
from raster.run.own_folder import use_folder

READERS = {
    "it.hdr": read_hdr,
    "it.exr": read_exr,
    "it.frag": lambda path: load(path, []),
    "it.obj": read_dependencies,
    "it.glb": read_dependencies,
}


@pytest.mark.parametrize("name", READERS)
def test_a_pipe_is_named(tmp_path, name):
    if name == "it.exr":
        pytest.importorskip("OpenEXR", reason="the extra exr is not installed")
    put_pipe(tmp_path / name)
    with end_if_it_waits(), pytest.raises(InputError, match=rf"{tmp_path / name}: .*it is a named pipe, and no regular file"):
        READERS[name](tmp_path / name)


@pytest.mark.parametrize("name", ["codes.txt", "images/000001.png", "labels/000001.png"])
def test_preview_names_a_pipe_in_a_data_set(tmp_path, name):
    build(tmp_path / "set")
    put_pipe(tmp_path / "set" / name)
    with end_if_it_waits(), pytest.raises(InputError, match=r"not a data set that can be shown .*it is a named pipe"):
        read_set(tmp_path / "set", 0, 6)


@pytest.mark.parametrize("name", ["config.yaml", "solids/wedge.yaml", "passes/color/it.yaml", "preset/mine.yaml"])
def test_a_pipe_among_the_yaml_files_of_the_users_folder_is_named(tmp_path, mine, name):
    folder = Path(shutil.copytree(mine, tmp_path / "own"))
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    put_pipe(folder / name)
    with end_if_it_waits(), pytest.raises(InputError, match=rf"--config-dir={folder}: {folder / name} is a named pipe"):
        use_folder(folder)


def test_pipes_among_pictures_and_meshes_are_passed_over_as_other_things_are(tmp_path):
    Image.new("RGB", (16, 16), (9, 9, 9)).save(tmp_path / "a.png")
    (tmp_path / "a.obj").write_text("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n")
    for name in ("b.png", "b.obj"):
        os.mkfifo(tmp_path / name)
    with end_if_it_waits():
        assert load_pictures("images", str(tmp_path), 9, 16, 0).shape == (1, 16, 16, 3)
        assert [file.name for file in find_meshes(MeshOptions(meshes=str(tmp_path)))] == ["a.obj"]
