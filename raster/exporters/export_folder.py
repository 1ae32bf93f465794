"""ExportFolder: the folder of an export. It is made beside its place under a hidden name, and put there when it is whole."""

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from raster.dataset.files import is_temporary
from raster.errors import InputError
from raster.system.atomic_files import TEMPORARY, make_folder, refused, write_atomic
from raster.system.regular_files import read_regular

EXPORT = "export.json"
Facts = dict[str, Any]


class ExportFolder:
    """An export that this process alone may write: write into `work`, then finish() or discard(), and release().

    `complete`: the export is there already, made of the same source with the same options. `resumed`: `work` holds what a
    run that was ended had finished.
    """

    def __init__(self, to: Path, facts: Mapping[str, Any], resumes: bool):
        """Claim the folder `to`: new, empty, or this very export. `facts`: format, options and source of the export.

        `resumes`: what a run that was ended has left counts. InputError, and nothing is changed, for a folder that holds
        anything else, an export of another source, state of the source or with other options, or one that has been changed.
        """
        self.to, self._facts, self._descriptor, self.resumed = to, dict(facts), -1, False
        self.work = to.parent / f".{to.name}.export{TEMPORARY}"
        self.complete = self._is_complete()
        if self.complete:
            return
        make_folder(to.parent)
        make_folder(self.work)
        self._lock()
        begun = read_export(self.work / EXPORT)
        if begun is None and any(not is_temporary(name) for name in os.listdir(self.work)):
            self.release()
            raise InputError(f"to={to}: {self.work} is in the way, and no export: remove it")
        self.resumed = resumes and begun == {"complete": False, **self._facts}
        if not self.resumed:
            _empty(self.work)
            _write(self.work / EXPORT, {"complete": False, **self._facts})
        _remove_temporary(self.work)

    def _is_complete(self) -> bool:
        """Return whether the export is there. InputError for anything else that stands there."""
        to, again = self.to, f"choose another folder, or remove {self.to}"
        if not os.path.lexists(to):
            return False
        if not to.is_dir():
            raise InputError(f"to={to}: is a file; name a folder")
        if to.is_symlink():
            raise InputError(f"to={to}: is a link; name the folder itself")
        held = read_export(to / EXPORT)
        if held is None:
            if names := sorted(os.listdir(to)):
                raise InputError(f"to={to}: holds {names[0]} but no {EXPORT}: not an export; {again}")
            return False
        for key in ("format", "options", "source"):
            if held.get(key) != self._facts[key]:
                there, here = (orjson.dumps(each).decode() for each in (held.get(key), self._facts[key]))
                what = "another source, or of another state of it" if key == "source" else f"another {key.removesuffix('s')}"
                raise InputError(f"to={to}: holds an export of {what}: {there} there, {here} here; {again}")
        for folder, found in contents(to).items():
            if found != held["folders"].get(folder):
                raise InputError(f"to={to}: {folder} is not as it was exported: files or bytes have changed; {again}")
        if missing := sorted(held["folders"].keys() - contents(to).keys()):
            raise InputError(f"to={to}: {missing[0]} is not as it was exported: it is gone; {again}")
        return True

    def _lock(self) -> None:
        import fcntl  # here, since other systems lack it

        try:
            self._descriptor = os.open(self.work, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self.release()
            raise InputError(f"to={self.to}: another export is writing there; wait for it, or choose another folder") from error
        except OSError as error:
            self.release()
            raise refused(self.work, error) from error

    def finish(self, found: Mapping[str, Any]) -> Facts:
        """Write export.json with what was `found`, put the folder in its place, and return what export.json holds."""
        facts = {"complete": True, **self._facts, **found, "folders": contents(self.work)}
        _write(self.work / EXPORT, facts)
        try:
            os.rename(self.work, self.to)
        except OSError as error:
            raise refused(self.to, error) from error
        return facts

    def discard(self) -> None:
        """Remove what has been written."""
        shutil.rmtree(self.work, ignore_errors=True)

    def release(self) -> None:
        """Give up the lock. A second call does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def contents(folder: Path) -> dict[str, list[int]]:
    """Return [how many files, bytes of all of them] of each folder below this one, by relative path, without export.json."""
    found = {}
    for home, _, names in os.walk(folder):
        sizes = [os.lstat(os.path.join(home, name)).st_size for name in names if name != EXPORT]
        if sizes:
            found[os.path.relpath(home, folder)] = [len(sizes), sum(sizes)]
    return dict(sorted(found.items()))


def read_export(path: Path) -> Facts | None:
    """Return what an export.json says, None where there is none. InputError for what is none."""
    try:
        facts = orjson.loads(read_regular(path, links=False))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise InputError(f"{path}: not JSON ({error}); choose another folder, or remove {path.parent}") from error
    if not isinstance(facts, dict) or not isinstance(facts.get("complete"), bool):
        raise InputError(f"{path}: is not of an export; choose another folder")
    return facts


def _write(path: Path, facts: Mapping[str, Any]) -> None:
    write_atomic(path, orjson.dumps(facts, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def _remove_temporary(folder: Path) -> None:
    """Remove the half-written files that a killed run left in a folder and below it."""
    for home, _, names in os.walk(folder):
        for name in filter(is_temporary, names):
            with suppress(FileNotFoundError):
                os.unlink(os.path.join(home, name))


def _empty(folder: Path) -> None:
    """Remove all that a folder holds."""
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
