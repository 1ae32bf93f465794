"""packed, unpacked: messages between page, server and drawing process: a header in JSON, and perhaps a picture behind it."""

import struct
from typing import Any

import orjson

_LENGTH = struct.Struct("<I")  # bytes of the header


def packed(header: dict[str, Any], body: bytes = b"") -> bytes:
    """One message as bytes: the length of the header (4 bytes, little-endian), the header as JSON, the body."""
    text = orjson.dumps(header, option=orjson.OPT_SERIALIZE_NUMPY, default=str)
    return _LENGTH.pack(len(text)) + text + body


def unpacked(message: bytes) -> tuple[dict[str, Any], bytes]:
    """The header and the body of a message."""
    (length,) = _LENGTH.unpack_from(message)
    start = _LENGTH.size
    return orjson.loads(message[start : start + length]), message[start + length :]
