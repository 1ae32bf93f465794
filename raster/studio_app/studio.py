"""Studio: what all pages of one program share: what the command line said, folders, runs, a drawing process that is warm."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from raster.run.build_group import build_randomizers
from raster.run.components import comment_and_body
from raster.run.known_keys import names
from raster.studio_app.choices import Choices
from raster.studio_app.configuration import Configurations, read_start
from raster.studio_app.drawing_process import DrawingProcess
from raster.studio_app.inside import Folders
from raster.studio_app.runs import Run, Runs
from raster.studio_app.sections import sections
from raster.system.paths import CONF

IMAGES = 12  # that a page shows at first


class Studio:
    """What all pages share. `overrides`, `folder`: of the command line; `more`: further folders that a page may read."""

    def __init__(self, overrides: Sequence[str], folder: Path | None, working: Path, more: Sequence[str] = ()):
        """InputError for an override that cannot be."""
        self.sections = sections(folder)
        controls = {each.key: each for section in self.sections for each in section.controls}
        self.start, self.fixed = read_start(overrides, controls)
        self.configurations = Configurations(self.sections, self.fixed, folder)
        self.folder, self.token = folder, os.urandom(24).hex()
        self.folders = Folders(working, more, [value for value in self.start.values.values() if isinstance(value, str)])
        self.listeners: set[asyncio.Queue[bytes | dict[str, Any] | None]] = set()  # of the pages that are open
        self.runs = Runs(self.folders.working, folder, self._tell_run)
        self._spare: DrawingProcess | None = None

    def warm(self) -> None:
        """Let a process draw the first images before a page asks for them."""
        self._spare = DrawingProcess(self.fixed, self.folder)
        choices = {"preset": self.start.preset, "values": dict(self.start.values)}
        self._spare.send({"do": "draw", "wish": 0, "choices": choices, "numbers": list(range(IMAGES)), "layer": "color"})

    def take_process(self) -> DrawingProcess:
        """A process that draws for a page: the one that is warm, or a new one."""
        spare, self._spare = self._spare, None
        return spare or DrawingProcess(self.fixed, self.folder)

    def give_process(self, process: DrawingProcess) -> None:
        """Take back the process of a page that was closed: the next page gets it, as when one is loaded again."""
        process.listener = None
        if self._spare is None:
            self._spare = process
        else:
            process.close()

    def greeting(self) -> dict[str, Any]:
        """What a page is told first: all controls, presets, what to begin with."""
        presets = [{"name": name, "about": self._about(name)} for name in names("preset", self.folder)]
        return {
            "event": "greeting", "sections": [asdict(section) for section in self.sections], "presets": presets,
            "start": {"preset": self.start.preset, "values": self.start.values}, "fixed": self.fixed, "images": IMAGES,
            "working": str(self.folders.working), "folder": str(self.folder) if self.folder else "",
            "runs": [run.told() for run in self.runs.all.values()],
        }  # fmt: skip

    def _about(self, preset: str) -> str:
        """What a preset says of itself."""
        homes = [home for home in (CONF, self.folder) if home and (home / "preset" / f"{preset}.yaml").is_file()]
        return comment_and_body(homes[0] / "preset" / f"{preset}.yaml")[0] if homes else ""

    def configured(self, choices: Any) -> tuple[list[str], dict[str, str]]:
        """The overrides of choices for a run, and what is wrong with them. InputError for what are no choices."""
        read = Choices.read(choices, self.configurations.controls)
        if errors := self.folders.check(read.values, self.configurations.controls):
            return [], errors
        found = self.configurations.configure(read, build_randomizers)
        return list(found.overrides), dict(found.errors)

    def _tell_run(self, run: Run) -> None:
        for queue in self.listeners:
            queue.put_nowait({"event": "run", "run": run.told()})

    async def close(self) -> None:
        """End all processes, and let the pages go."""
        if self._spare is not None:
            self._spare.close()
        for queue in self.listeners:
            queue.put_nowait(None)
        await self.runs.close()
