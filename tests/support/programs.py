"""Whole programs as a person starts them: generate, begin, finish, complaint, and the data files that they leave.

run_here, generate_here: the same in this process, which takes half of the time, where starting a program is not what is tested.

No test waits a fixed time: it waits for what it needs (wait_until, wait_for), and HANG_S ends a test that would never end.
"""

import importlib
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from hydra.core.global_hydra import GlobalHydra

from raster.system.progress import PREFIX

ROOT = Path(__file__).parents[2]
LISTS = ("codes.txt", "scenes.jsonl", "valid.txt")
HANG_S = 1800  # only what hangs takes longer, on however busy a machine


def run(*words: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess:
    """Run this Python with these arguments to its end, with more environment variables; its output as text."""
    variables = {**os.environ, **environment}
    return subprocess.run([sys.executable, *words], cwd=cwd, env=variables, capture_output=True, text=True, timeout=HANG_S)


def begin(cwd: Path, *overrides: str, module: str = "raster.generate", **options: Any) -> subprocess.Popen:
    """Start `python -m MODULE` in a folder, and in a group of processes of its own."""
    command = [sys.executable, "-m", module, *overrides]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "start_new_session": True}
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **options.pop("env", {})}
    return subprocess.Popen(command, cwd=cwd, env=environment, **streams, **options)


def begin_held(cwd: Path, *overrides: str, hold: int) -> subprocess.Popen:
    """As begin(), but the run puts no label from number `hold` on in place, and so cannot end, before let_go(cwd)."""
    (cwd / "go").unlink(missing_ok=True)
    path = os.pathsep.join((str(ROOT), str(Path(__file__).parent)))
    variables = {"PYTHONPATH": path, "HOLD": str(hold), "GO": str(cwd / "go")}
    return begin(cwd, *overrides, module="held_generate", env=variables)


def let_go(cwd: Path) -> None:
    """Let the runs that begin_held() started in this folder put all their labels in place."""
    (cwd / "go").touch()


def finish(process: subprocess.Popen, code: int = 0) -> str:
    """Wait for the program, hold it to its exit code; what it printed: on stdout if that is 0, else on stderr."""
    try:
        out, err = process.communicate(timeout=HANG_S)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == code, f"{process.returncode}: {out}{err}"
    assert "Traceback" not in err, err
    return err if code else out


def generate(cwd: Path, *overrides: str, code: int = 0, **options: Any) -> str:
    """Run `python -m raster.generate` to its end; as finish()."""
    return finish(begin(cwd, *overrides, **options), code)


def run_here(cwd: Path, module: str, *words: str, code: int = 0) -> str:
    """Run what `python -m MODULE` runs in a folder, but in this process; as finish(). The user's own modules are forgotten."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    ended, known, places = 0, set(sys.modules), list(sys.path)
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.chdir(cwd)
        patch.setattr(sys, "argv", [module, *words])
        patch.setattr(sys, "path", list(places))
        patch.setattr(GlobalHydra.instance(), "hydra", None)  # of a program that runs this one
        try:
            importlib.import_module(module).main()
        except SystemExit as end:
            ended = end.code
        own = tuple(f"{place}{os.sep}" for place in sys.path if place not in places)
    for name in set(sys.modules) - known:
        if (getattr(sys.modules[name], "__file__", None) or "").startswith(own):
            del sys.modules[name]
    said, complaints = (stream.buffer.getvalue().decode() for stream in (out, err))
    assert ended == code, f"{ended}: {said}{complaints}"
    return complaints if code else said


def run_programs_here(patch: pytest.MonkeyPatch, cwd: Path, home: str) -> None:
    """Let run_program() of the module `home` of a benchmark run programs of raster and train in this process."""
    start = importlib.import_module(home).run_program

    def run_program(module: str, *words: str) -> None:
        if module.startswith(("raster.", "train.")):
            run_here(cwd, module, *words)
        else:
            start(module, *words)

    patch.setattr(f"{home}.run_program", run_program)


def generate_here(cwd: Path, *overrides: str, code: int = 0) -> str:
    """As generate(), in this process."""
    return run_here(cwd, "raster.generate", *overrides, code=code)


def complaint(err: str) -> str:
    """The one line that a program ended with, without the lines about its progress before it, which a slow machine makes."""
    lines = [line for line in err.splitlines() if line.strip() and not line.startswith(PREFIX)]
    assert len(lines) == 1, err
    return lines[0]


def drawn(out: Path) -> int:
    """How many labels are in the folder: an image's last file."""
    return len(list((out / "labels").glob("[0-9]*.png")))


def wait_until(holds: Callable[[], object], what: str, process: subprocess.Popen | None = None) -> None:
    """Until holds() is true. AssertionError with `what` was awaited if the process ends before, or if it hangs."""
    last = time.monotonic() + HANG_S
    while True:
        ended = process is not None and process.poll() is not None
        if holds():
            return
        assert not ended, f"{what}: the program ended before: {process.communicate()}"
        assert time.monotonic() < last, f"{what}: not after {HANG_S} s"
        time.sleep(0.005)


def wait_for(process: subprocess.Popen, out: Path, images: int) -> None:
    """Until the program has written so many images."""
    wait_until(lambda: drawn(out) >= images, f"{images} images", process)


def data(out: Path) -> dict[str, bytes]:
    """The files that hold data, by name, with their bytes; the folder's other files describe how they were made."""
    names = [*LISTS, *(str(path.relative_to(out)) for path in out.glob("[!.]*/*"))]
    return {name: (out / name).read_bytes() for name in sorted(names)}
