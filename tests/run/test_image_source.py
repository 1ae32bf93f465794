"""Tests of ImageSource as a library: threads, asyncio, several sources, pickles, forks, release, a caller's own Hydra."""

import asyncio
import os
import pickle
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from programs import HANG_S, ROOT

from raster.errors import InputError
from raster.frames import Frames
from raster.gl.lease import Lease
from raster.run.image_source import ImageSource, render
from raster.system.progress import PREFIX

SMALL = ("preset=fast", "size=32", "batch=2")
pytestmark = pytest.mark.usefixtures("nothing_current")


@pytest.fixture(scope="module")
def source() -> Iterator[ImageSource]:
    made = ImageSource.of([*SMALL, "seed=5"])
    yield made
    made.release()


@pytest.fixture(scope="module")
def expected(source) -> bytes:
    """The images 0 to 7."""
    return pixels(source.frames(0, 8))


def pixels(drawn) -> bytes:
    """All layers of Frames as bytes, layer after layer."""
    batches = list(drawn)
    return b"".join(np.concatenate([frames.layers[name] for frames in batches]).tobytes() for name in batches[0].layers)


def test_any_thread_draws_with_a_source(source, expected):
    """One after another, all at once, and from asyncio, whose threads are not the one that made the source."""
    with ThreadPoolExecutor(1) as second:
        assert second.submit(lambda: pixels(source.frames(0, 8))).result(HANG_S) == expected
    assert pixels(source.frames(0, 8)) == expected
    with ThreadPoolExecutor(4) as pool:
        results = [pool.submit(lambda: pixels(source.frames(0, 8))) for _ in range(8)]
        assert {result.result(HANG_S) for result in results} == {expected}

    async def all_at_once() -> list[bytes]:
        return await asyncio.gather(*(asyncio.to_thread(lambda: pixels(source.frames(0, 8))) for _ in range(3)))

    assert set(asyncio.run(all_at_once())) == {expected}


@pytest.mark.slow
def test_threads_that_start_at_once_each_make_a_source(expected):
    start = threading.Barrier(3)

    def draw() -> bytes:
        start.wait(HANG_S)
        return pixels(render(8, 5, SMALL))

    with ThreadPoolExecutor(3) as pool:
        assert {result.result(HANG_S) for result in [pool.submit(draw) for _ in range(3)]} == {expected}


@pytest.mark.slow
def test_streams_of_several_sources_alternate(source, expected):
    """Two streams of one source, more than a GPU's ring holds, and one of another source."""
    other = ImageSource.of([*SMALL[:1], "size=48", "batch=3", "seed=5"])
    alone = pixels(other.frames(0, 12))
    streams = [source.frames(0, 8), other.frames(0, 12), source.frames(0, 8), source.frames(0, 8)]
    found: list[list[Frames]] = [[] for _ in streams]
    for batches in zip(*streams, strict=True):
        for each, frames in zip(found, batches, strict=True):
            each.append(frames)
    other.release()
    assert [pixels(each) for each in found] == [expected, alone, expected, expected]


def test_a_stream_is_given_up_in_another_thread(source, expected):
    streams = [source.frames(0, 8)]
    next(streams[0])
    closing = threading.Thread(target=lambda: streams.pop().close())
    closing.start()
    closing.join(HANG_S)
    assert pixels(source.frames(0, 8)) == expected


def test_what_was_released_says_so():
    made = ImageSource.of([*SMALL, "n=4"])
    stream = made.frames(0, 4)
    next(stream)
    made.release()
    made.release()
    for draw in (lambda: next(stream), lambda: made.frames(0, 1), lambda: made._renderer.render(made.setup.sampler(0, 1))):
        with pytest.raises(InputError, match=r"^this was released and cannot draw any more: make another ImageSource"):
            draw()


def test_a_pickled_source_draws_the_same(source, expected):
    """As a worker of a DataLoader gets it that was spawned."""
    copy = pickle.loads(pickle.dumps(source))
    assert pixels(copy.frames(0, 8)) == expected
    copy.release()


def test_a_thread_gets_back_the_context_that_it_had():
    """The caller's own OpenGL, say."""
    import moderngl

    from raster.gl.current import current

    device = {"backend": "egl", "libgl": "libEGL.so.1", "libegl": "libEGL.so.1"}
    own = moderngl.create_context(require=430, standalone=True, **device)
    try:
        before = current()
        assert before.context
        next(render(1, 0, SMALL))
        assert current() == before
        assert own.buffer(b"1234").read() == b"1234"
    finally:
        own.release()


