"""enter, normal: where rays enter unit solids, in closed form, and the normals there. For benchmarks.path_tracer.

Arrays of vectors are (3, N), a column each. Every solid is convex and fills [-1, 1]^3 before it is scaled, so one number t
says where a ray enters. A ray that starts on the surface and leaves the solid has t <= 0, so it never hits its own solid.
"""

from collections.abc import Callable

import numpy as np

BEVEL = 0.05  # times the smallest half side: width of the edges of boxes and cylinders that are shaded as if round
MIN_T = 1e-4  # world units; nearer hits are ignored
MAX_DISTANCE = 500.0  # world units, the horizon of planes


def _planes(*rows: tuple[float, float, float, float]) -> np.ndarray:
    """Half-spaces (K, 4): inside is where x a + y b + z c <= d, for unit normals (a, b, c)."""
    planes = np.array(rows)
    return planes / np.linalg.norm(planes[:, :3], axis=1, keepdims=True)


# A tent with its ridge along y, a pyramid on a square.
POLYHEDRA = {
    "prism": _planes((0, 0, -1, 1), (0, -1, 0, 1), (0, 1, 0, 1), (2, 0, 1, 1), (-2, 0, 1, 1)),
    "pyramid": _planes((0, 0, -1, 1), (2, 0, 1, 1), (-2, 0, 1, 1), (0, 2, 1, 1), (0, -2, 1, 1)),
}


def dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Dot products (N,) of vectors (3, N) and (3, N) or (3, 1)."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def rotate(matrix: np.ndarray, v: np.ndarray) -> np.ndarray:
    """matrix (3, 3) times v (3, N), without the threads of BLAS."""
    m = matrix.astype(v.dtype)
    return m[:, :1] * v[0] + m[:, 1:2] * v[1] + m[:, 2:] * v[2]


def normalize(v: np.ndarray) -> np.ndarray:
    """v (3, N) at unit length."""
    return v / np.sqrt(np.maximum(dot(v, v), 1e-20))


