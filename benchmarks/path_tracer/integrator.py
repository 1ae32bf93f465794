"""radiance: a path tracer. Solid, Scene: what it sees. For benchmarks.path_tracer.

Arrays of vectors are (3, N), a column a ray, float32, world units, light linear RGB.
"""

from dataclasses import dataclass, field

import numpy as np

from benchmarks.path_tracer.bsdf import Surface
from benchmarks.path_tracer.emitters import Ball, Panel, Sky
from benchmarks.path_tracer.shapes import AHEAD, dot, enter, normal, turn
from benchmarks.path_tracer.textures import Paint

BOUNCES = 2  # of the light between what the camera sees and the sky or a lamp
BRIGHTEST = 2.0  # times the exposure's middle: what one path after its first bounce may bring, against single bright dots
BLUNT = 0.25  # alpha that highlights have at least where they are seen by reflected rays: the same, against dots


@dataclass(frozen=True)
class Solid:
    """Something to see. Its centre, rotation and half sides say where the unit solid stands."""

    kind: str  # of foreign_shapes.enter
    class_id: int
    centre: np.ndarray  # (3,) float64
    rotation: np.ndarray  # (3, 3) float64, world from object
    half: np.ndarray  # (3,) float64
    paint: Paint
    roughness: float  # of the highlight, 0 mirror .. 1 matt
    shine: float  # what it reflects straight on, 0.02 .. 0.06; metal: nothing, its colour is
    metal: bool = False
    unit_from_world: np.ndarray = field(init=False)  # (3, 3)
    radius: float = field(init=False)  # of a ball about the centre that holds it

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit_from_world", self.rotation.T / self.half[:, None])
        reach = {"plane": np.inf, "sphere": self.half.max(), "cylinder": np.hypot(self.half[0], self.half[2])}
        object.__setattr__(self, "radius", float(reach.get(self.kind, np.linalg.norm(self.half))))

    def enter(self, o: np.ndarray, d: np.ndarray) -> np.ndarray:
        """t (N,) where rays o + t d (3, N) go in; inf for a miss."""
        place = o - self.centre.astype(o.dtype)[:, None]
        return enter(self.kind, turn(self.unit_from_world, place), turn(self.unit_from_world, d))


