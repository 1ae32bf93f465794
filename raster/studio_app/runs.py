"""Runs: the processes of raster.generate that a page started, with how far each is; they go on when the page is closed."""

import asyncio
import json
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from raster.studio_app.memory import memory_of_group
from raster.system.progress import PERIOD_SETTING, PREFIX

LINE = re.compile(re.escape(PREFIX) + r"(?:(\w+), )?(\d+) of (\d+) \w+(?:, ([\d.]+) \w+/s, (.*) left)?")
PROGRAM = "raster.generate"
PERIOD_S = 0.25  # between two lines of progress
TICK_S = 0.5  # between two looks at memory and time
PATIENCE_S = 1.0  # for a run to stop at the end of the program


@dataclass
class Run:
    """One run of raster.generate."""

    number: int
    overrides: tuple[str, ...]
    state: str = "running"  # running, done, stopped, failed
    done: int = 0
    total: int = 0
    doing: str = "starting"
    rate: float | None = None  # images a second, while it draws
    left: str = ""
    seconds: float = 0.0
    memory: int = 0  # bytes
    message: str = ""  # the last line that it said, if that was an error
    report: dict[str, Any] = field(default_factory=dict)  # what --json says at the end
    process: asyncio.subprocess.Process | None = None

    def told(self) -> dict[str, Any]:
        """What a page shows of it."""
        return {name: value for name, value in vars(self).items() if name != "process"}


class Runs:
    """All runs. `tell` is called with a run whenever something of it has changed."""

    def __init__(self, working: Path, folder: Path | None, tell: Callable[[Run], None]):
        """working: the folder that they run in; folder: the user's own components, None without."""
        self.working, self.folder, self.tell = working, folder, tell
        self.all: dict[int, Run] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, overrides: Sequence[str], number: int | None = None) -> Run:
        """Start a run, or run `number` again, which does the rest."""
        run = Run(number or len(self.all) + 1, tuple(overrides))
        if number is not None and (before := self.all.get(number)) is not None:
            run.total, run.done = before.total, before.done
        self.all[run.number] = run
        own = ["--config-dir", str(self.folder)] if self.folder else []
        command = [sys.executable, "-m", PROGRAM, *own, *overrides, "--json"]
        environment = {**os.environ, PERIOD_SETTING: str(PERIOD_S)}
        run.process = await asyncio.create_subprocess_exec(
            *command, cwd=self.working, env=environment, start_new_session=True,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        for task in (self._follow(run), self._watch(run)):
            kept = asyncio.create_task(task)
            self._tasks.add(kept)
            kept.add_done_callback(self._tasks.discard)
        self.tell(run)
        return run

    def stop(self, number: int) -> None:
        """Ask a run to stop, as Ctrl-C does. What it has drawn stays, and resuming does the rest."""
        run = self.all.get(number)
        if run is not None and run.process is not None and run.process.returncode is None:
            run.doing = "stopping"
            os.killpg(run.process.pid, signal.SIGINT)
            self.tell(run)

    async def close(self) -> None:
        """Stop all runs, and end those that take too long for it."""
        processes = [run.process for run in self.all.values() if run.process is not None and run.process.returncode is None]
        for run in self.all.values():
            self.stop(run.number)
        if processes:
            await asyncio.wait([asyncio.create_task(each.wait()) for each in processes], timeout=PATIENCE_S)
        for process in processes:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
                await process.wait()

    async def _follow(self, run: Run) -> None:
        """Read what a run says until it ends."""
        process = run.process
        assert process is not None
        assert process.stdout is not None
        assert process.stderr is not None
        answer = asyncio.create_task(process.stdout.read())
        last = ""
        async for raw in process.stderr:
            line = raw.decode(errors="replace").rstrip()
            if line.startswith(PREFIX):
                self._progressed(run, line)
            elif line:
                last = line
        said = (await answer).decode(errors="replace")
        code = await process.wait()
        try:
            run.report = json.loads(said or "{}")
        except ValueError:
            run.report = {}
        run.state = {0: "done", 130: "stopped", 143: "stopped"}.get(code, "failed")
        run.message = "" if code == 0 else str(run.report.get("error") or last or f"ended with {code}")
        run.doing, run.left = "", ""
        if code == 0:
            run.done = run.total = int(run.report.get("images", run.total))
        elif found := re.search(r"with (\d+) of (\d+) images", run.message):
            run.done, run.total = int(found[1]), int(found[2])
        self.tell(run)

    def _progressed(self, run: Run, line: str) -> None:
        """Note what a line of progress says."""
        if not (found := LINE.match(line)):
            run.doing = line.removeprefix(PREFIX)
        elif found[1] is None:  # of images, which have no title
            run.doing, run.done, run.total = "drawing", int(found[2]), int(found[3])
            run.rate, run.left = (float(found[4]), found[5]) if found[4] else (run.rate, run.left)
        else:
            run.doing = f"{found[1]}: {found[2]} of {found[3]}"
        self.tell(run)

    async def _watch(self, run: Run) -> None:
        """Note memory and time now and then."""
        start = time.monotonic()
        while run.process is not None and run.process.returncode is None and run.state == "running":
            run.seconds = time.monotonic() - start
            run.memory = memory_of_group(run.process.pid) or run.memory
            self.tell(run)
            await asyncio.sleep(TICK_S)
        run.seconds = time.monotonic() - start
