"""References: the files that a mesh file refers to. Only files in its own folder and its sub-folders are read."""

import base64
import binascii
import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath
from urllib.parse import unquote_to_bytes

from raster.errors import InputError


@dataclass(frozen=True)
class References:
    """The files that one mesh file refers to. read: the bytes of every file read so far, by the reference in the mesh file."""

    path: Path  # of the mesh file
    read: dict[str, bytes] = field(default_factory=dict)

    def __getitem__(self, reference: str) -> bytes:
        """Bytes of a file named in the mesh file, relative to its folder, or of a data: URI.

        InputError, which names the file and the reference, for a missing file, and for one outside the folder, which is not
        opened.
        """
        if reference.startswith("data:"):
            return self._data(reference)
        if reference not in self.read:
            target = self._inside(reference)
            try:
                self.read[reference] = target.read_bytes()
            except OSError as error:
                what = f"refers to {_short(reference)}, which cannot be read ({error.strerror})"
                raise InputError(f"{self.path}: {what}") from error
        return self.read[reference]

    def exists(self, reference: str) -> bool:
        """Whether the file exists inside the folder; False for every reference that would be refused."""
        try:
            return self._inside(reference).is_file()
        except InputError:
            return False

    def _inside(self, reference: str) -> Path:
        """The path of a reference. Links are followed first. InputError if it is outside the folder or missing."""
        folder = self.path.parent.resolve()
        plain = reference.replace("\\", "/")
        outside = (
            not plain.isprintable()
            or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", plain) is not None  # http:, file:, C:
            or PurePosixPath(plain).is_absolute()
            or PureWindowsPath(reference).is_absolute()
            or ".." in PurePosixPath(plain).parts
        )
        target = folder if outside else (folder / plain).resolve()
        if outside or not target.is_relative_to(folder):
            raise InputError(
                f"{self.path}: refers to {_short(reference)}, which is not inside the file's own folder; it is not opened; "
                "put what it needs beside it and name it relative to the file"
            )
        if not target.is_file():
            raise InputError(f"{self.path}: refers to {_short(reference)}, which is missing; put it into {self.path.parent}")
        return target

    def _data(self, uri: str) -> bytes:
        """The bytes in a data: URI (RFC 2397)."""
        head, comma, body = uri.partition(",")
        try:
            return base64.b64decode(body, validate=True) if head.endswith(";base64") and comma else unquote_to_bytes(body)
        except binascii.Error as error:
            raise InputError(f"{self.path}: holds a data: URI that is no base64 ({error})") from error


def _short(reference: str) -> str:
    """A reference as text for one line of a message."""
    shown = "".join(c if c.isprintable() else "?" for c in reference)
    return shown if len(shown) <= 200 else shown[:200] + "..."
