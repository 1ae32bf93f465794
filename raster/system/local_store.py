"""LocalStore: a folder as the place of a data set in shards; raster/system/remote_store.py has the same for other places."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from raster.errors import InputError
from raster.system.atomic_files import make_folder, refused, write_atomic
from raster.system.regular_files import read_regular


@dataclass(frozen=True)
class LocalStore:
    """Files in a folder, by their paths below it. Each is there whole or not at all. InputError for what the system refuses."""

    folder: Path

    def __str__(self) -> str:
        """What messages call it."""
        return str(self.folder)

    def make(self) -> None:
        """Make the folder, if it is not there."""
        make_folder(self.folder)

    def scratch(self, name: str) -> Path | None:
        """A folder on the same disk for what is to be put(): a hidden one below this folder. It is made."""
        make_folder(self.folder / name)
        return self.folder / name

    def clear(self, name: str) -> None:
        """Remove that folder again, if nobody else has something in it."""
        with suppress(OSError):
            os.rmdir(self.folder / name)

    def listing(self, below: str = "") -> dict[str, int]:
        """Name -> bytes of the files in a folder, {} if there is none; without hidden ones, and without folders."""
        try:
            with os.scandir(self.folder / below) as entries:
                found = [each for each in entries if not each.name.startswith(".") and not each.is_dir(follow_symlinks=False)]
                return {entry.name: entry.stat(follow_symlinks=False).st_size for entry in found}
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise InputError(f"cannot read {self.folder / below}: {error.strerror}") from error

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, None where there is none."""
        try:
            return read_regular(self.folder / path, links=False)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise InputError(f"cannot read {self.folder / path}: {error.strerror}") from error

    def read_all(self, paths: Iterable[str]) -> Iterator[bytes | None]:
        """The bytes of several files, in their order."""
        return map(self.read, paths)

    def write(self, path: str, data: bytes) -> None:
        """Write a file."""
        make_folder((self.folder / path).parent)
        write_atomic(self.folder / path, data)

    def put(self, path: str, made: Path) -> None:
        """Put a file that was made on the same disk into its place; it is moved."""
        try:
            os.replace(made, self.folder / path)
        except OSError as error:
            raise refused(self.folder / path, error) from error

    def remove(self, path: str) -> None:
        """Remove a file, if it is there."""
        try:
            with suppress(FileNotFoundError):
                os.unlink(self.folder / path)
        except OSError as error:
            raise InputError(f"cannot remove {self.folder / path}: {error.strerror}") from error

    @contextmanager
    def fetched(self, path: str) -> Iterator[Path]:
        """A file's own path, to read it."""
        yield self.folder / path
