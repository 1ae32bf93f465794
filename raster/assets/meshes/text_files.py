"""decode_text: the text of OBJ and MTL files, in whichever encoding they are."""

import codecs

BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


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
