"""Tests of raster validate on exports: each format passes as it was written; files that are gone, new, or cut are told."""

import json

import pytest
from made_exports import FORMATS, accept_sizes, refused
from PIL import Image
from programs import run_here
from sets_with_instances import export_here, exported, set_with_instances

pytest.importorskip("pyarrow")


@pytest.mark.parametrize("name", FORMATS)
def test_what_was_exported_is_valid(made, name):
    to = made(name)
    said = json.loads(run_here(to.parent, "raster.validate", name, "--json"))
    counts = exported(to)["counts"]
    assert (said["images"], said["train"], said["valid"]) == (6, 4, 2)
    assert said["objects"] == counts.get("objects", 0 if name == "semantic" else said["objects"])
    assert said["objects"] > 0 or name == "semantic"
    assert said["source"] == exported(to)["source"]["digest"]


def test_the_line_that_it_says(made):
    to = made("coco")
    said = run_here(to.parent, "raster.validate", "coco")
    held = exported(to)
    begin = f"valid: 6 images (4 train, 2 valid), {held['counts']['objects']} objects, coco of the set with the digest "
    assert said.startswith(begin + held["source"]["digest"])


def test_a_set_without_boxes_has_no_objects_to_count_in_tars(tmp_path):
    def change(frames):
        for record in frames.records:
            for entry in record["objects"]:
                del entry["bbox"], entry["visible_px"]

    set_with_instances(tmp_path / "set", change=change)
    export_here(tmp_path, "set", "format=webdataset", "to=tars")
    assert json.loads(run_here(tmp_path, "raster.validate", "tars", "--json"))["objects"] == 0


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_that_is_gone_and_one_that_is_new(made, name):
    to = made(name)
    path = max((path for path in to.rglob("*") if (path.is_file() and path.parent != to) or path.suffix == ".tar"), key=str)
    held = path.read_bytes()
    path.unlink()
    assert "export.json says" in refused(to)
    path.write_bytes(held)
    path.with_name("stray.txt").touch()
    assert "export.json says" in refused(to)


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in ("tars", "hub")])
def test_a_picture_that_is_damaged_and_one_of_another_size(made, name):
    to = made(name)
    path = next(path for path in sorted(to.rglob("*.png")) if path.parts[-2] in ("images", "train", "JPEGImages"))
    data = path.read_bytes()
    path.write_bytes(data[:60] + bytes(len(data) - 60))
    assert "its pixels do not decode" in refused(to)
    Image.new("RGB", (3, 5)).save(path)
    accept_sizes(to)
    if name not in ("detect", "segment", "obb", "pose"):  # whose labels are shares of any size
        assert "3 x 5" in refused(to)


def test_a_folder_that_is_no_whole_export(made):
    to = made("coco")
    facts = exported(to)
    for changed, problem in (
        ({**facts, "complete": False}, "is not a whole export"),
        ({**facts, "format": "cocoa"}, "format is 'cocoa'; expected one of coco"),
        ({**facts, "splits": {"train": 6}}, "images; export.json says {'train': 6}"),
    ):
        (to / "export.json").write_text(json.dumps(changed))
        assert problem in refused(to)
