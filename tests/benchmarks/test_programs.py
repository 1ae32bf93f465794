"""The benchmark programs: that they run to the end, print every stage and write JSON of positive numbers. Nothing is timed."""

import json
from pathlib import Path
from typing import Any

import programs
import pytest
from json_numbers import numbers

from benchmarks.export import CASES as EXPORTS

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _usual_bytecode(monkeypatch):
    """Bytecode of the packages is where it always is: it need not be compiled once more for a folder of its own."""
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", "")


def run(folder: Path, name: str, *options: str) -> tuple[str, dict[str, Any]]:
    """What a benchmark printed, and its JSON; the images went below `folder`, and are gone."""
    scratch = folder / "scratch"
    scratch.mkdir()
    places = ("--out", str(folder / "result.json"), "--scratch", str(scratch))
    ended = programs.run("-m", f"benchmarks.{name}", *places, *options)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert not list(scratch.iterdir())
    return ended.stdout, json.loads((folder / "result.json").read_text())


def test_memory(tmp_path):
    printed, result = run(tmp_path, "memory", "--n", "32", "64", "--size", "32")
    assert "peak MB" in printed
    assert [row["n"] for row in result["runs"]] == [32, 64]
    for row in result["runs"]:
        assert row["kind"] in ("PSS", "RSS")
        assert row["peak_mb"] > 1
        assert row["seen"]


def test_large_sets(tmp_path):
    printed, result = run(tmp_path, "large_sets", "--n", "12", "40", "--preset", "fast")
    assert "damaged s" in printed
    assert [row["n"] for row in result["runs"]] == [12, 40]
    assert result["machine"]["renderer"]["name"].startswith("no renderer")
    for row in result["runs"]:
        assert len(row) == 8
        assert min(row.values()) > 0


def test_export(tmp_path):
    printed, result = run(tmp_path, "export", "--n", "12", "--size", "32", "--preset", "fast")
    assert [row["case"] for row in result["runs"]] == list(EXPORTS)
    assert all(case in printed for case in EXPORTS)
    assert min(numbers(result["runs"])) > 0


def test_own_meshes(tmp_path):
    options = ("--triangles", "700", "--size", "32", "--repeat", "1", "--presets", "fast")
    printed, result = run(tmp_path, "own_meshes", *options)
    assert all(f"fast, 700 triangles{picture} " in printed for picture in ("", ", picture"))
    assert [one["pictured"] for one in result["drawn"]] == [False, True]
    assert [one["pictured"] for one in result["first_use"]] == [False, True]
    found = [[one["seconds"], one["peak_mb"]] for one in result["first_use"]]
    assert min(numbers([found, *[[one["off_ms"], one["on_ms"]] for one in result["drawn"]]])) > 0
