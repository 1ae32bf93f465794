"""Tests of EGL devices: listed without a GL context, and why a GPU or a driver is missing."""

import sys
from dataclasses import replace

import pytest

from raster.errors import InputError
from raster.gl import egl

CPU = egl.Device(0, "", "", "", None, True, ("EGL_MESA_device_software",))
GPU = egl.Device(1, "NVIDIA", "", "/dev/dri/card0", 0, False, ())


def test_devices_are_numbered_from_zero():
    listed = egl.devices()
    assert [device.number for device in listed] == list(range(len(listed)))


def test_no_library(monkeypatch):
    monkeypatch.setattr(egl, "LIBRARY", "libEGL.so.none")
    with pytest.raises(InputError, match=r"libEGL.so.none cannot be loaded .*apt-get install .*libegl1 libgl"):
        egl.devices()


def test_other_systems_are_told(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(InputError, match="darwin"):
        egl.devices()


def test_hidden_gpus(monkeypatch, tmp_path):
    assert egl.hidden_gpus([CPU], tmp_path) == ()
    (tmp_path / "dri").mkdir()
    (tmp_path / "dri/renderD128").touch()
    assert "renderD128 is a GPU that EGL does not list" in egl.hidden_gpus([CPU], tmp_path)[0]
    (tmp_path / "nvidia0").touch()
    assert egl.hidden_gpus([GPU, CPU], tmp_path) == ()
    monkeypatch.setattr(egl, "NVIDIA_LIBRARY", "libEGL.so.none")
    assert "NVIDIA_DRIVER_CAPABILITIES" in egl.hidden_gpus([CPU], tmp_path)[0]
    monkeypatch.setattr(egl, "NVIDIA_LIBRARY", egl.LIBRARY)
    monkeypatch.setattr(egl, "VENDOR_FOLDERS", (str(tmp_path),))
    assert "is not registered: write" in egl.hidden_gpus([CPU], tmp_path)[0]
    (tmp_path / "10_nvidia.json").touch()
    assert "nvidia-smi" in egl.hidden_gpus([CPU], tmp_path)[0]
    monkeypatch.setenv("__EGL_VENDOR_LIBRARY_FILENAMES", "50_mesa.json")
    assert "unset it" in egl.hidden_gpus([CPU], tmp_path)[0]


def test_why_not_initialized(monkeypatch, tmp_path):
    for name in egl.SETTINGS:
        monkeypatch.delenv(name, raising=False)
    assert "libgl1-mesa-dri" in egl.why_not_initialized(CPU)
    assert "/dev/dri/none" in egl.why_not_initialized(replace(GPU, drm_file="/dev/dri/none"))
    assert "container" in egl.why_not_initialized(replace(GPU, drm_file=str(tmp_path)))
