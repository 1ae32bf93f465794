"""benchmarks.throughput --host runs to its end and tells every stage; nothing is timed."""

import json

import pytest
from json_numbers import numbers
from programs import run

from benchmarks.throughput.host import DRAWING, STAGES


@pytest.mark.slow
def test_all_but_drawing_is_measured(tmp_path):
    words = ("--sizes", "48", "--batch", "20", "--repeat", "1", "--n", "50", "--scratch", str(tmp_path))
    ended = run("-m", "benchmarks.throughput", "--host", *words, "--out", str(tmp_path / "host.json"), PYTHONPYCACHEPREFIX="")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    for word in (*STAGES, *DRAWING, "pairs/s", "free cores", "48 px", "not measured on a GPU"):
        assert word in ended.stdout, word
    (case,) = json.loads((tmp_path / "host.json").read_text())["cases"]
    assert [path.name for path in tmp_path.iterdir()] == ["host.json"]
    assert (case["n"], case["batch"]) == (50, 20)
    assert set(case["stages_ms"]) == set(STAGES)
    found = numbers(
        [case[key] for key in ("pairs_per_s", "pairs_per_s_of_free_cores", "drawing_ms", "feeding_ms", "stages_ms")]
    )
    assert len(found) == 2 + 1 + len(DRAWING) + 1 + len(STAGES)
    assert min(found) > 0
