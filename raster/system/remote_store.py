"""RemoteStore: a place on any file system of fsspec (s3://, gs://, sftp://, ...) as that of a data set in shards.

What fails for want of a connection is tried again; credentials are the file system's own affair.
"""

import os
import tempfile
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from raster.errors import InputError, MachineError
from raster.system.file_systems import file_system, said_by

# Object stores: what is put there appears whole, and there are no folders. Elsewhere a file is renamed when it is whole.
OBJECTS = ("s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "oss", "oci", "tos", "memory")
TRIES, WAIT_S = 5, 0.2  # the second try comes after WAIT_S, each further one after twice the time before
AT_ONCE = 256  # small files that are read at once
_FINAL = (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError, ImportError, TypeError, ValueError)
_NO_CREDENTIALS = ("NoCredentialsError", "PartialCredentialsError", "ProfileNotFound", "DefaultCredentialsError")
_T = TypeVar("_T")


@dataclass(frozen=True)
class RemoteStore:
    """Files below a URL, by their paths. Each is there whole or not at all. InputError for what the file system refuses."""

    url: str

    def __str__(self) -> str:
        """What messages call it."""
        return self.url

    @property
    def _scheme(self) -> str:
        return self.url.partition("://")[0]

    def _system(self) -> tuple[Any, str]:
        """The file system, fsspec's own for this process and thread, and the path there."""
        return file_system(self.url)

    def make(self) -> None:
        """Make the folder. InputError for a bucket that is not there."""
        system, path = self._system()
        if self._scheme not in OBJECTS:
            self._tried("made", "", lambda: system.makedirs(path, exist_ok=True))
            return
        if bucket := self.missing_bucket():
            raise InputError(f"out={self.url}: there is no bucket {bucket}; make it first, or name another")

    def missing_bucket(self) -> str:
        """The name of the bucket, if there is none of that name; "" where there is, or nobody may know."""
        system, path = self._system()
        bucket = path.split("/")[0]
        if self._scheme in OBJECTS and self._scheme != "memory":
            try:
                system.info(bucket)
            except FileNotFoundError:
                return bucket
            except Exception:
                pass
        return ""

    def scratch(self, name: str) -> None:
        """None: what is to be put() may be anywhere."""

    def clear(self, name: str) -> None:
        """Nothing to remove."""

    def listing(self, below: str = "") -> dict[str, int]:
        """Name -> bytes of the files in a folder, {} if there is none: a call for each thousand of them on S3.

        An object whose key ends in a slash is none: some tools make an empty one to stand for a folder.
        """
        system, path = self._system()
        folder = f"{path}/{below}".rstrip("/")
        system.invalidate_cache()

        def listed() -> list[dict[str, Any]]:
            try:
                return list(system.ls(folder, detail=True))
            except FileNotFoundError:
                return []

        found = self._tried("listed", below, listed)
        files = {each["name"].rpartition("/")[2]: each["size"] for each in found if each["type"] == "file"}
        return {name: int(size) for name, size in files.items() if name and not name.startswith(".")}

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, None where there is none."""
        system, root = self._system()

        def read() -> bytes | None:
            try:
                return bytes(system.cat_file(f"{root}/{path}"))
            except FileNotFoundError:
                return None

        return self._tried("read", path, read)

    def read_all(self, paths: Iterable[str]) -> Iterator[bytes | None]:
        """The bytes of several files, in their order; many are read at once where the file system can."""
        system, root = self._system()
        coming = iter(paths)
        while block := list(islice(coming, AT_ONCE)):
            found: dict[str, Any] = {}
            with suppress(Exception):  # then one by one
                found = system.cat([f"{root}/{path}" for path in block], on_error="omit")
            for path in block:
                data = found.get(f"{root}/{path}")
                yield bytes(data) if data is not None else self.read(path)

    def write(self, path: str, data: bytes) -> None:
        """Write a file."""
        system, root = self._system()
        self._placed(system, root, path, lambda goal: system.pipe_file(goal, data))

    def put(self, path: str, made: Path) -> None:
        """Copy a file of this machine into its place, and remove it here."""
        system, root = self._system()
        self._placed(system, root, path, lambda goal: system.put_file(str(made), goal))
        made.unlink(missing_ok=True)

    def _placed(self, system: Any, root: str, path: str, write: Callable[[str], object]) -> None:
        """Let write(path) write a file that has this name when it is whole."""
        goal = f"{root}/{path}"
        if self._scheme in OBJECTS:
            self._tried("written", path, lambda: write(goal))
            return
        folder, _, name = goal.rpartition("/")
        hidden = f"{folder}/.{name}.{uuid.uuid4().hex}.tmp"

        def moved() -> None:
            system.makedirs(folder, exist_ok=True)
            write(hidden)
            with suppress(FileNotFoundError):  # not every file system renames onto a file
                system.rm_file(goal)
            system.mv(hidden, goal)

        self._tried("written", path, moved)

    def remove(self, path: str) -> None:
        """Remove a file, if it is there."""
        system, root = self._system()

        def removed() -> None:
            with suppress(FileNotFoundError):
                system.rm_file(f"{root}/{path}")

        self._tried("removed", path, removed)

    @contextmanager
    def fetched(self, path: str) -> Iterator[Path]:
        """The path of a copy on this machine, to read it; it is removed at the end. InputError where there is no such file."""
        system, root = self._system()
        descriptor, name = tempfile.mkstemp(prefix="raster-", suffix=Path(path).suffix)
        os.close(descriptor)
        try:
            self._tried("read", path, lambda: system.get_file(f"{root}/{path}", name))
            yield Path(name)
        finally:
            os.unlink(name)

    def _tried(self, what: str, path: str, do: Callable[[], _T]) -> _T:
        """Do it, several times if connections fail. InputError, which says what could not be done with which path."""
        where = f"{self.url}/{path}".rstrip("/")
        for number in range(TRIES):
            try:
                return do()
            except _FINAL as error:
                may = "no permission: " if isinstance(error, PermissionError) else ""
                raise InputError(f"{where}: cannot be {what}: {may}{said_by(error)}") from error
            except Exception as error:
                if type(error).__name__ in _NO_CREDENTIALS:
                    raise InputError(f"{where}: cannot be {what}: no credentials: {said_by(error)}") from error
                if number == TRIES - 1:
                    why = f"after {TRIES} tries: {type(error).__name__}: {said_by(error)}"
                    raise MachineError(f"{where}: cannot be {what}, {why}; the same command does the rest") from error
                time.sleep(WAIT_S * 2**number)
        raise AssertionError  # not reached
