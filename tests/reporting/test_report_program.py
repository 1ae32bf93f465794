"""Tests of raster report as a program: what it prints and writes, and one clear line for what it cannot report on."""

import json
import shutil
from pathlib import Path

import numpy as np
import orjson
import pytest
from PIL import Image
from programs import complaint, run_here
from reported_sets import HIDDEN, image, picture, thing, write_set

from raster.reporting.data_source import open_set
from raster.reporting.gallery import make_gallery
from raster.reporting.read_picture import read_picture
from raster.reporting.summary import summarise


@pytest.fixture
def small(tmp_path) -> Path:
    """A set of 25 images."""
    return write_set(
        tmp_path / "small", [image(thing(1 + k % 2, k, 3, 20 + k), split=("train", "valid")[k % 5 == 4]) for k in range(25)]
    )


@pytest.fixture
def photographs(tmp_path) -> Path:
    """Four pictures, one of them turned by its EXIF data, in two folders; and a file that is none."""
    out = tmp_path / "photographs"
    (out / "more").mkdir(parents=True)
    for number in range(4):
        Image.fromarray(picture(150, number)[:40]).save(out / ("more" if number > 1 else "") / f"{number}.png")
    turned = Image.Exif()
    turned[0x0112] = 6
    Image.fromarray(picture(150, 9)[:40]).save(out / "turned.jpg", exif=turned)
    (out / "notes.txt").write_text("none")
    return out


def report(cwd: Path, *words: str, code: int = 0) -> str:
    return run_here(cwd, "raster.report", *words, code=code)


def test_it_writes_one_page_and_the_same_again(small, tmp_path):
    said = report(tmp_path, "small")
    assert said.splitlines()[-1].startswith("report.html: 25 images on a page of ")
    assert said.count("NOTE: ") == 2  # one field of view, one brightness
    first = (tmp_path / "report.html").read_bytes()
    report(tmp_path, "small")
    assert (tmp_path / "report.html").read_bytes() == first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.html", "small"]


def test_json_and_quiet(small, tmp_path):
    told = json.loads(report(tmp_path, "small", "--json", "file=a.html"))
    assert (told["images"], told["file"], told["bytes"]) == (25, "a.html", (tmp_path / "a.html").stat().st_size)
    assert told["quantities"]["size"]["n"] == 25
    assert told["quantities"]["size"]["mean"] == pytest.approx(np.mean(np.arange(20, 45) / 64))
    assert {finding["rule"] for finding in told["findings"]} >= {"one fov"}
    assert report(tmp_path, "small", "quiet=true", "file=b.html") == ""
    assert (tmp_path / "b.html").exists()


def test_beside_photographs(small, photographs, tmp_path):
    told = json.loads(report(tmp_path, "small", f"compare={photographs}", "--json"))
    assert told["compare_quantities"]["brightness"]["n"] == 5
    assert set(told["compare_quantities"]) == {"brightness", "contrast", "colourfulness", "sharpness"}
    text = (tmp_path / "report.html").read_text()
    data = json.loads(text.partition('id="data">')[2].partition("</script>")[0])
    assert [entry["f"] for entry in data["sets"][1]["pictures"]] == ["0.png", "1.png", "more/2.png", "more/3.png", "turned.jpg"]
    assert read_picture(photographs / "turned.jpg", 64).shape == (64, 40, 3)  # upright


def test_a_folder_of_images_and_labels_is_compared_by_its_images(small, tmp_path):
    other = Path(shutil.copytree(small, tmp_path / "other"))
    (other / "scenes.jsonl").unlink()
    told = json.loads(report(tmp_path, "small", "compare=other", "--json"))
    assert told["compare_quantities"]["brightness"]["n"] == 25
    assert told["compare_quantities"]["brightness"] == told["quantities"]["brightness"]


