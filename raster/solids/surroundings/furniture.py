"""table, chair, star_base, bench: furniture, z up. Each function takes u (32,), uniform in [0, 1), and returns its pieces."""

import numpy as np

from raster.geometry.boxes import boxes
from raster.geometry.mesh import Mesh
from raster.geometry.round_bodies import tube
from raster.solids.surroundings.clutter import Pieces, between


def table(u: np.ndarray) -> tuple[Pieces, Pieces]:
    """A table or stool: a thin top; and four legs, which taper and may stand aslant."""
    w, d, h = 1.0, between(u[0], 0.5, 1), between(u[1], 0.4, 0.9)
    top = boxes([[0, 0, h / 2]], [[w, d, between(u[2], 0.02, 0.07)]])
    return [top], _legs(0.44 * w, 0.42 * d, -h / 2, h / 2, between(u[3], 0.9, 1.2), between(u[4], 0.015, 0.045))


def chair(u: np.ndarray) -> tuple[Pieces, Pieces]:
    """A chair: seat and back; and legs, posts and, half of the time, arms."""
    seat = between(u[0], 0.38, 0.5)
    back = between(u[1], 0.3, 0.55)
    soft = boxes([[0, 0, seat]], [[0.5, 0.5, between(u[2], 0.03, 0.1)]])
    slats = 1 + int(4 * u[3])
    z = seat + 0.12 + back * (np.arange(slats) + 0.5) / slats
    rest = boxes(np.stack([0 * z, 0 * z + 0.24, z], axis=1), np.tile([0.46, 0.03, 0.8 * back / slats], (slats, 1)))
    legs = [*_legs(0.22, 0.22, 0, seat, between(u[4], 1, 1.25), 0.02)]
    for x in (-0.22, 0.22):
        legs.append(tube(np.array([[x, 0.24, seat], [x, 0.25, seat + 0.12 + back]]), 0.02, 5, 1.0, (1, 0, 0)))
        if u[5] < 0.5:
            s = np.linspace(0, 1, 5)
            path = np.stack([0 * s + 1.15 * x, 0.24 - 0.44 * s, seat + 0.2 - 0.2 * s**4], axis=1)
            legs.append(tube(path, between(u[6], 0.02, 0.05), 6, between(u[7], 0.6, 1.5), (1, 0, 0)))
    return [soft, rest], legs


def star_base(u: np.ndarray) -> tuple[Pieces, Pieces]:
    """The foot of an office chair or lamp: a column, and five legs in a star with castors."""
    legs: list[Mesh] = []
    castors: list[Mesh] = []
    for k in range(4 + int(2 * u[0])):
        a = 2 * np.pi * k / (4 + int(2 * u[0]))
        out = np.array([np.cos(a), np.sin(a), 0])
        path = np.array([0.06 * out + [0, 0, 0.14], 0.5 * out + [0, 0, 0.07]])
        legs.append(tube(path, np.array([0.05, 0.03]), 5, 1.0))
        castors.append(tube(np.array([0.5 * out + [0, 0, 0.03], 0.54 * out + [0, 0, 0.03]]), 0.03, 5))
    column = tube(np.array([[0, 0, 0.1], [0, 0, between(u[1], 0.3, 0.9)]]), np.array([0.06, 0.03]), 7, 1.0, (1, 0, 0))
    return [*legs, column], castors


def bench(u: np.ndarray) -> tuple[Pieces, Pieces]:
    """A sofa or bench: seat, back and arms as thick slabs; and feet."""
    w, d, t = 1.0, between(u[0], 0.3, 0.5), between(u[1], 0.08, 0.16)
    seat, back = between(u[2], 0.12, 0.25), between(u[3], 0.2, 0.4)
    centre = [[0, 0, seat], [0, d / 2, seat + back / 2], [w / 2, 0, seat + 0.08], [-w / 2, 0, seat + 0.08]]
    size = [[w, d, t], [w, t, back + t], [t, d, 0.16 + t], [t, d, 0.16 + t]]
    return [boxes(np.array(centre), np.array(size))], _legs(0.45, 0.4 * d, 0, seat, 1.0, 0.02)


def _legs(x: float, y: float, foot: float, top: float, slant: float, radius: float) -> list[Mesh]:
    """Four legs between the heights foot and top, around (x, y) at the top, slant times as far out at the foot."""
    corners = [(a * x, b * y) for a in (-1, 1) for b in (-1, 1)]
    paths = [np.array([[slant * a, slant * b, foot + radius], [a, b, top]]) for a, b in corners]
    return [tube(path, np.array([0.6, 1]) * radius, 5, 1.0, (1, 0, 0)) for path in paths]
