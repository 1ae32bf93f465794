"""Tests of raster export as a program: what it says, an export that is there already, and bad input in one line."""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from programs import run_here
from sets_with_instances import Instances, bytes_of, export_here, exported, records_of, set_with_instances

from raster.exporters.export_folder import ExportFolder


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> Path:
    """The folder of a set, which no test changes."""
    return set_with_instances(tmp_path_factory.mktemp("plain") / "set")


@pytest.fixture
def here(tmp_path, plain) -> Path:
    """A folder with a copy of the set."""
    shutil.copytree(plain, tmp_path / "set")
    return tmp_path


def test_it_says_what_it_did_and_then_that_it_is_complete(here):
    done = export_here(here, "set", "format=coco", "to=out/coco")
    counts = exported(here / "out/coco")["counts"]
    assert done == f"out/coco: 6 images, {counts['objects']} objects, {counts['unseen']} not seen as coco\n"
    before = {path: path.stat().st_mtime_ns for path in here.rglob("*")}
    digest = json.loads((here / "set/manifest.json").read_text())["digest"]
    again = export_here(here, "set", "format=coco", "to=out/coco")
    assert again == f"out/coco: complete: 6 images as coco, source {digest}\n"
    assert {path: path.stat().st_mtime_ns for path in here.rglob("*")} == before
    assert not list((here / "out").glob(".*"))


def test_json_and_quiet(here):
    facts = json.loads(export_here(here, "set", "format=coco", "to=coco", "--json"))
    held = exported(here / "coco")
    assert facts == {"out": "set", "to": "coco", **held, "written": True}
    assert held["options"] == {"images": "link", "min_visible_px": 0, "min_visibility": 0.0}
    assert held["folders"]["images"][0] == 6
    assert export_here(here, "set", "format=coco", "to=coco", "quiet=true") == ""
    refused = run_here(here, "raster.export", "set", "format=coco", "--json", code=2)
    assert refused == "error: to: give the folder to make, as to=demo-coco\n"


def test_an_empty_folder_and_one_of_a_run_that_was_ended_are_taken(here):
    (here / "coco").mkdir()
    export_here(here, "set", "format=coco", "to=coco")
    facts = {key: exported(here / "coco")[key] for key in ("format", "options", "source", "version")}
    left = ExportFolder(here / "second", facts, resumes=False)
    (left.work / "images").mkdir()
    (left.work / "images" / "stray.png").touch()
    left.release()
    export_here(here, "set", "format=coco", "to=second")
    assert bytes_of(here / "second") == bytes_of(here / "coco")
    assert not list(here.glob(".*"))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "format: give one, as format=coco; there are coco, panoptic, yolo, voc, bop, webdataset, huggingface"),
        (("format=coco",), "to: give the folder to make, as to=demo-coco"),
        (("format=kitti", "to=x"), "format=kitti: expected one of coco, panoptic, yolo, voc, bop, webdataset, huggingface"),
        (("format=coco", "to=x", "task=segment"),
         "task=segment: format=coco has no such option; it has images, min_visible_px, min_visibility"),
        (("format=coco", "to=x", "images=jpeg"), "images=jpeg: is for format=voc alone; format=coco takes link or copy"),
        (("format=coco", "to=x", "min_visibility=2"), "min_visibility=2: expected a number from 0 to 1"),
        (("format=coco", "to=x", "min_visible_px=-1"), "min_visible_px=-1: expected a whole number from 0 to 100000000"),
        (("format=coco", "to=x", "min_visibility=0.5"),
         "min_visibility: the objects of set have no visibility; draw it with +annotations=amodal"),
        (("fromat=coco", "to=x"), "fromat=coco: there is no such option; did you mean format?"),
        (("zzz=1", "to=x"),
         "zzz=1: there is no such option; there are format, to, task, images, shard, min_visible_px, min_visibility"),
        (("--format=coco", "to=x"), "--format=coco: options are written without dashes: format=coco"),
        (("format=coco", "to=set"), "to=set: one of it and set is inside the other; name a folder elsewhere"),
        (("format=coco", "to=set/coco"), "to=set/coco: one of it and set is inside the other; name a folder elsewhere"),
    ],
)  # fmt: skip
def test_bad_words_are_one_line(here, words, told):
    assert export_here(here, "set", *words, code=2) == told


def test_what_is_no_complete_set_is_one_line(here):
    assert export_here(here, "nowhere", "format=coco", "to=x", code=2) == "nowhere: is not a data set: it has no manifest.json"
    facts = json.loads((here / "set/manifest.json").read_text())
    (here / "set/manifest.json").write_text(json.dumps({**facts, "complete": False}))
    told = export_here(here, "set", "format=coco", "to=x", code=2)
    assert told.startswith("set: the data set is incomplete; to finish it: python -m raster.generate out=set n=6")


