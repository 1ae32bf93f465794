"""Case: a configuration to measure. generate: runs raster.generate as a program; Run: how fast it was."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

PRESETS = ("default", "fast", "realistic")  # conf/preset/
WINDOW = 0.2  # seconds, the shortest time over which a steady rate is measured


@dataclass(frozen=True)
class Case:
    """A configuration to measure. size: px. objects: labelled objects in each image; None: as the preset has it."""

    size: int
    objects: int | None
    batch: int = 32
    workers: int | str = "auto"
    preset: str = "default"
    extra: tuple[str, ...] = ()  # more overrides

    @property
    def name(self) -> str:
        """Its name in tables."""
        return f"{self.size} px, " + (self.preset if self.objects is None else f"{self.objects} objects")

    def overrides(self) -> list[str]:
        """Overrides of raster.generate."""
        count = [] if self.objects is None else [f"randomizers.objects.count=[{self.objects},{self.objects}]"]
        options = [f"preset={self.preset}", f"size={self.size}", f"batch={self.batch}", f"workers={self.workers}"]
        return [*options, *count, *self.extra]


@dataclass(frozen=True)
class Run:
    """One run of the program: n images by `workers` processes."""

    n: int
    batch: int
    workers: int
    renderer: str  # GL_RENDERER
    seconds: float  # from the start of the process to its end
    drawing: float  # seconds that the program itself calls drawing
    times: np.ndarray  # (n,) seconds from the start of the process until each image file was written, sorted

    @property
    def first(self) -> float:
        """Seconds until the first image was on disk."""
        return float(self.times[0])

    @property
    def steady(self) -> float:
        """Images a second while all processes draw: between half of the images and the last batch of each process.

        It is the slope of a line fitted to these times, since images come in batches. For a run that is too short, the
        program's own number.
        """
        until = self.n - self.batch * self.workers
        part = self.times[self.n // 2 : until]
        if len(part) < 2 or part[-1] - part[0] < WINDOW:
            return self.n / self.drawing
        return float(np.polyfit(part - part[0], np.arange(len(part)), 1)[0])


def environment(scratch: Path, fresh: bool = False) -> dict[str, str]:
    """Environment variables of programs: bytecode is cached, below `scratch` if PYTHONPYCACHEPREFIX names no other place.

    fresh: with an empty shader cache.
    """
    variables = {"PYTHONPYCACHEPREFIX": str(scratch / "bytecode"), **os.environ}
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    if fresh:
        empty = scratch / "no-shaders"
        empty.mkdir()
        # Mesa since 22, Mesa before, NVIDIA.
        names = ("MESA_SHADER_CACHE_DIR", "MESA_GLSL_CACHE_DIR", "__GL_SHADER_DISK_CACHE_PATH")
        variables |= dict.fromkeys(names, str(empty))
    return variables


def generate(
    scratch: Path, case: Case, n: int, variables: dict[str, str], watch: Callable[[int, float], None] | None = None,
    checkout: Path | None = None,
) -> Run:  # fmt: skip
    """Run raster.generate for n images in a folder that is removed afterwards. RuntimeError with its output if it fails.

    checkout: the folder that the program is from; None: the working folder, or what is installed.
    watch(process id, seconds since its start) is called repeatedly until the program ends; it should sleep.
    """
    out, log = scratch / "out", scratch / "log"
    command = [sys.executable, "-m", "raster.generate", f"n={n}", f"out={out}", *case.overrides()]
    try:
        began = time.time()  # the clock of file times
        with (
            open(log, "wb") as file,
            subprocess.Popen(command, stdout=file, stderr=file, env=variables, cwd=checkout) as process,
        ):
            while watch is not None and process.poll() is None:
                watch(process.pid, time.time() - began)
            code = process.wait()
        seconds = time.time() - began
        if code:
            raise RuntimeError(f"{' '.join(command)} ended with {code}:\n{log.read_text(errors='replace')[-2000:]}")
        manifest = json.loads((out / "manifest.json").read_text())
        with os.scandir(out / "images") as files:
            times = np.sort([file.stat().st_mtime - began for file in files])
        measured = manifest["run"]
        return Run(n, case.batch, measured["workers"], manifest["renderers"][0], seconds, measured["seconds"], times)
    finally:
        shutil.rmtree(out, ignore_errors=True)
