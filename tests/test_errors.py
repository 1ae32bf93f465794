"""Tests of raster.errors: what ends a program is one line, and nothing else is hidden."""

import contextlib
import json
import os
import signal
from pathlib import Path

import pytest

from raster.errors import InputError, InputErrors, one_line, system_refusals
from raster.run.json_report import json_report


def fail(error: BaseException | None) -> None:
    """Raise an error, or that of a name that is too long, as a program does."""
    with one_line():
        if error is not None:
            raise error
        Path("x" * 300).stat()


def ending(error: BaseException | None, capsys) -> tuple[object, str]:
    """The exit code and what stands on standard error."""
    with pytest.raises(SystemExit) as end:
        fail(error)
    return end.value.code, capsys.readouterr().err


def test_input_errors_and_interrupts(capsys):
    assert ending(InputError("n=0:\n  wrong"), capsys) == (2, "error: n=0: wrong\n")
    assert ending(InputErrors(["a: bad", "b: bad"], "two files"), capsys) == (2, "a: bad\nb: bad\nerror: two files\n")
    assert ending(KeyboardInterrupt(), capsys) == (130, "interrupted\n")


def test_sigterm_ends_a_program_as_ctrl_c_does(capsys):
    """With the exit code that shells give it, in a block inside another one too, and never again outside."""

    def terminated(blocks: int) -> None:
        with contextlib.ExitStack() as stack:
            for _ in range(blocks):
                stack.enter_context(one_line())
            os.kill(os.getpid(), signal.SIGTERM)

    for blocks in (1, 2):
        with pytest.raises(SystemExit) as end:
            terminated(blocks)
        assert (end.value.code, capsys.readouterr().err) == (143, "interrupted\n")
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    assert ending(KeyboardInterrupt(), capsys) == (130, "interrupted\n")


def test_a_fork_of_a_program_ends_by_sigterm_at_once():
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL  # else a test before left a handler of its own
    with one_line():
        if not (child := os.fork()):
            try:
                os.kill(os.getpid(), signal.SIGTERM)
            finally:
                os._exit(0)  # not reached
        _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGTERM


def test_what_the_system_says_of_a_path(capsys):
    assert ending(None, capsys) == (2, f"error: {'x' * 300}: File name too long\n")


def test_json_tells_it_too(capfd):
    """By the same line, so that a program that reads the object knows why nothing came."""
    with pytest.raises(SystemExit), one_line(), json_report(True):
        Path("x" * 300).stat()
    out, err = capfd.readouterr()
    assert json.loads(out) == {"error": f"{'x' * 300}: File name too long"}
    assert err == f"error: {'x' * 300}: File name too long\n"


def test_a_place_makes_an_input_error_of_all_that_the_system_says():
    with pytest.raises(InputError, match=r"^writers\.mine: no path$"), system_refusals("writers.mine: "):
        raise OSError("no path")
    with pytest.raises(InputError, match=r"^writers\.mine: x+: File name too long$"), system_refusals("writers.mine: "):
        Path("x" * 300).stat()


def test_other_errors_keep_their_traceback():
    with pytest.raises(OSError, match="no path"):
        fail(OSError("no path"))
    with pytest.raises(KeyError):
        fail(KeyError("a bug"))
