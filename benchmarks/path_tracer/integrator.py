"""radiance: a path tracer. Solid, Scene: what it traces. For benchmarks.path_tracer.

Arrays of vectors are (3, N) float32, a column for each ray, in world units; light is linear RGB.
"""

from dataclasses import dataclass, field

import numpy as np

from benchmarks.path_tracer.bsdf import Surface
from benchmarks.path_tracer.emitters import Ball, Panel, Sky
from benchmarks.path_tracer.shapes import MIN_T, dot, enter, normal, rotate
from benchmarks.path_tracer.textures import Paint

BOUNCES = 2  # reflections of a path after the first surface
MAX_INDIRECT = 2.0  # times the middle of the exposure: limit for one path after its first bounce, against single bright dots
MIN_ALPHA = 0.25  # of surfaces that are seen by reflected rays: also against single bright dots


@dataclass(frozen=True)
class Solid:
    """A unit solid of benchmarks.path_tracer.shapes, placed by centre, rotation and half sides, with its material."""

    kind: str  # as in shapes.enter
    class_id: int
    centre: np.ndarray  # (3,) float64
    rotation: np.ndarray  # (3, 3) float64, world from object
    half: np.ndarray  # (3,) float64
    paint: Paint
    roughness: float  # 0 mirror .. 1 matt
    shine: float  # reflectance at normal incidence, 0.02 .. 0.06; not used for metal, which reflects its colour
    metal: bool = False
    unit_from_world: np.ndarray = field(init=False)  # (3, 3)
    radius: float = field(init=False)  # of a bounding sphere about the centre

    def __post_init__(self) -> None:
        """Compute the derived fields."""
        object.__setattr__(self, "unit_from_world", self.rotation.T / self.half[:, None])
        reach = {"plane": np.inf, "sphere": self.half.max(), "cylinder": np.hypot(self.half[0], self.half[2])}
        object.__setattr__(self, "radius", float(reach.get(self.kind, np.linalg.norm(self.half))))

    def enter(self, o: np.ndarray, d: np.ndarray) -> np.ndarray:
        """t (N,), which may be negative, where rays o + t d (3, N) enter it; inf for a miss."""
        local = o - self.centre.astype(o.dtype)[:, None]
        return enter(self.kind, rotate(self.unit_from_world, local), rotate(self.unit_from_world, d))


