"""note, failures: errors of a sweep's points from wherever a launcher ran them. own_cores: a point's share of the cores."""

import traceback
from typing import Any

import hydra
from hydra.core.hydra_config import HydraConfig

from raster.errors import InputError
from raster.system.cpu import usable_cores

failures: list[Exception] = []  # of the points that this process ran or whose results it read, in the order in which they came


class Failure:
    """What a point that went wrong returns. Hydra shows nobody what jobs return: it notes itself where it is unpickled.

    Launchers pickle results on their way from a worker process, or from another machine, to the main program.
    """

    def __init__(self, error: Exception):
        self.error = error

    def __reduce__(self) -> Any:
        if isinstance(self.error, InputError):
            return note, (self.error,)
        return note, (RuntimeError("".join(traceback.format_exception(self.error))),)  # a traceback cannot be pickled


def note(error: Exception) -> Failure:
    """Put an error on the list, and return what a point returns for it."""
    failures.append(error)
    return Failure(error)


def own_cores() -> int:
    """Return the number of CPU cores for this point of a sweep, at least 1.

    A launcher that runs several points in parallel (n_jobs) shares the cores out. Outside a sweep it is usable_cores().

        >>> from raster import own_cores
        >>> threads = max(1, own_cores() - 1)
    """
    cores = usable_cores()
    if not HydraConfig.initialized() or HydraConfig.get().mode != hydra.types.RunMode.MULTIRUN:
        return cores
    jobs = HydraConfig.get().launcher.get("n_jobs") or 1  # joblib's; -1: as many as cores, -2: one less
    return max(1, cores // (jobs if jobs > 0 else max(1, cores + 1 + jobs)))


def launcher_at_fault(error: BaseException) -> bool:
    """Whether an error came out of a launcher: no cluster here, a worker that was killed."""
    frames = (frame for frame, _ in traceback.walk_tb(error.__traceback__))
    return any(frame.f_globals.get("__name__", "").startswith("hydra_plugins.") for frame in frames)
