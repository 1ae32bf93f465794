"""Tests of progress: lines now and then where there is no terminal, a bar on one, nothing when quiet; rates."""

import io
import sys

import pytest
from programs import complaint

from raster.standard_streams import quiet
from raster.system import progress
from raster.system.progress import PREFIX, Progress, clock, rate


@pytest.fixture
def at(monkeypatch):
    """A function that sets the time in seconds."""
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return lambda seconds: now.__setitem__(0, 100 + seconds)


def test_a_line_now_and_then(at, capsys):
    """Without carriage returns; after 10 s, and later less and less often."""
    with Progress(5000, "frame", initial=1000) as shown:
        for second in range(1, 1001):
            at(second)
            shown.update(1000 + 2 * second)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "progress: 1020 of 5000 frames, 2.0 frames/s, 33 min left".replace("2.0", "2")
    assert all(line.startswith(PREFIX) and "\r" not in line for line in lines)
    assert 20 < len(lines) < 45
    assert complaint("\n".join([*lines, "error: what was wrong"])) == "error: what was wrong"


def test_what_takes_a_moment_shows_nothing(at, capsys):
    with Progress(5, "file") as shown:
        at(9)
        shown.update(5)
    assert capsys.readouterr().err == ""


def test_a_total_that_turns_out_later_and_a_title(at, capsys):
    with Progress(0, "batch", delay=2, title="epoch 3") as shown:
        at(20)
        shown.update(0, 40)
        at(40)
        shown.update(10)
    assert capsys.readouterr().err.splitlines() == [
        "progress: epoch 3, 0 of 40 batches",
        "progress: epoch 3, 10 of 40 batches, 0.25 batches/s, 2 min left",
    ]


class Terminal(io.StringIO):
    """Says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_has_a_bar_unless_quiet(monkeypatch):
    for silent in (False, True):
        monkeypatch.setattr(sys, "stderr", Terminal())
        with quiet(silent), Progress(4, "frame") as shown:
            shown.update(4)
        assert ("4/4" in sys.stderr.getvalue()) is not silent


def test_quiet_shows_no_lines(at, capsys):
    with quiet(), Progress(4, "frame") as shown:
        at(1000)
        shown.update(1)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("count", "seconds", "said"),
    [(1590, 10, "159 frames/s"), (99.7, 10, "10 frames/s"), (4, 1.25, "3.2 frames/s"), (1, 250, "0.004 frames/s")],
)
def test_a_slow_run_never_says_0_frames_a_second(count, seconds, said):
    assert rate(count, seconds, "frame") == said


def test_times():
    assert [clock(seconds) for seconds in (46.4, 721, 12240)] == ["46 s", "12 min", "3.4 h"]


def test_things_are_handed_on_and_told_after_a_while(monkeypatch, capsys):
    monkeypatch.setattr(progress, "PATIENCE_S", 1e-9)
    assert list(progress.progress(iter("abc"), "letters", 3, "letter")) == ["a", "b", "c"]
    assert "letters, 1 of 3 letters, " in capsys.readouterr().err
    monkeypatch.setattr(progress, "PATIENCE_S", 1e9)
    assert list(progress.progress(iter("abc"), "letters", 3, "letter")) == ["a", "b", "c"]
    assert capsys.readouterr().err == ""
