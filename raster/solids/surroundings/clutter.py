"""slab, books, rod, cable, arc, blob, cushion, cloth, open_box, vase, bowl, plant, strip, mat: clutter on tables and floors.

Each function takes u (32,), uniform in [0, 1), and returns its pieces (raster.geometry.surface.join), z up, of any size.
"""

from collections.abc import Sequence

import numpy as np

from raster.geometry.boxes import boxes
from raster.geometry.mesh import Mesh
from raster.geometry.round_bodies import lathe, superquadric, tube
from raster.transforms import rotation_about_z

Pieces = Sequence[Mesh]


def between(u: float, low: float, high: float) -> float:
    """u in [0, 1) as a number from low to high."""
    return low + (high - low) * float(u)


def slab(u: np.ndarray) -> Pieces:
    """A flat box: its height is at most a quarter of its length. With a lid that stands out, half of the time."""
    size = np.array([1, between(u[0], 0.2, 0.95), between(u[1] ** 2, 0.02, 0.25)])
    lid = boxes([[0, 0, 0.5 * size[2]]], [size * [1.04, 1.06, 0.3]])
    return [boxes([[0, 0, 0]], [size]), *([lid] if u[2] < 0.5 else [])]


def books(u: np.ndarray) -> Pieces:
    """Two to four flat boxes on one another, each turned a little; lower than half of their length."""
    count = 2 + int(3 * u[0])
    height = 0.03 + 0.09 * u[4 : 4 + count]
    size = np.stack([1 - 0.3 * u[8 : 8 + count], 0.75 - 0.25 * u[12 : 12 + count], height], axis=1)
    centre = np.stack([0.1 * u[16 : 16 + count], 0.1 * u[20 : 20 + count], np.cumsum(height) - height / 2], axis=1)
    return [boxes(centre, size, rotation_about_z(0.7 * (u[24 : 24 + count] - 0.5)))]


def rod(u: np.ndarray) -> Pieces:
    """A pen or stick: tapered, with round or pointed ends, 8 to 30 times as long as thick."""
    thick = between(u[0], 0.017, 0.06)
    x = np.array([-0.5, -0.42, 0.3, 0.36, 0.5])
    tip = between(u[1], 0.15, 0.8)
    radius = thick * np.array([between(u[2], 0.5, 1), 1, between(u[3], 0.8, 1.1), between(u[4], 0.7, 1.2), tip])
    return [tube(np.outer(x, [1, 0, 0]), radius, 5 + int(3 * u[5]))]


def cable(u: np.ndarray) -> Pieces:
    """A cable or hose in waves, on the ground."""
    s = np.linspace(0, 1, 13)
    turn = np.cumsum(between(u[0], -0.6, 0.6) + 0.7 * np.sin(2 * np.pi * (between(u[1], 0.3, 1.2) * s + u[2])))
    xy = np.cumsum(np.stack([np.cos(turn), np.sin(turn)], axis=1), axis=0) / 13
    return [tube(np.column_stack([xy, np.zeros(13)]), between(u[3], 0.008, 0.03), 5)]


def arc(u: np.ndarray) -> Pieces:
    """A bent tube such as a handle, an arm of a chair or a pair of headphones: 100 to 300 degrees of an ellipse, upright."""
    angle = np.linspace(0, np.radians(between(u[0], 100, 300)), 11)
    path = np.column_stack([np.cos(angle), between(u[1], 0.5, 1.3) * np.sin(angle), np.zeros(11)])
    bend = tube(path, between(u[2], 0.05, 0.2) * np.linspace(between(u[3], 0.6, 1), 1, 11), 6, between(u[4], 0.4, 2))
    swap = np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]], np.float64)  # upright half of the time
    return [bend if u[5] < 0.5 else Mesh(bend.positions @ swap.T, bend.normals @ swap.T, bend.uvs, bend.triangles)]


def blob(u: np.ndarray) -> Pieces:
    """A dented body, such as clay, fruit, shoes or stones; its height and width are at most 0.6 of its length."""
    size = np.array([1, between(u[0], 0.3, 0.6), between(u[1], 0.22, 0.5)])
    return [superquadric(size, (between(u[2], 0.5, 1.6), between(u[3], 0.5, 1.6)), 11, 6, between(u[4], 0.08, 0.22), 9 * u[5])]


def cushion(u: np.ndarray) -> Pieces:
    """A cushion or bag: thin at its edges, with corners."""
    size = np.array([1, between(u[0], 0.55, 1), between(u[1], 0.2, 0.45)])
    return [superquadric(size, (between(u[2], 1.2, 1.8), between(u[3], 0.3, 0.6)), 16, 7, between(u[4], 0, 0.08), 9 * u[5])]


