"""References: the files that a mesh file refers to. Nothing outside the folder given as objects.meshes is opened."""

import base64
import binascii
import os
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path, PurePosixPath, PureWindowsPath
from urllib.parse import unquote_to_bytes

from raster.errors import InputError
from raster.system.regular_files import read_regular

# Where the base name of a reference is tried, relative to the mesh file: programs write paths of the machine that they ran on,
# and Gazebo and Google Scanned Objects keep pictures in materials/textures/.
PLACES = ("", *(up + name for up in ("", "../") for name in ("textures/", "images/", "materials/textures/")))


@dataclass(frozen=True)
class References:
    """The files that one mesh file refers to.

    root: the folder given as objects.meshes; None: that of the file. read: the bytes of every file read so far, and missing:
    why a file that is not necessary was not read, both by the reference in the mesh file.
    """

    path: Path  # of the mesh file
    root: Path | None = None
    read: dict[str, bytes] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, reference: str) -> bytes:
        """Bytes of a file named in the mesh file, or of a data: URI.

        The file is looked for where the reference says, relative to the mesh file, and by its base name in PLACES; each time
        also with letters of the other case. InputError, which names the file and the reference, if it is nowhere, and if it
        is only outside the folders, where nothing is opened.
        """
        if reference.startswith("data:"):
            return self._data(reference)
        if reference not in self.read:
            target = self._find(reference)
            if target is None:
                raise InputError(f"{self.path}: refers to {_short(reference)}, {self._reason(reference)}")
            try:
                self.read[reference] = read_regular(target)
            except OSError as error:
                what = f"refers to {_short(reference)}, which cannot be read ({error.strerror})"
                raise InputError(f"{self.path}: {what}") from error
        return self.read[reference]

    def optional(self, reference: str) -> bytes | None:
        """The same of a file without which the mesh can be drawn; None if it is nowhere, which is noted in `missing`."""
        if not reference.startswith("data:") and reference not in self.read and self._find(reference) is None:
            self.missing[_short(reference)] = self._reason(reference)
            return None
        return self[reference]

    def exists(self, reference: str) -> bool:
        """Whether there is such a file; False for every reference that would be refused."""
        return self._find(reference) is not None

    def _find(self, reference: str) -> Path | None:
        """The regular file that a reference means, links followed. None if there is none inside the folders."""
        plain = reference.replace("\\", "/")
        if not plain.isprintable():
            return None
        tried = [] if _is_absolute(reference) else [plain]
        tried += [place + PurePosixPath(plain).name for place in PLACES]
        return next((found for each in tried if (found := self._file(each)) is not None), None)

    def _file(self, relative: str) -> Path | None:
        """The regular file of a path relative to the mesh file, with letters of any case; None if it is outside or missing."""
        at = self.path.parent
        try:
            found = (at / relative).resolve()
            if found.is_file():
                return found if self._is_inside(found) else None
            for part in PurePosixPath(relative).parts:
                if not self._is_inside(at.resolve()):
                    return None
                if part != ".." and not (at / part).exists():
                    part = _names(str(at), at.stat().st_mtime_ns).get(part.casefold(), part)
                at = at / part
            found = at.resolve()
            return found if found.is_file() and self._is_inside(found) else None
        except (OSError, RuntimeError):  # a name that is too long, a link to itself
            return None

    def _is_inside(self, resolved: Path) -> bool:
        """Whether a path without links is in the file's own folder or below the root."""
        return any(resolved.is_relative_to(folder.resolve()) for folder in (self.path.parent, self.root) if folder is not None)

    def _reason(self, reference: str) -> str:
        """Why a file is not read: the end of a message."""
        plain = reference.replace("\\", "/")
        try:
            outside = _is_absolute(reference) or not self._is_inside((self.path.parent / plain).resolve())
        except (OSError, RuntimeError, ValueError):
            outside = False
        if outside:
            return f"which is not inside {self.root or self.path.parent}; it is not opened; put what it needs beside the mesh"
        return f"which is missing; put it into {self.path.parent}"

    def _data(self, uri: str) -> bytes:
        """The bytes in a data: URI (RFC 2397)."""
        head, comma, body = uri.partition(",")
        try:
            return base64.b64decode(body, validate=True) if head.endswith(";base64") and comma else unquote_to_bytes(body)
        except binascii.Error as error:
            raise InputError(f"{self.path}: holds a data: URI that is no base64 ({error})") from error


def _is_absolute(reference: str) -> bool:
    """Whether a reference begins at a root, on any system, or is a URI: http:, file:, C:."""
    scheme = re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", reference) is not None
    return scheme or PurePosixPath(reference.replace("\\", "/")).is_absolute() or PureWindowsPath(reference).is_absolute()


@lru_cache(maxsize=16)
def _names(folder: str, mtime_ns: int) -> dict[str, str]:
    """The names in a folder by their casefolded form; of several that differ only in case the first, sorted.

    mtime_ns: when the folder changed, so that a later file is seen.
    """
    return {name.casefold(): name for name in sorted(os.listdir(folder), reverse=True)}


def _short(reference: str) -> str:
    """A reference as text for one line of a message."""
    shown = "".join(c if c.isprintable() else "?" for c in reference)
    return shown if len(shown) <= 200 else shown[:200] + "..."
