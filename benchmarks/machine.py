"""facts, slug, save: the machine of a measurement, and its result as JSON. scratch: a fast temporary folder."""

import json
import os
import platform
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent / "results"
PACKAGES = ("raster-labels", "numpy", "moderngl", "isal", "orjson", "hydra-core")
SHARED_MEMORY = Path("/dev/shm")
MIN_FREE = 2 << 30  # bytes that must be free there


def facts(folder: Path) -> dict[str, Any]:
    """Date, machine and versions of a measurement, for JSON; `folder` is where the programs write."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "load_before": os.getloadavg()[0],  # load average of the last minute
        "system": platform.platform(),
        "versions": {"python": platform.python_version(), **{name: _version(name) for name in PACKAGES}},
        "scratch": {"folder": str(folder.parent), "filesystem": _filesystem(folder)},
    }


def lines(known: dict[str, Any]) -> tuple[str, ...]:
    """The facts as lines of text, without the renderer."""
    versions = ", ".join(f"{name} {number}" for name, number in known["versions"].items())
    where = f"scratch {known['scratch']['folder']} ({known['scratch']['filesystem']})"
    return (
        f"machine: {known['cpu']}, {known['cores']} cores, {known['memory_gb']} GB; {where}; load {known['load_before']:.1f}",
        f"versions: {versions}; commit {known['commit']}",
    )


def slug(renderer: str, known: dict[str, Any]) -> str:
    """A part of file names for renderer and machine, such as llvmpipe-amd-epyc-2-cores."""
    words = f"{re.split('[(/]', renderer)[0]} {known['cpu']} {known['cores']} cores"
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")


def save(path: Path, result: dict[str, Any]) -> None:
    """Write a result as JSON, and print the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=1) + "\n")
    print(f"written: {path}")


@contextmanager
def scratch(folder: str | None) -> Iterator[Path]:
    """A temporary folder in `folder`, removed afterwards.

    None: in shared memory if there is room, so that no disk is measured; else where tempfile puts it.
    """
    if folder is None:
        usable = os.access(SHARED_MEMORY, os.W_OK) and shutil.disk_usage(SHARED_MEMORY).free >= MIN_FREE
        folder = str(SHARED_MEMORY) if usable else tempfile.gettempdir()
    with tempfile.TemporaryDirectory(prefix="raster-benchmark-", dir=folder) as name:
        yield Path(name).resolve()


def _cpu() -> str:
    """The CPU's model name."""
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return " ".join(found[1].split()) if found else platform.machine()


def _version(package: str) -> str:
    """The version of an installed package, or "not installed"."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _commit() -> str:
    """The checkout's commit as git describes it, or "unknown"."""
    command = ["git", "-C", str(RESULTS.parent), "describe", "--always", "--dirty"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _filesystem(folder: Path) -> str:
    """The type of the file system that holds the folder, as /proc/mounts names it."""
    best = ("", "unknown")
    for line in Path("/proc/mounts").read_text().splitlines():
        place, kind = line.split()[1:3]
        if folder.is_relative_to(place) and len(place) >= len(best[0]):
            best = (place, kind)
    return best[1]
