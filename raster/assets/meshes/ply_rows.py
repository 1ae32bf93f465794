"""read_rows: the rows of an element of a PLY file as arrays, one for each column. Lists: a column of lists."""

import struct
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

COUNT = "\0count"  # what the names of the counts of lists end with
STEP = 1 << 22  # bytes of rows that are copied together, for the sake of memory


@dataclass(frozen=True)
class Lists:
    """A list for each row."""

    counts: np.ndarray  # (R,) int64
    values: np.ndarray  # (sum of counts,) all lists, one after another


def read_rows(
    body: np.ndarray, at: int, rows: int, types: list[tuple[str, str, str | None]]
) -> tuple[dict[str, np.ndarray | Lists], int, int]:
    """The columns of an element from byte `at` of body, the byte after it, and how many rows are whole; if not all, no columns.

    types: of each column its name, its type, and the type of its lists' counts or None.
    """
    if not types:
        return {}, at, rows
    rows = max(rows, 0)
    first = _list_lengths(body, at, min(rows, 1), types)
    if rows and not len(first):
        return {}, at, 0
    layout = _layout(types, first[0].tolist() if rows else [0] * first.shape[1])
    end = at + rows * layout.itemsize
    some = body[at:end].view(layout) if layout.itemsize and end <= len(body) else None
    counts = [name for name in layout.names or () if name.endswith(COUNT)]
    if some is not None and all((some[name] == some[name][:1]).all() for name in counts):
        return {name: _column(some, name, kind) for name, _, kind in types}, end, rows
    lengths = _list_lengths(body, at, rows, types)
    if len(lengths) < rows:
        return {}, at, len(lengths)
    return *_mixed_rows(body, at, lengths, types), rows


def _layout(types: list[tuple[str, str, str | None]], lengths: list[int]) -> np.dtype:
    """The layout of a row whose lists have these lengths."""
    fields: list[tuple] = []
    rest = iter(lengths)
    for name, kind, count_kind in types:
        fields += [(name, kind)] if count_kind is None else [(name + COUNT, count_kind), (name, kind, (next(rest),))]
    return np.dtype(fields)


def _list_lengths(body: np.ndarray, at: int, rows: int, types: list[tuple[str, str, str | None]]) -> np.ndarray:
    """(R, L) int64: the lengths of the lists of the rows from byte `at` on, as many rows as are whole, at most `rows`."""
    lists: list[tuple[int, Callable, int, int]] = []  # bytes before the count, what reads it, its bytes, bytes of an entry
    gap = 0
    for _, kind, count_kind in types:
        if count_kind is None:
            gap += np.dtype(kind).itemsize
        else:
            count = struct.Struct((count_kind[0] if count_kind[0] in "<>" else "=") + np.dtype(count_kind).char)
            lists.append((gap, count.unpack_from, count.size, np.dtype(kind).itemsize))
            gap = 0
    if not lists:
        return np.zeros((min(rows, (len(body) - at) // gap) if gap else rows, 0), np.int64)
    data, end = body.data, len(body)
    found: list[int] = []
    whole = 0
    while whole < rows and at <= end:
        for before, read, size, entry in lists:
            at += before
            length = int(read(data, at)[0]) if at + size <= end else -1
            at = at + size + length * entry if length >= 0 else end + 1
            found.append(length)
            if at > end:
                break
        at += gap
        whole += at <= end
    return np.array(found[: whole * len(lists)], np.int64).reshape(-1, len(lists))


def _mixed_rows(
    body: np.ndarray, at: int, lengths: np.ndarray, types: list[tuple[str, str, str | None]]
) -> tuple[dict[str, np.ndarray | Lists], int]:
    """The columns of rows whose lists have different lengths (R, L), and the byte after them.

    All rows with the same lengths are copied together to their places.
    """
    shapes, which = np.unique(lengths, axis=0, return_inverse=True)
    layouts = [_layout(types, shape) for shape in shapes.tolist()]
    sizes = np.array([layout.itemsize for layout in layouts])[which.ravel()]
    ends = at + np.cumsum(sizes)
    found: dict[str, np.ndarray | Lists] = {}
    firsts: dict[str, np.ndarray] = {}  # of the lists of each column: where they begin
    lists = iter(lengths.T)
    for name, kind, count_kind in types:
        if count_kind is None:
            found[name] = np.empty(len(lengths), kind)
        else:
            counts = next(lists).copy()
            found[name], firsts[name] = Lists(counts, np.empty(counts.sum(), kind)), np.cumsum(counts) - counts
    order = np.argsort(which.ravel(), kind="stable")
    for layout, chosen in zip(layouts, np.split(order, np.cumsum(np.bincount(which.ravel()))[:-1]), strict=True):
        for some in np.array_split(chosen, max(1, layout.itemsize * len(chosen) // STEP)):
            read = body[(ends - sizes)[some, None] + np.arange(layout.itemsize)].view(layout)[:, 0]
            for name, column in found.items():
                if isinstance(column, Lists):
                    column.values[firsts[name][some, None] + np.arange(read.dtype[name].shape[0])] = read[name]
                else:
                    column[some] = read[name]
    return found, int(ends[-1])


def _column(rows: np.ndarray, name: str, count_kind: str | None) -> np.ndarray | Lists:
    """One column of rows whose lists all have the same length."""
    if count_kind is None:
        return rows[name]
    return Lists(np.full(len(rows), rows.dtype[name].shape[0], np.int64), rows[name].reshape(-1))
