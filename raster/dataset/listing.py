"""list_files: what stands in images/ and labels/: size and time of each file; stamp_of: the same of one file.

A file's stamp is its size and the time of its last change. Who writes to a file changes its time, and who puts another file in
its place brings that file's time, so a file with the same stamp as before is taken for the same file.
"""

import os
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from raster.dataset.files import FOLDERS, file_name, is_temporary, number_of
from raster.errors import InputError
from raster.system.regular_files import irregular

Stamp = tuple[int, int]  # bytes, ns since 1970
ABSENT: Stamp = (-1, -1)  # the stamp of a file that is not there
UNKNOWN: Stamp = (-2, -2)  # of a file that has to be read: no file has it
Report = Callable[[int, int], None]  # is called with how many are done, and of how many
_REPORT = 4096  # files to a report


def quiet(done: int, total: int) -> None:
    """Report no progress."""


@dataclass(frozen=True)
class Listing:
    """The files in images/ and labels/ of a data set."""

    first: int  # number of the first image
    stamps: np.ndarray  # (n, 2, 2) int64: for each image from `first` on, of image and label, the two numbers of a Stamp
    temporary: tuple[Path, ...]  # half-written files that a killed run left


def stamp_of(path: str | Path) -> Stamp:
    """Return the stamp of a file, ABSENT where there is no regular file."""
    try:
        status = os.lstat(path)
    except OSError:
        return ABSENT
    return ABSENT if irregular(status.st_mode) else (status.st_size, status.st_mtime_ns)


def stamps_of_lists(out: Path, lists: Iterable[str]) -> dict[str, Stamp]:
    """Return the stamps of some of codes.txt, scenes.jsonl, test.txt and valid.txt by name."""
    return {name: stamp_of(out / name) for name in lists}


def list_files(out: Path, numbers: range, report_progress: Report = quiet) -> Listing:
    """List images/ and labels/ of a data set of the images `numbers`; report_progress is called with files now and then.

    Raises InputError for anything there that is no image or label of it: a fastai recipe, or a person who recomputes the
    digest, would take it in. A link is refused too: what it leads to may change without a trace here.
    """
    stamps = np.full((len(numbers), 2, 2), ABSENT, np.int64)
    temporary: list[Path] = []
    done = 0
    for column, folder in enumerate(FOLDERS):
        if not (out / folder).is_dir():
            continue
        rows = array("q")  # row, bytes, ns; row, ...
        for entry in _entries(out / folder):
            number = number_of(entry.name)
            if number in numbers:
                status = entry.stat(follow_symlinks=False)
                if kind := irregular(status.st_mode):
                    raise InputError(f"{entry.path}: is {kind}; a data set holds regular files: move it elsewhere")
                rows.extend((number - numbers.start, status.st_size, status.st_mtime_ns))
            elif is_temporary(entry.name):
                temporary.append(Path(entry.path))
            else:
                raise _foreign(entry.path, numbers)
            done += 1
            if done % _REPORT == 0:
                report_progress(done, 2 * len(numbers))
        table = np.frombuffer(rows, np.int64).reshape(-1, 3)
        stamps[table[:, 0], column] = table[:, 1:]
    return Listing(numbers.start, stamps, tuple(temporary))


def require_listed(out: Path, listing: Listing, listed: np.ndarray) -> None:
    """Raise InputError for a file that no record lists. `listed` (n, 2) bool: which images and labels the records list."""
    for row, column in np.argwhere((listing.stamps[..., 0] >= 0) & ~listed)[:1]:
        first = listing.first
        raise _foreign(out / FOLDERS[column] / file_name(first + row), range(first, first + len(listed)))


def _foreign(path: str | Path, numbers: range) -> InputError:
    which = f", numbers {numbers.start} to {numbers[-1]}" * (numbers.start > 0)
    out = Path(path).parent.parent
    advice = f"move it elsewhere, or remove {out} to start afresh; a writer of your own has a folder of its own, such as jpeg/"
    return InputError(f"{path}: does not belong to this data set of {len(numbers)} images{which}; {advice}")


def _entries(folder: Path) -> Iterator["os.DirEntry[str]"]:
    """Yield what stands in a folder. InputError for a folder that cannot be read."""
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except OSError as error:
        raise InputError(f"cannot read {folder}: {error.strerror}") from error
