"""Tests of a user's own folder of components, from Python: that they are found, and that what is wrong is named."""

import sys

import pytest
from own_components import CHOSEN, ROOT
from programs import begin, complaint, finish

from raster.errors import InputError
from raster.run.config import load_config
from raster.run.image_source import ImageSource
from raster.run.own_folder import split_config_dir, use_folder
from raster.run.setup import build_setup

SMALL = ("preset=fast", "n=6", "size=32", "batch=2", "workers=1")


def test_own_components_from_python(mine, modules_forgotten):
    source = ImageSource.of([*SMALL, *CHOSEN], mine)
    try:
        (frames,) = source.frames(0, 2)
    finally:
        source.release()
    assert source.classes == ("background", "cube", "wedge")
    assert frames.layers["depth"].shape == (2, 32, 32)
    assert "counts" in frames.records[0]
    assert source.setup.passes[-1].shader == str(mine / "depth.frag")


def test_a_group_of_ones_own_changes_options(tmp_path, modules_forgotten):
    """As focus/focus.yaml of raster diagnose does, and after the preset."""
    (tmp_path / "focus").mkdir()
    file = tmp_path / "focus" / "near.yaml"
    text = "randomizers:\n  camera: {distance: [2, 3]}\n  textures: {kinds: [flat, {wood: 3}]}\n"
    file.write_text(f"# @package _global_\n{text}")
    options = load_config(["preset=movi_a", "+focus=near"], tmp_path)
    assert options["randomizers"]["camera"] == {**load_config(["preset=movi_a"])["randomizers"]["camera"], "distance": [2, 3]}
    assert options["randomizers"]["textures"]["kinds"] == ["flat", {"wood": 3}]
    given = load_config(["+focus=near", "randomizers.camera.distance=[4,5]"], tmp_path)
    assert given["randomizers"]["camera"]["distance"] == [4, 5]  # what the command line says wins
    file.write_text(text)
    with pytest.raises(InputError, match=rf"^{file}: its first line has to be # @package _global_; "):
        load_config(["+focus=near"], tmp_path)
    with pytest.raises(InputError, match=r"^focus: there is no far; choose from near$"):
        load_config(["+focus=far"], tmp_path)
    with pytest.raises(InputError, match=r"a folder focus/ of your own is found with --config-dir FOLDER, in which it stands$"):
        load_config(["+focus=near"])


def test_the_configuration_keeps_the_name_of_the_shader(mine, modules_forgotten):
    assert load_config(CHOSEN, mine)["passes"]["depth"]["shader"] == "depth.frag"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (["randomizers.dim.level=3"], "randomizers.dim.level: randomizers.dim is not chosen; give +randomizers=dim"),
        (["+randomizers=dim", "randomizers.dim.lvel=3"],
         "randomizers.dim.lvel: there is no such key; did you mean randomizers.dim.level?"),
        (["solids=[wedg]"], "solids: there is no wedg; choose from CHOICE, wedge"),
    ],
)  # fmt: skip
def test_messages_name_own_components(mine, modules_forgotten, overrides, message):
    with pytest.raises(InputError) as refused:
        load_config(overrides, mine)
    names = ", ".join(sorted(path.stem for path in (ROOT / "conf/solids").glob("*.yaml")))
    assert str(refused.value) == message.replace("CHOICE", names)


@pytest.mark.slow
def test_a_shader_in_neither_folder_is_named(mine, modules_forgotten):
    with pytest.raises(InputError, match=rf"^passes\.depth\.shader=deep\.frag: there is no such file in .* nor in {mine}$"):
        build_setup(load_config([*SMALL, *CHOSEN, "passes.depth.shader=deep.frag"], mine), mine)


@pytest.mark.parametrize("words", [["--config-dir", "gone"], ["--config-dir=gone", "n=1"], ["-cd", "gone"]])
def test_a_folder_that_is_not_there_is_named(words):
    with pytest.raises(InputError, match=r"^--config-dir=gone: there is no such folder$"):
        split_config_dir(words)


def test_the_folder_is_taken_out_of_the_command_line(mine, modules_forgotten):
    assert split_config_dir(["n=3", "--config-dir", str(mine), "-m", "seed=1"]) == (mine, ["n=3", "-m", "seed=1"])
    assert split_config_dir(["n=3"]) == (None, ["n=3"])
    with pytest.raises(InputError, match="name a folder after it"):
        split_config_dir(["--config-dir"])


def test_the_folder_stands_last_in_the_import_path_and_once(mine, modules_forgotten):
    for _ in range(2):
        assert use_folder(mine) == mine
    assert sys.path[-1] == str(mine)
    assert sys.path.count(str(mine)) == 1


@pytest.mark.slow
def test_a_component_that_cannot_be_imported_is_named(tmp_path, mine):
    words = (*SMALL, "solids=[wedge]", "solids.wedge._target_=my_modul.wedge")
    said = complaint(finish(begin(tmp_path, f"--config-dir={mine}", *words), 2))
    assert "solids.wedge" in said
    assert "my_modul" in said
