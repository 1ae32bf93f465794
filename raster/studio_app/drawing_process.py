"""DrawingProcess: the process that draws for one page, as the server sees it. draw_for_page: what runs in it."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from raster.run.own_folder import use_folder
from raster.studio_app.message import packed, unpacked
from raster.system.helper_process import end_with_parent

# Processes are forked off a small one that has imported what they need, and has opened neither OpenGL nor threads.
START = multiprocessing.get_context("forkserver")
PRELOADED = ["raster.studio_app.drawer", "raster.studio_app.drawing_process"]


class DrawingProcess:
    """A process that draws for one page. It ends with close(), and when this process ends.

    `listener` is called in another thread with each message, and with None when the process has ended; None: nobody listens.
    """

    def __init__(self, fixed: Sequence[str], folder: Path | None):
        """fixed: overrides of every configuration of the page; folder: the user's own, None without one."""
        START.set_forkserver_preload(PRELOADED)
        self._pipe, other = START.Pipe()
        self._process = START.Process(target=draw_for_page, args=(other, tuple(fixed), folder), daemon=True)
        self._process.start()
        other.close()
        self.listener: Callable[[bytes | None], None] | None = None
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def pid(self) -> int:
        """Its number."""
        return int(self._process.pid or 0)

    def send(self, wish: dict[str, Any]) -> None:
        """Send a wish. OSError if the process has ended."""
        self._pipe.send_bytes(packed(wish))

    def _listen(self) -> None:
        """Hand on all messages until the process has ended."""
        message: bytes | None = b""
        while message is not None:
            try:
                message = self._pipe.recv_bytes()
            except (EOFError, OSError):
                message = None
            if self.listener is not None:
                self.listener(message)

    def ending(self) -> str:
        """How a process that gave no more messages ended."""
        self._process.join(5)
        code = self._process.exitcode
        if code is not None and code < 0:
            return f"was ended by {signal.Signals(-code).name}" + (" (out of memory?)" if -code == signal.SIGKILL else "")
        return f"ended with {code}"

    def close(self) -> None:
        """End it."""
        self.listener = None
        self._process.kill()
        self._process.join(5)  # the thread that listens sees the end of the pipe


def draw_for_page(pipe: Connection, fixed: Sequence[str], folder: Path | None) -> None:
    """Answer the wishes that come through a pipe until it is closed: the newest draw wish, and the newest probe, first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's
    end_with_parent(os.getppid())
    if folder is not None:
        use_folder(folder)
    from raster.studio_app.drawer import Drawer  # which opens EGL's library

    wishes: list[dict[str, Any]] = []

    def take(wait: bool) -> None:
        """Take what has come in. A wish replaces older ones of its kind."""
        while pipe.poll(None if wait and not wishes else 0):
            wish, _ = unpacked(pipe.recv_bytes())
            wishes[:] = [each for each in wishes if each["do"] != wish["do"]] + [wish]

    def stale() -> bool:
        take(wait=False)
        return any(each["do"] == now["do"] for each in wishes)

    def send(header: dict[str, Any], body: bytes) -> None:
        pipe.send_bytes(packed(header, body))

    drawer = Drawer(fixed, folder, send, stale)
    while True:
        try:
            take(wait=True)
            now = wishes.pop(0)
            drawer.answer(now)
            send({"event": "idle", "wish": now["wish"]}, b"")
        except (EOFError, BrokenPipeError, ConnectionResetError):  # the server has ended, or wants this process no more
            return
