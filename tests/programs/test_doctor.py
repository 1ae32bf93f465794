"""The doctor: ready or not in its last line and exit code, whatever a driver does."""

import os
import sys

import pytest
from programs import HANG_S, run

from raster import doctor
from raster.errors import InputError
from raster.gl import egl

PATIENT = ("-m", "raster.doctor", f"--patience={HANG_S}")  # this machine may be busy


def test_ready():
    done = run(*PATIENT, LP_NUM_THREADS="1")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1].startswith("ready: labelled images can be drawn on ")
    for part in ("Python 3.", "moderngl 5.", "isal ", "LP_NUM_THREADS=1", "EGL device 0: ", "array", "read back right"):
        assert part in done.stdout


def test_not_ready():
    done = run(*PATIENT, __EGL_VENDOR_LIBRARY_FILENAMES="/nonexistent")
    assert done.returncode == 2
    assert "ready" not in done.stdout
    assert len(done.stderr.splitlines()) == 1
    assert "error: EGL lists no device: __EGL_VENDOR_LIBRARY_FILENAMES=/nonexistent leads to no driver" in done.stderr


def test_no_patience(capsys):
    with pytest.raises(SystemExit) as stopped:
        doctor.main(["--patience=0"])
    assert stopped.value.code == 2
    assert capsys.readouterr().err == "error: --patience=0: seconds above 0 are needed\n"


def test_missing_package(monkeypatch, capsys):
    monkeypatch.setattr(doctor, "PACKAGES", ("numpy", "no-such-package"))
    with pytest.raises(SystemExit) as stopped:
        doctor.main([])
    assert stopped.value.code == 2
    out, err = capsys.readouterr()
    assert "no-such-package MISSING" in out
    assert err == "error: no-such-package is not installed: pip install no-such-package\n"


@pytest.fixture
def child(monkeypatch, tmp_path):
    """A function that replaces the child process by a shell script."""

    def replace(script):
        path = tmp_path / "python"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(path))

    return replace


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo 'bad page' >&2; kill -SEGV $$", r"EGL device 3: the driver crashed \(SIGSEGV: bad page\)"),
        ("exec sleep 600", "EGL device 3: the driver hung for 0.2 s"),
        ("echo 'libEGL warning: x\nerror: EGL device 3: no' >&2; exit 2", "^EGL device 3: no$"),
        ("echo 'ImportError: libthing' >&2; exit 1", "EGL device 3: ImportError: libthing"),
    ],
)
def test_whatever_a_driver_does(child, script, words):
    child(script)
    patience = 0.2 if "sleep" in script else HANG_S
    with pytest.raises(InputError, match=words):
        doctor.try_device(3, patience)
    assert doctor.report(3, patience)[0].startswith("  CANNOT BE USED: EGL device 3: ")


def test_heading_says_what_egl_says():
    gpu = egl.Device(1, "NVIDIA", "", "/dev/dri/card0", 0, False, ("EGL_NV_device_cuda",))
    assert doctor.heading(gpu) == "EGL device 1: NVIDIA, /dev/dri/card0, CUDA device 0, hardware [EGL_NV_device_cuda]"


def test_cores():
    assert 1 <= doctor.usable_cores() <= (os.cpu_count() or 1)
