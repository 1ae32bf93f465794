"""Tests of the options label_filter.*: which objects lose their label, on disk and in Python, and what validate says."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from damage import forge
from drawn_sets import manifest, pixels, records, varied

import raster
from raster.dataset.verify import verify
from raster.errors import InputError
from raster.run.config import load_config
from raster.run.label_filter import LabelFilter
from raster.run.setup import build_setup

pytestmark = pytest.mark.slow
LEAST = 60  # px; of 24 images of 48 px some objects have fewer
WORDS = {
    "background": (f"label_filter.min_visible_px={LEAST}",),
    "ignore": (f"label_filter.min_visible_px={LEAST}", "label_filter.below=ignore"),
    "visibility": ("label_filter.min_visibility=0.6", "label_filter.below=ignore", "+annotations=amodal"),
}


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> Path:
    """The set without a filter, with amodal masks."""
    return varied(tmp_path_factory.mktemp("plain"), "+annotations=amodal")


@pytest.fixture(scope="module", params=WORDS)
def filtered(request, tmp_path_factory) -> tuple[str, Path]:
    return request.param, varied(tmp_path_factory.mktemp("filtered"), *WORDS[request.param])


def falls_short(case: str, entry: dict) -> bool:
    """By the record of the set without a filter."""
    return (entry["visibility"] or 0) < 0.6 if case == "visibility" else entry["visible_px"] < LEAST


def test_what_falls_short_has_another_value_and_nothing_else_changes(plain, filtered):
    case, out = filtered
    value, name = (0, "background") if case == "background" else (255, "ignore")
    labels, ids, lost = pixels(plain, "labels").copy(), pixels(plain, "instances"), 0
    for b, (there, here) in enumerate(zip(records(plain), records(out), strict=True)):
        for one, other in zip(there["objects"], here["objects"], strict=True):
            if one["class_id"] and falls_short(case, one):
                labels[b][ids[b] == one["instance"]] = value
                assert (other["class_id"], other["class"], other["true_class"]) == (value, name, one["class"])
                lost += 1
            else:
                assert (other["class_id"], other["class"]) == (one["class_id"], one["class"])
                assert "true_class" not in other
            for key in ("visible_px", "bbox", "solid", "world_from_object"):
                assert other[key] == one[key]
    np.testing.assert_array_equal(pixels(out, "labels"), labels)
    assert (pixels(plain, "labels") != labels).any()
    np.testing.assert_array_equal(pixels(out, "images"), pixels(plain, "images"))
    np.testing.assert_array_equal(pixels(out, "instances"), ids)
    held = manifest(out)
    assert held["counts"]["filtered"] == lost > 0
    assert held.get("ignore") == (255 if value else None)
    assert held["configuration"]["label_filter"]["below"] == name
    assert verify(out)["images"] == len(labels)


def test_the_same_in_python(filtered):
    case, out = filtered
    frames = list(raster.render(n=24, overrides=["size=48", "batch=7", *WORDS[case]]))
    np.testing.assert_array_equal(np.concatenate([f.layers["class_id"] for f in frames]), pixels(out, "labels"))
    keys = ("class", "class_id", "true_class")
    drawn = [[[e.get(key) for key in keys] for e in r["objects"]] for f in frames for r in f.records]
    assert drawn == [[[e.get(key) for key in keys] for e in r["objects"]] for r in records(out)]
    source = raster.open(out)
    (again,) = source.frames(3, 1)
    np.testing.assert_array_equal(again.layers["class_id"][0], pixels(out, "labels")[3])
    source.release()


def test_validate_holds_records_against_the_filter(filtered, tmp_path):
    case, out = filtered
    wrong = Path(shutil.copytree(out, tmp_path / "set"))
    key, low, high = ("visibility", 0.1, 0.9) if case == "visibility" else ("visible_px", 1, LEAST)
    there = records(out)
    for lost, value, said in ((True, high, "has lost its label, but enough"), (False, low, "has a label, but too little")):
        index, number = next(
            (r["index"], e["instance"]) for r in there for e in r["objects"]
            if ("true_class" in e) == lost and (lost or e["class_id"] not in (0, 255))
        )  # fmt: skip

        def change(record: dict, number: int = number, value: float = value) -> None:
            record["objects"][number - 1][key] = value

        shutil.copy(out / "scenes.jsonl", wrong / "scenes.jsonl")
        forge(wrong, index, change)
        with pytest.raises(InputError, match=said):
            verify(wrong)


def test_by_default_there_is_none():
    setup = build_setup(load_config(["preset=fast", "size=32"]))
    assert (setup.label_filter, setup.ignore) == (None, None)
    setup = build_setup(load_config(["preset=fast", "size=32", "label_filter.min_visible_px=9", "label_filter.below=ignore"]))
    assert (setup.label_filter, setup.ignore) == (LabelFilter(9, 0.0, "ignore"), 255)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["min_visible_px=-1"], "label_filter.min_visible_px=-1: expected a number of pixels, 0 or more"),
        (["min_visible_px=1.5"], "label_filter.min_visible_px=1.5: expected a whole number"),
        (["min_visibility=2"], "label_filter.min_visibility=2.0: expected a share from 0 to 1"),
        (["min_visibility=0.5"], "label_filter.min_visibility=0.5: needs the annotation amodal, which says how much"),
        (["below=null"], "label_filter.below=null: expected background, ignore"),
        (["below=other"], "label_filter.below=other: expected background or ignore"),
        (["least=3"], "label_filter.least: there is no such key"),
    ],
)
def test_bad_input(words, said):
    with pytest.raises(InputError) as caught:
        load_config([f"label_filter.{word}" for word in words])
    assert str(caught.value).startswith(said)


def test_without_a_layer_of_labels_it_is_told():
    words = ["preset=fast", "size=32", "passes=[]", "layers=[]", "annotations=[]", "label_filter.min_visible_px=9"]
    with pytest.raises(InputError, match=r"^label_filter: needs the layer class_id, which no pass draws"):
        list(raster.render(n=1, overrides=words))
