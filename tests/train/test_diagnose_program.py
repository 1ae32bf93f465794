"""train.diagnose: the page and the JSON on plain folders, and bad input: one line, exit code 2."""

import json

import pytest
from PIL import Image
from small_sets import CODES, data_set, run_program

pytestmark = pytest.mark.slow
QUICK = ("threads=1", "scales=[1]", "flip=false")


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A folder without scenes.jsonl."""
    return data_set(tmp_path_factory.mktemp("plain") / "photos", count=12, valid=0)


def test_a_plain_folder_tells_what_image_and_label_say(run, plain, tmp_path, monkeypatch, capsys, open_page):
    said = run_program(monkeypatch, capsys, "diagnose", f"model={run}", f"data={plain}", f"out={tmp_path / 'o'}", *QUICK)
    assert f"{tmp_path / 'o'}: diagnosis.html, diagnosis.json" in said
    facts = json.loads((tmp_path / "o" / "diagnosis.json").read_text())
    assert facts["images"] == 12
    assert not facts["instances"]
    assert {each["factor"] for each in facts["factors"]} >= {"class", "border", "contrast"}
    assert facts["unknown"]["solid"] == "scenes.jsonl"
    text = (tmp_path / "o" / "diagnosis.html").read_text()
    assert len(text) < 5_000_000
    seen = open_page(tmp_path / "o" / "diagnosis.html", width=700)
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 700
    for each in facts["factors"]:
        assert seen.page.locator(f"#{each['factor']}").count() == 1
    assert "Not known" in seen.page.locator("nav").inner_text()
    assert seen.page.evaluate("[...document.images].every(each => each.naturalWidth > 0)")


def test_bad_input(run, plain, tmp_path, monkeypatch, capsys):
    def refused(*options: str) -> str:
        return run_program(monkeypatch, capsys, "diagnose", f"model={run}", *QUICK, *options, code=2)

    other = data_set(tmp_path / "other", count=5)
    (other / "codes.txt").write_text("background\nbox\nball\n")
    theirs = f"data={other}: its classes are background, box, ball; the model's are {', '.join(CODES)}"
    assert theirs in refused(f"data={other}")
    assert f"data={tmp_path}: no data set" in refused(f"data={tmp_path}")
    assert "data: expected data=FOLDER" in refused()
    assert "worst=30: expected a whole number of pictures from 0 to 20" in refused(f"data={plain}", "worst=30")
    (other / "codes.txt").write_text("".join(f"{code}\n" for code in CODES))
    (other / "scenes.jsonl").write_text('{"index": 0}\n')
    assert f"{other}/scenes.jsonl, line 1: is no record of raster generate" in refused(f"data={other}")
    (other / "scenes.jsonl").unlink()
    for path in (other / "labels").iterdir():
        Image.new("L", (64, 64)).save(path)
    assert "none of the 5 pictures of split=all shows an object" in refused(f"data={other}", "split=all")
    assert not any(path.name.startswith("diagnose-") for path in run.iterdir())