def cloth(u: np.ndarray) -> Pieces:
    """A crumpled cloth or paper."""
    size = np.array([1, between(u[0], 0.5, 1), between(u[1], 0.08, 0.3)])
    return [superquadric(size, (between(u[2], 0.4, 1.0), between(u[3], 0.3, 0.9)), 16, 7, between(u[4], 0.15, 0.3), 9 * u[5])]


def open_box(u: np.ndarray) -> Pieces:
    """A box of a bottom and four thin walls, some with flaps."""
    x, y, z = 1.0, between(u[0], 0.45, 1), between(u[1], 0.15, 0.6)
    t = between(u[2], 0.015, 0.04)
    centre = [[0, 0, -z / 2], [0, y / 2, 0], [0, -y / 2, 0], [x / 2, 0, 0], [-x / 2, 0, 0]]
    size = [[x, y, t], [x + t, t, z], [x + t, t, z], [t, y - t, z], [t, y - t, z]]
    if u[3] < 0.5:
        flap = between(u[4], 0.15, 0.4)
        centre += [[0, y / 2 + flap / 2, z / 2], [0, -y / 2 - flap / 2, z / 2]]
        size += [[x, flap, t / 2], [x, flap, t / 2]]
    return [boxes(np.array(centre), np.array(size))]


def vase(u: np.ndarray) -> Pieces:
    """A bottle, vase, lamp or bulb: its radius changes by half or more, and it is flattened, so no side of it is round."""
    z = np.array([0, 0, 0.12, 0.3, 0.5, 0.65, 0.8, 1, 1])
    body, neck = between(u[0], 0.2, 0.34), between(u[1], 0.05, 0.12)
    radius = np.array([0, body * between(u[2], 0.3, 0.9), body * between(u[3], 0.6, 1), body, body * between(u[4], 0.6, 1)])
    radius = np.concatenate([radius, [between(u[5], neck, body), neck, neck * between(u[6], 1, 2.5), 0]])
    round_one = lathe(np.stack([radius, z], axis=1), 10)
    flat = np.array([1.0, between(u[7], 0.4, 0.65), 1.0])
    normals = round_one.normals / flat
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    return [Mesh(round_one.positions * flat, normals, round_one.uvs, round_one.triangles)]


def bowl(u: np.ndarray) -> Pieces:
    """A bowl, plate or lampshade: hollow, wider at one end."""
    foot, height, thick = between(u[0], 0.15, 0.3), between(u[1], 0.1, 0.45), 0.03
    r, z = np.array([0, foot, 0.42, 0.5, 0.5 - thick, 0.4, foot, 0]), np.array([0, 0, 0.5, 1, 1, 0.55, 0.15, 0.15]) * height
    return [lathe(np.stack([r, z], axis=1), 14)]


def plant(u: np.ndarray) -> Pieces:
    """A tuft of five to nine bent leaves or stems."""
    leaves, count = [], 5 + int(5 * u[0])
    s = np.linspace(0, 1, 4)
    for k in range(count):
        out, around = between(u[4 + k], 0.1, 0.8), 2 * np.pi * (k + u[14 + k]) / count
        path = np.stack([out * s**2 * np.cos(around), out * s**2 * np.sin(around), s * (1 - 0.5 * out * s)], axis=1)
        side = (-np.sin(around), np.cos(around), 0)
        leaves.append(tube(path, between(u[1], 0.015, 0.06) * np.array([0.5, 1, 0.8, 0.1]), 3, between(u[2], 1, 3), side))
    return leaves


def strip(u: np.ndarray) -> Pieces:
    """A line or tape on the floor, straight or curved: flat, 10 to 50 times as long as wide."""
    bend = between(u[0] ** 2, 0, 1.2)
    angle = np.linspace(-bend, bend, 9) + 1e-3
    path = np.stack([np.sin(angle), np.cos(angle), np.zeros(9)], axis=1)
    length = np.linalg.norm(np.diff(path, axis=0), axis=1).sum()
    return [tube(path / length, between(u[1], 0.01, 0.05), 4, 0.06)]


def mat(u: np.ndarray) -> Pieces:
    """A sheet, card, rug or tile: as thin as paper."""
    return [boxes([[0, 0, 0]], [[1, between(u[0], 0.4, 1), between(u[1], 0.002, 0.012)]])]
