"""Tests of runs that a page starts: progress, stopping and resuming with the same images, errors, the end of all of them."""

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from programs import HANG_S, data, generate_here

from raster.studio_app.memory import memory_of, memory_of_group
from raster.studio_app.runs import LINE, Run, Runs
from raster.system.progress import PREFIX

pytestmark = pytest.mark.slow
SMALL = ["preset=fast", "size=32", "workers=1", "batch=2"]


async def until(holds: Callable[[], bool]) -> None:
    """Wait for an event of a run."""
    last = time.monotonic() + HANG_S
    while not holds():
        assert time.monotonic() < last
        await asyncio.sleep(0.01)


def test_a_run_is_stopped_and_resumed(tmp_path, monkeypatch):
    """Its second label waits for a file, so that it cannot end before it is stopped."""
    support = str(Path(__file__).parents[1] / "support")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(Path(__file__).parents[2]), support)))
    monkeypatch.setenv("HOLD", "6")
    monkeypatch.setenv("GO", str(tmp_path / "go"))
    monkeypatch.setattr("raster.studio_app.runs.PROGRAM", "held_generate")
    told: list[str] = []

    async def session() -> Run:
        runs = Runs(tmp_path, None, lambda run: told.append(run.state))
        run = await runs.start([*SMALL, "n=12", "out=set"])
        await until(lambda: run.done > 0 and run.memory > 0)
        assert (run.state, run.doing, run.total) == ("running", "drawing", 12)
        assert run.rate > 0
        assert run.seconds > 0
        assert memory_of_group(run.process.pid) > 1e7
        runs.stop(run.number)
        await until(lambda: run.state != "running")
        assert (run.state, run.total) == ("stopped", 12)
        assert "of 12 images done; the same command does the rest" in run.message
        assert 0 < run.done < 12
        (tmp_path / "go").touch()
        again = await runs.start(run.overrides, run.number)
        await until(lambda: again.state != "running")
        assert again.told()["report"]["images"] == 12
        assert runs.all == {1: again}
        return again

    again = asyncio.run(session())
    assert (again.state, again.done, again.message) == ("done", 12, "")
    assert told[-1] == "done"
    generate_here(tmp_path, *SMALL, "n=12", "out=whole")
    assert data(tmp_path / "set") == data(tmp_path / "whole")


def test_what_a_run_refuses_is_told(tmp_path):
    async def session() -> Run:
        runs = Runs(tmp_path, None, lambda run: None)
        run = await runs.start([*SMALL, "n=0"])
        await until(lambda: run.state != "running")
        return run

    run = asyncio.run(session())
    assert (run.state, run.message) == ("failed", "n=0: expected a whole number from 1 to 100000000")
    assert not list(tmp_path.iterdir())


def test_runs_end_with_the_program(tmp_path):
    async def session() -> int:
        runs = Runs(tmp_path, None, lambda run: None)
        run = await runs.start([*SMALL, "n=100000", "out=set"])
        await until(lambda: run.done > 0)
        await runs.close()
        assert run.process.returncode is not None
        return run.process.pid

    group = asyncio.run(session())
    assert memory_of_group(group) == 0
    with pytest.raises(ProcessLookupError):
        os.killpg(group, 0)


def test_lines_of_progress_are_read():
    drawing = LINE.match(f"{PREFIX}123 of 5000 frames, 45 frames/s, 12 min left")
    assert drawing.groups() == (None, "123", "5000", "45", "12 min")
    assert LINE.match(f"{PREFIX}0 of 5000 frames").groups() == (None, "0", "5000", None, None)
    assert LINE.match(f"{PREFIX}pictures, 3 of 9 pictures, 0.32 pictures/s, 4 s left").groups()[:3] == ("pictures", "3", "9")
    assert LINE.match(f"{PREFIX}opening the device") is None


def test_memory_of_this_process_and_of_none():
    assert memory_of(os.getpid()) > 1e7
    assert memory_of(2**22 + 1) == 0
