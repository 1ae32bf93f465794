"""Tests of slips in a user's own YAML files: one line that names the file and what would be right."""

from pathlib import Path

import pytest

from raster.errors import InputError
from raster.run.config import load_config
from raster.run.own_folder import split_config_dir


def refused(folder: Path, *overrides: str) -> str:
    """What is said of overrides with this --config-dir."""
    with pytest.raises(InputError) as error:
        load_config(overrides, folder)
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("x:\n\t_target_: a.b\n", 2, "YAML takes spaces in front of keys, and no tabs"),
        ("x:\n  _target_ a.b\n  width: 3\n", 3, "is a colon missing in the line before? Keys are written KEY: VALUE"),
        ("x:\n  _target_: a.b\n  width\n", 3, "a colon is missing; keys are written KEY: VALUE"),
        ("x:\n  _target_: a.b\n  width: 3\n  width: 4\n", 4, "found duplicate key width; give each key once"),
        ("x:\n  _target_: a.b\n  width: [3, 4\n", 3, "a bracket or a brace is not closed, or a comma is missing"),
        ('x:\n  _target_: "a.b\n', 2, "a quote is not closed"),
        (
            "x:\n  _target_: a.b\n  size {a: [3, 4], b: 5}\n",
            3,
            "is a colon missing before a { or [ in this line? Keys are written KEY: VALUE",
        ),
        (
            "x:\n  _target_: a.b\n  size: {a: 1, b [3, 4]}\n",
            3,
            "a colon or a comma is missing in front of this bracket, or a bracket before it is not closed",
        ),
        (
            "x: {_target_: a.b, size {a: 1}}\n",
            1,
            "a colon or a comma is missing in front of this brace, or a brace before it is not closed",
        ),
        ("x:\n  _target_: a.b\n width: 3\n", 3, "keys of one table have as many spaces in front as one another"),
    ],
)
def test_a_slip_is_told_with_file_and_line(tmp_path, text, line, said):
    file = tmp_path / "solids" / "x.yaml"
    file.parent.mkdir()
    file.write_text(text)
    told = refused(tmp_path, "solids=[x]")
    assert told.startswith(f"{file}, line {line}: ")
    assert told.endswith(said)
    # Of a file that is not chosen nothing is said, also where keys of all files are looked through.
    assert refused(tmp_path, "sed=1") == "sed: there is no such key; did you mean seed?"


def test_a_file_that_is_no_text(tmp_path):
    (tmp_path / "solids").mkdir()
    (tmp_path / "solids" / "x.yaml").write_bytes("x: {_target_: a.b} # Größe".encode("latin-1"))
    assert refused(tmp_path, "solids=[x]") == f"{tmp_path}/solids/x.yaml: is no text in UTF-8"


def test_a_file_of_another_ending(tmp_path):
    (tmp_path / "solids").mkdir()
    (tmp_path / "solids" / "x.yml").write_text("x: {_target_: raster.solids.cube.cube}\n")
    assert refused(tmp_path, "solids=[x]") == f"{tmp_path}/solids/x.yml: rename it to x.yaml; no other ending is looked for"


@pytest.mark.parametrize("text", ["n: 5\n", "randomizers: {lights: {count: 1}}\n", "defaults: [override /solids: [cube]]\n"])
@pytest.mark.parametrize("chosen", ["preset=night", "preset=[default,night]"])
def test_a_preset_without_its_first_line(tmp_path, text, chosen):
    (tmp_path / "preset").mkdir()
    for name in ("another", "night"):
        (tmp_path / "preset" / f"{name}.yaml").write_text(text)
    told = refused(tmp_path, chosen)
    assert told.startswith(f"{tmp_path}/preset/night.yaml: its first line has to be # @package _global_; ")
    (tmp_path / "preset" / "night.yaml").write_text(f"# @package _global_\n{text}")
    assert load_config([chosen], tmp_path)


@pytest.mark.parametrize(
    ("listed", "line", "said"),
    [
        ("[override /passes/color: phong, /annotations: [boxes]]", 2, "/annotations stands behind override /passes/color"),
        ("\n  - override /solids: [cube]\n  - fast\n", 4, "fast stands behind override /solids"),
        ("\n  - /solids: [cube]\n  - override /passes/color: phong\n  - /passes: class_id\n", 5,
         "/passes stands behind override /passes/color"),
    ],
)  # fmt: skip
def test_a_preset_with_override_before_a_choice(tmp_path, listed, line, said):
    (tmp_path / "preset").mkdir()
    night = tmp_path / "preset" / "night.yaml"
    night.write_text(f"# @package _global_\ndefaults: {listed}\n")
    assert refused(tmp_path, "preset=night") == f"{night}, line {line}: {said}; lines with override come last in defaults"
    night.write_text("# @package _global_\ndefaults:\n  - override /solids: [cube]\n  - _self_\nseed: 7\n")
    assert load_config(["preset=night"], tmp_path)["seed"] == 7


def test_a_component_whose_key_is_not_its_files_name(tmp_path, capsys):
    (tmp_path / "solids").mkdir()
    for name, text in {
        "house": "hause: {_target_: a.b}", "barn": "barn: {_target_: a.b}",
        "pair": "one: {_target_: a.b}\ntwo: {_target_: a.b}",
        "placed": "# @package solids.placed\n_target_: a.b", "broken": "x: [", "listed": "- 1",
    }.items():  # fmt: skip
        (tmp_path / "solids" / f"{name}.yaml").write_text(f"{text}\n")
    split_config_dir([f"--config-dir={tmp_path}"])
    said = f"WARNING: {tmp_path}/solids/house.yaml: its key hause becomes its name; call key and file the same, as house\n"
    assert capsys.readouterr().err == said


def test_a_configuration_that_is_not_read_is_told(tmp_path, capsys):
    split_config_dir([f"--config-dir={tmp_path}"])
    assert capsys.readouterr().err == ""
    (tmp_path / "config.yaml").write_text("n: 5\n")
    split_config_dir([f"--config-dir={tmp_path}"])
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"WARNING: {tmp_path}/config.yaml is not read, since raster has a file of that name; ")
    assert line.endswith(f"{tmp_path}/preset/NAME.yaml, chosen by preset=NAME")
