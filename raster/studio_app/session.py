"""Session: one open page: its wishes go to its own drawing process, and that one's answers back to it."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from raster.errors import InputError
from raster.studio_app.choices import Choices
from raster.studio_app.drawing_process import DrawingProcess
from raster.studio_app.memory import memory_of
from raster.studio_app.message import packed, unpacked
from raster.studio_app.preset_text import preset_text, save_preset
from raster.studio_app.studio import Studio

MAX_CRASHES = 2  # of the drawing process in a row, with the same wish
TICK_S = 2.0  # between two looks at the memory of the drawing process
MAX_WISH = 1 << 20  # characters
PATIENCE_S = 8.0  # without a word from the drawing process; then a newer wish gets another one


class Session:
    """One page. run() serves it until it is closed."""

    def __init__(self, studio: Studio, socket: WebSocket):
        self.studio, self.socket = studio, socket
        self.queue: asyncio.Queue[bytes | dict[str, Any] | None] = asyncio.Queue()  # to the page; None: close it
        self.process: DrawingProcess | None = None
        self.last: dict[str, Any] | None = None  # the last wish for images
        self.crashes = 0
        self.heard, self.works_on = time.monotonic(), 0  # when the process said something; the newest wish that it has not done
        self._loop = asyncio.get_running_loop()

    async def run(self) -> None:
        """Serve the page."""
        self.studio.listeners.add(self.queue)
        self.queue.put_nowait(self.studio.greeting())
        tasks: list[asyncio.Task[None]] = []
        try:
            await self._start()
            tasks = [asyncio.create_task(each()) for each in (self._send, self._receive, self._watch)]
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                if (error := task.exception()) is not None and not isinstance(error, WebSocketDisconnect):
                    raise error
        finally:
            for task in tasks:
                task.cancel()
            self.studio.listeners.discard(self.queue)
            if self.process is not None:
                self.studio.give_process(self.process)

    async def _start(self) -> None:
        """Get a process that draws."""
        process = await asyncio.to_thread(self.studio.take_process)
        process.listener = lambda message: self._heard(process, message)
        self.process, self.works_on = process, 0
        process.send({"do": "greet", "wish": 0})
        self.queue.put_nowait({"event": "process", "pid": process.pid})

    def _heard(self, process: DrawingProcess, message: bytes | None) -> None:
        """Called in the thread that listens to a process."""

        def put() -> None:
            if process is not self.process:  # one that was ended
                return
            self.heard = time.monotonic()
            if message is not None:
                said, _ = unpacked(message)
                self.works_on = 0 if said["event"] == "idle" and said["wish"] >= self.works_on else self.works_on
                self.queue.put_nowait(message)
            elif process is self.process:
                self._crash = self._loop.create_task(self._crashed(process))

        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(put)

    async def _crashed(self, process: DrawingProcess) -> None:
        """Tell that the process has ended, and let another one draw; the second time in a row only at another wish."""
        self.process = None
        self.crashes += 1
        again = self.crashes < MAX_CRASHES
        how = await asyncio.to_thread(process.ending)
        self.queue.put_nowait({"event": "crashed", "how": f"the drawing process {how}", "again": again})
        if again:
            await self._start()
            if self.last is not None:
                self._pass_on(self.last)

    def _pass_on(self, wish: dict[str, Any]) -> None:
        """Give a wish to the drawing process."""
        if self.process is not None:
            if not self.works_on:
                self.heard = time.monotonic()
            self.works_on = wish["wish"]
            with suppress(OSError):  # it has ended; whoever listens to it tells
                self.process.send(wish)

    async def _send(self) -> None:
        """Send what is in the queue to the page."""
        while (message := await self.queue.get()) is not None:
            await self.socket.send_bytes(message if isinstance(message, bytes) else packed(message))
        await self.socket.close(1001)

    async def _watch(self) -> None:
        """Tell the memory of the drawing process now and then."""
        told = 0
        while True:
            await asyncio.sleep(TICK_S)
            held = memory_of(self.process.pid) if self.process is not None else 0
            if abs(held - told) > 1e6:
                told = held
                self.queue.put_nowait({"event": "memory", "bytes": held})

    async def _receive(self) -> None:
        """Do what the page wishes."""
        known: dict[str, Callable[[dict[str, Any]], Awaitable[None]]] = {
            "draw": self._draw, "probe": self._probe, "start": self._start_run, "stop": self._stop_run,
            "resume": self._resume_run, "list": self._list, "save": self._save,
        }  # fmt: skip
        while True:
            text = await self.socket.receive_text()
            wish: Any = json.loads(text) if len(text) <= MAX_WISH else {}
            do = known.get(str(wish.get("do"))) if isinstance(wish, dict) else None
            if do is None:
                continue
            try:
                await do(wish)
            except InputError as error:
                self._answer(wish, "refused", errors={self.studio.configurations.key_of(str(error)): str(error)})
            except (KeyError, TypeError, ValueError) as error:
                self._answer(wish, "refused", errors={"": f"the page asked for something that is not understood: {error!r}"})

    def _answer(self, wish: dict[str, Any], event: str, **more: Any) -> None:
        self.queue.put_nowait({"event": event, "do": wish.get("do"), "wish": wish.get("wish"), **more})

    async def _draw(self, wish: dict[str, Any]) -> None:
        controls = self.studio.configurations.controls
        if errors := self.studio.folders.check(Choices.read(wish["choices"], controls).values, controls):
            self._answer(wish, "refused", errors=errors)
            return
        changed = self.last is None or self.last["choices"] != wish["choices"]
        self.last = wish
        if changed:
            self.crashes = 0
            await self._replace_stuck()
        self._pass_on(wish)

    async def _replace_stuck(self) -> None:
        """Get a process if there is none, or if the one that is there works for long on what is wanted no more."""
        if self.process is not None and self.works_on and time.monotonic() - self.heard > PATIENCE_S:
            stuck, self.process = self.process, None
            await asyncio.to_thread(stuck.close)
            self.queue.put_nowait({"event": "replaced", "seconds": PATIENCE_S})
        if self.process is None:
            await self._start()

    async def _probe(self, wish: dict[str, Any]) -> None:
        controls = self.studio.configurations.controls
        if not self.studio.folders.check(Choices.read(wish["choices"], controls).values, controls):
            self._pass_on(wish)

    async def _start_run(self, wish: dict[str, Any]) -> None:
        overrides, errors = await asyncio.to_thread(self.studio.configured, wish["choices"])
        if errors:
            self._answer(wish, "refused", errors=errors)
        else:
            await self.studio.runs.start(overrides)

    async def _stop_run(self, wish: dict[str, Any]) -> None:
        self.studio.runs.stop(int(wish["run"]))

    async def _resume_run(self, wish: dict[str, Any]) -> None:
        run = self.studio.runs.all.get(int(wish["run"]))
        if run is not None and run.state not in ("running", "done"):
            await self.studio.runs.start(run.overrides, run.number)

    async def _list(self, wish: dict[str, Any]) -> None:
        self._answer(wish, "listing", **self.studio.folders.entries(str(wish.get("path") or ".")))

    async def _save(self, wish: dict[str, Any]) -> None:
        """Write a preset into the user's folder, or into one that the page names."""
        folder = self.studio.folder or self.studio.folders.inside(str(wish.get("folder") or "mine"))
        read = Choices.read(wish["choices"], self.studio.configurations.controls)
        found = self.studio.configurations.configure(read)
        if found.errors:
            self._answer(wish, "refused", errors=dict(found.errors))
            return
        path = save_preset(Path(folder), str(wish["name"]), preset_text(found.overrides))
        self._answer(wish, "saved", path=self._shown(path), folder=self._shown(Path(folder)), name=str(wish["name"]))

    def _shown(self, path: Path) -> str:
        working = self.studio.folders.working
        return str(path.relative_to(working)) if path.is_relative_to(working) else str(path)
