"""Say whether this machine can draw labelled images, on which device, and if not, what is missing."""

import argparse
import json
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from raster.command_line import Arguments
from raster.errors import InputError, one_line
from raster.gl import egl
from raster.system.cpu import usable_cores

PACKAGES = ("moderngl", "glcontext", "numpy", "isal", "hydra-core")
PATIENCE_S = 60  # a driver that has not drawn a triangle by then hangs, unless --patience says otherwise
# A triangle that covers the pixels of 8 x 8 with column + row < 7, once in each of two layers, labelled 100 and 101.
VERTEX = """#version 430
#extension GL_ARB_shader_viewport_layer_array : require
flat out uint layer_label;
void main() {
    gl_Position = vec4(gl_VertexID == 1 ? 0.875 : -1.0, gl_VertexID == 2 ? 0.875 : -1.0, 0.0, 1.0);
    gl_Layer = gl_InstanceID;
    layer_label = 100u + uint(gl_InstanceID);
}"""
FRAGMENT = """#version 430
flat in uint layer_label;
layout(location = 0) out uint label;
void main() { label = layer_label; }"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what was found. Exit code 0 and a last line "ready: ...", or exit code 2 and one line with what is missing."""
    with one_line():
        options = parser().read(arguments)
        if not options.patience > 0:
            raise InputError(f"--patience={options.patience:g}: seconds above 0 are needed")
        if options.draw_on is None:
            examine(options.patience)
        else:
            print(json.dumps(draw_on(json.loads(options.draw_on))))


def parser() -> Arguments:
    """What its command line holds."""
    made = Arguments(__doc__)
    made.add_argument("--patience", metavar="S", type=float, default=PATIENCE_S,
                      help="seconds after which a driver counts as hung, %(default)s; more on a busy machine")  # fmt: skip
    made.add_argument("--draw-on", help=argparse.SUPPRESS)  # what the child processes do: null or a number
    return made


def examine(patience: float = PATIENCE_S) -> None:
    """Print all there is to know, each device tried in a process of its own, at most `patience` seconds each.

    InputError for what is missing.
    """
    versions = {package: installed(package) for package in PACKAGES}
    say(f"Python {platform.python_version()} on {platform.platform()}, {usable_cores()} cores for this process",
        "packages: " + ", ".join(f"{package} {found or 'MISSING'}" for package, found in versions.items()),
        "settings: " + (", ".join(egl.settings()) or "none of those that matter is set"), "")  # fmt: skip
    if missing := [package for package, found in versions.items() if not found]:
        raise InputError(f"{missing[0]} is not installed: pip install {' '.join(missing)}")
    for device in egl.devices():
        say(heading(device), *report(device.number, patience), "")
    chosen = try_device(None, patience)
    why = "there is no GPU that EGL can use" if chosen["software"] else "it is the first GPU that works"
    say(f"raster takes EGL device {chosen['device']} unless gl.device says otherwise: {why}", *chosen["lines"],
        f"ready: labelled images can be drawn on {chosen['name']}")  # fmt: skip


def say(*lines: str) -> None:
    """Print lines at once, so that they stand before an error even where both go into one file."""
    print(*lines, sep="\n", flush=True)


def heading(device: egl.Device) -> str:
    """Return one line: what EGL reports of a device before any driver is started."""
    words = [device.vendor, device.name, device.drm_file, "" if device.cuda is None else f"CUDA device {device.cuda}"]
    words.append("software" if device.software else "hardware")
    return f"EGL device {device.number}: {', '.join(filter(None, words))} [{' '.join(device.extensions)}]"


def report(number: int, patience: float = PATIENCE_S) -> list[str]:
    """Return lines about a device and its driver, or one line that says why it cannot be used."""
    try:
        found = try_device(number, patience)
    except InputError as error:
        return [f"  CANNOT BE USED: {error}"]
    return [
        f"  renderer  {found['name']}" + (" (SOFTWARE RASTERIZER)" if found["software"] else ""),
        f"  driver    {found['vendor']}, OpenGL {found['version']}",
        f"  limits    texture {found['max_texture_size']} px, {found['max_array_layers']} layers; storage buffer "
        f"{found['max_storage_block'] / 2**20:.0f} MiB; {found['max_color_attachments']} colour attachments",
        f"  needed    {', '.join(found['needed'])}: present",
        f"  triangle  drawn into 2 layers and read back right; driver started in {found['seconds']:.2f} s",
    ]


def try_device(number: int | None, patience: float = PATIENCE_S) -> dict[str, Any]:
    """draw_on(number) in a child process, since a broken driver can crash or hang. InputError says what happened."""
    command = [sys.executable, "-m", "raster.doctor", f"--draw-on={json.dumps(number)}"]
    which = "the choice of a device" if number is None else f"EGL device {number}"
    try:
        child = subprocess.run(command, capture_output=True, text=True, timeout=patience, check=False)
    except subprocess.TimeoutExpired as error:
        raise InputError(f"{which}: the driver hung for {patience:g} s; choose another gl.device") from error
    if child.returncode == 0:
        return json.loads(child.stdout.splitlines()[-1])
    last = (child.stderr.strip().splitlines() or ["no message"])[-1].removeprefix("error: ")
    if child.returncode < 0:
        name = signal.Signals(-child.returncode).name
        raise InputError(f"{which}: the driver crashed ({name}: {last}); update it or choose another gl.device")
    raise InputError(last if child.returncode == 2 else f"{which}: {last}")


def draw_on(number: int | None) -> dict[str, Any]:
    """Open a device (None: raster's choice), draw a triangle into two layers of labels, and return what was found."""
    from raster.gl import context as opened  # here, since moderngl may be missing and drivers crash

    start = time.perf_counter()
    with opened.current_context(number) as context:
        seconds = time.perf_counter() - start
        renderer = opened.describe(context)
        labels = context.texture_array((8, 8, 2), 1, dtype="u1")
        context.framebuffer([labels]).use()
        context.clear()
        program = context.program(vertex_shader=VERTEX, fragment_shader=FRAGMENT)
        context.vertex_array(program, []).render(context.TRIANGLES, vertices=3, instances=2)
        found = labels.read()
    expected = bytes(label if x + y < 7 else 0 for label in (100, 101) for y in range(8) for x in range(8))
    if found != expected:
        raise InputError(f"EGL device {renderer.device}: {renderer.name} drew wrong labels: update its driver")
    needed = (
        "OpenGL 4.3",
        opened.NEEDED_EXTENSION,
        f"{opened.NEEDED_STORAGE_BLOCKS} storage buffers a shader stage",
        f"{opened.NEEDED_VARYINGS} varying vectors",
    )
    return {**asdict(renderer), "seconds": seconds, "needed": needed, "lines": opened.announce(renderer)}


def installed(package: str) -> str:
    """Return the version of a package, "" if it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


if __name__ == "__main__":
    main()
