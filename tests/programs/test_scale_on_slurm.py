"""Tests of raster scale engine=slurm, with commands that stand in for Slurm's: what it is told, and what comes of its jobs."""

import json
import os
import signal
from pathlib import Path
from threading import Thread

import pytest
from drawn_sets import manifest
from programs import ROOT, complaint, generate_here, run_here, wait_until
from stand_in_for_slurm import put_slurm

pytest.importorskip("submitit", reason="the extra slurm is not installed")
pytestmark = pytest.mark.slow
WORDS = ("preset=fast", "n=45", "size=32", "batch=5", "shard=10", "valid=0.25")


@pytest.fixture
def slurm(tmp_path, monkeypatch) -> Path:
    """Jobs answer within moments, so that states of jobs are asked for often."""
    from submitit.slurm.slurm import SlurmJob

    folder = put_slurm(tmp_path / "slurm")
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(SlurmJob.watcher, "_delay_s", 1)
    monkeypatch.setattr(SlurmJob, "_results_timeout_s", 1)
    return folder


def scale(folder: Path, *words: str, code: int = 0) -> str:
    return run_here(folder, "raster.scale", *WORDS, "engine=slurm", "out=set", *words, code=code)


def test_an_array_draws_the_set_of_generate(slurm, tmp_path):
    generate_here(tmp_path, *WORDS, "writers=[webdataset]", "workers=1", "out=plain")
    said = json.loads(scale(tmp_path, "processes=2", "cpus=2", "slurm={partition: gpu, time: 30, gpu-bind: none}", "--json"))
    assert said["digest"] == manifest(tmp_path / "plain")["digest"]
    assert (said["drawn"], said["workers"], said["failures"]) == (45, 2, 0)
    assert manifest(tmp_path / "set")["renderers"] == manifest(tmp_path / "plain")["renderers"]
    told = (slurm / "sbatch.txt").read_text()
    for option in ("partition=gpu", "time=30", "cpus-per-task=2", "array=0-1%2", "gpu-bind=none", "job-name=raster"):
        assert f"#SBATCH --{option}\n" in told, told
    assert "complete: set holds these 45 images already" in scale(tmp_path)


def test_a_job_that_is_killed_is_told_and_another_array_draws_the_rest(slurm, tmp_path):
    def kill_the_job() -> None:
        wait_until(lambda: list(tmp_path.glob("set/shards/*.json")), "a shard")
        os.killpg(int((slurm / "jobs" / "100").read_text()), signal.SIGKILL)

    killer = Thread(target=kill_the_job)
    killer.start()
    said = scale(tmp_path, "n=150", "batch=1", "processes=1", "--json")
    killer.join()
    assert (json.loads(said)["drawn"], json.loads(said)["failures"]) == (150, 0)
    assert len(list((slurm / "jobs").iterdir())) == 2


def test_what_cannot_be_is_told_in_a_line(slurm, tmp_path):
    for words, said in (
        (("slurm={partition: nowhere}",), "error: engine=slurm: "),
        (("slurm=[gpu]",), "error: slurm=[gpu]: expected options of sbatch, as slurm='{partition: gpu, time: 120}'"),
        (("gpus=0.5",), "error: gpus=0.5: expected a whole number with engine=slurm"),
    ):
        assert complaint(scale(tmp_path, *words, code=2)).startswith(said)
    said = complaint(scale(tmp_path, "gl.device=99", "processes=1", code=2))
    assert "cannot draw: gl.device=99: EGL lists " in said


def test_without_slurm_one_line_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    said = complaint(scale(tmp_path, code=2))
    assert said == "error: engine=slurm: there is no Slurm here: no srun and sbatch in PATH"
    assert list(tmp_path.iterdir()) == []
