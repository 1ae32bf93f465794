"""prepare: the device that trains, and as many CPU threads as there are idle cores."""

import ctypes
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from raster import InputError, own_cores, usable_cores
from train.config import check_machine

WATCH = 0.3  # seconds for which the cores are watched
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, MAX_KEPT = -1, -3, 1 << 30  # of glibc's mallopt(3); bytes


def prepare(plain: dict[str, Any]) -> str:
    """Set torch's threads and return "cpu" or "cuda". InputError for device=cuda without one."""
    import torch

    check_machine(plain)
    keep_memory()
    torch.set_num_threads(min(free_cores(), own_cores()) if plain["threads"] == "auto" else plain["threads"])
    if plain["device"] == "cuda" and not torch.cuda.is_available():
        raise InputError("device=cuda: torch sees no GPU; use device=cpu, or install a torch built for CUDA")
    return "cuda" if plain["device"] != "cpu" and torch.cuda.is_available() else "cpu"


def keep_memory() -> None:
    """Let glibc keep what a training step frees for the next one: asking the system anew took an eighth of the time."""
    with suppress(OSError, AttributeError, TypeError):  # another C library
        libc = ctypes.CDLL(None)
        for parameter in (M_TRIM_THRESHOLD, M_MMAP_THRESHOLD):
            libc.mallopt(parameter, MAX_KEPT)


def fast_bfloat16() -> bool:
    """Whether the CPU computes with bfloat16 by itself; where it does not, torch does it slowly. Linux tells, others do not."""
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


def free_cores() -> int:
    """Cores that are idle now, at least 1; 1 in CI. Threads that wait for a busy core are five times slower than one thread."""
    if os.environ.get("CI"):
        return 1
    mine = usable_cores()
    before = _idle_seconds()
    time.sleep(WATCH)
    after = _idle_seconds()
    if before is None or after is None:
        return mine
    return max(1, min(mine, round((after - before) / WATCH)))


def _idle_seconds() -> float | None:
    """Seconds that all cores together have been idle since the machine started; None where Linux's /proc does not tell."""
    try:
        words = Path("/proc/stat").read_text().split("\n", 1)[0].split()
        return (int(words[4]) + int(words[5])) / os.sysconf("SC_CLK_TCK")  # idle, and idle while a disk is busy
    except (OSError, IndexError, ValueError):
        return None
