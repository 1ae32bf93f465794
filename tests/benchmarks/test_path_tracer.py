"""benchmarks.path_tracer: rays against brute force, light against closed forms, scenes without collisions."""

import numpy as np
import pytest

from benchmarks.path_tracer import shapes
from benchmarks.path_tracer.bsdf import Surface
from benchmarks.path_tracer.emitters import Ball, Panel, Sky
from benchmarks.path_tracer.integrator import BOUNCES, Scene, Solid, radiance
from benchmarks.path_tracer.scene import make
from benchmarks.path_tracer.shapes import POLYHEDRA, enter, normal
from benchmarks.path_tracer.textures import COATS, FLOORS, Paint

# Whether points (3, ...) lie in the unit solids: the definitions, written once more.
INSIDE = {
    "box": lambda p: np.abs(p).max(axis=0) <= 1,
    "sphere": lambda p: (p**2).sum(axis=0) <= 1,
    "cylinder": lambda p: (p[0] ** 2 + p[1] ** 2 <= 1) & (np.abs(p[2]) <= 1),
    "cone": lambda p: (np.hypot(p[0], p[1]) <= (1 - p[2]) / 2) & (p[2] >= -1),
    "prism": lambda p: (np.abs(p[0]) <= (1 - p[2]) / 2) & (np.abs(p[1]) <= 1) & (p[2] >= -1),
    "pyramid": lambda p: (np.maximum(np.abs(p[0]), np.abs(p[1])) <= (1 - p[2]) / 2) & (p[2] >= -1),
}
BLACK = Sky(*(np.zeros(3, np.float32),) * 3, ())
WHITE = Sky(*(np.ones(3, np.float32),) * 3, ())