@dataclass(frozen=True)
class Scene:
    """Solids, lights and sky."""

    solids: tuple[Solid, ...]
    lights: tuple[Panel | Ball, ...]
    sky: Sky

    def hit(self, o: np.ndarray, d: np.ndarray, limit: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Nearest t (N,), inf for no hit before `limit` (N,), and the index (N,) of the solid, -1 for none. d: unit length."""
        nearest = np.full(o.shape[1], np.inf, o.dtype) if limit is None else limit.astype(o.dtype)
        what = np.full(o.shape[1], -1, np.int32)
        for number, solid in enumerate(self.solids):
            rows = self._near(solid, o, d, nearest)
            t = solid.enter(o[:, rows], d[:, rows])
            closer = (t > MIN_T) & (t < nearest[rows])
            rows = rows[closer]
            nearest[rows], what[rows] = t[closer], number
        return np.where(what >= 0, nearest, np.inf), what

    @staticmethod
    def _near(solid: Solid, o: np.ndarray, d: np.ndarray, nearest: np.ndarray) -> np.ndarray:
        """Indices of the rays that meet the bounding sphere of a solid before `nearest` (N,)."""
        if solid.kind == "plane":
            return np.arange(o.shape[1])
        offset = solid.centre.astype(o.dtype)[:, None] - o
        along, r = dot(offset, d), solid.radius * 1.001
        return np.flatnonzero((dot(offset, offset) - along * along <= r * r) & (along > -r) & (along - r < nearest))


def surface(scene: Scene, p: np.ndarray, d: np.ndarray, what: np.ndarray) -> Surface:
    """The Surface at points p (3, N) of the solids with indices `what` (N,), reached along d (3, N)."""
    n, diffuse, shine = (np.zeros_like(p) for _ in range(3))
    alpha = np.zeros_like(p[0])
    for number in np.unique(what):
        solid, rows = scene.solids[number], np.flatnonzero(what == number)
        q = rotate(solid.rotation.T, p[:, rows] - solid.centre.astype(np.float32)[:, None])
        n[:, rows] = rotate(solid.rotation, normal(solid.kind, q, solid.half))
        colour = solid.paint(q)
        diffuse[:, rows] = 0 if solid.metal else colour
        shine[:, rows] = colour if solid.metal else solid.shine
        alpha[rows] = max(solid.roughness**2, 0.002)
    return Surface(np.where(dot(n, d) > 0, -n, n), diffuse, shine, alpha)


def radiance(scene: Scene, o: np.ndarray, d: np.ndarray, random: np.ndarray, middle: float) -> np.ndarray:
    """Radiance (3, N) that arrives along rays o + t d (3, N).

    random: (BOUNCES + 1, 3 + 2 * lights, N) numbers in [0, 1). middle: radiance at the middle of the exposure. Next-event
    estimation and reflected rays are combined by the power heuristic (Veach 1997). The camera does not see the lamps.
    """
    total, weight = np.zeros_like(o), np.ones_like(o)
    alive, density = np.arange(o.shape[1]), np.full(o.shape[1], np.inf, np.float32)
    for bounce, numbers in enumerate(random):
        limit = np.inf if bounce == 0 else MAX_INDIRECT * middle
        t, what = scene.hit(o, d)
        if bounce:
            for light in scene.lights:
                at, taken = light.meet(o, d)
                rows = np.flatnonzero(at < t)
                share = density[rows] ** 2 / (density[rows] ** 2 + taken[rows] ** 2)
                total[:, alive[rows]] += np.minimum(weight[:, rows] * share * light.emission[:, None], limit)
        rows = np.flatnonzero(what < 0)
        total[:, alive[rows]] += np.minimum(weight[:, rows] * scene.sky(d[:, rows]), limit)
        rows = np.flatnonzero(what >= 0)
        alive, weight, d = alive[rows], weight[:, rows], d[:, rows]
        p = o[:, rows] + t[rows] * d
        found = surface(scene, p, d, what[rows])
        found.alpha = np.maximum(found.alpha, np.float32(MIN_ALPHA if bounce else 0))
        p, u = p + found.n * np.float32(2 * MIN_T), numbers[:, alive]
        for number, light in enumerate(scene.lights):
            lit = _direct(scene, light, p, -d, found, u[3 + 2 * number : 5 + 2 * number])
            total[:, alive] += np.minimum(weight * lit, limit)
        if bounce == len(random) - 1 or not len(alive):
            return total
        new = found.sample(-d, u[:3])
        value, density = found.reflect(-d, new)
        weight = weight * (value / np.maximum(density, 1e-6))
        rows = np.flatnonzero(weight.max(axis=0) > 1e-3)
        alive, weight, density, o, d = alive[rows], weight[:, rows], density[rows], p[:, rows], new[:, rows]
    return total


def _direct(scene: Scene, light: Panel | Ball, p: np.ndarray, v: np.ndarray, found: Surface, u: np.ndarray) -> np.ndarray:
    """Radiance (3, N) that a light sends over points p (3, N) towards v (3, N), estimated from one random point of it."""
    direction, distance, sampled = light.sample(p, u)
    lit = np.zeros_like(p)
    rows = np.flatnonzero((dot(direction, found.n) > 0) & np.isfinite(sampled))
    value, density = found.select(rows).reflect(v[:, rows], direction[:, rows])
    _, what = scene.hit(p[:, rows], direction[:, rows], distance[rows] * np.float32(0.999))
    share = sampled[rows] / (sampled[rows] ** 2 + density**2)  # weight of the power heuristic / sampled density
    lit[:, rows] = np.where(what < 0, value * share, 0) * light.emission[:, None]
    return lit