def test_a_set_without_instances_is_told_how_to_get_them(tmp_path):
    set_with_instances(tmp_path / "set", instances=False)
    told = (
        "set: has no layer instance_id, which tells objects apart; this adds it: raster generate out=set layers=[instance_id]"
    )
    assert export_here(tmp_path, "set", "format=coco", "to=x", code=2) == told


def test_a_set_without_images_is_told(tmp_path):
    set_with_instances(tmp_path / "set", writers={"layers": Instances})
    told = "set: its records list no image: an export needs the images and labels of writers=[camvid]"
    assert export_here(tmp_path, "set", "format=coco", "to=x", code=2) == told


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("images/000003.png", "set/images/000003.png: its sha256 is "),
        ("instances/000003.png", "set/instances/000003.png: its sha256 is "),
        ("scenes.jsonl", "set/scenes.jsonl: is not as manifest.json says: changed since the set was drawn"),
        ("valid.txt", "set/valid.txt: is not as manifest.json says"),
        ("codes.txt", "set/codes.txt: holds "),
    ],
)
def test_files_that_have_changed_are_one_line(here, path, told):
    with open(here / "set" / path, "ab") as file:
        file.write(b"x\n")
    assert export_here(here, "set", "format=coco", "to=x", code=2).startswith(told)


def test_files_that_are_gone_or_no_pictures_are_one_line(here):
    os.unlink(here / "set/instances/000004.png")
    told = "set/instances/000004.png: cannot be read: No such file or directory"
    assert export_here(here, "set", "format=coco", "to=x", code=2) == told
    assert not (here / "x").exists()


@pytest.mark.parametrize(
    ("ids", "told"),
    [
        (np.full((16, 24), 9, np.uint16), "shows the object 9, but the record has 5"),
        (np.zeros((8, 24), np.uint16), "is 24 x 8, but its image 24 x 16"),
        (np.zeros((16, 24, 3), np.uint8), "has the mode RGB, expected a grey PNG of 8 or 16 bit"),
    ],
)
def test_instances_that_do_not_fit_are_one_line(tmp_path, monkeypatch, ids, told):
    save = Image.Image.save
    monkeypatch.setattr(Image.Image, "save", lambda self, path: save(Image.fromarray(ids), path))
    set_with_instances(tmp_path / "set")
    monkeypatch.undo()
    said = export_here(tmp_path, "set", "format=coco", "to=x", code=2)
    assert said == f"set/instances/000000.png: {told}"


def test_a_folder_that_holds_something_else_stays_as_it_is(here):
    (here / "notes").mkdir()
    (here / "notes/a.txt").write_text("mine")
    (here / "file").touch()
    told = "to=notes: holds a.txt but no export.json: not an export; choose another folder, or remove notes"
    assert export_here(here, "set", "format=coco", "to=notes", code=2) == told
    assert export_here(here, "set", "format=coco", "to=file", code=2) == "to=file: is a file; name a folder"
    (here / "link").symlink_to("notes")
    assert export_here(here, "set", "format=coco", "to=link", code=2) == "to=link: is a link; name the folder itself"
    (here / "notes/export.json").write_text("{}")
    assert "notes/export.json: is not of an export" in export_here(here, "set", "format=coco", "to=notes", code=2)


def test_an_export_of_another_source_or_with_other_options_is_refused(here):
    export_here(here, "set", "format=coco", "to=coco")
    set_with_instances(here / "other", seed=8)
    digests = [json.loads((here / out / "manifest.json").read_text())["digest"] for out in ("set", "other")]
    assert digests[0] == digests[1]  # the fake images do not depend on it
    set_with_instances(here / "larger", n=7)
    told = export_here(here, "larger", "format=coco", "to=coco", code=2)
    assert told.startswith("to=coco: holds an export of another source, or of another state of it: ")
    assert digests[0] in told
    assert "another option" in export_here(here, "set", "format=coco", "to=coco", "images=copy", code=2)


def test_an_export_that_has_been_changed_is_told(here):
    export_here(here, "set", "format=coco", "to=coco")
    os.unlink(here / "coco/images/000002.png")
    told = export_here(here, "set", "format=coco", "to=coco", code=2)
    assert told.startswith("to=coco: images is not as it was exported: files or bytes have changed; ")


def test_two_at_a_time_do_not_meet(here):
    facts = {"format": "coco", "options": {}, "source": {}, "version": "0"}
    first = ExportFolder(here / "coco", facts, resumes=False)
    told = export_here(here, "set", "format=coco", "to=coco", code=2)
    assert told == "to=coco: another export is writing there; wait for it, or choose another folder"
    first.discard()
    first.release()


def test_a_full_disk_leaves_nothing(here, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device", "x")

    monkeypatch.setattr("raster.exporters.export_folder.os.rename", full)
    told = export_here(here, "set", "format=coco", "to=coco", code=2)
    assert told == "cannot write coco: No space left on device"


def test_records_name_their_instances(plain):
    """The fixture is as the tests say: every record lists its file of instances."""
    assert all(f"instances/{record['index']:06d}.png" in record["files"] for record in records_of(plain))
