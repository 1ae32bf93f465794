"""window, blinds, picture, screen, keyboard, shelf, cupboard, grille: flat things of frames and what they hold.

Each function takes u (32,), uniform in [0, 1), and returns the pieces of the frame and those of what it holds. Panels stand
upright, as wide along x as they are high along z, and look along -y; a keyboard lies, and looks up.
"""

import numpy as np

from raster.geometry.boxes import boxes
from raster.geometry.mesh import Mesh
from raster.solids.surroundings.clutter import Pieces, between
from raster.transforms import rotation_about_z


def window(u: np.ndarray) -> tuple[Pieces, Pieces]:
    """A window or glass door: a frame and bars, and a pane."""
    w, h = _sides(u, 0.5, 1.8)
    t = between(u[2], 0.03, 0.08)
    bars = _bars(w, h, 1 + int(4 * u[3]), 1 + int(4 * u[4]), t * between(u[5], 0.3, 0.8), -0.2 * t)
    sill = boxes([[0, -0.06, -h / 2 - 0.02]], [[w * 1.12, 0.16, 0.04]])
    return [_frame(w, h, t, t), *bars, *([sill] if u[6] < 0.4 else [])], [_pane(w, h, 0.01)]


def blinds(u: np.ndarray) -> tuple[Pieces, Pieces]:
    """A window with slats before it, across or upright, over a part of its height."""
    w, h = _sides(u, 0.5, 1.8)
    upright, t = u[2] < 0.25, 0.04
    count = 9 + int(14 * u[3])
    across, along = (w, h) if upright else (h, w)
    step = between(u[4], 0.5, 1) * across / count
    at = across / 2 - step * (np.arange(count) + 0.5)
    # Slats that are turned about their length; with the length along x, then laid along z for upright ones.
    tilt = between(u[5], 0.1, 1.3)
    wide = step * between(u[6], 0.6, 1.1)
    c, s = np.cos(tilt), np.sin(tilt)
    turn = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]) if upright else np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
    zero = np.zeros(count)
    centre = np.stack([at, zero - 0.05, zero] if upright else [zero, zero - 0.05, at], axis=1)
    size = [wide, 0.006, along] if upright else [along, 0.006, wide]
    slats = boxes(centre, np.tile(size, (count, 1)), np.tile(turn, (count, 1, 1)))
    return [slats, _frame(w, h, t, t)], [_pane(w, h, 0.01)]


def picture(u: np.ndarray) -> tuple[Pieces, Pieces]:
    """A picture, poster or mirror in a frame."""
    w, h = _sides(u, 0.6, 1.6)
    t = between(u[2] ** 2, 0.012, 0.1)
    return [_frame(w, h, t, between(u[3], 0.015, 0.05))], [_pane(w, h, 0.012)]


def screen(u: np.ndarray) -> tuple[Pieces, Pieces]:
    """A screen or laptop: a dark body with a rim, on a foot or a keyboard; the pane is what it shows."""
    w, h = 1.0, between(u[0], 0.5, 0.75)
    t = between(u[1], 0.015, 0.05)
    body = [_frame(w, h, t, 0.03), boxes([[0, 0.03, 0]], [[w, 0.03, h]])]
    if u[2] < 0.45:
        body += [boxes([[0, 0.05, -h / 2 - 0.1], [0, 0.03, -h / 2 - 0.2]], [[0.08, 0.03, 0.3], [0.35, 0.25, 0.02]])]
    elif u[2] < 0.7:
        body += [boxes([[0, -h * 0.45, -h / 2 - 0.02]], [[w, h * 0.9, 0.03]])]
    return body, [_pane(w - t, h - t, 0.01)]


def keyboard(u: np.ndarray) -> tuple[Pieces, Pieces]:
    """A keyboard, remote control or calculator: a slab, and a grid of keys."""
    columns, rows = (3 + int(3 * u[0]), 6 + int(5 * u[1])) if u[2] < 0.35 else (10 + int(3 * u[0]), 4 + int(2 * u[1]))
    pitch = 1.0 / columns
    x, y = np.meshgrid((np.arange(columns) - (columns - 1) / 2) * pitch, (np.arange(rows) - (rows - 1) / 2) * pitch)
    keep = between(u[3], 0.6, 0.92)
    centre = np.stack([x.ravel(), y.ravel(), np.full(x.size, 0.25 * pitch)], axis=1)
    size = np.tile([keep * pitch, keep * pitch, 0.5 * pitch], (x.size, 1))
    size[:: 7 + int(5 * u[4])] *= np.array([1.08, 1, 1])
    rim = between(u[5], 0.3, 1.2) * pitch
    slab = boxes([[0, 0, -0.15 * pitch]], [[1 + rim, rows * pitch + rim, between(u[6], 0.3, 0.6) * pitch]])
    return [slab], [boxes(centre, size)]


