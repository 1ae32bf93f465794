"""Tests of standard streams that are closed, full, or whose reader goes away; of quiet blocks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from programs import HANG_S, ROOT

from raster.standard_streams import is_quiet, quiet

START = "import os, sys\nfrom raster.errors import InputError, one_line\nwith one_line():\n"


def shell(command: str, body: str, folder: Path = ROOT) -> subprocess.CompletedProcess:
    """A shell's command, in which "$@" is a program with this body inside one_line()."""
    code = START + "".join(f"    {line}\n" for line in body.splitlines())
    words = ["bash", "-c", command, "bash", sys.executable, "-c", code]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, timeout=HANG_S)


CLOSED = """
print("said", flush=True)
print("complained", file=sys.stderr)
file = open("data", "w")
assert file.fileno() > 2, file.fileno()
os.system("echo from a child; echo from a child >&2")
"""


@pytest.mark.parametrize("closed", ["2>&-", ">&-", "<&-", "<&- >&- 2>&-"])
def test_a_closed_stream_takes_no_files_and_stops_nothing(closed, tmp_path):
    done = shell(f'"$@" {closed}', CLOSED, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ("" if " >&-" in f" {closed}" else "said\nfrom a child\n")
    assert done.stderr == ("" if "2>&-" in closed else "complained\nfrom a child\n")
    assert (tmp_path / "data").read_bytes() == b""


def test_a_reader_that_goes_away_ends_nothing(tmp_path):
    body = 'for k in range(20000): print("line", k)\nopen("done", "w").close()'
    done = shell('"$@" | head -1; exit ${PIPESTATUS[0]}', body, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "line 0\n", "")
    assert (tmp_path / "done").exists()
    done = shell('"$@" 2>&1 >/dev/null | head -1; exit ${PIPESTATUS[0]}', body.replace("k)", "k, file=sys.stderr)"), tmp_path)
    assert (done.returncode, done.stdout) == (0, "line 0\n")


def test_what_cannot_be_written_is_an_error():
    """Only a reader's leave is its own will."""
    done = shell('"$@" >/dev/full', 'print("x" * 100000)\nprint("on it goes", file=sys.stderr)')
    assert done.returncode == 2
    assert done.stderr == "on it goes\nerror: what was printed could not be written: No space left on device\n"


def test_streams_that_are_not_the_process_s_stay(capsys):
    """A notebook's, or those of a test."""
    from raster.errors import one_line

    before = sys.stdout, sys.stderr
    with one_line():
        print("said")
    assert (sys.stdout, sys.stderr) == before
    assert capsys.readouterr().out == "said\n"


def test_quiet_leaves_warnings_and_errors(capsys):
    with quiet(False):
        print("news")
    assert not is_quiet()
    with quiet():
        assert is_quiet()
        print("  more news\nWARNING: two files are left out:\n  a.obj: cut off")
        print("  b.obj: empty\nNOTE: no\n  news\nWARNING: a GPU is not used")
        print("an error", file=sys.stderr)
    assert not is_quiet()
    assert capsys.readouterr() == (
        "news\n",
        "WARNING: two files are left out:\n  a.obj: cut off\n  b.obj: empty\nWARNING: a GPU is not used\nan error\n",
    )
