"""Tests of raster.dataset.dataset against kill -9: any run, ended anywhere, is completed to the same bytes."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fakes import Kill, Killed, build, contents, missing, part


def test_leftovers_of_killed_writers_are_removed(tmp_path, whole):
    part(tmp_path, [0, 1])
    for folder in (".", "images", "labels"):
        (tmp_path / folder / ".000002.png.1.2.tmp").write_bytes(b"half")
    assert missing(tmp_path) == [2, 3, 4, 5]
    assert not list(tmp_path.rglob("*.tmp"))
    build(tmp_path)
    assert contents(tmp_path) == whole


def end(out: Path, monkeypatch, calls: int) -> bool:
    """Build with a kill after that many system calls; say whether it came to that."""
    with monkeypatch.context() as patch:
        kill = Kill(patch, calls)
        try:
            build(out)
        except Killed:
            return True
        assert kill.left >= 0
        return False


@pytest.mark.slow
def test_a_run_killed_anywhere_is_completed_to_the_same_bytes(tmp_path, monkeypatch, whole):
    for calls in range(1000):
        out = tmp_path / str(calls)
        killed = end(out, monkeypatch, calls)
        if not killed:
            break
        build(out)
        assert contents(out) == whole, calls
    assert calls > 60  # 6 images of 2 files of 3 calls, the lists, the manifests, the journal


@pytest.mark.slow
@pytest.mark.parametrize("before", ["drawn", "damaged", "smaller"])
def test_a_finish_killed_anywhere_any_number_of_times_is_completed(tmp_path, monkeypatch, whole, before):
    """Killed after one call, then resumed and killed after two, and so on until it comes through."""
    if before == "drawn":
        part(tmp_path, list(range(6)))
    else:
        build(tmp_path, n=6 if before == "damaged" else 3)
        (tmp_path / "valid.txt").write_bytes(b"damaged")
    ended = [end(tmp_path, monkeypatch, calls) for calls in range(100)]
    assert sum(ended) > 10
    assert not ended[-1]
    assert contents(tmp_path) == whole


def test_kill_9_gives_the_lock_back_and_loses_nothing(tmp_path):
    code = (
        "import sys, fakes, pathlib, signal; out = pathlib.Path(sys.argv[1])\n"
        "dataset = fakes.claim(out, 4000); w = fakes.camvid(out, 2)\n"
        "for i in range(0, 2000, 4): w.write(fakes.fake_frames(i, 4))\n"
        "signal.pause()"  # so that it has not ended before it is killed
    )
    run = subprocess.Popen([sys.executable, "-c", code, tmp_path], cwd=Path(__file__).parents[1] / "support")
    while run.poll() is None and not (tmp_path / "images" / "000030.png").exists():
        time.sleep(0.002)
    run.send_signal(signal.SIGKILL)
    assert run.wait() == -signal.SIGKILL
    todo = missing(tmp_path, 4000)
    assert 0 < len(todo) < 4000 - 16
    assert not list(tmp_path.rglob("*.tmp"))
