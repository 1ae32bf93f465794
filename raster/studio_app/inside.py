"""Folders: the folders that a page may list and name files of: the working folder, and those that the command line gave."""

import glob
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from raster.assets.images.load import CLUTTER
from raster.errors import InputError
from raster.studio_app.control import Control

ADDRESS = re.compile(r"[\w+.-]*:(//|:)")  # file:///etc, s3://bucket and the like lead out of any folder
MOST = 1000  # entries of a folder that are listed
READ_AS_PATHS = ("randomizers.camera.calibration", "randomizers.camera.plane", "out")  # beside controls of the kind `file`


class Folders:
    """Where a page may look. `given`: values of options that the command line had, which are allowed as they are."""

    def __init__(self, working: Path, more: Iterable[str] = (), given: Iterable[str] = ()):
        """InputError for a folder that is not there."""
        self.working = Path(os.path.realpath(working))
        self.given = set(given)
        for folder in more:
            if not os.path.isdir(os.path.expanduser(folder)):
                raise InputError(f"folders={folder}: there is no such folder")
        self.roots = (self.working, *(Path(os.path.realpath(os.path.expanduser(folder))) for folder in more))

    def inside(self, path: str) -> Path:
        """The real path of what a page names, which is in one of the folders. InputError for any other one."""
        expanded = os.path.expanduser(path)
        if "\0" in expanded:
            raise InputError("a path holds no character 0")
        if ADDRESS.match(path):
            raise InputError(f"{path}: is an address, which no page may name; give it on the command line")
        real = Path(os.path.realpath(self.working / expanded))
        if not any(real.is_relative_to(root) for root in self.roots):
            more = "start raster studio there, or with folders=FOLDER"
            raise InputError(f"{path}: is outside of the working folder {self.working}; {more}")
        return real

    def check(self, values: Mapping[str, Any], controls: Mapping[str, Control]) -> dict[str, str]:
        """Key -> what is wrong, for the values of a page that name a path outside."""
        errors = {}
        for key, value in values.items():
            is_path = key in READ_AS_PATHS or (key in controls and controls[key].kind == "file")
            path = _path_in(value) if is_path else None
            if path is None or path == CLUTTER or value in self.given:
                continue
            try:
                self.inside(_fixed_part(path))
            except InputError as error:
                errors[key] = f"{key}={error}"
        return errors

    def entries(self, path: str) -> dict[str, Any]:
        """What is in a folder: {"path": .., "above": .., "folders": [..], "files": [[name, bytes], ..]}, hidden ones left out.

        Links that lead outside are left out. InputError for a path that is outside, or no folder.
        """
        folder = self.inside(path)
        folders, files = list[str](), list[tuple[str, int]]()
        try:
            found = sorted(os.scandir(folder), key=lambda entry: entry.name)[:MOST]
        except OSError as error:
            raise InputError(f"{path}: {error.strerror}") from None
        for entry in found:
            if entry.name.startswith("."):
                continue
            try:
                self.inside(str(folder / entry.name))
            except InputError:
                continue
            if entry.is_dir():
                folders.append(entry.name)
            elif entry.is_file():
                files.append((entry.name, entry.stat().st_size))
        shown = "" if folder == self.working else self._shown(folder)
        above = None if folder in self.roots else self._shown(folder.parent)
        return {"path": shown, "above": above, "folders": folders, "files": files}

    def _shown(self, path: Path) -> str:
        """A path as the command line names it: from the working folder on, if it is in there."""
        return os.path.relpath(path, self.working) if path.is_relative_to(self.working) else str(path)


def _path_in(value: Any) -> str | None:
    """The path that a value names; None for null, and for a table."""
    if not isinstance(value, str) or not value:
        return None
    try:
        read = yaml.safe_load(value) if value[0] in "{[\"'" else value
    except yaml.YAMLError:
        read = value
    return read if isinstance(read, str) else None


def _fixed_part(pattern: str) -> str:
    """The folders before the first *, ? or [ of a pattern, if what follows does not lead upwards; else all of it, resolved."""
    parts = pattern.split("/")
    magic = next((number for number, part in enumerate(parts) if glob.has_magic(part)), len(parts))
    if ".." in parts[magic:]:
        return "/.." if pattern else pattern
    return "/".join(parts[:magic]) or ("/" if pattern.startswith("/") else ".")
