"""benchmarks/gpu.sh runs to its end where there is no GPU, and says so; devices and throughput, which it runs, tell all."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from json_numbers import numbers
from sources import ROOT

from benchmarks.throughput.stages import STAGES

pytestmark = pytest.mark.slow


def script(**variables: str) -> subprocess.CompletedProcess:
    given = {**os.environ, "PYTHON": sys.executable, "PYTHONPATH": str(ROOT), **variables}
    return subprocess.run(["sh", "benchmarks/gpu.sh"], cwd=ROOT, env=given, capture_output=True, text=True)


class Ended(NamedTuple):
    printed: str
    devices: dict[str, Any]
    throughput: dict[str, Any]
    scratch: Path


@pytest.fixture(scope="module")
def ended(tmp_path_factory) -> Ended:
    """A quick run. Bytecode of the packages is where it always is: it need not be compiled once more for it."""
    results, scratch = (tmp_path_factory.mktemp(name) for name in ("results", "scratch"))
    run = script(QUICK="1", RESULTS=str(results), SCRATCH=str(scratch), PYTHONPYCACHEPREFIX="")
    assert run.returncode == 0, run.stdout + run.stderr
    return Ended(run.stdout, *(json.loads((results / f"{name}.json").read_text()) for name in Ended._fields[1:3]), scratch)


def test_devices(ended):
    devices = ended.devices
    assert {row["preset"] for row in devices["runs"]} == {"default", "fast", "realistic"}
    assert all(row["images_per_s"] > 0 for row in devices["runs"])
    if not devices["gpu"]:
        assert "not measured on a GPU" in ended.printed
    assert all(row["labels"] < 0.01 * row["pixels"] for row in devices["runs"] if "labels" in row)


def test_pipeline(ended):
    assert "one process that draws for others: the same bytes" in ended.printed


def test_throughput(ended):
    printed, result = ended.printed, ended.throughput
    assert not list(ended.scratch.iterdir())
    cases = ("64 px, 2 objects",)
    for word in (*STAGES, "draw+read", "on disk", "w. start", *cases, "batch 8", "preset=default"):
        assert word in printed, word
    assert result["machine"]["renderer"]["name"] in printed
    assert result["machine"]["cpu"] in printed
    assert tuple(case["case"] for case in result["cases"]) == cases
    assert [row["feature"] for row in result["features"]] == ["preset=default"]
    for case in result["cases"]:
        assert set(case["stages"]) == set(STAGES)
        assert case["on_disk"]["workers"] == case["draw_read"]["processes"]
        found = numbers([case[key] for key in ("stages", "all_stages", "draw_read", "on_disk", "ratio", "ratio_while_drawing")])
        assert len(found) > 30
        assert min(found) > 0
    (setting,) = result["workers_and_batch"]
    assert (setting["workers"], setting["batch"]) == (result["cases"][0]["draw_read"]["processes"], 8)
    found = numbers(setting)
    assert len(found) > 10
    assert min(found) > 0
    assert result["first_image_s"] > 0


def test_what_there_is_no_time_for_is_named():
    ended = script(LIMIT="0", RESULTS="/nowhere")
    assert ended.returncode == 1
    assert "== devices: left out, no time is left" in ended.stdout
