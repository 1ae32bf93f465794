"""Tests of what programs print: --json, quiet, closed streams, a reader that goes away, progress without a terminal."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from programs import HANG_S, ROOT

pytestmark = pytest.mark.slow
SMALL = ("n=4", "size=32", "preset=fast", "workers=1")


def shell(folder: Path, command: str) -> subprocess.CompletedProcess:
    """A shell's command in a folder, where `python` is this one."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = command.replace("python ", f"{sys.executable} ").replace("SMALL", " ".join(SMALL))
    return subprocess.run(["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, timeout=HANG_S)


def test_json_is_one_object_on_standard_output(tmp_path):
    done = shell(tmp_path, "python -m raster.generate SMALL out=set --json")
    assert done.returncode == 0
    facts = json.loads(done.stdout)
    assert {key: facts[key] for key in ("out", "images", "drawn", "workers")} == {
        "out": "set", "images": 4, "drawn": 4, "workers": 1,
    }  # fmt: skip
    manifest = json.loads((tmp_path / "set/manifest.json").read_text())
    assert (facts["digest"], facts["counts"]) == (manifest["digest"], manifest["counts"])
    assert "out: set" in done.stderr
    assert "\r" not in done.stderr

    again = shell(tmp_path, "python -m raster.generate SMALL out=set quiet=true --json")  # changes no image: the same set
    assert json.loads(again.stdout) == {key: facts[key] for key in ("out", "images", "counts", "digest", "renderers")} | {
        "drawn": 0
    }
    assert again.stderr == ""

    found = shell(tmp_path, "python -m raster.validate set --json --quiet")
    assert (json.loads(found.stdout)["digest"], found.stderr) == (facts["digest"], "")
    (tmp_path / "set/codes.txt").unlink()
    broken = shell(tmp_path, "python -m raster.validate set --json")
    assert broken.returncode == 2
    assert broken.stderr == f"error: {json.loads(broken.stdout)['error']}\n"


def test_several_sets_are_validated_all_of_them(tmp_path):
    """What is wrong with one keeps no other from being checked; the last line counts."""
    for number in (1, 2, 3):
        shell(tmp_path, f"python -m raster.generate SMALL seed={number} out=set{number}")
    done = shell(tmp_path, "python -m raster.validate set1 set3")
    assert done.returncode == 0
    assert [line[:22] for line in done.stdout.splitlines()] == ["set1: valid: 4 images ", "set3: valid: 4 images "]
    (tmp_path / "set2/labels/000001.png").unlink()
    done = shell(tmp_path, "python -m raster.validate set1 set2 nowhere set3 --json --quiet")
    assert done.returncode == 2
    missing, nowhere, last = done.stderr.splitlines()
    assert missing.startswith("set2/labels/000001.png: ")
    assert nowhere == "nowhere: is not a data set: it has no manifest.json"
    assert last == "error: 2 of 4 data sets are not valid"
    facts = json.loads(done.stdout)
    assert [each["out"] for each in facts["sets"]] == ["set1", "set2", "nowhere", "set3"]
    assert ["error" in each for each in facts["sets"]] == [False, True, True, False]
    assert facts["sets"][1]["error"] == missing


def test_json_of_a_sweep_and_of_a_mistake(tmp_path):
    """Its points run in processes of their own, which print what they print on standard error."""
    words = "python -m raster.generate --json -m hydra/launcher=joblib SMALL seed=1,2 out=sweep"
    done = shell(tmp_path, words)
    runs = json.loads(done.stdout)["runs"]
    assert sorted(run["out"] for run in runs) == sorted(str(path) for path in (tmp_path / "sweep").glob("*seed*"))
    assert len({run["digest"] for run in runs}) == 2
    wrong = shell(tmp_path, "python -m raster.generate SMALL --json sample=4")
    assert wrong.returncode == 2
    assert wrong.stderr == f"error: {json.loads(wrong.stdout)['error']}\n"


def test_closed_streams_and_a_reader_that_goes_away_stop_no_run(tmp_path):
    for number, how in enumerate(["2>&-", "<&- >&- 2>&-", "| head -1; exit ${PIPESTATUS[0]}"]):
        done = shell(tmp_path, f"python -m raster.generate SMALL out={number} {how}")
        assert (done.returncode, done.stderr) == (0, "")
        assert json.loads((tmp_path / f"{number}/manifest.json").read_text())["complete"]
    assert done.stdout == "out: 2\n"


def test_quiet_prints_nothing(tmp_path):
    done = shell(tmp_path, "python -m raster.generate SMALL out=set quiet=true")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "set/manifest.json").exists()


WITHOUT = """
import sys, hydra, numpy, omegaconf, multiprocessing.connection, multiprocessing.reduction, subprocess, tempfile, shutil
import importlib.metadata, platform, runpy
import hydra._internal.utils, hydra._internal.config_loader_impl, moderngl, scipy.spatial, PIL.Image, tqdm
sys.modules["fcntl"], sys.platform = None, "win32"
runpy.run_module("raster." + sys.argv.pop(1), run_name="__main__", alter_sys=True)
"""


def test_another_system_is_told_so(tmp_path):
    """As Windows, which has no fcntl: not a traceback."""
    (tmp_path / "windows.py").write_text(WITHOUT)
    for words in ("generate n=4 out=set", "preview", "doctor"):
        done = shell(tmp_path, f"python windows.py {words}")
        assert done.returncode == 2
        assert done.stderr == "error: raster draws through EGL, which win32 does not have: run it on Linux\n"
    assert [path.name for path in tmp_path.iterdir()] == ["windows.py"]
