"""Tests of the benchmarks that run two checkouts in turns: benchmarks.ratios and benchmarks.start. Here both are this one."""

import json
import sys
from pathlib import Path

import pytest

from benchmarks import ratios, start
from benchmarks.checkouts import commit_of, turns

ROOT = Path(__file__).resolve().parents[2]


def test_turns():
    assert [turns(("here", "beside"), number) for number in range(3)] == [
        ["here", "beside"], ["beside", "here"], ["here", "beside"]
    ]  # fmt: skip
    assert commit_of(ROOT / "no such folder") == "unknown"


def test_a_ratio_is_that_of_a_round():
    ratio = ratios.ratios([1.0, 8.0, 9.0], [1.0, 4.0, 3.0])
    assert ratio == {"median": 2.0, "rounds": [1.0, 2.0, 3.0]}
    assert ratios.told(ratio) == "2.00 x (1.00 to 3.00)"


@pytest.mark.slow
def test_ratios(tmp_path, monkeypatch, capsys):
    out = tmp_path / "ratios.json"
    words = [
        "ratios",
        str(ROOT),
        "--presets",
        "fast",
        "--repeat",
        "1",
        "--n",
        "32",
        "--scratch",
        str(tmp_path),
        "--out",
        str(out),
    ]
    monkeypatch.setattr(sys, "argv", words)
    ratios.main()
    result = json.loads(out.read_text())
    (case,) = result["cases"]
    assert result["settings"]["repeat"] == 1
    assert case["case"] == "256 px, fast"
    for numbers in (case["pairs_per_s"], case["core_ms"]):
        assert [len(each) for each in (numbers["here"], numbers["beside"])] == [1, 1]
        assert min(min(each) for each in numbers.values()) > 0
    assert case["faster"]["rounds"][0] == pytest.approx(case["pairs_per_s"]["here"][0] / case["pairs_per_s"]["beside"][0])
    assert case["cheaper"]["rounds"][0] == pytest.approx(case["core_ms"]["beside"][0] / case["core_ms"]["here"][0])
    assert "pairs/s" in capsys.readouterr().out


@pytest.mark.slow
def test_start(tmp_path, monkeypatch):
    out = tmp_path / "start.json"
    words = ["start", "--presets", "fast", "--repeat", "1", "--n", "8"]
    monkeypatch.setattr(sys, "argv", [*words, "--scratch", str(tmp_path), "--out", str(out)])
    start.main()
    warm, cold, *answers = json.loads(out.read_text())["rows"]
    assert (warm["caches"], cold["caches"]) == ("warm", "empty")
    for row in (warm, cold):
        assert 0 < row["here"]["first_image_s"]["median"] <= row["here"]["end_s"]["median"]
    assert [row["answer"] for row in answers] == list(start.ANSWERS)
    assert all(len(row["here"]["runs"]) == 1 for row in answers)
