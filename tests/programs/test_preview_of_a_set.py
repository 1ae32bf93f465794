"""Tests of raster.preview with dir=: images of a data set as they are and drawn again, what is at a pixel, and what it says."""

import shutil
import sys

import numpy as np
import orjson
import pytest
from drawn_sets import pixels, records
from PIL import Image

from raster.preview import main
from raster.run.explain_pixel import in_words

pytestmark = pytest.mark.slow
SIZE = 32  # px, of the set `made`


@pytest.fixture
def preview(monkeypatch, capsys, tmp_path):
    """A function: run the program with these words, which has to end with this code; what it printed."""

    def run(*words: str, code: int = 0) -> str:
        monkeypatch.setattr(sys, "argv", ["preview", f"file={tmp_path / 'sheet.png'}", *words])
        if code:
            with pytest.raises(SystemExit) as end:
                main()
            assert end.value.code == code
            return capsys.readouterr().err.removeprefix("error: ").strip()
        main()
        return capsys.readouterr().out

    return run


def test_preview_draws_one_image_again_larger(made, preview, tmp_path):
    said = preview(f"dir={made}", "first=3", "count=1", "size=64", "randomizers.lights.shadows=0")
    assert "1 images from number 3" in said
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.height > 64


def test_preview_shows_images_of_the_disk_from_a_number_on(made, preview, tmp_path):
    assert "2 images from number 2" in preview(f"dir={made}", "first=2", "count=5")
    with Image.open(tmp_path / "sheet.png") as sheet:
        shown = np.asarray(sheet)[:SIZE, :SIZE]
    np.testing.assert_array_equal(shown, pixels(made, "images")[2])


def test_preview_of_a_set_that_is_not_complete(made, preview, tmp_path):
    """As after Ctrl-C: images 0 and 1 are there, of 2 the picture alone, and no list. What is there is shown."""
    held = tmp_path / "set"
    manifest = orjson.loads((made / "manifest.json").read_bytes()) | {"complete": False}
    held.mkdir()
    (held / "manifest.json").write_bytes(orjson.dumps(manifest))
    none = "holds no image from number 0 on yet, such as images/000000.png"
    assert preview(f"dir={held}", code=2) == f"dir={held}: {none}"
    for name, count in (("images", 3), ("labels", 2)):
        (held / name).mkdir()
        for number in range(count):
            shutil.copy(made / name / f"{number:06d}.png", held / name)
    said = preview(f"dir={held}").splitlines()
    assert said[0] == f"NOTE: {held} is not complete: 2 of 4 images are drawn"
    assert "2 images from number 0" in said[1]
    with Image.open(tmp_path / "sheet.png") as sheet:
        np.testing.assert_array_equal(np.asarray(sheet)[:SIZE, :SIZE], pixels(made, "images")[0])
    beyond = "holds no image from number 3 on yet, such as images/000003.png; the last one there is number 1"
    assert preview(f"dir={held}", "first=3", code=2).endswith(f"dir={held}: {beyond}")


def test_no_more_images_are_drawn_again_than_a_set_has(made, preview):
    assert "1 images from number 3" in preview(f"dir={made}", "first=3", "count=9", "size=32")


def test_preview_says_what_is_at_a_pixel(made, preview, again):
    label = pixels(made, "labels")[0]
    row, column = (int(values[0]) for values in np.nonzero(label))
    said = preview(f"dir={made}", f"explain={column},{row}")
    name = again.classes[label[row, column]]
    assert f"class:      {name} (id {label[row, column]})" in said
    entry = orjson.loads(said.split("its entry in objects of scenes.jsonl:\n")[1].splitlines()[0])
    assert entry in records(made)[0]["objects"]
    assert in_words(again.explain(0, column, row)) in said


def test_what_is_said_of_meshes_and_of_the_set_is_printed_once(made, preview, tmp_path):
    (tmp_path / "meshes").mkdir()
    (tmp_path / "meshes" / "cut_off.glb").write_bytes(b"glTF")
    (tmp_path / "meshes" / "square.obj").write_text("mtllib gone.mtl\nv 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nf 1 2 3 4\n")
    files = [f"objects.meshes={tmp_path / 'meshes'}", "objects.on_error=skip"]
    said = preview("count=1", "size=32", *files)
    assert said.count("cut_off.glb") == 1
    assert said.count("gone.mtl") == 1
    held = tmp_path / "set"
    held.mkdir()
    manifest = orjson.loads((made / "manifest.json").read_bytes())
    manifest["versions"]["raster"] = "0.0.1"
    (held / "manifest.json").write_bytes(orjson.dumps(manifest))
    assert preview(f"dir={held}", "count=1", "size=32").count(f"NOTE: {held}: was drawn by version 0.0.1") == 1


def test_preview_is_quiet_but_for_warnings(made, preview, tmp_path, monkeypatch, capsys):
    """All of a warning, as one that names the files that are left out. Images of a set are shown as they are on the disk."""
    (tmp_path / "meshes").mkdir()
    (tmp_path / "meshes" / "cut_off.glb").write_bytes(b"glTF")
    (tmp_path / "meshes" / "square.obj").write_text("v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nf 1 2 3 4\n")
    words = [f"file={tmp_path / 'sheet.png'}", "count=1", "size=32", "quiet=true"]
    monkeypatch.setattr(sys, "argv", ["preview", *words, f"objects.meshes={tmp_path / 'meshes'}", "objects.on_error=skip"])
    main()
    out, err = capsys.readouterr()
    warning, reason, *rest = err.splitlines()
    assert (out, warning[:8]) == ("", "WARNING:")
    assert reason.startswith("  ")
    assert "cut_off.glb" in reason
    assert all(line.startswith("WARNING") for line in rest)
    assert preview(f"dir={made}", "count=1", "quiet=true") == ""
    with Image.open(tmp_path / "sheet.png") as sheet:
        np.testing.assert_array_equal(np.asarray(sheet)[:SIZE, :SIZE], pixels(made, "images")[0])
    assert preview("quiet=maybe", code=2) == "quiet=maybe: expected true or false"


def test_preview_says_what_it_did_as_json(made, preview, tmp_path):
    assert orjson.loads(preview(f"dir={made}", "first=1", "count=2", "--json")) == {
        "file": str(tmp_path / "sheet.png"), "first": 1, "images": 2,
    }  # fmt: skip
    explained = orjson.loads(preview(f"dir={made}", "explain=3,4", "--json"))
    assert (explained["column"], explained["row"]) == (3, 4)
    held = records(made)[0]
    assert {key: explained["record"][key] for key in ("index", "camera", "objects")} == {
        key: held[key] for key in ("index", "camera", "objects")
    }


@pytest.mark.parametrize(
    ("word", "complaint"),
    [
        ("explain=32,0", "explain=32,0: expected a column from 0 to 31 and a row from 0 to 31"),
        ("explain=middle", "explain=middle: expected column,row of a pixel, as explain=120,64"),
        ("first=-1", "first=-1: expected a whole number from 0 to 100000000"),
        ("first=9", "set is a set of 4 images, numbers 0 to 3"),
        ("file=sheet.obj", "file=sheet.obj: no picture has this ending; give a file such as preview.png"),
        ("file=nowhere/sheet.png", "file=nowhere/sheet.png: there is no folder nowhere"),
    ],
)
def test_a_wrong_option_of_preview_is_named(word, complaint, made, preview):
    assert preview(f"dir={made}", word, code=2).endswith(complaint)
