"""The program benchmarks.path_tracer: the same files by any number of processes, and one line for what is wrong."""

import io
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks import mug
from benchmarks.path_tracer import __main__ as path_tracer
from benchmarks.path_tracer.contents import CLASSES
from benchmarks.path_tracer.draw import draw, names


def files(out: Path) -> dict[str, bytes]:
    """All files below a folder, by name."""
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


def refused(capsys) -> str:
    """Run the program, which has to end with code 2; its one line."""
    with pytest.raises(SystemExit) as end:
        path_tracer.main()
    err = capsys.readouterr().err
    assert end.value.code == 2
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    return err


@pytest.mark.slow
def test_the_same_files_by_any_number_of_processes(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["path_tracer", "n=2", "size=20", "seed=3", f"out={tmp_path / 'a'}", "workers=2"])
    path_tracer.main()
    assert "2 images of 20 px" in capsys.readouterr().out
    found = files(tmp_path / "a")
    assert sorted(found) == ["codes.txt", "images/000000.jpg", "images/000001.jpg", "labels/000000.png", "labels/000001.png"]
    assert found["codes.txt"] == b"background\ncube\nsphere\ncylinder\n"
    for index in range(2):
        jpeg, ids = draw(20, 3, index)
        image, label = names(index)
        mask, picture = Image.open(io.BytesIO(found[label])), Image.open(io.BytesIO(found[image]))
        assert found[image] == jpeg
        assert (mask.mode, mask.size, picture.mode, picture.size) == ("L", (20, 20), "RGB", (20, 20))
        assert np.array_equal(np.asarray(mask), ids)
        assert 0 < ids.max() < len(CLASSES)
        assert np.asarray(picture).std() > 5
    assert draw(20, 4, 0)[0] != found["images/000000.jpg"]


@pytest.mark.slow
def test_a_mesh_of_ones_own(tmp_path, monkeypatch, capsys):
    mug.write(tmp_path / "cup" / "a.glb")
    words = ["n=1", "size=20", f"out={tmp_path / 'a'}", f"mesh={tmp_path / 'cup' / 'a.glb'}", "solids=none"]
    monkeypatch.setattr(sys, "argv", ["path_tracer", *words])
    path_tracer.main()
    assert (tmp_path / "a" / "codes.txt").read_text() == "background\ncup\n"
    assert np.asarray(Image.open(tmp_path / "a" / "labels" / "000000.png")).max() == 1


def test_bad_contents_are_one_line(tmp_path, monkeypatch, capsys):
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.ply").write_bytes(b"ply")
    good = tmp_path / "good.glb"
    mug.write(good)
    bad = ["mesh=none.glb", "mesh=a.txt", f"mesh={tmp_path / 'broken.ply'}", f"images={tmp_path / 'empty'}", "class=mug"]
    for word, *others in (*([word] for word in bad), ["solids=none"], ["solids=many"], ["class=background", f"mesh={good}"]):
        monkeypatch.setattr(sys, "argv", ["path_tracer", f"out={tmp_path / 'a'}", word, *others])
        assert word.split("=")[0] in refused(capsys)
        assert not (tmp_path / "a").exists()


@pytest.mark.parametrize("word", ["n=0", "n=x", "size=8", "seed=-1", "colour=3", "n", "out=", "workers=0", "n=1e3"])
def test_bad_words_are_one_line(word, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(sys, "argv", ["path_tracer", f"out={tmp_path / 'a'}", word])
    assert word.split("=")[0] in refused(capsys)
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize("name", ["notes.txt", "images/000002.jpg", "labels/cat.png"])
def test_a_folder_of_other_files_is_left_alone(name, monkeypatch, capsys, tmp_path):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(b"mine")
    monkeypatch.setattr(sys, "argv", ["path_tracer", "n=2", f"out={tmp_path}"])
    assert name in refused(capsys)
    assert files(tmp_path) == {name: b"mine"}


def test_an_out_that_cannot_be_written_is_one_line(monkeypatch, capsys, tmp_path):
    (tmp_path / "file").write_bytes(b"mine")
    for out in (tmp_path / "file", tmp_path / "file" / "below"):
        monkeypatch.setattr(sys, "argv", ["path_tracer", "n=1", f"out={out}"])
        assert f"out={out}" in refused(capsys)
