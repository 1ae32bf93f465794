"""benchmarks.carry: which points it makes, shares of wrong pixels, the table; and the program, which does nothing twice."""

import json
import sys

import numpy as np
import pytest
import yaml
from PIL import Image
from programs import run_here, run_programs_here

from benchmarks.carry import __main__ as carry
from benchmarks.carry.point import overrides, shares
from benchmarks.carry.report import groups, table
from raster.run.config import load_config
from raster.system.paths import CONF

ROWS = {
    "base": {"full": True, "draw": ["a=1"], "fit": ["x=1"]},
    "change": {"full": False, "draw": ["a=2"], "fit": []},
    "all together": {"full": True, "draw": [], "fit": []},
}
OPTIONS = {"rows": ROWS, "only": None, "kinds": ["full", "equal"], "n": 100, "seen": 1600, "draw": ["size=64"], "fit": []}
OPTIONS |= {"seeds": 3, "change_seeds": 2}


def test_full_rows_have_all_seeds_and_every_row_equal_passes():
    found = carry.plan(OPTIONS)
    full = [(name, seed) for kind, name, seed in found if kind == "full"]
    assert full == [(name, seed) for seed in range(3) for name in ("base", "all together")]
    assert [(name, seed) for kind, name, seed in found if kind == "equal"] == [(n, s) for s in range(2) for n in ROWS]
    assert carry.plan({**OPTIONS, "only": ["change"]}) == [("equal", "change", 0), ("equal", "change", 1)]


def test_a_change_is_made_to_the_base():
    assert overrides(OPTIONS, "full", "base") == {"draw": ["a=1", "size=64"], "fit": ["x=1"]}
    assert overrides(OPTIONS, "full", "all together") == {"draw": ["size=64"], "fit": []}
    # 80 of 100 images are trained on: 1,600, shared as the recipe does (40 to 137), are 4.5 and 15.5 epochs.
    assert overrides(OPTIONS, "equal", "change") == {
        "draw": ["a=1", "a=2", "size=64"],
        "fit": ["epochs=3", "then_epochs=17", "x=1"],
    }


def test_every_pixel_is_right_false_missed_or_confused():
    random = np.random.default_rng(0)
    truth, said = random.integers(0, 4, (2, 5000))
    matrix = np.zeros((4, 4), int)
    np.add.at(matrix, (truth, said), 1)
    found = shares(matrix)
    assert found["false"] == pytest.approx(((truth == 0) & (said > 0)).mean(), abs=1e-5)
    assert found["missed"] == pytest.approx(((truth > 0) & (said == 0)).mean(), abs=1e-5)
    assert found["confused"] == pytest.approx(((truth > 0) & (said > 0) & (truth != said)).mean(), abs=1e-5)
    assert sum(found.values()) == pytest.approx((truth != said).mean(), abs=1e-4)


def point(kind: str, row: str, seed: int, miou: float) -> dict:
    """What measure() returns."""
    one = {"miou": miou, "false": 0.05, "missed": 0.02, "confused": 0.01}
    numbers = {"passes": 1600, "training_s": 10.0}
    return {"kind": kind, "row": row, "seed": seed, **numbers, "scores": {"own split": one, "path traced": one}}


def test_the_table_compares_seed_by_seed():
    points = [point("equal", "base", 0, 0.4), point("equal", "base", 1, 0.6)]
    points += [point("equal", "change", 0, 0.5), point("equal", "change", 1, 0.72), point("full", "all together", 0, 0.9)]
    rows = {(row["kind"], row["row"]): row["scores"]["path traced"] for row in groups(points)}
    assert rows["equal", "base"]["miou"]["mean"] == pytest.approx(0.5)
    assert rows["equal", "base"]["to_base"] is None
    assert rows["equal", "change"]["to_base"]["each"] == pytest.approx([0.1, 0.12])
    assert rows["full", "all together"]["to_base"] is None  # no base of the same kind
    lines = [line for line in table(groups(points)) if line.startswith("|")]
    assert "| 0.610 ± 0.156 | +0.110 ± 0.014 | 5.0, 2.0, 1.0 |" in lines[3]
    assert len({line.count("|") for line in lines}) == 1


