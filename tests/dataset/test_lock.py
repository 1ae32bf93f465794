"""Tests of raster.dataset.lock and raster.dataset.manifest: which folders a run may take."""

import subprocess
import sys
from pathlib import Path

import pytest
from fakes import CLASSES, CONFIGURATION, build, claim, part, stamps

from raster.dataset import manifest
from raster.dataset.dataset import Dataset
from raster.errors import InputError

REFUSED = {
    "scalar": ({"seed": 8}, r"seed is 7 there and 8 here"),
    "nested": (
        {"randomizers": {"camera": {"fov_deg": [30, 40]}, "fog": {"density": 0.5}}},
        r"randomizers\.camera\.fov_deg is \[35,70\] there and \[30,40\] here; choose another out, or",
    ),
    "only there": (
        {"randomizers": {"camera": {"fov_deg": [35, 70]}}},
        r"randomizers\.fog is present there and absent here",
    ),
    "only here": ({"extra": None}, r"extra is absent there and null here"),
    "order": (
        {"randomizers": {"fog": {"density": 0.5}, "camera": {"fov_deg": [35, 70]}}},
        r"randomizers has the order camera, fog there and fog, camera here",
    ),
    "list": ({"passes": ["color"]}, r'passes is \["color","class_id"\] there and \["color"\] here'),
}


@pytest.mark.parametrize("complete", [True, False])
@pytest.mark.parametrize("case", REFUSED)
def test_another_configuration_is_refused_by_its_first_key(tmp_path, case, complete):
    build(tmp_path) if complete else part(tmp_path, [1])
    (tmp_path / "images" / ".left.tmp").touch()
    before = stamps(tmp_path)
    changes, message = REFUSED[case]
    with pytest.raises(InputError, match=rf"^out={tmp_path}: {message}"):
        claim(tmp_path, **changes)
    assert stamps(tmp_path) == before
    with claim(tmp_path, workers=9, batch=1, out="y", gl={"device": 1}):
        pass  # these change no image; and the refused claim has given its lock back


def test_other_classes_versions_and_fewer_images_are_refused(tmp_path, monkeypatch):
    build(tmp_path)
    before = stamps(tmp_path)
    with pytest.raises(InputError, match=r'classes is \["background","cube","sphere"\] there and \["background","c'):
        Dataset.claim(tmp_path, CONFIGURATION, 6, CLASSES[:2])
    with pytest.raises(InputError, match="n is 6 there and 5 here"):
        claim(tmp_path, 5)
    with pytest.raises(InputError, match="n=0"):
        claim(tmp_path, 0)
    monkeypatch.setattr(manifest, "version", lambda package: "99.0")
    with pytest.raises(InputError, match=r'version is "[0-9.]+" there and "99\.0" here'):
        claim(tmp_path)
    assert stamps(tmp_path) == before


@pytest.mark.parametrize("name", ["notes.txt", "images", ".git", "scenes.jsonl"])
def test_a_folder_of_something_else_is_refused(tmp_path, name):
    (tmp_path / name).mkdir()
    before = stamps(tmp_path)
    with pytest.raises(InputError, match=rf"holds {name} but no manifest\.json"):
        claim(tmp_path)
    assert stamps(tmp_path) == before


@pytest.mark.parametrize("name", ["images/000006.png", "labels/0000001.png", "images/a.jpg", "labels/.000001.png"])
def test_strange_files_among_the_images_are_refused(tmp_path, name):
    part(tmp_path, [1])
    (tmp_path / name).touch()
    before = stamps(tmp_path)
    with pytest.raises(InputError, match=rf"{name}: does not belong to this data set of 6 images"):
        claim(tmp_path, 9)
    assert stamps(tmp_path) == before


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"3", b'{"complete": true}', b'{"name": "somebody else"}'])
def test_somebody_elses_manifest_is_refused(tmp_path, text):
    (tmp_path / "manifest.json").write_bytes(text)
    before = stamps(tmp_path)
    with pytest.raises(InputError, match=r"manifest\.json: (not JSON|has no)"):
        claim(tmp_path)
    assert stamps(tmp_path) == before


def test_folders_that_cannot_be_made_or_written_are_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"file: is a file"):
        claim(tmp_path / "file")
    with pytest.raises(InputError, match=r"cannot write .*file/out: Not a directory"):
        claim(tmp_path / "file" / "out")
    with pytest.raises(InputError, match=r"cannot write /proc/here: "):
        claim(Path("/proc/here"))
    with pytest.raises(InputError, match=r"out=/proc: holds "):
        claim(Path("/proc"))


def test_parents_are_made(tmp_path):
    build(tmp_path / "a" / "b")
    assert manifest.read(tmp_path / "a" / "b")["complete"]


def test_a_second_run_is_refused_while_the_first_has_the_folder(tmp_path):
    with claim(tmp_path) as dataset:
        before = stamps(tmp_path)
        with pytest.raises(InputError, match=rf"^out={tmp_path}: another run is writing there"):
            claim(tmp_path)
        code = "import sys, fakes, pathlib; fakes.claim(pathlib.Path(sys.argv[1]))"
        support = Path(__file__).parents[1] / "support"
        other = subprocess.run([sys.executable, "-c", code, tmp_path], cwd=support, capture_output=True)
        assert b"another run is writing there" in other.stderr
        assert stamps(tmp_path) == before
        dataset.release()
        dataset.release()
        claim(tmp_path).release()