def frame(n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two unit vectors (3, N) at right angles to n (3, N) and to each other, the first of them horizontal.

    Sampling visible normals needs such a frame (Heitz 2018, listing 1).
    """
    flat = n[0] ** 2 + n[1] ** 2
    scale = 1 / np.sqrt(np.maximum(flat, 1e-12))
    level = flat > 1e-12
    first = np.stack([np.where(level, -n[1] * scale, 1), np.where(level, n[0] * scale, 0), np.zeros_like(flat)])
    second = np.stack([n[1] * first[2] - n[2] * first[1], n[2] * first[0] - n[0] * first[2], n[0] * first[1] - n[1] * first[0]])
    return first.astype(np.float32), second.astype(np.float32)


def rotation_about_y(angle: float) -> np.ndarray:
    """(3, 3) float64 rotation about the y axis, radians."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def rotation_about_z(angle: float) -> np.ndarray:
    """(3, 3) float64 rotation about the z axis, radians."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def enter(kind: str, o: np.ndarray, d: np.ndarray) -> np.ndarray:
    """t (N,), which may be negative, where rays o + t d enter a unit solid; inf for a miss. o, d: (3, N) in its space."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return _polyhedron(POLYHEDRA[kind], o, d) if kind in POLYHEDRA else _ENTER[kind](o, d)


def _between(near: np.ndarray, far: np.ndarray) -> np.ndarray:
    """`near` where a ray is inside from near to far; inf where it never is."""
    return np.where(near <= far, near, np.inf).astype(near.dtype)


def _slab(o: np.ndarray, d: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """t where -1 <= x <= 1 begins and ends, for each coordinate separately (Kay and Kajiya 1986)."""
    a, b = (-1 - o) / d, (1 - o) / d
    return np.minimum(a, b), np.maximum(a, b)


def _round(o: np.ndarray, d: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """t where |x| <= 1 begins and ends, NaN for never; o, d: (K, N). From the nearest point, which is precise in float32."""
    a = np.maximum((d * d).sum(axis=0), 1e-30)  # of a ray along the axis, which is always inside or never
    middle = -(o * d).sum(axis=0) / a
    nearest = o + middle * d
    half = np.sqrt((1 - (nearest * nearest).sum(axis=0)) / a)
    return middle - half, middle + half


def _box(o: np.ndarray, d: np.ndarray) -> np.ndarray:
    near, far = _slab(o, d)
    return _between(near.max(axis=0), far.min(axis=0))


def _sphere(o: np.ndarray, d: np.ndarray) -> np.ndarray:
    return _between(*_round(o, d))


def _cylinder(o: np.ndarray, d: np.ndarray) -> np.ndarray:
    near, far = _round(o[:2], d[:2])
    bottom, top = _slab(o[2], d[2])
    return _between(np.maximum(near, bottom), np.minimum(far, top))


def _cone(o: np.ndarray, d: np.ndarray) -> np.ndarray:
    """Apex (0, 0, 1), base of radius 1 at z = -1: the smallest t of two points on the side and one on the base."""
    lift = 1 - o[2]
    a = d[0] ** 2 + d[1] ** 2 - d[2] ** 2 / 4
    b = o[0] * d[0] + o[1] * d[1] + lift * d[2] / 4
    c = o[0] ** 2 + o[1] ** 2 - lift**2 / 4
    root = np.sqrt(b * b - a * c)
    base = (-1 - o[2]) / d[2]
    x, y = o[0] + base * d[0], o[1] + base * d[1]
    found = np.where(x * x + y * y <= 1, base, np.inf)
    for t in ((-b - root) / a, (-b + root) / a):
        found = np.where(np.abs(o[2] + t * d[2]) <= 1, np.minimum(found, t), found)
    return found.astype(o.dtype)


def _polyhedron(planes: np.ndarray, o: np.ndarray, d: np.ndarray) -> np.ndarray:
    near, far = np.full(o.shape[1], -np.inf, o.dtype), np.full(o.shape[1], np.inf, o.dtype)
    for *n, w in planes.astype(o.dtype):
        along = dot(d, n)
        t = (w - dot(o, n)) / along
        near, far = np.where(along < 0, np.maximum(near, t), near), np.where(along >= 0, np.minimum(far, t), far)
    return _between(near, far)


def _plane(o: np.ndarray, d: np.ndarray) -> np.ndarray:
    """The plane z = 0 from above, up to MAX_DISTANCE, beyond which float32 is too coarse for its patterns."""
    t = -o[2] / d[2]
    return np.where((o[2] > 0) & (d[2] < 0) & (t < MAX_DISTANCE), t, np.inf).astype(o.dtype)


_ENTER: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "box": _box, "sphere": _sphere, "cylinder": _cylinder, "cone": _cone, "plane": _plane,
}  # fmt: skip


def normal(kind: str, q: np.ndarray, half: np.ndarray) -> np.ndarray:
    """Outward unit normals (3, N) at surface points q (3, N) of a solid with half sides `half` (3,), q in world units.

    Normals of boxes and cylinders (of circular section: half[0] = half[1]) are those of slightly rounded edges, as real
    ones are; the silhouette stays sharp.
    """
    h = half.astype(q.dtype)[:, None]
    unit = q / h
    if kind == "plane":
        found = np.zeros_like(q)
        found[2] = 1
    elif kind in ("box", "cylinder"):
        r = BEVEL * h.min()
        if kind == "box":
            found = np.sign(q) * np.maximum(np.abs(q) - (h - r), 0)
        else:
            away = np.sqrt(q[0] ** 2 + q[1] ** 2)
            found = np.stack([*(q[:2] * (np.maximum(away - (h[0] - r), 0) / np.maximum(away, 1e-6))), q[2]])
            found[2] = np.sign(q[2]) * np.maximum(np.abs(q[2]) - (h[2] - r), 0)
    elif kind == "sphere":
        found = unit / h
    elif kind in POLYHEDRA:
        planes = POLYHEDRA[kind].astype(q.dtype)
        outside = np.stack([dot(unit, n) - w for *n, w in planes])
        found = planes[outside.argmax(axis=0), :3].T / h
    else:
        side = np.stack([unit[0], unit[1], (1 - unit[2]) / 4 if kind == "cone" else (unit[2] + 1) / 4]) / h
        found = np.where(unit[2] < -0.999, np.array([[0.0], [0.0], [-1.0]], q.dtype), side)
    return normalize(found)
