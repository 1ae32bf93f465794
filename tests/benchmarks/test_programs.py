"""The benchmark programs: that they run to the end, print every stage and write JSON of positive numbers. Nothing is timed."""

import json
import time
from pathlib import Path
from typing import Any

import programs
import pytest
from json_numbers import numbers

from benchmarks import export, large_sets

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _usual_bytecode(monkeypatch):
    """Bytecode of the packages is where it always is: it need not be compiled once more for a folder of its own."""
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", "")


def run(folder: Path, name: str, *options: str, here: bool = False) -> tuple[str, dict[str, Any]]:
    """What a benchmark printed, and its JSON; the images went below `folder`, and are gone. here: in this process."""
    scratch = folder / "scratch"
    scratch.mkdir()
    words = ("--out", str(folder / "result.json"), "--scratch", str(scratch), *options)
    if here:
        printed = programs.run_here(programs.ROOT, f"benchmarks.{name}", *words)
    else:
        ended = programs.run("-m", f"benchmarks.{name}", *words)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        printed = ended.stdout
    assert not list(scratch.iterdir())
    return printed, json.loads((folder / "result.json").read_text())


def test_memory(tmp_path):
    printed, result = run(tmp_path, "memory", "--n", "32", "64", "--size", "32", "--preset", "fast")
    assert "peak MB" in printed
    assert [row["n"] for row in result["runs"]] == [32, 64]
    for row in result["runs"]:
        assert row["kind"] in ("PSS", "RSS")
        assert row["peak_mb"] > 1
        assert row["seen"]


def test_large_sets(tmp_path, monkeypatch):
    """The programs on the first set are started; those on the second one run in this process."""
    start = large_sets.run

    def run_program(module: str, *words: str) -> tuple[float, float, str]:
        if words[-1] in ("n=1", "n=12") or words[-1].endswith("/12"):
            return start(module, *words)
        began = time.perf_counter()
        said = programs.run_here(programs.ROOT, module, *words)
        return time.perf_counter() - began, time.process_time(), said.splitlines()[-1]

    monkeypatch.setattr(large_sets, "run", run_program)
    printed, result = run(tmp_path, "large_sets", "--n", "12", "40", "--preset", "fast", here=True)
    assert "damaged s" in printed
    assert [row["n"] for row in result["runs"]] == [12, 40]
    assert result["machine"]["renderer"]["name"].startswith("no renderer")
    for row in result["runs"]:
        assert len(row) == 8
        assert min(row.values()) > 0


def test_reports(tmp_path):
    options = ("--n", "40", "--drawn", "12", "--preset", "fast", "--size", "32")
    printed, result = run(tmp_path, "reports", *options, here=True)
    assert "peak MB" in printed
    assert [row["n"] for row in result["runs"]] == [40]
    assert min(numbers(result["runs"])) > 0


def test_export(tmp_path, monkeypatch):
    """The programs of COCO are started; the others run in this process."""
    start = export.run

    def run_program(module: str, *words: str) -> tuple[float, float, float]:
        if module != "raster.export" or "format=coco" in words:
            return start(module, *words)
        began = time.perf_counter()
        programs.run_here(programs.ROOT, module, *words)
        return time.perf_counter() - began, time.process_time(), 1.0

    monkeypatch.setattr(export, "run", run_program)
    printed, result = run(tmp_path, "export", "--n", "12", "--size", "32", "--preset", "fast", here=True)
    assert [row["case"] for row in result["runs"]] == list(export.CASES)
    assert all(case in printed for case in export.CASES)
    assert min(numbers(result["runs"])) > 0


def test_own_meshes(tmp_path):
    options = ("--triangles", "700", "--size", "32", "--repeat", "1", "--presets", "fast")
    printed, result = run(tmp_path, "own_meshes", *options)
    assert all(f"fast, 700 triangles{picture} " in printed for picture in ("", ", picture"))
    assert [one["pictured"] for one in result["drawn"]] == [False, True]
    assert [one["pictured"] for one in result["first_use"]] == [False, True]
    found = [[one["seconds"], one["peak_mb"]] for one in result["first_use"]]
    assert min(numbers([found, *[[one["off_ms"], one["on_ms"]] for one in result["drawn"]]])) > 0
