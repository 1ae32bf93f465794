"""Tests of raster.run.helper_processes: which are forked, what they draw and tell, and that none is left behind."""

import multiprocessing
import os
import threading
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from fakes import contents, fake_frames

from raster.errors import InputError
from raster.run import helper_processes
from raster.run.config import load_config
from raster.run.helper_processes import Helpers
from raster.run.setup import Setup, build_setup
from raster.run.splits import Splits
from raster.run.workers import SPAWN, DrawJob
from raster.writers.camvid import Camvid


def fake_setup(make_renderer: Any = None, **more: Any) -> Any:
    """A setup with nothing of one's own, whose renderer makes fake frames."""
    sampler = SimpleNamespace(randomizers={})
    usual = {"writers": {"camvid": Camvid}, "annotations": {}, "splits": Splits(0.25), "prefetch": False, "ignore": None}
    made = SimpleNamespace(**{**usual, "flows": (), "label_filter": None, "sampler": sampler, **more})
    made.annotate = partial(Setup.annotate, made)
    made.renderer = make_renderer or (lambda: SimpleNamespace(stream=lambda scenes: map(_frames, scenes)))
    return made


def _frames(chunk: tuple[int, int]) -> Any:
    return fake_frames(*chunk)


class Sampler(SimpleNamespace):
    """Gives the renderer above the numbers of a chunk."""

    def __call__(self, first: int, count: int) -> tuple[int, int]:
        return first, count


@pytest.fixture
def no_opengl(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a program that begins: this process of the tests may have opened it, which the fakes do not use."""
    monkeypatch.setattr(helper_processes, "opened", lambda: False)
    monkeypatch.setattr(threading, "active_count", lambda: 1)


def test_forked_helpers_draw_what_they_are_given(tmp_path, no_opengl):
    setup = fake_setup(sampler=Sampler(randomizers={}))
    with Helpers(setup, 2, software=True) as crew:
        assert crew.forks
        assert len(crew.processes) == 2
        crew.begin(DrawJob(setup, tmp_path, [(0, 3), (3, 2), (5, 4)], 0))
        for helper in crew.processes:
            helper.join(30)
            assert helper.exitcode == 0
        assert crew.shared.images.value == 9
    assert sum(name.startswith("images/") for name in contents(tmp_path)) == 9
    assert not multiprocessing.active_children()


def test_helpers_that_never_begin_end_with_the_block(no_opengl):
    with Helpers(fake_setup(), 2, software=True) as crew:
        processes = crew.processes
        assert all(helper.is_alive() for helper in processes)
    assert not any(helper.is_alive() for helper in processes)


@pytest.mark.parametrize(
    ("error", "said"), [(InputError("gl.device=7: no"), "gl.device=7: no"), (KeyError("bug"), "Traceback")]
)
def test_what_fails_in_a_forked_helper_is_told_and_stops_the_run(tmp_path, no_opengl, error, said):
    def fail() -> None:
        raise error

    setup = fake_setup(fail)
    with Helpers(setup, 1, software=True) as crew:
        (helper,) = crew.processes
        helper.join(30)
        assert crew.shared.stop.is_set()
        assert crew.shared.errors.get().startswith(said)
        assert helper.exitcode == isinstance(error, KeyError)
        crew.begin(DrawJob(setup, tmp_path, [(0, 1)], 0))  # nobody reads it, which is no error here


def test_no_fork_beside_opengl_threads_gpus_and_parts_of_ones_own(monkeypatch, no_opengl, tmp_path):
    assert Helpers(fake_setup(), 1, software=True).forks
    assert not Helpers(fake_setup(), 1, software=False).forks
    for group in ("writers", "annotations"):
        assert not Helpers(fake_setup(**{group: {"mine": partial(Sampler)}}), 1, software=True).forks
    assert not Helpers(fake_setup(sampler=SimpleNamespace(randomizers={"mine": Sampler()})), 1, software=True).forks
    with monkeypatch.context() as change:
        change.setattr(helper_processes, "own_folder", lambda: tmp_path)
        assert not Helpers(fake_setup(), 1, software=True).forks
    with monkeypatch.context() as change:
        change.setattr(threading, "active_count", lambda: 2)
        assert not Helpers(fake_setup(), 1, software=True).forks
    monkeypatch.setattr(helper_processes, "opened", lambda: True)
    assert not Helpers(fake_setup(), 1, software=True).forks


class Broken:
    """A setup whose renderer cannot be made; a helper process has to import it by name."""

    def __init__(self, error: Exception):
        self.error = error

    def renderer(self):
        raise self.error


@pytest.mark.slow
@pytest.mark.parametrize(
    ("error", "said"), [(InputError("gl.device=7: no"), "gl.device=7: no"), (KeyError("bug"), "Traceback")]
)
def test_what_fails_in_a_helper_is_told_and_stops_the_run(tmp_path, error, said):
    setup: Any = Broken(error)
    with Helpers(setup, 1, software=False) as crew:
        crew.begin(DrawJob(setup, tmp_path, [(0, 1)], 0))
        (helper,) = crew.processes
        helper.join(30)
        assert crew.shared.stop.is_set()
        assert crew.shared.errors.get().startswith(said)
        assert helper.exitcode == isinstance(error, KeyError)


@pytest.mark.slow
def test_a_second_device_has_to_be_like_the_first(tmp_path):
    """Who draws must change no image."""
    setup = build_setup(load_config(["preset=fast", "size=16", "n=4", "gl.pipeline=true"]))
    with Helpers(setup, 2, software=False, feeds=True, also=[0]) as crew:
        crew.begin(DrawJob(setup, tmp_path, [(0, 2), (2, 2)], 0), "another GPU")
        assert len(crew.pipes) == 1
        crew.processes[-1].join(60)
        said = crew.shared.errors.get()
        assert said.startswith("gl.also: device 0 is llvmpipe")
        assert said.endswith("and not another GPU: an image must not depend on who draws it")
        assert crew.shared.stop.is_set()


class Deadly:
    """Ends the process that reads it."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os._exit, (3,)


def test_a_spawned_helper_that_ends_before_it_has_read_its_setup_is_not_waited_for():
    """A setup of more than a pipe holds: multiprocessing would wait for ever until somebody reads it."""
    crew = Helpers(fake_setup(), 1, software=False)
    crew._run(SPAWN, Deadly(), b"setup" * 1_000_000)  # type: ignore[arg-type]
    (process,) = crew.processes
    process.join(60)
    assert process.exitcode == 3
