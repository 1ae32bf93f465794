"""usable_cores: how many CPU cores there are for this process."""

import os
from pathlib import Path


def usable_cores() -> int:
    """CPU cores that this process may use: its affinity, and the container's quota where there is one."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = Path("/sys/fs/cgroup/cpu.max")  # "max 100000", or microseconds in each period: "150000 100000"
    limit, period = quota.read_text().split() if quota.is_file() else ("max", "")
    return cores if limit == "max" else min(cores, -(-int(limit) // int(period)))