def test_pictures_bounds_what_is_opened(small, tmp_path):
    (small / "images" / "000000.png").unlink()  # is not among those that are spread evenly over 25
    told = json.loads(report(tmp_path, "small", "pictures=4", "gallery=0", "--json"))
    assert told["quantities"]["brightness"]["n"] == 4
    assert told["quantities"]["size"]["n"] == 25
    assert 'id="data"' in (tmp_path / "report.html").read_text()


def changed(out: Path, change) -> None:
    """Change all records."""
    lines = [orjson.loads(line) for line in (out / "scenes.jsonl").read_bytes().splitlines()]
    (out / "scenes.jsonl").write_bytes(b"".join(orjson.dumps(change(line)) + b"\n" for line in lines))


def without(*keys):
    """A change: these keys of the record and of its objects go."""

    def change(record: dict) -> dict:
        objects = [{key: value for key, value in entry.items() if key not in keys} for entry in record["objects"]]
        return {key: value for key, value in record.items() if key not in keys} | {"objects": objects}

    return change


def test_sets_with_less_in_them(small, tmp_path, open_page):
    """Without boxes, without pictures, with nothing in any image: the page says what it cannot show."""
    changed(small, without("visible_px", "bbox"))
    told = json.loads(report(tmp_path, "small", "--json", "file=boxes.html"))
    assert set(told["quantities"]) == {
        "distance",
        "objects",
        "lights",
        "fov",
        "brightness",
        "contrast",
        "colourfulness",
        "sharpness",
    }
    seen = open_page(tmp_path / "boxes.html")
    assert "Apparent size is not in this set" in seen.page.locator("#objects").inner_text()
    seen.page.get_by_label("Sort by").select_option(label="distance")
    changed(small, without("image", "label"))
    report(tmp_path, "small", "file=pictures.html")
    seen = open_page(tmp_path / "pictures.html")
    assert "There are no pictures on this page" in seen.page.locator("#extremes").inner_text()
    changed(small, lambda record: record | {"objects": []})
    report(tmp_path, "small", "file=empty.html")
    assert "No image shows any class" in open_page(tmp_path / "empty.html").page.locator("#together").inner_text()


def test_objects_to_be_ignored_are_no_objects(tmp_path):
    out = write_set(tmp_path / "ignored", [image(thing(1), thing(255), thing(2, **HIDDEN))] * 20)
    assert json.loads(report(tmp_path, "ignored", "--json"))["quantities"]["objects"]["mean"] == 1
    assert summarise(open_set(out), 10, 1, lambda *done: None).records.facts["ignored"] == 20


