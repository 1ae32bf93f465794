"""read_lines: the numbers and faces of an OBJ file's text as arrays."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, groupby
from pathlib import Path

import numpy as np

from raster.errors import InputError

PIECE = 1 << 18  # characters of the text that are split into lines at a time, for the sake of memory
WIDTHS = {"v": 3, "vt": 2, "vn": 3}
LEAST = {"vt": 1}  # a texture coordinate may have one number
COLORED = 6  # numbers in a line v that holds a colour


@dataclass(frozen=True)
class ObjLines:
    """V positions, with colours or NaN; U texture coordinates; N normals; P polygons with C corners."""

    positions: np.ndarray  # (V, 3) float64
    colors: np.ndarray | None  # (V, 3) float64 as they stand, NaN for a vertex without; None if no vertex has one
    uvs: np.ndarray  # (U, 2) float64
    normals: np.ndarray  # (N, 3) float64
    counts: np.ndarray  # (P,) int64: corners of each polygon
    corners: np.ndarray  # (C, 3) int32: position, texture coordinate and normal from 0, -1 = none
    materials: tuple[str | None, ...]  # the names that usemtl gives, in the order of their first use
    material: np.ndarray  # (P,) int32: index into materials


def read_lines(text: str, path: Path) -> ObjLines:
    """All lines of a file that hold surfaces; lines of other kinds are passed over. path: for errors.

    InputError for a line that holds no numbers, or a face with a vertex that does not exist so far.
    """
    parts: dict[str, list[np.ndarray]] = {"v": [], "vt": [], "vn": [], "colors": []}
    counts: list[np.ndarray] = []
    corners: list[np.ndarray] = []
    materials: dict[str | None, int] = {}
    owners: list[np.ndarray] = []
    name: str | None = None
    seen = dict.fromkeys(WIDTHS, 0)
    for word, lines in _runs(text):
        if word in WIDTHS:
            block, colors = _numbers(word, lines, path)
            seen[word] += len(block)
            parts[word].append(block)
            parts["colors"] += [colors] if word == "v" else []
        elif word == "f":
            sizes, block = _faces(lines, tuple(seen.values()), path)
            counts.append(sizes)
            corners.append(block)
            owners.append(np.full(len(sizes), materials.setdefault(name, len(materials)), np.int32))
        elif word == "usemtl":
            name = lines[-1].strip()
    v, vt, vn = (np.concatenate([np.zeros((0, width)), *parts[word]]) for word, width in WIDTHS.items())
    colors = np.concatenate([np.zeros((0, 3)), *parts["colors"]])
    return ObjLines(
        v,
        None if np.isnan(colors).all() else colors,
        vt,
        vn,
        np.concatenate([np.zeros(0, np.int64), *counts]),
        np.concatenate([np.zeros((0, 3), np.int32), *corners]),
        tuple(materials),
        np.concatenate([np.zeros(0, np.int32), *owners]),
    )


def _runs(text: str) -> Iterator[tuple[str, list[str]]]:
    """Runs of lines with the same first word: that word, and what stands after it in each line."""
    start = 0
    while start < len(text):
        end = text.find("\n", start + PIECE) + 1 or len(text)
        while text[max(end - 2, 0) : end] == "\\\n":  # the line goes on
            end = text.find("\n", end) + 1 or len(text)
        piece, start = text[start:end].replace("\\\n", " "), end
        words = (line.split(None, 1) for line in piece.split("\n"))
        for word, run in groupby((pair for pair in words if len(pair) == 2), key=lambda pair: pair[0]):
            yield word, [pair[1] for pair in run]


def _numbers(word: str, lines: list[str], path: Path) -> tuple[np.ndarray, np.ndarray]:
    """(L, 2 or 3) of lines v, vt or vn, and the colours (L, 3) of lines v, NaN where there are none."""
    rows = [line.partition("#")[0].split() for line in lines]
    width, least = WIDTHS[word], LEAST.get(word, WIDTHS[word])
    sizes = np.array([len(row) for row in rows])
    try:
        flat = np.array(list(map(float, chain.from_iterable(rows))), np.float64)
        wrong = sizes < least
    except ValueError:
        wrong = np.array([not _are_numbers(row) for row in rows])
    if wrong.any():
        line = lines[int(np.argmax(wrong))].strip()[:80]
        raise InputError(f"{path}: the line {word} {line} does not hold {width} numbers; is it damaged?")
    firsts = (np.cumsum(sizes) - sizes)[:, None]
    columns = np.arange(width)
    values = np.where(columns < sizes[:, None], flat[np.minimum(firsts + columns, len(flat) - 1)], 0.0)
    colors = np.full((len(rows), 3), np.nan)
    if word == "v" and (colored := sizes >= COLORED).any():
        colors[colored] = flat[firsts[colored] + np.arange(3, 6)]
    return values, colors


def _are_numbers(row: list[str]) -> bool:
    try:
        return all(isinstance(float(number), float) for number in row)
    except ValueError:
        return False


def _faces(lines: list[str], seen: tuple[int, ...], path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Corner counts (L,) and corners (C, 3) of lines f. seen: numbers of v, vt and vn that stand above them."""
    rows = [row for line in lines if (row := line.partition("#")[0].split())]
    words = [corner for row in rows for corner in row]
    try:
        if len({word.count("/") for word in words}) > 1:
            words = ["/".join([*word.split("/"), "", ""][:3]) for word in words]
        numbers = np.array([int(number or 0) for number in "/".join(words).split("/")], np.int64).reshape(len(words), -1)
    except (ValueError, OverflowError):
        bad = next((word for word in words if not all(n.lstrip("-").isdigit() for n in word.split("/") if n)), words[0])
        raise InputError(f"{path}: a face has the corner {bad[:40]}; expected numbers such as 1/1/1; is it damaged?") from None
    corners = np.full((len(words), 3), -1, np.int32)
    for k, (kind, count) in enumerate(zip(WIDTHS, seen, strict=True)):
        if k < numbers.shape[1]:
            number = numbers[:, k]
            if k == 0 and not number.all():
                raise InputError(f"{path}: a face has vertex 0; in OBJ files vertices count from 1")
            place = np.where(number < 0, count + number, number - 1)
            wrong = (number < 0) & (place < 0)
            if wrong.any():
                raise InputError(
                    f"{path}: a face has {kind} {number[wrong][0]}, but only {count} stand above it; is it damaged?"
                )
            corners[:, k] = np.minimum(place, np.iinfo(np.int32).max)
    return np.array([len(row) for row in rows], np.int64), corners