@pytest.mark.slow
def test_the_rows_up_to_occlusion_are_what_the_default_adds():
    rows = yaml.safe_load((CONF / "carry.yaml").read_text())["rows"]
    own = list(rows)[: list(rows).index("occlusion")]
    drawn, default = load_config([override for name in own for override in rows[name]["draw"]]), load_config()
    for found in (drawn, default):
        del found["randomizers"]["looks"]  # of own meshes, which no row has
    assert drawn == default
    assert rows["all together"]["draw"] == []


@pytest.mark.slow
def test_the_rows_of_conf_can_be_drawn():
    rows = yaml.safe_load((CONF / "carry.yaml").read_text())["rows"]
    given = {**OPTIONS, "draw": [], "rows": {name: {"draw": [], "fit": [], **row} for name, row in rows.items()}}
    assert {"base", "all together"} <= set(rows)
    for name in rows:
        load_config(overrides(given, "full", name)["draw"])


@pytest.mark.slow
@pytest.mark.parametrize("word", ["seen=0", "only=[nobody]", "kinds=[half]", "photos=nowhere", "path_traced=nowhere"])
def test_bad_options_are_one_line(word, monkeypatch, capsys, tmp_path):
    pytest.importorskip("fastai")
    (tmp_path / "codes.txt").write_text("background\n")
    words = [f"work={tmp_path / 'work'}", *([] if word.startswith("path") else [f"path_traced={tmp_path}"]), word]
    monkeypatch.setattr(sys, "argv", ["carry", *words])
    with pytest.raises(SystemExit) as end:
        carry.main()
    assert end.value.code == 2
    assert word.split("=")[1].strip("[]") in capsys.readouterr().err


@pytest.mark.slow
def test_the_program_and_photographs_given_later(tmp_path, monkeypatch):
    pytest.importorskip("fastai")
    for name in ("traced", "photos"):
        (tmp_path / name / "images").mkdir(parents=True)
        (tmp_path / name / "labels").mkdir()
        Image.new("RGB", (40, 40), (90, 120, 60)).save(tmp_path / name / "images" / "a.jpg")
        Image.fromarray(np.eye(40, dtype=np.uint8)).save(tmp_path / name / "labels" / "a.png")
        (tmp_path / name / "codes.txt").write_text("background\ncube\nsphere\ncylinder\n")
    out = tmp_path / "out.json"
    words = ["n=20", "seen=32", "change_seeds=1", "kinds=[equal]", "only=[base]", f"out={out}"]
    words += [
        'draw=["size=32"]',
        'fit=["size=32","then_size=null","threads=1","scales=[1]","flip=false"]',
        f"path_traced={tmp_path / 'traced'}",
    ]
    words += [f"work={tmp_path / 'work'}", f"predictions={tmp_path / 'five.jpg'}", "worst=path traced"]
    run_programs_here(monkeypatch, tmp_path, "benchmarks.carry.point")
    first = run_here(tmp_path, "benchmarks.carry.__main__", *words)
    assert "photographs: left out" in first
    assert "drawing and training" in first
    assert "a.jpg" in first
    assert set(json.loads(out.read_text())["points"][0]["scores"]) == {"own split", "path traced"}
    assert Image.open(tmp_path / "five.jpg").width > 500
    again = run_here(tmp_path, "benchmarks.carry.__main__", *words, f"photos={tmp_path / 'photos'}")
    assert "drawing and training" not in again
    assert set(json.loads(out.read_text())["points"][0]["scores"]) == {"own split", "path traced", "photographs"}
    assert str(tmp_path / "photos") not in out.read_text()
