"""radiance: a path tracer. Solid, Scene: what it traces. For benchmarks.path_tracer.

Arrays of vectors are (3, N) float32, a column for each ray, in world units; light is linear RGB.
"""

from dataclasses import dataclass, field

import numpy as np

from benchmarks.path_tracer.bsdf import Surface
from benchmarks.path_tracer.emitters import Ball, Panel, Sky
from benchmarks.path_tracer.meshes import Mesh
from benchmarks.path_tracer.pictures import PictureFloor, PictureSky
from benchmarks.path_tracer.shapes import MIN_T, dot, enter, normal, rotate
from benchmarks.path_tracer.textures import Paint

BOUNCES = 2  # reflections of a path after the first surface
MAX_INDIRECT = 2.0  # times the middle of the exposure: limit for one path after its first bounce, against single bright dots
MIN_ALPHA = 0.25  # of surfaces that are seen by reflected rays: also against single bright dots


@dataclass(frozen=True)
class Solid:
    """A unit solid of benchmarks.path_tracer.shapes or a mesh, placed by centre, rotation, half sides, with its material."""

    kind: str  # as in shapes.enter, or mesh
    class_id: int
    centre: np.ndarray  # (3,) float64
    rotation: np.ndarray  # (3, 3) float64, world from object
    half: np.ndarray  # (3,) float64, all the same for a mesh
    paint: Paint | PictureFloor | None  # None for a mesh, which has its own colours
    roughness: float  # 0 mirror .. 1 matt
    shine: float  # reflectance at normal incidence, 0.02 .. 0.06; not used for metal, which reflects its colour
    metal: bool = False
    mesh: Mesh | None = None
    unit_from_world: np.ndarray = field(init=False)  # (3, 3)
    radius: float = field(init=False)  # of a bounding sphere about the centre

    def __post_init__(self) -> None:
        """Compute the derived fields."""
        object.__setattr__(self, "unit_from_world", self.rotation.T / self.half[:, None])
        if self.mesh is not None:
            object.__setattr__(self, "radius", float(self.half[0] * np.linalg.norm(self.mesh.hull, axis=1).max()))
            return
        reach = {"plane": np.inf, "sphere": self.half.max(), "cylinder": np.hypot(self.half[0], self.half[2])}
        object.__setattr__(self, "radius", float(reach.get(self.kind, np.linalg.norm(self.half))))

    def enter(self, o: np.ndarray, d: np.ndarray) -> np.ndarray:
        """t (N,), which may be negative, where rays o + t d (3, N) enter it; inf for a miss."""
        return enter(self.kind, *self._local(o, d))

    def meet(self, o: np.ndarray, d: np.ndarray, limit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """As enter, but t is above MIN_T and below limit (N,) or inf; and the triangle (N,) of a mesh, -1 for none."""
        if self.mesh is not None:
            return self.mesh.bvh.intersect(*self._local(o, d), limit)
        t = self.enter(o, d)
        return np.where((t > MIN_T) & (t < limit), t, np.inf), np.full(len(t), -1, np.int32)

    def _local(self, o: np.ndarray, d: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Origins and directions (3, N) of rays in the space of the unit solid, where t is the same."""
        local = o - self.centre.astype(o.dtype)[:, None]
        return rotate(self.unit_from_world, local), rotate(self.unit_from_world, d)

    def surface(self, p: np.ndarray, d: np.ndarray, face: np.ndarray) -> Surface:
        """The Surface at points p (3, N), of triangles `face` (N,) if it is a mesh, reached along d (3, N)."""
        q = rotate(self.rotation.T, p - self.centre.astype(np.float32)[:, None])
        if self.mesh is not None:
            n, colour, metallic, rough = self.mesh.surface(q / np.float32(self.half[0]), rotate(self.rotation.T, d), face)
            shine = np.float32(self.shine) * (1 - metallic) + colour * metallic
            return Surface(rotate(self.rotation, n), colour * (1 - metallic), shine, np.maximum(rough**2, np.float32(0.002)))
        n, colour = rotate(self.rotation, normal(self.kind, q, self.half)), self.paint(q)  # type: ignore[misc]
        diffuse = np.zeros_like(colour) if self.metal else colour
        shine = colour if self.metal else np.full_like(colour, self.shine)
        alpha = np.full(len(face), max(self.roughness**2, 0.002), np.float32)
        return Surface(np.where(dot(n, d) > 0, -n, n), diffuse, shine, alpha)


@dataclass(frozen=True)
class Scene:
    """Solids, lights and sky."""

    solids: tuple[Solid, ...]
    lights: tuple[Panel | Ball, ...]
    sky: Sky | PictureSky

    def hit(self, o: np.ndarray, d: np.ndarray, limit: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Nearest t (N,), inf for no hit before `limit` (N,), the index of the solid and its triangle (N,), -1 for none.

        d: unit length.
        """
        nearest = np.full(o.shape[1], np.inf, o.dtype) if limit is None else limit.astype(o.dtype)
        what, face = np.full(o.shape[1], -1, np.int32), np.full(o.shape[1], -1, np.int32)
        for number, solid in enumerate(self.solids):
            rows = self._near(solid, o, d, nearest)
            t, triangle = solid.meet(o[:, rows], d[:, rows], nearest[rows])
            closer = np.isfinite(t)
            rows = rows[closer]
            nearest[rows], what[rows], face[rows] = t[closer], number, triangle[closer]
        return np.where(what >= 0, nearest, np.inf), what, face

    @staticmethod
    def _near(solid: Solid, o: np.ndarray, d: np.ndarray, nearest: np.ndarray) -> np.ndarray:
        """Indices of the rays that meet the bounding sphere of a solid before `nearest` (N,)."""
        if solid.kind == "plane":
            return np.arange(o.shape[1])
        offset = solid.centre.astype(o.dtype)[:, None] - o
        along, r = dot(offset, d), solid.radius * 1.001
        return np.flatnonzero((dot(offset, offset) - along * along <= r * r) & (along > -r) & (along - r < nearest))


def surface(scene: Scene, p: np.ndarray, d: np.ndarray, what: np.ndarray, face: np.ndarray) -> Surface:
    """The Surface at points p (3, N) of the solids `what` (N,), triangles `face` (N,), reached along d (3, N)."""
    found = Surface(*(np.zeros_like(p) for _ in range(3)), np.zeros_like(p[0]))
    for number in np.unique(what):
        rows = np.flatnonzero(what == number)
        one = scene.solids[number].surface(p[:, rows], d[:, rows], face[rows])
        found.n[:, rows], found.diffuse[:, rows], found.shine[:, rows] = one.n, one.diffuse, one.shine
        found.alpha[rows] = one.alpha
    return found


def radiance(scene: Scene, o: np.ndarray, d: np.ndarray, random: np.ndarray, middle: float) -> np.ndarray:
    """Radiance (3, N) that arrives along rays o + t d (3, N).

    random: (BOUNCES + 1, 3 + 2 * lights, N) numbers in [0, 1). middle: radiance at the middle of the exposure. Next-event
    estimation and reflected rays are combined by the power heuristic (Veach 1997). The camera does not see the lamps.
    """
    total, weight = np.zeros_like(o), np.ones_like(o)
    alive, density = np.arange(o.shape[1]), np.full(o.shape[1], np.inf, np.float32)
    for bounce, numbers in enumerate(random):
        limit = np.inf if bounce == 0 else MAX_INDIRECT * middle
        t, what, face = scene.hit(o, d)
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
        found = surface(scene, p, d, what[rows], face[rows])
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
    _, what, _ = scene.hit(p[:, rows], direction[:, rows], distance[rows] * np.float32(0.999))
    share = sampled[rows] / (sampled[rows] ** 2 + density**2)  # weight of the power heuristic / sampled density
    lit[:, rows] = np.where(what < 0, value * share, 0) * light.emission[:, None]
    return lit
