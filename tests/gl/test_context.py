"""Tests of OpenGL contexts: which device is chosen, what the user reads, and the message for everything that can be missing."""

import ctypes
import subprocess
from dataclasses import replace

import programs
import pytest
from contexts import open_context

from raster.errors import InputError
from raster.gl import context, egl
from raster.gl.context import Device, announce, describe, gl_function

OPEN = """
from raster.errors import one_line
from raster.gl.context import current_context
with one_line(), current_context():
    pass
"""
CPU = egl.Device(0, "", "", "", None, True, ("EGL_MESA_device_software",))
GPU = egl.Device(1, "NVIDIA", "", "/dev/dri/card0", 0, False, ())
LLVMPIPE = Device(0, "llvmpipe (LLVM)", "Mesa", "4.5", True, 16384, 2048, 2**27, 8)
H200 = Device(1, "NVIDIA H200", "NVIDIA", "4.6", False, 32768, 2048, 2**31 - 1, 8)


def run(code: str, **variables: str) -> subprocess.CompletedProcess:
    return programs.run("-c", code, **variables)


def needs_llvmpipe() -> None:
    if "llvmpipe" not in describe(open_context()).name:
        pytest.skip("these settings are Mesa's")


def test_one_context_for_a_device():
    chosen = open_context()
    number = describe(chosen).device
    assert open_context(number) is chosen
    assert open_context() is chosen
    assert chosen.buffer(b"1234").read() == b"1234"  # it is current


def test_description_is_the_drivers():
    ctx = open_context()
    found = describe(ctx)
    assert (found.name, found.version) == (ctx.info["GL_RENDERER"], ctx.info["GL_VERSION"])
    assert found.software == ("llvmpipe" in found.name or "softpipe" in found.name)
    assert found.max_texture_size == ctx.info["GL_MAX_TEXTURE_SIZE"]
    assert found.max_color_attachments == ctx.info["GL_MAX_COLOR_ATTACHMENTS"]


@pytest.mark.parametrize("number", [-1, 99])
def test_device_that_is_not_there(number):
    with pytest.raises(InputError, match=rf"gl\.device={number}: EGL lists {len(egl.devices())}"):
        open_context(number)


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("__EGL_VENDOR_LIBRARY_FILENAMES", "/nonexistent", "EGL lists no device: "),
        ("__EGL_VENDOR_LIBRARY_DIRS", "/nonexistent", "leads to no driver that works"),
        ("LIBGL_DRIVERS_PATH", "/nonexistent", "eglInitialize failed (0x3001): the driver did not start"),
        ("MESA_GL_VERSION_OVERRIDE", "3.3", "with OpenGL 3.3 (Core Profile)"),
        ("MESA_GL_VERSION_OVERRIDE", "2.1", "no OpenGL 3.3 core, and raster needs OpenGL 4.3"),
        ("MESA_EXTENSION_OVERRIDE", f"-{context.NEEDED_EXTENSION}", f"lacks {context.NEEDED_EXTENSION}: update"),
        ("GLCONTEXT_DEVICE_INDEX", "4", "GLCONTEXT_DEVICE_INDEX=4 is set"),
    ],
)  # fmt: skip
def test_what_a_broken_setting_prints(variable, value, words):
    needs_llvmpipe()
    done = run(OPEN, **{variable: value})
    last = done.stderr.strip().splitlines()[-1]
    assert (done.returncode, last[:7]) == (2, "error: ")
    assert words in last
    assert f"{variable}={value}" in last
    assert "Traceback" not in done.stderr


def test_forked_child_is_refused():
    code = "import os\nfrom raster.gl.context import current_context\nwith current_context():\n    pid = os.fork()\n"
    code += "if pid: raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))\n" + OPEN
    done = run(code)
    assert done.returncode == 2
    assert 'forked: start workers with "spawn"' in done.stderr


@pytest.fixture
def machine(monkeypatch):
    """A function that makes current_context see other devices: by number, the Device that opens or the error."""

    def pretend(devices, outcomes):
        def fake_open(device):
            if isinstance(outcomes[device.number], InputError):
                raise outcomes[device.number]
            context._renderers[device.number] = outcomes[device.number]
            return context._contexts.setdefault(device.number, open_context(0))

        open_context(0)
        monkeypatch.setattr(context, "_open", fake_open)
        monkeypatch.setattr(context, "_renderers", {})
        monkeypatch.setattr(context, "_contexts", dict(context._contexts))
        monkeypatch.setattr(egl, "hidden_gpus", lambda listed: ())
        context._choose(devices)
        return context._renderers

    return pretend


def test_a_gpu_goes_before_software(machine):
    opened = machine([CPU, GPU], {0: LLVMPIPE, 1: H200})
    assert opened == {1: H200}


def test_the_next_gpu_is_taken_where_one_fails(machine):
    second = replace(GPU, number=2)
    opened = machine([CPU, GPU, second], {0: LLVMPIPE, 1: InputError("no"), 2: replace(H200, device=2)})
    assert list(opened) == [2]


def test_software_says_why_no_gpu(machine):
    opened = machine([GPU, CPU], {0: LLVMPIPE, 1: InputError("EGL device 1: broken")})
    assert opened[0].passed_over == ("EGL device 1: broken",)
    masked = machine([CPU, GPU], {0: LLVMPIPE, 1: replace(LLVMPIPE, device=1)})
    assert masked[1].passed_over == ("EGL device 1: a software rasterizer draws for it",)


def test_nothing_works(machine):
    with pytest.raises(InputError, match="GPU broken; CPU broken"):
        machine([CPU, GPU], {0: InputError("CPU broken"), 1: InputError("GPU broken")})


def test_announcement_is_louder_the_worse_it_is():
    assert announce(H200) == ("renderer: NVIDIA H200 (NVIDIA, OpenGL 4.6), EGL device 1",)
    assert "SOFTWARE RASTERIZER" in announce(LLVMPIPE)[1]
    loud = announce(replace(LLVMPIPE, passed_over=("EGL device 1: broken",)))
    assert "A GPU IS PRESENT AND NOT USED" in loud[1]
    assert loud[2] == "WARNING: EGL device 1: broken"


def test_raw_function():
    ctx = open_context()
    get = gl_function(ctx, "glGetIntegerv", None, ctypes.c_int, ctypes.c_void_p)
    value = ctypes.c_int()
    get(0x0D33, ctypes.byref(value))  # GL_MAX_TEXTURE_SIZE
    assert value.value == describe(ctx).max_texture_size
    with pytest.raises(InputError, match="lacks glThing GL_NONE_thing: update"):
        gl_function(ctx, "glThing", None, extension="GL_NONE_thing")
