"""Before a run may write: lock the folder, refuse what is not ours, find and clear what killed runs left."""

import os
from contextlib import suppress
from pathlib import Path

from raster.dataset.checked import CHECKED
from raster.dataset.files import FOLDERS, is_temporary
from raster.dataset.journal import JOURNAL, journals
from raster.dataset.listing import Listing
from raster.errors import InputError

_OURS = (JOURNAL, CHECKED, ".hydra")  # what may stand in a folder before its manifest does


def lock(out: Path) -> int:
    """Return a descriptor of the folder that holds its exclusive lock; closing it, or dying, gives the lock up.

    The lock is on the folder itself, so there is no lock file to go stale. Raises InputError if another run has it.
    """
    import fcntl  # here, since other systems lack it, and validate runs there too

    try:
        descriptor = os.open(out, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise InputError(f"out={out}: cannot be opened: {error.strerror}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise InputError(f"out={out}: another run is writing there; wait for it or choose another out") from error
    except OSError as error:
        os.close(descriptor)
        raise InputError(f"out={out}: this file system gives no lock: {error.strerror}; choose another out") from error
    return descriptor


def require_unused(out: Path) -> None:
    """Raise InputError if a folder without a manifest holds anything but hidden files of ours."""
    for entry in sorted(os.listdir(out)):
        if entry not in _OURS and not is_temporary(entry):
            raise InputError(f"out={out}: holds {entry} but no manifest.json: not a data set; choose another folder")


def remove_journals(out: Path) -> None:
    """Remove the folder of journals. Raises InputError."""
    for path in journals(out):
        remove(path)
    with suppress(OSError):  # somebody's own file may stand in it: then it stays
        os.rmdir(out / JOURNAL)


def remove_temporary(out: Path, listing: Listing) -> None:
    """Remove half-written files, of images/ and labels/ those that are listed. Raises InputError.

    Only for who holds the lock: others' would be in use.
    """
    for path in listing.temporary:
        remove(path)
    for folder, below, names in os.walk(out):
        listed = FOLDERS if folder == str(out) else ()
        below[:] = [name for name in below if not name.startswith(".") and name not in listed]
        for name in names:
            if is_temporary(name):
                remove(Path(folder) / name)


def remove(path: Path) -> None:
    """Remove a file, if it is there. Raises InputError."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"cannot remove {path}: {error.strerror}") from error
