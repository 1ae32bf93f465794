"""Tests of raster.run.device_batch: few images at once in software, on a GPU as many as memory and the set allow."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from contexts import open_context

from raster.gl import free_memory as module
from raster.gl.context import describe
from raster.gl.free_memory import free_memory
from raster.run import device_batch as device
from raster.run.batch_size import MAX_LAYERS, USUAL
from raster.run.config import load_config
from raster.run.device_batch import MOST, device_batch
from raster.run.setup import Setup, build_setup

LARGE = 1 << 40  # bytes: more than is ever asked for


@pytest.fixture(scope="module")
def setup() -> Setup:
    return build_setup(load_config(["preset=fast", "size=256", "n=1000000"]))


@pytest.fixture
def gpu(monkeypatch):
    """Let the device count as a GPU with so many bytes free, in a machine with so much memory."""

    def pretend(free: int | None, machine: int = LARGE) -> None:
        monkeypatch.setattr(device, "describe", lambda context: SimpleNamespace(software=False))
        monkeypatch.setattr(device, "free_memory", lambda context: free)
        monkeypatch.setattr(device, "_machine_memory", lambda: machine)

    return pretend


def test_in_software_it_is_as_the_setup_says(setup):
    assert describe(open_context()).software
    assert device_batch(setup, 8, 10**6) == setup.batch == USUAL


def test_a_gpu_takes_as_many_as_the_set_gives_each_process_and_memory_holds(setup, gpu):
    gpu(LARGE)
    assert device_batch(setup, 8, 10**6) == MOST
    assert device_batch(setup, 8, 4000) == 250  # two for each of eight processes
    assert device_batch(setup, 8, 100) == USUAL
    assert device_batch(replace(setup, limits=replace(setup.limits, images=7)), 8, 7) == 7
    gpu(512 << 20)  # half of it is taken, 1 MB an image
    assert device_batch(setup, 8, 10**6) == 256
    gpu(None)
    assert device_batch(setup, 8, 10**6) == 1024
    gpu(LARGE, machine=16 << 30)  # a quarter of it for 2 x 8 batches
    assert device_batch(setup, 8, 10**6) == 256


def test_what_is_asked_for_is_cut_to_memory_alone(setup, gpu):
    asked = replace(setup, limits=replace(setup.limits, asked=2000))
    gpu(LARGE, machine=1)
    assert device_batch(asked, 8, 10**6) == 2000
    asked = replace(setup, limits=replace(setup.limits, asked=5000))
    assert device_batch(asked, 8, 10**6) == MAX_LAYERS
    gpu(64 << 20)
    assert device_batch(asked, 8, 10**6) == 32


def test_layouts_stay_together(setup, gpu):
    gpu(LARGE)
    assert device_batch(replace(setup, limits=replace(setup.limits, views=7)), 4, 8 * 100) == 98


def test_free_memory_is_asked_of_the_driver(monkeypatch):
    def gl_function(context, name, *_):
        def get(query, numbers):
            numbers[0] = {0x9049: 3, 0x87FC: 5}[query]

        return {"glGetIntegerv": get}[name]

    monkeypatch.setattr(module, "gl_function", gl_function)
    for extension, bytes_free in (("GL_NVX_gpu_memory_info", 3072), ("GL_ATI_meminfo", 5120), ("GL_ARB_other", None)):
        assert free_memory(SimpleNamespace(extensions={extension})) == bytes_free
