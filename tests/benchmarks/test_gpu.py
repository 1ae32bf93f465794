"""benchmarks/gpu.sh runs to its end where there is no GPU, and says so."""

import json
import os
import subprocess
import sys

import pytest
from sources import ROOT

pytestmark = pytest.mark.slow


def test_the_script_runs_and_leaves_its_results(tmp_path):
    given = {**os.environ, "QUICK": "1", "PYTHON": sys.executable, "RESULTS": str(tmp_path), "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(["sh", "benchmarks/gpu.sh"], cwd=ROOT, env=given, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    devices = json.loads((tmp_path / "devices.json").read_text())
    assert {row["preset"] for row in devices["runs"]} == {"default", "fast", "realistic"}
    assert all(row["images_per_s"] > 0 for row in devices["runs"])
    if not devices["gpu"]:
        assert "not measured on a GPU" in ended.stdout
    assert all(row["labels"] < 0.01 * row["pixels"] for row in devices["runs"] if "labels" in row)
    assert json.loads((tmp_path / "throughput.json").read_text())["cases"]


def test_what_there_is_no_time_for_is_named():
    given = {**os.environ, "LIMIT": "0", "PYTHON": sys.executable, "RESULTS": "/nowhere"}
    ended = subprocess.run(["sh", "benchmarks/gpu.sh"], cwd=ROOT, env=given, capture_output=True, text=True)
    assert ended.returncode == 1
    assert "== devices: left out, no time is left" in ended.stdout