def test_a_page_has_room_for_any_pictures(tmp_path):
    """Pictures of noise, which hardly compress: thumbnails get smaller, and then fewer."""
    summary = summarise(open_set(write_set(tmp_path / "noise", [image(thing(1))] * 24)), 24, 1, lambda *done: None)
    full = make_gallery(summary, 24, 10_000_000)
    assert len(full.entries) == 24
    for room in (full.bytes, full.bytes // 2, full.bytes // 20):
        made = make_gallery(summary, 24, room)
        assert made.bytes <= room
        shown = {entry["n"] for entry in made.entries}
        assert all(set(numbers) <= shown for _, numbers in made.extremes.values())
    assert len(made.entries) < 24


def test_a_page_of_many_classes_and_options_is_small(tmp_path):
    """250 classes, crowded pictures, thousands of options that differ, and another such set beside it."""
    codes = ("background", *(f"a class with a long name, number {number}" for number in range(1, 251)))
    many = [
        image(*(thing(1 + (7 * k + 3 * j) % 250, j % 40, k % 40, 20, **{"class": "x"}) for j in range(80))) for k in range(90)
    ]
    for name in ("one", "two"):
        out = write_set(tmp_path / name, many, codes)
        options = {f"option_{number}": f"{name} {'long ' * 40}" for number in range(3000)}
        manifest = {"complete": True, "n": 60, "classes": codes, "versions": {}, "renderers": [], "configuration": options}
        (out / "manifest.json").write_bytes(orjson.dumps(manifest))
    told = json.loads(report(tmp_path, "one", "compare=two", "gallery=600", "--json"))
    assert told["bytes"] < 5_000_000


BAD = {
    "nowhere": (["nowhere"], "nowhere: there is no such folder"),
    "a file": (["small/codes.txt"], "small/codes.txt: is no folder"),
    "no set": (["photographs"], "photographs: is not a data set: it has no scenes.jsonl"),
    "no codes": (["small"], "small/codes.txt: cannot be read"),
    "incomplete": (["small"], "small: the data set is incomplete"),
    "other classes": (["small"], "small/codes.txt: holds background, cube, sphere, but the classes in manifest.json are a, b"),
    "no picture": (["small"], "small/images/000007.png: No such file or directory"),
    "cut picture": (["small"], "small/images/000007.png: cannot be read, is it cut off?"),
    "no label": (["small"], "small/labels/000007.png: No such file or directory"),
    "shards": (["small"], "small: is in shards (webdataset), which the report does not read"),
    "compare": (["small", "compare=nowhere"], "compare=nowhere: there is no such folder"),
    "ending": (["small", "file=page.pdf"], "file=page.pdf: a page ends in .html"),
    "folder": (["small", "file=no/page.html"], "file=no/page.html: there is no folder no"),
    "inside": (["small", "file=small/images/page.html"], "file=small/images/page.html: is among the files of the data set"),
    "option": (["small", "galery=3"], "galery=3: there is no such option; did you mean gallery?"),
    "value": (["small", "gallery=many"], "gallery=many: expected a whole number from 0 to 600"),
    "dashes": (["small", "--compare=x"], "--compare=x: options are written without dashes: compare=x"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gets_one_line_and_leaves_nothing(case, small, photographs, tmp_path):
    words, message = BAD[case]
    manifest = {
        "complete": True,
        "n": 25,
        "configuration": {},
        "classes": ["background", "cube", "sphere"],
        "versions": {},
        "renderers": [],
    }
    image_file = small / "images" / "000007.png"
    if case == "no codes":
        (small / "codes.txt").unlink()
    if case in ("incomplete", "other classes", "shards"):
        other = {
            "incomplete": {"complete": False},
            "other classes": {"classes": ["a", "b"]},
            "shards": {"shards": {"format": "webdataset"}},
        }[case]
        (small / "manifest.json").write_bytes(orjson.dumps(manifest | other))
    if case == "shards":
        (small / "scenes.jsonl").rename(small / "train-000000.tar")
    if case == "no picture":
        image_file.unlink()
    if case == "cut picture":
        image_file.write_bytes(image_file.read_bytes()[:-900])
    if case == "no label":
        (small / "labels" / "000007.png").unlink()
    before = sorted(tmp_path.rglob("*"))
    assert complaint(report(tmp_path, *words, code=2)).startswith(f"error: {message}")
    assert sorted(tmp_path.rglob("*")) == before


def test_a_photograph_of_16_bits(small, photographs, tmp_path):
    Image.fromarray(np.full((20, 20), 40_000, np.uint16)).save(photographs / "0.png")
    told = complaint(report(tmp_path, "small", f"compare={photographs}", code=2))
    assert told == f"error: {photographs}/0.png: has mode I;16; expected a picture of 8 bits a channel"


def test_a_photograph_that_is_none(small, photographs, tmp_path):
    (photographs / "0.png").write_bytes(b"no picture at all")
    told = complaint(report(tmp_path, "small", f"compare={photographs}", code=2))
    assert told == f"error: {photographs}/0.png: not a picture, or of a kind that Pillow cannot read"
    assert not (tmp_path / "report.html").exists()


def test_help_tells_every_option(tmp_path):
    said = report(tmp_path, "--help")
    for text in ("file=report.html", "compare=", "gallery=240", "pictures=1000", "--json", "docs/seeing.md"):
        assert text in said
