"""Solid, SOLIDS: the shapes that the independent ray caster knows: where a ray enters each, by formulas. Only NumPy is used."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

import numpy as np

# Shapes by a solid's name, or, before that, by an object's class and the solid's name: ("cube", "cube").
Shapes = dict[str | tuple[str, str], "Solid"]

# The t (N,) at which each of N rays, origin + t * direction, enters and leaves something; empty where enter > leave.
Span = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Solid:
    """A shape in object space."""

    radius: float  # of a sphere about the origin that holds it; pixels outside its image are skipped
    entries: Callable[[np.ndarray, np.ndarray], np.ndarray]  # origin (3,), directions (3, N) -> (K, N) t, inf = none


def _within_planes(o: np.ndarray, d: np.ndarray, normals: np.ndarray, heights: np.ndarray) -> Span:
    """Where normals (F, 3) @ point <= heights (F,) for all F."""
    room, rate = (heights - normals @ o)[:, None], normals @ d
    t = room / rate
    enter = np.where(rate < 0, t, -np.inf).max(axis=0)
    leave = np.where(rate > 0, t, np.inf).min(axis=0)
    return np.where(((rate == 0) & (room < 0)).any(axis=0), np.inf, enter), leave


def _roots(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> Span:
    """The roots of a t**2 + 2 b t + c in ascending order; a root at infinity where a is 0; (inf, -inf) for none.

    Where a >= 0 they are where that expression is <= 0. Written so that no difference of near-equal numbers is taken.
    """
    inner = b * b - a * c
    q = -(b + np.copysign(np.sqrt(np.maximum(inner, 0)), b))
    first, second = q / a, c / q  # where a is 0, and it is never -0.0, q decides the sign of infinity
    constant = (a == 0) & (b == 0)
    none = np.where(constant, c > 0, inner < 0)
    enter = np.where(constant, -np.inf, np.fmin(first, second))
    leave = np.where(constant, np.inf, np.fmax(first, second))
    return np.where(none, np.inf, enter), np.where(none, -np.inf, leave)


def _within_slab(o: np.ndarray, d: np.ndarray, half: float) -> Span:
    """Where |z| <= half."""
    return _within_planes(o, d, np.array([[0.0, 0.0, 1.0], [0.0, 0.0, -1.0]]), np.array([half, half]))


def _within_ball(o: np.ndarray, d: np.ndarray, radius: float, z: float = 0.0) -> Span:
    """Where the point is at most radius away from (0, 0, z)."""
    p = o - np.array([0.0, 0.0, z])
    return _roots((d * d).sum(axis=0), p @ d, p @ p - radius**2)


def _within_pipe(o: np.ndarray, d: np.ndarray, radius: float) -> Span:
    """Where x**2 + y**2 <= radius**2."""
    return _roots((d[:2] * d[:2]).sum(axis=0), o[:2] @ d[:2], o[:2] @ o[:2] - radius**2)


def _within_cone(o: np.ndarray, d: np.ndarray, apex: float, slope: float) -> Span:
    """Where z <= apex and x**2 + y**2 <= (slope (apex - z))**2, for rays that are cut off below the apex.

    A ray steeper than the cone (a < 0) is in the lower half before its first root if it rises, after its second if it
    falls. Any other ray meets one half only, and what cuts it off below the apex cuts off the upper half.
    """
    drop = slope * (apex - o[2])
    a = d[0] ** 2 + d[1] ** 2 - (slope * d[2]) ** 2
    first, second = _roots(a, o[:2] @ d[:2] + slope * drop * d[2], o[:2] @ o[:2] - drop**2)
    enter = np.where(a >= 0, first, np.where(d[2] < 0, second, -np.inf))
    return enter, np.where(a >= 0, second, np.where(d[2] < 0, np.inf, first))


def _entry(*spans: Span) -> np.ndarray:
    """(1, N): where the rays enter what all spans have in common, or inf."""
    enter, leave = np.max([s[0] for s in spans], axis=0), np.min([s[1] for s in spans], axis=0)
    return np.where(enter <= leave, enter, np.inf)[None]


SIGNS = (-0.5, 0.5)


def convex(corners: Any) -> Solid:
    """The convex hull of a few corners (P, 3): any three of them make a face if all others lie on one side."""
    points = np.asarray(corners, np.float64)
    planes = set()
    for a, b, c in combinations(points, 3):
        normal = np.cross(b - a, c - a)
        if not (size := np.linalg.norm(normal)):
            continue
        for unit in (normal / size, -normal / size):
            if (points @ unit).max() <= a @ unit + 1e-9:
                planes.add(tuple((np.round([*unit, a @ unit], 12) + 0.0).tolist()))
    faces = np.array(sorted(planes))
    radius = float(np.linalg.norm(points, axis=1).max())
    return Solid(radius, lambda o, d: _entry(_within_planes(o, d, faces[:, :3], faces[:, 3])))


def prism(sides: int) -> Solid:
    """Height 1 along z over a regular polygon inscribed in a circle of diameter 1, a corner on +x."""
    angle = 2 * np.pi * np.arange(sides) / sides
    return convex([(0.5 * np.cos(a), 0.5 * np.sin(a), z) for a in angle for z in (-0.5, 0.5)])


def torus(tube_ratio: float = 0.3) -> Solid:
    """Outer diameter 1, in the xy plane, around z; the tube's diameter is tube_ratio."""
    tube = tube_ratio / 2
    return Solid(0.5, lambda o, d: _torus_entries(o, d, 0.5 - tube, tube))


