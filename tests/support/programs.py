"""Whole programs as a person starts them: generate, begin, told, and the data files that they leave."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LISTS = ("codes.txt", "scenes.jsonl", "valid.txt")


def begin(cwd: Path, *overrides: str, program: str = "generate", **options: Any) -> subprocess.Popen:
    """Start `python -m raster.PROGRAM` in a folder, and in a group of processes of its own."""
    command = [sys.executable, "-m", f"raster.{program}", *overrides]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "start_new_session": True}
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **options.pop("env", {})}
    return subprocess.Popen(command, cwd=cwd, env=environment, **streams, **options)


def finish(process: subprocess.Popen, code: int = 0) -> str:
    """Wait for the program, hold it to its exit code; what it said: on stdout if that is 0, else on stderr."""
    try:
        out, err = process.communicate(timeout=60)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == code, f"{process.returncode}: {out}{err}"
    assert "Traceback" not in err, err
    return err if code else out


def generate(cwd: Path, *overrides: str, code: int = 0, **options: Any) -> str:
    """Run `python -m raster.generate` to its end; as finish()."""
    return finish(begin(cwd, *overrides, **options), code)


def complaint(err: str) -> str:
    """The one line that a program ended with, without the progress bar before it."""
    lines = [line for line in err.splitlines() if line.strip() and "frame/s]" not in line]
    assert len(lines) == 1, err
    return lines[0]


def drawn(out: Path) -> int:
    """How many labels are in the folder: an image's last file."""
    return len(list((out / "labels").glob("[0-9]*.png")))


def wait_for(process: subprocess.Popen, out: Path, images: int) -> None:
    """Until the program has written so many images."""
    end = time.monotonic() + 30
    while drawn(out) < images:
        assert process.poll() is None, f"the program ended before it was disturbed: {process.communicate()}"
        assert time.monotonic() < end, "the program draws nothing"
        time.sleep(0.002)


def data(out: Path) -> dict[str, bytes]:
    """The files that hold data, by name, with their bytes; the folder's other files describe how they were made."""
    names = [*LISTS, *(str(path.relative_to(out)) for path in out.glob("[il]*/*"))]
    return {name: (out / name).read_bytes() for name in sorted(names)}
