"""Tests of sweeps whose points run at the same time: joblib, submitit on this machine, and what Slurm would be told."""

import glob
import multiprocessing
import os
import pickle
import shutil
import signal
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from omegaconf import OmegaConf
from programs import begin, complaint, data, finish, generate, generate_here, wait_for, wait_until

from raster.dataset.verify import verify
from raster.errors import InputError
from raster.run.config import load_config
from raster.run.helper_processes import Helpers
from raster.run.sweeps import failures, launcher_at_fault, note, own_cores

JOBLIB = ("-m", "hydra/launcher=joblib", "hydra.launcher.n_jobs=2", "size=48", "out=sweep")
PLAIN = ("preset=fast",)


def joblib() -> None:
    pytest.importorskip("hydra_plugins.hydra_joblib_launcher", reason="the extra sweep is not installed")


def submitit() -> None:
    pytest.importorskip("hydra_plugins.hydra_submitit_launcher", reason="the extra slurm is not installed")


# --- What comes back


def test_an_error_notes_itself_where_it_is_unpickled():
    failures.clear()
    sent = pickle.dumps([note(InputError("n=0: no")), note(ZeroDivisionError("1/0"))])
    failures.clear()
    pickle.loads(sent)
    bad_input, defect = failures
    assert (type(bad_input), str(bad_input)) == (InputError, "n=0: no")
    assert isinstance(defect, RuntimeError)
    assert "ZeroDivisionError: 1/0" in str(defect)
    failures.clear()


@pytest.mark.parametrize(
    ("cores", "launcher", "own"),
    [
        *((cores, {"n_jobs": jobs}, own) for cores, jobs, own in ((8, 2, 4), (8, 3, 2), (2, 8, 1), (8, -1, 1), (8, -5, 2))),
        (1, {"n_jobs": -9}, 1),
        (8, {}, 8),
        *((cores, {"ray": {"remote": takes}}, own) for cores, takes, own in ((8, {}, 1), (8, {"num_cpus": 4}, 4))),
        *((cores, {"ray": {"remote": {"num_cpus": takes}}}, own) for cores, takes, own in ((2, 4, 2), (8, 0.5, 1))),
    ],
)
def test_points_that_run_at_once_share_the_cores(cores, launcher, own, monkeypatch):
    from hydra.core.hydra_config import HydraConfig
    from hydra.types import RunMode

    monkeypatch.setattr("raster.run.sweeps.usable_cores", lambda: cores)
    assert own_cores() == cores
    for mode, expected in ((RunMode.MULTIRUN, own), (RunMode.RUN, cores)):
        told = OmegaConf.create({"mode": mode, "launcher": launcher})
        monkeypatch.setattr(HydraConfig, "initialized", lambda: True)
        monkeypatch.setattr(HydraConfig, "get", lambda told=told: told)
        assert own_cores() == expected


def test_a_launcher_is_told_from_other_code():
    code = compile("def launch(): raise RuntimeError('no cluster')", "launcher.py", "exec")
    for name, there in (("hydra_plugins.some_launcher", True), ("hydra.core", False)):
        module: dict = {"__name__": name}
        exec(code, module)
        with pytest.raises(RuntimeError) as caught:
            module["launch"]()
        assert launcher_at_fault(caught.value) is there


def test_helpers_start_below_a_process_that_was_started_in_a_foreign_way(monkeypatch):
    """As in a worker of joblib, whose start method only that knows; a helper that is told of it would not start."""
    told = []
    monkeypatch.setattr(multiprocessing, "get_start_method", lambda: "loky")
    monkeypatch.setattr(multiprocessing, "set_start_method", lambda name, force: told.append((name, force)))
    Helpers(None, 0, software=False).begin(SimpleNamespace(setup=None))  # type: ignore[arg-type]
    assert told == [("spawn", True)]


def test_an_unknown_launcher_comes_with_how_to_install_one():
    with pytest.raises(InputError, match=r"^hydra/launcher: there is no rocket; choose from basic and, .*\[sweep\].*\[slurm\]"):
        load_config(["hydra/launcher=rocket"])


