"""usable_cores: how many CPU cores there are for this process."""

import os
from pathlib import Path


def usable_cores() -> int:
    """Return how many CPU cores this process may use: by its affinity, and by the container's quota if there is one.

    >>> from raster import usable_cores
    >>> workers = usable_cores()
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = Path("/sys/fs/cgroup/cpu.max")  # "max 100000", or microseconds in each period: "150000 100000"
    limit, period = quota.read_text().split() if quota.is_file() else ("max", "")
    return cores if limit == "max" else min(cores, -(-int(limit) // int(period)))
