"""prepare: choose the device, and set as many CPU threads as there are idle cores."""

import ctypes
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from raster import InputError, own_cores, usable_cores

from ..config import check_device

WATCH_S = 0.3  # seconds over which idle time is measured
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, MAX_KEPT = -1, -3, 1 << 30  # of glibc's mallopt(3); bytes


def prepare(plain: dict[str, Any]) -> str:
    """Set torch's threads from the options device and threads, and return "cpu" or "cuda". InputError for wrong values.

    Also for device=cuda where torch sees no GPU.
    """
    import torch

    check_device(plain)
    keep_memory()
    torch.set_num_threads(min(free_cores(), own_cores()) if plain["threads"] == "auto" else plain["threads"])
    if plain["device"] == "cuda" and not torch.cuda.is_available():
        raise InputError("device=cuda: torch sees no GPU; use device=cpu, or install a torch built for CUDA")
    return "cuda" if plain["device"] != "cpu" and torch.cuda.is_available() else "cpu"


def keep_memory() -> None:
    """Let glibc keep the memory that a training step frees for the next step.

    Without it an eighth of the time went into asking the system for the same memory again.
    """
    with suppress(OSError, AttributeError, TypeError):  # not glibc
        libc = ctypes.CDLL(None)
        for parameter in (M_TRIM_THRESHOLD, M_MMAP_THRESHOLD):
            libc.mallopt(parameter, MAX_KEPT)


def fast_bfloat16() -> bool:
    """Whether the CPU has bfloat16 instructions; without them torch is slow at it. False where there is no /proc/cpuinfo."""
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


def free_cores() -> int:
    """Number of cores that are idle now, at least 1; 1 where the variable CI is set.

    Threads that wait for a busy core made training five times slower than a single thread.
    """
    if os.environ.get("CI"):
        return 1
    cores = usable_cores()
    before = _idle_seconds()
    time.sleep(WATCH_S)
    after = _idle_seconds()
    if before is None or after is None:
        return cores
    return max(1, min(cores, round((after - before) / WATCH_S)))


def _idle_seconds() -> float | None:
    """Seconds that all cores together have been idle since the machine started; None where there is no /proc/stat."""
    try:
        words = Path("/proc/stat").read_text().split("\n", 1)[0].split()
        return (int(words[4]) + int(words[5])) / os.sysconf("SC_CLK_TCK")  # idle, and idle while waiting for a disk
    except (OSError, IndexError, ValueError):
        return None