# --- joblib


@pytest.mark.slow
def test_joblib_draws_what_one_after_another_draws(tmp_path):
    joblib()
    said = generate(tmp_path, *JOBLIB, *PLAIN, "n=5", "batch=4", "seed=0,1", "workers=2")  # each with a helper of its own
    assert said.count(", 2 workers on ") == 2
    generate_here(tmp_path, *PLAIN, "n=5", "size=48", "seed=1", "out=one", "workers=1")
    names = sorted(path.name for path in (tmp_path / "sweep").iterdir() if path.is_dir())
    assert ["seed-0" in name for name in names] == [True, False]
    assert data(tmp_path / "sweep" / names[1]) == data(tmp_path / "one")
    assert verify(tmp_path / "sweep" / names[0])["images"] == 5


@pytest.mark.slow
def test_a_bad_point_is_told_in_one_line_and_the_others_are_drawn(tmp_path):
    joblib()
    err = generate(tmp_path, *JOBLIB, "preset=fast", "n=2", "randomizers.camera.fov_deg=[30,190],[30,40]", code=2)
    assert complaint(err).startswith("error: randomizers.camera.fov_deg=[30, 190]: expected values with 0 < fov_deg < 180")
    (good,) = (tmp_path / "sweep").glob("*/manifest.json")
    assert verify(good.parent)["images"] == 2


@pytest.mark.slow
def test_an_interrupt_ends_all_points(tmp_path):
    """Ctrl-C goes to the whole group of processes."""
    joblib()
    run = begin(tmp_path, *JOBLIB, "n=100000", "batch=4", "seed=1,2", "workers=1")
    for seed in (1, 2):
        wait_for(run, tmp_path / "sweep" / f"seed-{seed}_size-48", 5)
    os.killpg(run.pid, signal.SIGINT)
    assert "interrupted; the same command does the rest\n" in finish(run, 130)
    wait_until(lambda: not running(run.pid), "the end of all processes")


def running(group: int) -> bool:
    """Whether a group of processes has any that is not a zombie."""
    states = [Path(path).read_text().rpartition(") ")[2].split() for path in glob.glob("/proc/[0-9]*/stat")]
    return any(int(words[2]) == group and words[0] != "Z" for words in states)


# --- submitit


@pytest.mark.slow
def test_submitit_draws_each_point_in_a_job_of_its_own(tmp_path):
    submitit()
    given = ("-m", "hydra/launcher=submitit_local", "preset=fast", "seed=1", "size=48", "out=sweep", "workers=1")
    err = generate(tmp_path, *given, "valid=0.5,2.5", "n=2", code=2)
    assert complaint(err).startswith("error: valid=2.5: expected a share from 0 to below 1")
    assert verify(tmp_path / "sweep" / "preset-fast_seed-1_size-48_valid-0.5")["images"] == 2
    told = [path.read_text() for path in (tmp_path / "sweep" / ".submitit").glob("*/*.out")]
    assert sum("done: 2 frames" in text for text in told) == 1


@pytest.mark.slow
def test_what_slurm_is_told(tmp_path):
    submitit()
    given = ("hydra/launcher=submitit_slurm", "hydra.launcher.partition=gpu", "hydra.launcher.cpus_per_task=8",
             "hydra.launcher.gpus_per_node=1", "hydra.launcher.timeout_min=30", "out=sweep")  # fmt: skip
    told = yaml.safe_load(generate_here(tmp_path, *given, "--cfg", "hydra"))["hydra"]["launcher"]
    assert told["_target_"].endswith(".SlurmLauncher")
    assert (told["partition"], told["cpus_per_task"], told["gpus_per_node"], told["timeout_min"]) == ("gpu", 8, 1, 30)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("srun") is not None, reason="there is a Slurm here")
def test_a_machine_without_slurm_is_told_in_one_line(tmp_path):
    submitit()
    err = generate_here(tmp_path, "-m", "hydra/launcher=submitit_slurm", "n=2", "seed=1,2", "out=sweep", code=2)
    assert complaint(err).startswith("error: hydra/launcher: RuntimeError: Could not detect")
