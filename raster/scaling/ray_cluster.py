"""open_cluster: joins a Ray cluster, or starts one on this machine, for the length of a block. ray: the module."""

import logging
import os
import re
import signal
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from raster.errors import InputError, MachineError

STORE = 100 << 20  # bytes of shared memory of a cluster that is started here: a job and short answers pass through it
ANSWER_S = 10.0  # within which a cluster has to take a connection; Ray itself would ask for minutes
PORT = "6379"  # of a cluster, where an address names none


def ray() -> Any:
    """The module ray. InputError where it is not installed."""
    try:
        import ray
    except ImportError:
        raise InputError("engine=ray: needs ray: pip install 'raster-labels[scale]'") from None
    return ray


@contextmanager
def open_cluster(address: str | None) -> Iterator[None]:
    """Join a Ray cluster for a block; without one, start one on this machine, which ends with the block.

    address: of ray.init(); None: RAY_ADDRESS, or the cluster that runs here, or a new one. InputError where there is none.
    """
    ray()
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # a cluster that is started here tells nobody
    found = find_cluster(address)
    handler = signal.getsignal(signal.SIGTERM)
    new = {} if found else {"include_dashboard": False, "object_store_memory": STORE}
    try:
        ray().init(address=found or "local", log_to_driver=False, logging_level=logging.ERROR, **new)
        if handler is not None:
            signal.signal(signal.SIGTERM, handler)  # Ray's own would end this program without a word
        yield
    except (ConnectionError, ray().exceptions.RayError) as error:
        raise MachineError(f"Ray: {' '.join(str(error).split())}; the same command does the rest") from error
    finally:
        ray().shutdown()


def find_cluster(address: str | None) -> str:
    """Return the address of a cluster that answers, "" to start one. InputError where one is named that does not."""
    given = address if address not in (None, "auto") else os.environ.get("RAY_ADDRESS") or address
    if given == "local":
        return ""
    if given in (None, "auto"):
        file = Path(os.environ.get("RAY_TMPDIR") or tempfile.gettempdir()) / "ray" / "ray_current_cluster"
        here = file.read_text().strip() if file.is_file() else ""
        if here and _answers(here):  # else it was killed, and left the file
            return here
        if given is None:
            return ""
        raise InputError("address=auto: no Ray cluster runs on this machine; ray start --head starts one")
    if not _answers(given):
        raise InputError(f"address={given}: there is no Ray cluster; give HOST:PORT as ray start --head prints it, or local")
    return given


def _answers(address: str) -> bool:
    """Whether somebody takes connections at host:port, or ray://host:port."""
    parts = re.fullmatch(r"(?:ray://)?(\[.*\]|[^:/]+)(?::(\d+))?", address)
    if parts is None:
        return False
    try:
        socket.create_connection((parts[1].strip("[]"), int(parts[2] or PORT)), ANSWER_S).close()
    except (OSError, OverflowError):
        return False
    return True
