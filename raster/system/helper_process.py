"""end_with_parent: what a helper process does first."""

import ctypes
import os
import signal

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def end_with_parent(parent: int) -> bool:
    """Let this process be killed when the process `parent`, which started it, ends. False if that has ended already.

    To be called in the helper. The system does it when the thread that started the helper ends.
    """
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    return os.getppid() == parent
