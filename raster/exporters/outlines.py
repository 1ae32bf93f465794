"""outlines: the edge of every object of an image as closed chains of its pixels. polygon: one closed polygon of several."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Outline:
    """A closed chain of pixels of one object: the edge of a piece of it, or the pixels of it around a hole."""

    pixels: np.ndarray  # (N, 2) int64, column and row; neighbours touch, by a side or a corner; the last touches the first
    area: int  # px inside, with the edge; below 0 for a hole


# Sides of a pixel: top, right, bottom, left. Going round an object clockwise, along a side, what comes next?
_BEHIND = ((-1, 0), (0, 1), (1, 0), (0, -1))  # row, column: the pixel beyond the side
_AHEAD = ((0, 1), (1, 0), (0, -1), (-1, 0))  # the pixel ahead


def outlines(ids: np.ndarray, wanted: np.ndarray) -> dict[int, list[Outline]]:
    """Return object number -> its outlines. `ids` (H, W) uint16, `wanted` (M,) bool by number, M above all ids.

    Pixels that touch at a corner are of one piece. Filling the polygon through the centres of an outline's pixels, edge
    included, gives the piece with its holes; taking those of the holes away, their edge excluded, gives the object.
    """
    height, width = ids.shape
    padded = np.zeros((height + 2, width + 2), np.uint16)
    padded[1:-1, 1:-1] = np.where(wanted[ids], ids, 0)
    flat, stride = padded.ravel(), width + 2
    edges, after = _edges(flat, stride)
    found: dict[int, list[Outline]] = {}
    for chain in _chains(after.tolist()):
        chain_edges = edges[chain]
        cells, which = chain_edges >> 2, chain_edges & 3
        rows, columns = cells // stride - 1, cells % stride - 1
        area = int((rows[which == 2] + 1).sum() - rows[which == 0].sum())
        kept = np.append(True, cells[1:] != cells[:-1])
        if len(cells) > 1 and cells[-1] == cells[0] and kept.sum() > 1:
            kept[0] = False
        points = np.stack([columns[kept], rows[kept]], axis=1)
        found.setdefault(int(flat[cells[0]]), []).append(Outline(points, area))
    return dict(sorted(found.items()))


def _edges(flat: np.ndarray, stride: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the sides of pixels where an object ends, (N,) 4 x pixel + side, and (N,) the place of the one that follows."""
    pixels = np.flatnonzero(flat)
    edges, follow = [], []
    for side in range(4):
        (row, column), (row_ahead, column_ahead) = _BEHIND[side], _AHEAD[side]
        beyond = row * stride + column
        cells = pixels[flat[pixels] != flat[pixels + beyond]]
        ahead = cells + row_ahead * stride + column_ahead
        corner, number = ahead + beyond, flat[cells]
        turn = np.where(flat[ahead] == number, 4 * ahead + side, 4 * cells + (side + 1) % 4)
        follow.append(np.where(flat[corner] == number, 4 * corner + (side - 1) % 4, turn))
        edges.append(4 * cells + side)
    joined = np.concatenate(edges)
    order = np.argsort(joined)
    return joined, order[np.searchsorted(joined, np.concatenate(follow), sorter=order)]


def _chains(after: list[int]) -> list[list[int]]:
    """Return the circles of a permutation."""
    seen, found = bytearray(len(after)), []
    for start in range(len(after)):
        if not seen[start]:
            chain, k = [], start
            while not seen[k]:
                seen[k] = 1
                chain.append(k)
                k = after[k]
            found.append(chain)
    return found


def polygon(parts: list[Outline]) -> np.ndarray:
    """Return (N, 2) int64, N >= 3: one closed polygon of all outlines of an object, column and row of pixels.

    The largest piece comes first; each other outline hangs on a bridge there and back, where it is nearest. Filled by the
    even-odd rule, and with its edge, that is the object: a bridge is in it, or a line of one pixel to another piece.
    """
    pieces = sorted(parts, key=lambda part: -part.area)
    joined = pieces[0].pixels
    for piece in pieces[1:]:
        joined = _bridged(joined, piece.pixels)
    points = _without_straight(joined)
    return np.concatenate([points, np.repeat(points[-1:], max(0, 3 - len(points)), axis=0)])


def _bridged(joined: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return a chain that goes round `joined`, over to `other` where it is nearest, round that and back."""
    best = (np.inf, 0, 0)
    for first in range(0, len(joined), 256):  # in parts, for the memory of their distances
        far = np.abs(joined[first : first + 256, None] - other[None]).max(axis=2)
        k = int(far.argmin())
        i, j = divmod(k, len(other))
        if far[i, j] < best[0]:
            best = (float(far[i, j]), first + i, j)
    _, i, j = best
    around = np.concatenate([other[j:], other[: j + 1]])
    return np.concatenate([joined[: i + 1], around, joined[i:]])


def _without_straight(chain: np.ndarray) -> np.ndarray:
    """Return a closed chain without the points that lie on a straight line from neighbour to neighbour."""
    if len(chain) < 3:
        return chain
    before, after = chain - np.roll(chain, 1, axis=0), np.roll(chain, -1, axis=0) - chain
    turns = (before != after).any(axis=1) | (np.abs(before).max(axis=1) > 1) | (np.abs(after).max(axis=1) > 1)
    return chain[turns]
