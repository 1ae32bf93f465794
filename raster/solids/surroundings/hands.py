"""hand, limb: hands with four or five fingers on a forearm, open or bent, and bare arms and legs; skin, and a sleeve.

Each function takes u (32,), uniform in [0, 1), and returns the pieces of the skin and those of the sleeve. The fingers point
along +y, the palm looks along +z, the forearm goes along -y.
"""

import numpy as np

from raster.geometry.mesh import Mesh
from raster.geometry.round_bodies import superquadric, tube
from raster.solids.surroundings.clutter import Pieces, between

# Of thumb and fingers: where they begin (x, y), the angle from y towards x in degrees, length, radius; the palm is 0.8 wide.
_THUMB = (-0.36, -0.25, -50, 0.75, 0.115)
_FINGERS = ((-0.29, 0.4, -8, 0.78, 0.1), (-0.1, 0.46, -2, 0.88, 0.1), (0.1, 0.44, 3, 0.82, 0.1), (0.29, 0.36, 10, 0.64, 0.088))


def hand(u: np.ndarray) -> tuple[Pieces, Pieces]:
    """A hand, left or right. The fingers bend together, the index finger and the thumb by amounts of their own."""
    bend = between(u[0] ** 1.5, 0.05, 1.6)  # radians of the whole finger
    spread = between(u[1], 0.3, 2.0)
    others = [bend * between(u[3], 0.3, 1.1), bend, bend * between(u[4], 0.9, 1.3), bend * between(u[5], 0.9, 1.5)]
    bends = [between(u[2], 0.1, 1.0), *others]
    palm = superquadric(np.array([0.86, 1.05, 0.3]), (0.8, 0.6), 10, 4)
    pieces = [palm]
    for k, (x, y, aside, length, radius) in enumerate((_THUMB, *_FINGERS)):
        aside = np.radians(aside * (spread if k else between(u[6], 0.6, 1.2)))
        pieces.append(_finger(x, y, aside, length * between(u[8 + k], 0.9, 1.1), radius, bends[k]))
    arm, sleeve = _forearm(u)
    return _mirrored([*pieces, arm], u[7]), _mirrored([sleeve], u[7])


def limb(u: np.ndarray) -> tuple[Pieces, Pieces]:
    """A bare arm or leg, tapered and bent, which ends in a fist or foot; clothing over the rest."""
    arm, sleeve = _forearm(u)
    end = np.array([between(u[20], 0.42, 0.65), between(u[21], 1.0, 1.6), between(u[22], 0.3, 0.5)])
    return [arm, superquadric(end, (0.8, 0.8), 10, 5, 0.1, 9 * u[23])], [sleeve]


def _finger(x: float, y: float, aside: float, length: float, radius: float, bend: float) -> Mesh:
    """A finger of four joints, which bends towards +z."""
    angle = bend * np.array([0.0, 0.25, 0.6, 1.0])
    steps = length / 3 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    along = np.concatenate([[[-0.1, 0.0]], np.cumsum(steps[:3], axis=0)])
    path = np.stack([x + along[:, 0] * np.sin(aside), y + along[:, 0] * np.cos(aside), along[:, 1] + 0.02], axis=1)
    return tube(path, radius * np.array([1.05, 1.0, 0.92, 0.72]), 6, 1.0, (np.cos(aside), -np.sin(aside), 0))


def _forearm(u: np.ndarray) -> tuple[Mesh, Mesh]:
    """A forearm from the wrist along -y, slightly bent, and a sleeve around its end."""
    s = np.linspace(0, 1, 5)
    length, sag = between(u[16], 2.2, 4.0), between(u[17], -0.5, 0.5)
    path = np.stack([sag * s**2, -0.35 - length * s, 0.3 * sag * s**2], axis=1)
    radius = 0.24 + 0.2 * s**0.8
    begins = between(u[18], 0.15, 0.8)
    at = np.linspace(begins, 1.05, 4)
    there = np.stack([np.interp(at, s, path[:, k]) for k in range(3)], axis=1)
    there[-1] += path[-1] - path[-2]
    loose = between(u[19], 1.15, 1.6)
    sleeve = loose * np.interp(at, s, radius) * np.array([1, 1.06, 0.96, 1.1])
    return tube(path, radius, 7, 0.8, (0, 0, 1)), tube(there, sleeve, 8, 0.85, (0, 0, 1))


def _mirrored(pieces: list[Mesh], u: float) -> Pieces:
    """The pieces, or for u below a half their mirror images: the other hand."""
    flip = np.array([-1.0, 1.0, 1.0])
    if u >= 0.5:
        return pieces
    return [Mesh(p.positions * flip, p.normals * flip, p.uvs, p.triangles[:, ::-1]) for p in pieces]