def rays(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Origins outside the unit solids and unit directions, (3, N) float64; about half of them hit."""
    random = np.random.default_rng(seed)
    o = random.normal(size=(3, count))
    o *= 4 / np.linalg.norm(o, axis=0)
    d = random.uniform(-1.2, 1.2, (3, count)) - o
    return o, d / np.linalg.norm(d, axis=0)


def paint(value: float) -> Paint:
    """One grey, whatever the noise."""
    return Paint("plain", np.full((3, 3), value, np.float32), 1.0, np.full((32, 32, 32), 0.5, np.float32))


def solid(kind: str, centre: tuple = (0, 0, 0), half: tuple = (1, 1, 1), albedo: float = 0.5, **options) -> Solid:
    """A matt grey solid that reflects nothing straight on."""
    usual = {"roughness": 1.0, "shine": 0.0} | options
    return Solid(kind, 1, np.array(centre, float), np.eye(3), np.array(half, float), paint(albedo), **usual)


def seen(scene: Scene, o: tuple, d: tuple, count: int = 20_000) -> np.ndarray:
    """Mean light (3,) along one ray."""
    random = np.random.default_rng(0).random((BOUNCES + 1, 3 + 2 * len(scene.lights), count), np.float32)
    d = np.array(d) / np.linalg.norm(d)
    starts, ways = (np.repeat(np.array(v, np.float32)[:, None], count, axis=1) for v in (o, d))
    return radiance(scene, starts, ways, random, np.inf).mean(axis=1)


# --- Rays


@pytest.mark.parametrize("kind", INSIDE)
def test_a_ray_goes_in_where_marching_along_it_does(kind):
    o, d = rays(400)
    t, steps = enter(kind, o, d), np.linspace(0, 8, 4001)
    inside = INSIDE[kind](o[..., None] + steps * d[..., None])
    marched = np.where(inside.any(axis=1), steps[inside.argmax(axis=1)], np.inf)
    met = np.isfinite(t) & np.isfinite(marched)
    assert 100 < met.sum() < 380
    assert np.abs(t[met] - marched[met]).max() < 0.0021
    assert (np.isfinite(t) != np.isfinite(marched)).sum() <= 2  # shorter in the solid than a step


@pytest.mark.parametrize("kind", INSIDE)
def test_float32_agrees_and_no_ray_meets_the_solid_that_it_leaves(kind, monkeypatch):
    monkeypatch.setattr(shapes, "BEVEL", 1e-3)
    o, d = rays(2000, seed=1)
    t, single = enter(kind, o, d), enter(kind, o.astype(np.float32), d.astype(np.float32))
    both = np.isfinite(t) & np.isfinite(single)
    assert single.dtype == np.float32
    assert both.sum() >= np.isfinite(t).sum() - 3
    assert np.quantile(np.abs(t[both] - single[both]), 0.99) < 1e-4
    p = (o + np.where(both, t, 0) * d)[:, both]
    n = normal(kind, p, np.ones(3))
    mirrored = d[:, both] - 2 * (d[:, both] * n).sum(axis=0) * n
    again = enter(kind, (p + 2e-4 * n).astype(np.float32), mirrored.astype(np.float32))
    assert both.sum() > 500
    assert (np.isfinite(again) & (again > 1e-4)).sum() <= 3  # on the edges


def test_closed_forms():
    o, d = np.array([[0.0, 0.6, 0, 2], [0, 0, 0, 0], [5, 5, 5, 5]]), np.array([[0.0] * 4, [0.0] * 4, [-1.0] * 4])
    assert enter("sphere", o, d) == pytest.approx([4, 4.2, 4, np.inf])
    assert enter("cylinder", o, d) == pytest.approx([4, 4, 4, np.inf])
    assert enter("cone", o, d)[1] == pytest.approx(5.2)
    assert enter("plane", o, d) == pytest.approx([5, 5, 5, 5])
    assert np.isinf(enter("plane", o, -d)).all()


@pytest.mark.parametrize("kind", INSIDE)
def test_normals_point_out_and_match_the_surface(kind):
    """Of a stretched solid: a small step along it leaves the solid, a step back goes in."""
    half = np.array([1.0, 1.0, 3.0]) if kind == "cylinder" else np.array([3.0, 1.0, 1.0])
    o, d = rays(800, seed=2)
    unit = (o + np.where(np.isfinite(t := enter(kind, o, d)), t, 0) * d)[:, np.isfinite(t)]
    n = normal(kind, unit * half[:, None], half)
    assert np.linalg.norm(n, axis=0) == pytest.approx(1)
    assert INSIDE[kind](unit + 1e-3 * n / half[:, None]).mean() < 0.01
    assert INSIDE[kind](unit - 1e-3 * n / half[:, None]).mean() > 0.98


def test_trimesh_agrees_about_polyhedra():
    trimesh = pytest.importorskip("trimesh")
    for kind, planes in POLYHEDRA.items():
        points = np.random.default_rng(3).uniform(-1, 1, (20_000, 3))
        inside = (points @ planes[:, :3].T <= planes[:, 3]).all(axis=1)
        hull = trimesh.convex.convex_hull(points[inside])
        assert hull.volume == pytest.approx({"prism": 4.0, "pyramid": 8 / 3}[kind], rel=0.05)
        assert INSIDE[kind](points.T).tolist() == inside.tolist()


# --- Light


def test_a_small_lamp_lights_the_floor_by_the_inverse_square():
    """Irradiance of a ball: L pi (r / d)^2 cos; of a small panel that faces the floor: L A cos cos / d^2."""
    floor, emission = solid("plane", albedo=0.5), np.array([8.0, 4.0, 2.0], np.float32)
    ball = Ball(np.array([0, 3, 4], np.float32), 0.5, emission)
    assert seen(Scene((floor,), (ball,), BLACK), (0, 0, 2), (0, 0, -1)) == pytest.approx(
        0.5 * emission * 0.5**2 / 25 * 0.8, rel=0.02
    )
    right, up = np.array([0.1, 0, 0], np.float32), np.array([0, -0.2, 0], np.float32)
    panel = Panel(np.array([0, 3, 4], np.float32), right, up, emission)
    expected = 0.5 / np.pi * emission * 0.08 * 0.8**2 / 25
    assert seen(Scene((floor,), (panel,), BLACK), (0, 0, 2), (0, 0, -1)) == pytest.approx(expected, rel=0.02)


def test_what_stands_between_makes_a_shadow():
    floor, lamp = solid("plane"), Ball(np.array([0, 0, 9], np.float32), 0.2, np.full(3, 50, np.float32))
    stood = Scene((floor, solid("sphere", (0, 0, 3))), (lamp,), BLACK)
    assert (
        seen(stood, (0.1, 0, 1), (0, 0, -1)).max() < 0.02 * seen(Scene((floor,), (lamp,), BLACK), (0.1, 0, 1), (0, 0, -1)).min()
    )


@pytest.mark.parametrize("roughness", [0.1, 0.2])
def test_white_metal_in_a_white_room_is_not_seen(roughness):
    """The furnace: what comes in goes out, but for the paint's 0.95, which Schlick makes a little whiter off the middle."""
    ball = solid("sphere", albedo=0.95, roughness=roughness, metal=True)
    assert seen(Scene((ball,), (), WHITE), (0, -4, 0.5), (0, 1, 0)) == pytest.approx(0.955, abs=0.02)


@pytest.mark.parametrize("alpha", [0.01, 0.25, 0.6])
def test_reflected_rays_are_as_frequent_as_they_say(alpha):
    """Straight on, 1 / (1 + alpha^2) of GGX's rays stay above the surface; sampled and even rays find the same light."""
    count, random = 100_000, np.random.default_rng(0)
    n = np.repeat(np.array([[0], [0], [1]], np.float32), count, axis=1)
    coat = Surface(n, np.zeros_like(n), np.ones_like(n), np.full(count, alpha, np.float32))
    ways = coat.sample(n, random.random((3, count), np.float32))
    assert (ways[2] > 0).mean() == pytest.approx(1 / (1 + alpha**2), abs=0.01)
    z, turned = random.random(count) ** 4 if alpha < 0.1 else random.random(count), 2 * np.pi * random.random(count)
    z = (1 - z if alpha < 0.1 else z).astype(np.float32)
    s = np.sqrt(1 - z * z)
    value, density = coat.reflect(n, np.stack([s * np.cos(turned), s * np.sin(turned), z]).astype(np.float32))
    each = 2 * np.pi * (4 * np.maximum(1 - z, 1e-12) ** 0.75 if alpha < 0.1 else 1)  # steradians, for more rays near n
    assert (density * each).mean() == pytest.approx(1 / (1 + alpha**2), abs=0.02)
    sampled, taken = coat.reflect(n, ways)
    assert (sampled[0] / np.maximum(taken, 1e-6)).mean() == pytest.approx((value[0] * each).mean(), abs=0.02)


@pytest.mark.parametrize("roughness", [0.15, 0.5])
def test_the_lamp_counts_once_however_it_is_found(roughness):
    """A metal's reflection of a lamp: both ways of finding it together, and the reflected ray alone, where it is the sky."""
    centre, size = np.array([0, 6, 3], np.float32), 3.0
    floor = solid("plane", albedo=0.9, roughness=roughness, metal=True)
    lamp = Ball(centre, size, np.ones(3, np.float32))
    both = seen(Scene((floor,), (lamp,), BLACK), (0, -6, 3), (0, 6, -3))
    random = np.random.default_rng(5).random((3, 40_000), np.float32)
    o, v = np.zeros((3, 40_000), np.float32), np.tile(np.array([[0], [-6], [3]], np.float32) / np.sqrt(45), 40_000)
    n = np.zeros_like(o)
    n[2] = 1
    mirror = Surface(n, np.zeros_like(o), np.full_like(o, 0.9), np.full(40_000, roughness**2, np.float32))
    new = mirror.sample(v, random)
    value, density = mirror.reflect(v, new)
    alone = (value / np.maximum(density, 1e-6) * np.isfinite(lamp.meet(o, new)[0])).mean(axis=1)
    assert both == pytest.approx(alone, rel=0.03)


@pytest.mark.parametrize("pattern", sorted({*FLOORS, *COATS}))
def test_paint_is_a_colour_everywhere(pattern):
    random = np.random.default_rng(0)
    coat = Paint(pattern, random.random((3, 3), np.float32), 2.0, random.random((32, 32, 32), np.float32))
    colour = coat(random.uniform(-500, 500, (3, 1000)).astype(np.float32))
    assert colour.shape == (3, 1000)
    assert colour.dtype == np.float32
    assert colour.min() >= 0
    assert colour.max() <= 0.95


# --- Scenes


def test_nothing_stands_in_anything_else():
    """Points on each solid's surface: none below the floor, none with the surface of another solid on both sides."""
    for index in range(30):
        solids = [one for one in make(np.random.default_rng([7, index]))[0].solids if one.kind != "plane"]
        for one in solids:
            o, d = rays(100, seed=index)
            o = one.centre[:, None] + 2 * one.radius * o
            d = one.centre[:, None] + one.half.min() * 0.5 * d - o
            d /= np.linalg.norm(d, axis=0)
            t = one.enter(o, d)
            p = (o + t * d)[:, np.isfinite(t)]
            assert p[2].min() > -1e-6
            for other in solids:
                within = (other.enter(p, d[:, np.isfinite(t)]) < -1e-6) & (other.enter(p, -d[:, np.isfinite(t)]) < -1e-6)
                assert other is one or not within.any(), (index, one.kind, other.kind)
