"""read_lines: the numbers and faces of an OBJ file's text as arrays."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from raster.errors import InputError

PIECE = 1 << 18  # characters of the text that are split into lines at a time, for the sake of memory
WIDTHS = {"v": 3, "vt": 2, "vn": 3}
LEAST = {"vt": 1}  # a texture coordinate may have one number
COLORED = 6  # numbers in a line v that holds a colour
WORDS = {word: number for number, word in enumerate((*WIDTHS, "f", "usemtl"))}  # of the lines that are read


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
    names: list[str | None] = [None]
    seen = np.zeros(len(WIDTHS), np.int64)
    for kinds, lines in _pieces(text):
        faces = np.flatnonzero(kinds == WORDS["f"])
        above = seen + np.stack([np.cumsum(kinds == WORDS[word])[faces] for word in WIDTHS], axis=1)
        sizes, block = _faces(lines["f"], above, path)
        counts.append(sizes[sizes > 0])
        corners.append(block)
        # The last name of the piece before is the first of this one.
        names = [names[-1], *(line.strip() for line in lines["usemtl"])]
        owners.append(_numbered(np.cumsum(kinds == WORDS["usemtl"])[faces][sizes > 0], names, materials))
        for number, word in enumerate(WIDTHS):
            if lines[word]:
                rows, colors = _numbers(word, lines[word], path)
                seen[number] += len(rows)
                parts[word].append(rows)
                parts["colors"] += [colors] if word == "v" else []
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


def _numbered(using: np.ndarray, names: list[str | None], materials: dict[str | None, int]) -> np.ndarray:
    """(P,) int32: numbers of materials, of which new ones are added, for polygons that use names[using (P,)]."""
    used, which = np.unique(using, return_inverse=True)
    return np.array([materials.setdefault(names[k], len(materials)) for k in used.tolist()], np.int32)[which]


def _pieces(text: str) -> Iterator[tuple[np.ndarray, dict[str, list[str]]]]:
    """The text in pieces: of each the kinds of its lines (L,) int8, as WORDS has them, and what stands in those of each kind.

    Lines are grouped by their kind because a file may change it with every line, and arrays of one row each are slow.
    """
    start = 0
    while start < len(text):
        end = text.find("\n", start + PIECE) + 1 or len(text)
        while end < len(text) and text[max(end - 2, 0) : end] == "\\\n":  # the line goes on
            end = text.find("\n", end) + 1 or len(text)
        piece, start = text[start:end].replace("\\\n", " "), end
        kinds: list[int] = []
        lines: dict[str, list[str]] = {word: [] for word in WORDS}
        for line in piece.split("\n"):
            pair = line.split(None, 1)
            if len(pair) == 2 and pair[0] in lines:
                kinds.append(WORDS[pair[0]])
                lines[pair[0]].append(pair[1])
        yield np.array(kinds, np.int8), lines


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


def _faces(lines: list[str], above: np.ndarray, path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Corner counts (L,) and corners (C, 3) of lines f. above (L, 3): how many v, vt and vn stand above each."""
    rows = [line.partition("#")[0].split() for line in lines]
    sizes = np.array([len(row) for row in rows], np.int64)
    words = list(chain.from_iterable(rows))
    if not words:
        return sizes, np.zeros((0, 3), np.int32)
    try:
        if len({word.count("/") for word in words}) > 1:
            words = ["/".join([*word.split("/"), "", ""][:3]) for word in words]
        numbers = np.array([int(number or 0) for number in "/".join(words).split("/")], np.int64)
    except (ValueError, OverflowError):
        bad = next((word for word in words if not all(n.lstrip("-").isdigit() for n in word.split("/") if n)), words[0])
        raise InputError(f"{path}: a face has the corner {bad[:40]}; expected numbers such as 1/1/1; is it damaged?") from None
    numbers = numbers.reshape(len(words), -1)
    corners = np.full((len(words), 3), -1, np.int32)
    for k, kind in enumerate(WIDTHS):
        if k < numbers.shape[1]:
            number = numbers[:, k]
            if k == 0 and not number.all():
                raise InputError(f"{path}: a face has vertex 0; in OBJ files vertices count from 1")
            place = number - 1
            if (behind := number < 0).any():
                counted = np.repeat(above[:, k], sizes)
                place = np.where(behind, counted + number, place)
                if (wrong := behind & (place < 0)).any():
                    told = f"a face has {kind} {number[wrong][0]}, but only {counted[wrong][0]} stand above it"
                    raise InputError(f"{path}: {told}; is it damaged?")
            corners[:, k] = np.minimum(place, np.iinfo(np.int32).max)
    return sizes, corners