@dataclass(frozen=True)
class Scene:
    """All there is but the camera. The first solids may be planes."""

    solids: tuple[Solid, ...]
    lights: tuple[Panel | Ball, ...]
    sky: Sky

    def hit(self, o: np.ndarray, d: np.ndarray, limit: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Nearest t (N,), inf for none before limit (N,), and the solid's number (N,), -1 for none. d has unit length."""
        nearest = np.full(o.shape[1], np.inf, o.dtype) if limit is None else limit.astype(o.dtype)
        what = np.full(o.shape[1], -1, np.int32)
        for number, solid in enumerate(self.solids):
            rows = self._near(solid, o, d, nearest)
            t = solid.enter(o[:, rows], d[:, rows])
            closer = (t > AHEAD) & (t < nearest[rows])
            rows = rows[closer]
            nearest[rows], what[rows] = t[closer], number
        return np.where(what >= 0, nearest, np.inf), what

    @staticmethod
    def _near(solid: Solid, o: np.ndarray, d: np.ndarray, nearest: np.ndarray) -> np.ndarray:
        """The rays that come near a solid before `nearest`."""
        if solid.kind == "plane":
            return np.arange(o.shape[1])
        way = solid.centre.astype(o.dtype)[:, None] - o
        along, r = dot(way, d), solid.radius * 1.001
        return np.flatnonzero((dot(way, way) - along * along <= r * r) & (along > -r) & (along - r < nearest))


def surface(scene: Scene, p: np.ndarray, d: np.ndarray, what: np.ndarray) -> Surface:
    """The Surface at points p (3, N) of the solids `what` (N,), reached along d (3, N)."""
    n, diffuse, shine = (np.zeros_like(p) for _ in range(3))
    alpha = np.zeros_like(p[0])
    for number in np.unique(what):
        solid, rows = scene.solids[number], np.flatnonzero(what == number)
        q = turn(solid.rotation.T, p[:, rows] - solid.centre.astype(np.float32)[:, None])
        n[:, rows] = turn(solid.rotation, normal(solid.kind, q, solid.half))
        colour = solid.paint(q)
        diffuse[:, rows] = 0 if solid.metal else colour
        shine[:, rows] = colour if solid.metal else solid.shine
        alpha[rows] = max(solid.roughness**2, 0.002)
    return Surface(np.where(dot(n, d) > 0, -n, n), diffuse, shine, alpha)


def radiance(scene: Scene, o: np.ndarray, d: np.ndarray, random: np.ndarray, middle: float) -> np.ndarray:
    """Light (3, N) that comes back along rays o + t d (3, N).

    random: (BOUNCES + 1, 3 + 2 * lights, N) numbers in [0, 1). Next-event estimation joined with the reflected rays by the
    power heuristic (Veach 1997). middle: radiance of the exposure's middle. Lamps are not seen directly.
    """
    total, weight = np.zeros_like(o), np.ones_like(o)
    alive, density = np.arange(o.shape[1]), np.full(o.shape[1], np.inf, np.float32)
    for bounce, numbers in enumerate(random):
        most = np.inf if bounce == 0 else BRIGHTEST * middle
        t, what = scene.hit(o, d)
        if bounce:
            for light in scene.lights:
                at, taken = light.meet(o, d)
                rows = np.flatnonzero(at < t)
                share = density[rows] ** 2 / (density[rows] ** 2 + taken[rows] ** 2)
                total[:, alive[rows]] += np.minimum(weight[:, rows] * share * light.emission[:, None], most)
        rows = np.flatnonzero(what < 0)
        total[:, alive[rows]] += np.minimum(weight[:, rows] * scene.sky(d[:, rows]), most)
        rows = np.flatnonzero(what >= 0)
        alive, weight, d = alive[rows], weight[:, rows], d[:, rows]
        p = o[:, rows] + t[rows] * d
        found = surface(scene, p, d, what[rows])
        found.alpha = np.maximum(found.alpha, np.float32(BLUNT if bounce else 0))
        p, u = p + found.n * np.float32(2 * AHEAD), numbers[:, alive]
        for number, light in enumerate(scene.lights):
            lit = _direct(scene, light, p, -d, found, u[3 + 2 * number : 5 + 2 * number])
            total[:, alive] += np.minimum(weight * lit, most)
        if bounce == len(random) - 1 or not len(alive):
            return total
        new = found.sample(-d, u[:3])
        value, density = found.reflect(-d, new)
        weight = weight * (value / np.maximum(density, 1e-6))
        rows = np.flatnonzero(weight.max(axis=0) > 1e-3)
        alive, weight, density, o, d = alive[rows], weight[:, rows], density[rows], p[:, rows], new[:, rows]
    return total


def _direct(scene: Scene, light: Panel | Ball, p: np.ndarray, v: np.ndarray, found: Surface, u: np.ndarray) -> np.ndarray:
    """What a light sends by way of p towards v (3, N), from one random point of it."""
    way, distance, taken = light.sample(p, u)
    lit = np.zeros_like(p)
    rows = np.flatnonzero((dot(way, found.n) > 0) & np.isfinite(taken))
    value, density = found.take(rows).reflect(v[:, rows], way[:, rows])
    _, what = scene.hit(p[:, rows], way[:, rows], distance[rows] * np.float32(0.999))
    share = taken[rows] / (taken[rows] ** 2 + density**2)  # the power heuristic, over the density that was sampled
    lit[:, rows] = np.where(what < 0, value * share, 0) * light.emission[:, None]
    return lit
