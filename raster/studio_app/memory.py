"""memory_of, memory_of_group: how much memory processes hold, as Linux counts it."""

import os
from pathlib import Path

PROC = Path("/proc")


def memory_of(pid: int) -> int:
    """Bytes of a process that are in memory, what it shares with others in parts (PSS); 0 if it is gone or not ours."""
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return 1024 * next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def memory_of_group(group: int) -> int:
    """The same of all processes of a group."""
    total = 0
    for name in os.listdir(PROC):
        if name.isdigit():
            try:
                same = os.getpgid(int(name)) == group
            except ProcessLookupError:
                continue
            total += memory_of(int(name)) if same else 0
    return total
