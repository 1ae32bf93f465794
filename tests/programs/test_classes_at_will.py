"""Tests of the option labels in whole data sets: the same pictures with other labels, on disk and in Python."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import trimesh
from damage import forge
from drawn_sets import manifest, pixels, records, varied
from programs import generate_here, run_here

import raster
from raster.dataset.encode_png import encode_grey
from raster.dataset.verify import verify
from raster.errors import InputError

pytestmark = pytest.mark.slow
IDS = {"cube": 1, "sphere": 0, "cylinder": 255}


@pytest.fixture(scope="module")
def changed(tmp_path_factory) -> Path:
    """The usual set with one class named otherwise, a solid without a class, and one to be ignored."""
    return varied(tmp_path_factory.mktemp("labels"), "labels={cube: box, sphere: null, cylinder: ignore}")


def test_pictures_stay_and_each_pixel_has_its_new_value(base, changed):
    np.testing.assert_array_equal(pixels(changed, "images"), pixels(base, "images"))
    became = np.zeros(256, np.uint8)
    became[[1, 2, 3]] = list(IDS.values())
    np.testing.assert_array_equal(pixels(changed, "labels"), became[pixels(base, "labels")])
    assert (changed / "codes.txt").read_text() == "background\nbox\n"
    held = manifest(changed)
    assert (held["ignore"], held["classes"]) == (255, ["background", "box"])
    assert "ignore" not in manifest(base)


def test_records_say_so(base, changed):
    names = {1: "box", 0: "background", 255: "ignore"}
    for there, here in zip(records(base), records(changed), strict=True):
        for one, other in zip(there["objects"], here["objects"], strict=True):
            expected = IDS.get(one["class"], 0)
            assert (other["class_id"], other["class"]) == (expected, names[expected])
            assert {k: v for k, v in one.items() if "class" not in k} == {k: v for k, v in other.items() if "class" not in k}
    counts = manifest(changed)["counts"]
    there = manifest(base)["counts"]["objects"]
    assert counts["objects"]["box"] == there["cube"]
    assert counts["objects"]["ignore"] == there["cylinder"]
    assert counts["objects"]["background"] == there["background"] + there["sphere"]
    empty = [r["index"] for r, label in zip(records(changed), pixels(changed, "labels"), strict=True) if not (label == 1).any()]
    assert [r["index"] for r in records(changed) if r.get("unlabelled")] == empty != []


def test_validate_knows_the_value(changed, tmp_path):
    assert verify(changed)["images"] == 24
    wrong = Path(shutil.copytree(changed, tmp_path / "wrong"))
    label = pixels(wrong, "labels")[2]
    label[0, 0] = 254
    forge(wrong, 2, label=encode_grey(label))
    with pytest.raises(InputError, match=r"labels/000002\.png: holds the value 254, but codes\.txt has 2 names"):
        verify(wrong)
    label = pixels(changed, "labels")[2]
    label[0, 0] = 255 - label[0, 0]  # from background to 255, or back
    forge(wrong, 2, label=encode_grey(label))
    with pytest.raises(InputError, match=r"labels/000002\.png: \d+ pixels of \w+, but visible_px sum to \d+"):
        verify(wrong)


def test_the_same_in_python_and_drawn_again(changed, tmp_path):
    words = ["n=24", "size=48", "labels={cube: box, sphere: null, cylinder: ignore}"]
    (frames,) = raster.render(n=24, overrides=[*words, "batch=24"])
    np.testing.assert_array_equal(frames.layers["class_id"], pixels(changed, "labels"))
    assert frames.classes == ("background", "box")
    assert [[e["class_id"] for e in r["objects"]] for r in frames.records] == [
        [e["class_id"] for e in r["objects"]] for r in records(changed)
    ]
    source = raster.open(changed)
    rows, columns = np.nonzero(pixels(changed, "labels")[0] == 255)
    said = source.explain(0, int(columns[0]), int(rows[0]))
    assert (said["class"], said["class_id"], said["object"]["class"]) == ("ignore", 255, "ignore")
    source.release()
    sheet = tmp_path / "sheet.png"
    run_here(tmp_path, "raster.preview", f"dir={changed}", "count=4", f"file={sheet}")
    shown = raster.overlay(frames.layers["color"][0], frames.layers["class_id"][0], raster.palette(len(frames.classes)))
    assert shown.shape == frames.layers["color"][0].shape


def test_other_labels_are_another_set(changed, tmp_path):
    error = generate_here(tmp_path, "n=24", "size=48", "labels={cube: box}", f"out={changed}", code=2)
    assert "labels.sphere is null there and absent here" in error


def test_classes_of_own_meshes_and_solids_join(tmp_path):
    for name in ("mugs", "cups", "junk"):
        (tmp_path / "m" / name).mkdir(parents=True)
        trimesh.creation.icosphere(1).export(tmp_path / "m" / name / "a.stl")
    words = ["preset=fast", "n=8", "size=32", "objects.meshes=m", "randomizers.environment=null", "workers=1"]
    table = "labels={cups: mug, mugs: mug, stuff: null, cube: mug}"
    generate_here(tmp_path, *words, "objects.classes={junk/*: stuff}", table, "out=set")
    assert (tmp_path / "set" / "codes.txt").read_text() == "background\nmug\nsphere\ncylinder\n"
    classes = {(e["solid"].partition("/")[0], e["class"]) for r in records(tmp_path / "set") for e in r["objects"]}
    assert {("cups", "mug"), ("mugs", "mug"), ("junk", "background"), ("cube", "mug")} <= classes
    verify(tmp_path / "set")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["labels={cubes: box}"],
            "labels: cubes: is no solid of `solids` and no class of objects.meshes; there are cube, sphere, ",
        ),
        (["labels={cone: box}"], "labels: cone: is no solid of `solids`"),
        (["labels={cube: [1]}"], "labels: cube: [1]: expected the name of a class, null for no class, or ignore"),
        (["labels=[cube]"], "labels=['cube']: expected a table {solid or class: class name, null or ignore}"),
        (["labels={cube: cone}"], "labels: cone: a solid of `distractors` has this name, and no class; leave it out there"),
    ],
)
def test_what_is_refused(words, said, told):
    assert told(*words).startswith(said)
