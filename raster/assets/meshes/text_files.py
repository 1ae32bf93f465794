"""decode_text: the text of OBJ and MTL files, in whichever encoding they are. refuse_lfs_pointer."""

import codecs
from pathlib import Path

from raster.errors import InputError

BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
LFS = b"version https://git-lfs.github.com/spec/"


def decode_text(data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or, if it is neither, Latin-1; each line ends with a line feed."""
    mark = next((mark for mark in BOMS if data.startswith(mark)), b"")
    try:
        text = data[len(mark) :].decode(BOMS.get(mark) or _without_mark(data[:512]))
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _without_mark(start: bytes) -> str:
    """The encoding that the beginning of a file tells of: ASCII characters in UTF-16 have a zero byte each."""
    first, second = start[::2].count(0), start[1::2].count(0)
    if max(first, second) <= len(start) // 4 or min(first, second):
        return "utf-8"
    return "utf-16-be" if first else "utf-16-le"


def refuse_lfs_pointer(path: Path, name: str, data: bytes) -> None:
    """InputError for the bytes of a file that Git LFS left out. path: of the mesh file; name: what it refers to, or ""."""
    if data.startswith(LFS):
        what = f"refers to {name}, which is" if name else "is"
        raise InputError(f"{path}: {what} a Git LFS pointer, not the file itself; fetch it: git lfs pull")