def shelf(u: np.ndarray) -> tuple[Pieces, Pieces]:
    """A shelf: sides, back and boards; and what stands in it, like the backs of books."""
    w, h = _sides(u, 0.6, 2.0)
    deep, t, count = between(u[2], 0.15, 0.35), between(u[3], 0.02, 0.04), 2 + int(3 * u[4])
    z = np.linspace(-h / 2, h / 2, count + 1)
    frame = _bars(w, h, 2, count, t, 0, deep)
    back = boxes([[0, deep / 2, 0]], [[w, t / 2, h]])
    per = 7
    k = np.arange(per * count)
    wide = w / (per + 1)
    tall = (h / count - t) * (0.55 + 0.4 * u[(3 * k) % 32])
    x = -w / 2 + wide * (k % per + 0.7 + 0.4 * u[(5 * k + 1) % 32])
    books = boxes(
        np.stack([x, np.zeros(len(k)), z[k // per] + t / 2 + tall / 2], axis=1),
        np.stack([wide * (0.3 + 0.65 * u[(7 * k + 2) % 32]), deep * (0.5 + 0.4 * u[(11 * k) % 32]), tall], axis=1),
    )
    return [*frame, _frame(w, h, t, deep), back], [books]


def cupboard(u: np.ndarray) -> tuple[Pieces, Pieces]:
    """A cupboard, door or chest of drawers as a flat front with panels that stand out; and handles."""
    w, h = _sides(u, 0.5, 2.2)
    columns, rows = 1 + int(2 * u[2]), 1 + int(4 * u[3])
    grid = np.meshgrid((np.arange(columns) + 0.5) / columns * w - w / 2, (np.arange(rows) + 0.5) / rows * h - h / 2)
    x, z = (each.ravel() for each in grid)
    gap = between(u[4], 0.9, 0.97)
    front = boxes(np.stack([x, 0 * x - 0.06, z], axis=1), np.tile([gap * w / columns, 0.03, gap * h / rows], (len(x), 1)))
    handle = boxes(
        np.stack([x + (u[5] - 0.5) * 0.7 * w / columns, 0 * x - 0.09, z], axis=1),
        np.tile([0.02 + 0.15 * (u[6] > 0.5), 0.03, 0.02 + 0.12 * (u[6] <= 0.5)], (len(x), 1)),
    )
    return [boxes([[0, 0, 0]], [[w, 0.1, h]]), front], [handle]


def grille(u: np.ndarray) -> tuple[Pieces, Pieces]:
    """A radiator, fence, vent or curtain: parallel bars, upright or across, close together; and two bars that hold them."""
    w, h = _sides(u, 0.4, 1.5)
    count = 6 + int(14 * u[2])
    x = (np.arange(count) + 0.5) / count * w - w / 2
    wide = w / count * between(u[3], 0.3, 0.9)
    turn = rotation_about_z(np.full(count, between(u[4], -0.8, 0.8)))
    bars = boxes(np.stack([x, 0 * x, 0 * x], axis=1), np.tile([wide, between(u[5], 0.02, 0.08), h], (count, 1)), turn)
    hold = boxes([[0, 0.02, 0.4 * h], [0, 0.02, -0.4 * h]], [[w, 0.03, 0.05], [w, 0.03, 0.05]])
    return [bars], [hold]


def _sides(u: np.ndarray, low: float, high: float) -> tuple[float, float]:
    """Width and height: their ratio is from low to high, uniform in the logarithm; the longer one is 1."""
    ratio = low * (high / low) ** float(u[0])
    return min(1.0, ratio), min(1.0, 1 / ratio)


def _frame(w: float, h: float, t: float, deep: float) -> Mesh:
    """Four bars of thickness t around w x h, which they lie within."""
    x, y, z = (w - t) / 2, -deep / 2, (h - t) / 2
    lying, upright = [w, deep, t], [t, deep, h - 2 * t]
    return boxes([[0, y, z], [0, y, -z], [x, y, 0], [-x, y, 0]], [lying, lying, upright, upright])


def _bars(w: float, h: float, columns: int, rows: int, t: float, y: float, deep: float = 0.0) -> list[Mesh]:
    """Bars that divide w x h into columns and rows; none for one of each."""
    x, z = (np.arange(1, n) / n * side - side / 2 for n, side in ((columns, w), (rows, h)))
    upright = [[each, y, 0] for each in x] if not deep else []
    centre = np.array([*upright, *([0, y, each] for each in z)]).reshape(-1, 3)
    size = np.array([[t, deep or t, h]] * len(upright) + [[w, deep or t, t]] * len(z)).reshape(-1, 3)
    return [boxes(centre, size)] if len(centre) else []


def _pane(w: float, h: float, deep: float) -> Mesh:
    """A pane that fills w x h."""
    return boxes([[0, 0, 0]], [[w, deep, h]])