# --- In processes of their own


def python(folder: Path, *words: str) -> str:
    """What a program in a folder prints; it must end well, without a word on standard error but of progress, if it is slow."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-W", "ignore", *words]  # of forks where there are threads
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=HANG_S)
    said = [line for line in done.stderr.splitlines() if not line.startswith(PREFIX)]
    assert (done.returncode, said) == (0, [])
    return done.stdout


FORK = """
import os, raster
def child(*works):
    if pid := os.fork():
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        return
    for work in works:
        try: print(work(), flush=True)
        except raster.InputError as error: print(error, flush=True)
    os._exit(0)
SMALL = ["preset=fast", "size=32", "batch=1"]
def classes(source): return [sorted(set(next(source.frames(0, 1)).layers["class_id"].flat))]
raster.load_config(SMALL)
child(lambda: classes(raster.ImageSource.of(SMALL)))
source = raster.ImageSource.of(SMALL)
print(classes(source), flush=True)
stream = source.frames(0, 2)
next(stream)
renderer, scenes = source.setup.renderer(), source.setup.sampler(0, 1)
child(lambda: source.frames(0, 1), lambda: next(stream), lambda: renderer.render(scenes), lambda: raster.render(1),
      lambda: source.release(), lambda: stream.close())
print(classes(source))
"""


@pytest.mark.slow
def test_a_forked_child_draws_or_is_refused_at_once():
    """It draws if it opens OpenGL first; with what its parent had opened nothing is drawn, and nothing hangs."""
    first, parent, *refused, second_last, last, after = python(ROOT, "-c", FORK).splitlines()
    assert first == parent == after
    why = 'OpenGL was opened before this process was forked: start workers with "spawn", not "fork"'
    assert refused == [why] * 4
    assert second_last == last == "None"


POOL = """
import multiprocessing
from raster import ImageSource, InputError
def first(source):
    return next(source.frames(0, 1)).layers["class_id"].sum()
if __name__ == "__main__":
    source = ImageSource.of(["preset=fast", "size=32", "batch=2"])
    for method in ("spawn", "fork"):
        with multiprocessing.get_context(method).Pool(1) as pool:
            try:
                print(pool.apply(first, (source,)) == first(source))
            except InputError as error:
                print(error)
"""


@pytest.mark.slow
def test_a_pool_gets_a_source_or_the_reason_why_not(tmp_path):
    (tmp_path / "pool.py").write_text(POOL)
    spawned, forked = python(tmp_path, "pool.py").splitlines()
    assert spawned == "True"
    assert forked == 'OpenGL was opened before this process was forked: start workers with "spawn", not "fork"'


CALLER = """
import sys, hydra, raster
from dataclasses import dataclass
from hydra.core.config_store import ConfigStore
from hydra.core.hydra_config import HydraConfig
from hydra.version import getbase
from omegaconf import OmegaConf
@dataclass
class Mine:
    a: int = 1
ConfigStore.instance().store(name="schema", node=Mine)
@hydra.main(version_base="1.2", config_path=None, config_name="schema")
def main(cfg):
    before = HydraConfig.get().runtime.output_dir, str(getbase())
    assert [frames.classes for frames in raster.render(1, 0, ["preset=fast", "size=32"])]
    assert before == (HydraConfig.get().runtime.output_dir, str(getbase()))
    assert OmegaConf.to_container(hydra.compose("schema", ["a=3"])) == {"a": 3}
    assert not [path for path in sys.path if path.endswith("own")]
    print(cfg.a)
main()
"""


@pytest.mark.slow
def test_a_caller_keeps_its_own_hydra(tmp_path):
    """Its configuration, its version, its folder of --config-dir, in which solids stand that are not the user's of raster."""
    (tmp_path / "own" / "solids").mkdir(parents=True)
    (tmp_path / "app.py").write_text(CALLER)
    assert python(tmp_path, "app.py", "--config-dir", "own", "a=2", f"hydra.run.dir={tmp_path}") == "2\n"


@pytest.mark.parametrize("word", ["seed=3", "n=4"])
def test_an_override_that_would_count_for_nothing_is_refused(word):
    with pytest.raises(InputError, match=rf"^{re.escape(word)}: is no override here, but an argument beside them: "):
        render(2, overrides=[*SMALL, word])
    render(4, 3, [*SMALL, word]).close()


def test_nothing_is_freed_when_python_ends(monkeypatch):
    """Modules are gone then, and a generator that nobody finished would print a traceback."""
    lease = Lease(None)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "is_finalizing", lambda: True)
        lease.end(pytest.fail)
