"""Tests of raster export-scene as a program: which image, from where, to which file, and what it says to bad words."""

import json
import struct
import sys
from pathlib import Path
from typing import Any

import pytest
from drawn_sets import records

from raster.export_scene import main

pytestmark = pytest.mark.slow


@pytest.fixture
def export(monkeypatch, capsys, tmp_path):
    """A function: run the program with these words, which has to end with this code; what it printed."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str, code: int = 0) -> str:
        monkeypatch.setattr(sys, "argv", ["raster export-scene", *words])
        if code:
            with pytest.raises(SystemExit) as end:
                main()
            assert end.value.code == code
            assert not list(tmp_path.iterdir())
            return capsys.readouterr().err
        main()
        return capsys.readouterr().out

    return run


def scene(path: Path) -> dict[str, Any]:
    """The JSON part of a .glb file."""
    data = path.read_bytes()
    magic, version, length, size, kind = struct.unpack_from("<4sIII4s", data)
    assert (magic, version, length, kind) == (b"glTF", 2, len(data), b"JSON")
    return json.loads(data[20 : 20 + size])


def camera_of(path: Path) -> list[float]:
    """The pose of the camera, column by column, as glTF has it."""
    return next(node["matrix"] for node in scene(path)["nodes"] if "camera" in node)


def test_an_image_of_a_set(export, made, tmp_path):
    said = export(f"dir={made}", "first=2", "file=two.glb").splitlines()[-1]
    record = records(made)[2]
    size = (tmp_path / "two.glb").stat().st_size
    assert said == f"two.glb: image 2, {len(record['objects'])} objects, {size / 1e6:.1f} MB"
    x, y, z = (row[3] for row in record["camera"]["world_from_camera"][:3])
    assert camera_of(tmp_path / "two.glb")[12:15] == pytest.approx([x, y, z], abs=1e-5)


def test_what_was_written_as_json_and_nothing_if_quiet(export, made, tmp_path):
    facts = json.loads(export(f"dir={made}", "--json"))
    objects = len(records(made)[0]["objects"])
    size = (tmp_path / "scene.glb").stat().st_size
    assert facts == {"file": "scene.glb", "image": 0, "objects": objects, "bytes": size}
    assert export(f"dir={made}", "quiet=true") == ""


def test_without_words_it_is_the_first_image_as_scene_glb(export, tmp_path):
    assert export("size=32").splitlines()[-1].startswith("scene.glb: image 0, ")
    assert [path.name for path in tmp_path.iterdir()] == ["scene.glb"]
    assert scene(tmp_path / "scene.glb")["cameras"]


def test_overrides_change_the_scene(export, made, tmp_path):
    said = export(f"dir={made}", "~randomizers.distractors", "randomizers.objects.count=[3,3]")
    assert said.splitlines()[-1].startswith("scene.glb: image 0, ")
    assert len(scene(tmp_path / "scene.glb")["nodes"]) > 3


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["first=-1"], "error: first=-1: expected a whole number from 0 to 100000000\n"),
        (["dir=nowhere"], "error: nowhere: holds no manifest.json, so it is not a data set of raster generate\n"),
        (["--first", "3"], "error: --first 3: options are written without dashes: first=3\n"),
        (["file=scene.obj"], "error: file=scene.obj: a scene is written as glTF, into a file such as scene.glb\n"),
        (["file=nowhere/scene.glb"], "error: file=nowhere/scene.glb: there is no folder nowhere\n"),
        (["n=3"], "error: n=3: is no option here; file= where they go\n"),
    ],
)
def test_bad_words_are_one_line(words, told, export):
    assert export(*words, code=2) == told


def test_an_image_that_a_set_has_not_is_one_line(export, made):
    assert export(f"dir={made}", "first=4", code=2) == f"error: first=4: {made} is a set of 4 images, numbers 0 to 3\n"
