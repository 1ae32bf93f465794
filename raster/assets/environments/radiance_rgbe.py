"""decode: the bytes of a Radiance picture (.hdr) as linear RGB, plain or run-length encoded in the new or the old way."""

import re

import numpy as np

from raster.errors import InputError

_AXES = re.compile(rb"([-+])([XY]) +(\d+) +([-+])([XY]) +(\d+)\s*$")


def decode(data: bytes, most_pixels: int) -> np.ndarray:
    """(H, W, 3) float32, top row first, in the file's units with its EXPOSURE and COLORCORR divided out.

    InputError for what is no such file, is cut off, or has over most_pixels. Source: Ward, "Real pixels", Graphics Gems II
    (1991), and the reference manual of Radiance, "Picture file format".
    """
    correction, axes, start = _header(data)
    if axes[1] == axes[4]:
        raise InputError(f"has the size line '{b''.join(axes).decode()}', with the same axis twice")
    lines, length = int(axes[2]), int(axes[5])
    if not lines or not length:
        raise InputError(f"has no pixels ({lines} x {length})")
    if lines * length > most_pixels:
        raise InputError(f"has {lines} x {length} pixels; at most {most_pixels / 1e6:.0f} million are read")
    rgbe = _pixels(data, start, lines, length)
    scale = np.ldexp(
        np.float32(1), rgbe[..., 3:].astype(np.int32) - 136
    )  # 128 for the exponent's bias, 8 for the mantissa's bits
    linear = (rgbe[..., :3] + np.float32(0.5)) * np.where(rgbe[..., 3:], scale, np.float32(0)) / correction
    if axes[1] == b"X":  # the file's lines are columns
        linear, axes = linear.swapaxes(0, 1), axes[3:] + axes[:3]
    rows, columns = slice(None, None, -1 if axes[0] == b"+" else 1), slice(None, None, -1 if axes[3] == b"-" else 1)
    return np.ascontiguousarray(linear[rows, columns])


def _header(data: bytes) -> tuple[np.ndarray, tuple[bytes, ...], int]:
    """What pixels are multiplied with (3,) float32, the size line's six parts, and where the pixels start."""
    if not data.startswith(b"#?"):
        raise InputError("is no Radiance picture: it does not begin with #?")
    blank = data.find(b"\n\n")
    end = data.find(b"\n", blank + 2)
    if blank < 0 or end < 0:
        raise InputError("is cut off in its header")
    correction = np.ones(3, np.float32)
    for line in data[:blank].split(b"\n")[1:]:
        name, _, value = line.partition(b"=")
        if name == b"FORMAT" and value.strip() != b"32-bit_rle_rgbe":
            raise InputError(f"has FORMAT={_text(value)}; expected 32-bit_rle_rgbe")
        if name in (b"EXPOSURE", b"COLORCORR"):  # each one counts, they multiply
            correction = correction * _factors(name, value)
    axes = _AXES.match(data[blank + 2 : end])
    if not axes:
        raise InputError(f"has the size line '{_text(data[blank + 2 : end])}'; expected one such as '-Y 512 +X 1024'")
    return correction, axes.groups(), end + 1


def _text(value: bytes) -> str:
    return value.strip()[:60].decode("ascii", "replace")


def _factors(name: bytes, value: bytes) -> np.ndarray:
    """One or three positive numbers (3,) float32."""
    try:
        factors = np.broadcast_to(np.array(value.split(), np.float32), 3)
    except ValueError:
        factors = np.zeros(3, np.float32)
    if not (np.isfinite(factors) & (factors > 0)).all():
        raise InputError(f"has {_text(name)}={_text(value)}; expected a number above zero")
    return factors


def _pixels(data: bytes, start: int, lines: int, length: int) -> np.ndarray:
    """(lines, length, 4) uint8 red, green, blue, exponent, in the file's order."""
    if 8 <= length <= 0x7FFF and data[start : start + 2] == b"\x02\x02" and data[start + 2 : start + 3] < b"\x80":
        return _new_style(data, start, lines, length)
    size = 4 * lines * length
    raw = np.frombuffer(data, np.uint8, max(len(data) - start, 0) // 4 * 4, start).reshape(-1, 4)
    repeats = (raw[:, :3] == 1).all(axis=1)
    if repeats[: lines * length].any():
        raw = _old_style(raw, repeats, lines * length)
    if raw.size < size:
        raise InputError(f"is cut off: it holds {len(raw)} of {lines * length} pixels")
    return raw[: lines * length].reshape(lines, length, 4)


def _old_style(raw: np.ndarray, repeats: np.ndarray, pixels: int) -> np.ndarray:
    """Pixels (N, 4) of N' <= N, where (1, 1, 1, n) says: the last one n times more; the next such one n * 256 times, ..."""
    place = np.arange(len(raw))
    last = np.maximum.accumulate(np.where(repeats, -1, place))
    shift = 8 * (place - last - 1)  # 0 for the first of several in a row
    if last[0] < 0 or shift.max() > 24:
        raise InputError("is damaged: a repetition of no pixel, or one without an end")
    times = np.where(repeats, raw[:, 3].astype(np.int64) << np.maximum(shift, 0), 1)
    enough = int(np.searchsorted(np.cumsum(times), pixels)) + 1
    times = np.minimum(times[:enough], pixels)
    return raw[np.repeat(last[:enough], times)]


def _new_style(data: bytes, start: int, lines: int, length: int) -> np.ndarray:
    """Lines of four channels after one another, each in runs (128 + n, value) and stretches (n, n values)."""
    mark = bytes((2, 2, length >> 8, length & 255))
    out, p = bytearray(), start
    try:
        for line in range(lines):
            if data[p : p + 4] != mark:
                if p + 4 > len(data):
                    raise IndexError
                raise InputError(f"is damaged: line {line} of {lines} does not begin as a run-length encoded one")
            p += 4
            end = len(out) + 4 * length
            while len(out) < end:
                n = data[p]
                if n > 128:
                    out += data[p + 1 : p + 2] * (n - 128)
                    p += 2
                else:
                    out += data[p + 1 : p + 1 + n]
                    p += 1 + n
                if not n:
                    raise InputError(f"is damaged: a run of no pixels in line {line} of {lines}")
            if p > len(data):
                raise IndexError
            if len(out) > end:
                raise InputError(f"is damaged: line {line} of {lines} is too long")
    except IndexError:
        raise InputError(f"is cut off: it ends in line {line} of {lines}") from None
    return np.frombuffer(out, np.uint8).reshape(lines, 4, length).transpose(0, 2, 1)