def _torus_entries(o: np.ndarray, d: np.ndarray, ring: float, tube: float) -> np.ndarray:
    """(4, N) t at which rays enter a torus: (|p|**2 + ring**2 - tube**2)**2 = 4 ring**2 (x**2 + y**2).

    With e of length 1 and s counted from the point q of the ray nearest to the centre, |q + s e|**2 = |q|**2 + s**2, so
    the quartic has no cubic term and its numbers are small however far the camera. Its roots are the eigenvalues
    of its companion matrix. Only rays that meet the box around the torus are put to it.
    """
    size = np.sqrt((d * d).sum(axis=0))
    t = np.full((4, len(size)), np.inf)
    boxed = np.isfinite(_entry(_within_slab(o, d, tube), _within_pipe(o, d, ring + tube))[0])
    e = d[:, boxed] / size[boxed]
    middle = -(o @ e)
    q = o[:, None] + middle * e
    k = (q * q).sum(axis=0) + ring**2 - tube**2
    c2 = 2 * k - 4 * ring**2 * (e[:2] * e[:2]).sum(axis=0)
    c1 = -8 * ring**2 * (q[:2] * e[:2]).sum(axis=0)
    c0 = k * k - 4 * ring**2 * (q[:2] * q[:2]).sum(axis=0)
    companion = np.tile(np.eye(4, k=-1), (len(k), 1, 1))  # s**4 + c2 s**2 + c1 s + c0
    companion[:, :3, 3] = -np.stack([c0, c1, c2], axis=1)
    root = np.linalg.eigvals(companion).T
    s = root.real
    falling = 4 * s**3 + 2 * c2 * s + c1 < 0  # from outside to inside
    entering = falling & (np.abs(root.imag) < 1e-7)
    t[:, boxed] = np.where(entering, (middle + s) / size[boxed], np.inf)
    return t


def _capsule(o: np.ndarray, d: np.ndarray) -> np.ndarray:
    """Total height 1 along z, diameter 0.5. A convex union is entered where the first of its pieces is."""
    pieces = [_entry(_within_ball(o, d, 0.25, z)) for z in (-0.25, 0.25)]
    return np.minimum.reduce([*pieces, _entry(_within_pipe(o, d, 0.25), _within_slab(o, d, 0.25))])


def chamfered_cube(bevel: float) -> Solid:
    """Side 1; along each edge a strip of each face is cut off, `bevel` wide: planes at 45 degrees, a triangle per corner."""
    size = np.array([1.0, 1 - 2 * bevel, 1 - 2 * bevel])
    return convex([np.roll(size, axis) * signs for axis in range(3) for signs in product(SIGNS, repeat=3)])


def chamfered_cylinder(bevel: float) -> Solid:
    """Diameter 1, height 1, axis z; both rims are cut by cones at 45 degrees, sqrt(x**2 + y**2) + |z| <= 1 - bevel."""
    over = np.array([1.0, 1.0, -1.0])

    def entries(o: np.ndarray, d: np.ndarray) -> np.ndarray:
        cones = _within_cone(o, d, 1 - bevel, 1.0), _within_cone(o * over, d * over[:, None], 1 - bevel, 1.0)
        return _entry(_within_pipe(o, d, 0.5), _within_slab(o, d, 0.5), *cones)

    return Solid(float(np.hypot(0.5, 0.5 - bevel)), entries)


SOLIDS: Shapes = {
    "cube": convex([(x, y, z) for x in SIGNS for y in SIGNS for z in SIGNS]),
    "sphere": Solid(0.5, lambda o, d: _entry(_within_ball(o, d, 0.5))),
    "cylinder": Solid(0.5**0.5, lambda o, d: _entry(_within_pipe(o, d, 0.5), _within_slab(o, d, 0.5))),
    "cone": Solid(0.5**0.5, lambda o, d: _entry(_within_cone(o, d, 0.5, 0.5), _within_slab(o, d, 0.5))),
    "capsule": Solid(0.5, _capsule),
    "torus": torus(),
    "pyramid": convex([*((x, y, -0.5) for x in SIGNS for y in SIGNS), (0, 0, 0.5)]),
    "tetrahedron": convex([(0.5, 0.5, 0.5), (0.5, -0.5, -0.5), (-0.5, 0.5, -0.5), (-0.5, -0.5, 0.5)]),
    "triangular_prism": prism(3),
    "hexagonal_prism": prism(6),
}
