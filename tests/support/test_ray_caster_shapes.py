"""Tests of the ray caster's shapes: by marching along rays, by hand, and by the meshes that the renderer draws."""

import importlib

import numpy as np
import pytest
from ray_caster import cast, near_silhouette
from ray_solids import SOLIDS, chamfered_cube, chamfered_cylinder, torus
from records_by_hand import BEVEL, POSES, SHAPES, camera, rays, record, thing

from raster.system.paths import CONF


def radial(sides: int):
    """Membership in a prism, from polar coordinates: a corner is at angle 0, the apothem is cos(pi / sides) / 2."""

    def inside(x, y, z):
        from_middle = np.arctan2(y, x) % (2 * np.pi / sides) - np.pi / sides
        return (np.hypot(x, y) * np.cos(from_middle) <= 0.5 * np.cos(np.pi / sides)) & (np.abs(z) <= 0.5)

    return inside


INSIDE = {
    "cube": lambda x, y, z: np.maximum(np.maximum(abs(x), abs(y)), abs(z)) <= 0.5,
    "sphere": lambda x, y, z: np.sqrt(x * x + y * y + z * z) <= 0.5,
    "cylinder": lambda x, y, z: (np.hypot(x, y) <= 0.5) & (abs(z) <= 0.5),
    "cone": lambda x, y, z: (np.hypot(x, y) <= 0.5 * (0.5 - z)) & (z >= -0.5),
    "capsule": lambda x, y, z: np.sqrt(x * x + y * y + (z - np.clip(z, -0.25, 0.25)) ** 2) <= 0.25,
    "torus": lambda x, y, z: np.hypot(np.hypot(x, y) - 0.35, z) <= 0.15,
    "pyramid": lambda x, y, z: (np.maximum(abs(x), abs(y)) <= 0.5 * (0.5 - z)) & (z >= -0.5),
    "tetrahedron": lambda x, y, z: np.min([x + y + z, x - y - z, y - x - z, z - x - y], axis=0) >= -0.5,
    "triangular_prism": radial(3),
    "hexagonal_prism": radial(6),
    "chamfered_cube": lambda x, y, z: np.max([
        np.max([abs(x), abs(y), abs(z)], axis=0) - 0.5,
        np.max([abs(x) + abs(y), abs(y) + abs(z), abs(z) + abs(x)], axis=0) - (1 - BEVEL),
        abs(x) + abs(y) + abs(z) - (1.5 - 2 * BEVEL),
    ], axis=0) <= 0,
    "chamfered_cylinder": lambda x, y, z: (
        (np.hypot(x, y) <= 0.5) & (abs(z) <= 0.5) & (np.hypot(x, y) + abs(z) <= 1 - BEVEL)
    ),
}  # fmt: skip


def march(view: dict, place: np.ndarray, pose: np.ndarray, inside, t: np.ndarray) -> np.ndarray:
    """(H, W) the first of t, ascending, (T,) or (H, W, T), at which each pixel's ray is inside, or inf."""
    eye, d = rays(view)
    back = np.linalg.inv(pose)
    origin, d = back @ (eye - place), d @ back.T
    member = inside(*(origin[:, None, None, None] + t * d.transpose(2, 0, 1)[..., None]))
    first = np.take_along_axis(np.broadcast_to(t, member.shape), member.argmax(axis=-1, keepdims=True), axis=-1)
    return np.where(member.any(axis=-1), first[..., 0], np.inf)


@pytest.mark.slow
@pytest.mark.parametrize("pose", POSES, ids=["upright", "turned", "over"])
@pytest.mark.parametrize("name", SHAPES)
def test_rays_enter_a_solid_where_marching_first_finds_them_inside(name, pose):
    """To the width of a step, and to a hundredth of it where one looks more closely from there on.

    Rays that cut off less than a step of the solid may pass between two steps; that happens at outlines only.
    """
    assert np.linalg.det(pose) > 0
    place = np.array([0.1, 3, -0.05])
    view = camera(26, 26, 50, eye=(0, 0, 0.4), cy=6)
    shot = record(view, thing(1, name, tuple(place), pose))
    t, step = np.linspace(1.5, 4.5, 1501, retstep=True)
    marched, hit = march(view, place, pose, INSIDE[name], t), cast(shot, solids=SHAPES).depth
    found, seen = np.isfinite(marched), np.isfinite(hit)
    assert seen.sum() > 60
    late = marched[found] - hit[found]  # -inf if the ray caster finds nothing there
    assert (late >= -1e-9).all()
    assert (late <= step + 1e-9).all()
    closely = np.where(seen, hit, 0)[..., None] + step / 100 * np.arange(-3, 101)
    early = march(view, place, pose, INSIDE[name], closely)[seen] - hit[seen]  # inf if it was never inside
    assert (early >= -1e-9).all()
    assert (early > step / 100 + 1e-9).sum() <= 1
    assert not (seen & ~found)[~near_silhouette(shot, solids=SHAPES)].any()


def first_entry(shape, origin: tuple, direction: tuple) -> float:
    """The least t at which one ray enters a shape, or inf."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(shape.entries(np.array(origin, float), np.array(direction, float)[:, None]).min())


@pytest.mark.parametrize(
    ("x", "z", "depth"),
    [(0.39, 0, 0.5), (0.41, 0, 0.49), (0.45, 0, 0.45), (0, -0.45, 0.45), (0.45, 0.4, 0.45), (0.45, 0.44, 0.41),
     (0.448, -0.45, 0.402), (0.451, 0.451, np.inf), (0.499, 0, 0.401), (0.501, 0, np.inf)],
)  # fmt: skip
def test_a_chamfered_cube_by_hand(x, z, depth):
    """Rays along -y at (x, z), the bevel 0.1: y is 0.5 in the middle, 0.9 - |x| at an edge, 1.3 - |x| - |z| in a corner."""
    assert 3 - first_entry(chamfered_cube(0.1), (x, 3, z), (0, -1, 0)) == pytest.approx(depth if depth < 1 else -np.inf)


@pytest.mark.parametrize(
    ("origin", "direction", "t"),
    [
        ((0.39, 0, 3), (0, 0, -1), 2.5),  # the end
        ((0.27, 0.36, 3), (0, 0, -1), 2.55),  # the cone, at a radius of 0.45
        ((0.27, 0.36, -3), (0, 0, 1), 2.55),
        ((0.501, 0, 3), (0, 0, -1), np.inf),
        ((-3, 0, 0.39), (1, 0, 0), 2.5),  # the side
        ((-3, 0.27, -0.45), (1, 0, 0), 2.64),  # a cone, where x is 0.36
        ((-3, 0.4, 0.41), (2, 0, 0), (3 - (0.49**2 - 0.4**2) ** 0.5) / 2),
        ((-3, 0.46, 0.45), (1, 0, 0), np.inf),
        ((-2.45, 0, 2.45), (1, 0, -1), 2.0),  # at a right angle to a cone
        ((-1.401, 0, -0.5), (1, 0, 1), np.inf),  # along a cone, 1 mm outside, then 1 mm inside, by way of the side
        ((-1.399, 0, -0.5), (1, 0, 1), 0.899),
    ],
)
def test_a_chamfered_cylinder_by_hand(origin, direction, t):
    assert first_entry(chamfered_cylinder(0.1), origin, direction) == pytest.approx(t)


@pytest.mark.parametrize("ratio", [0.1, 0.3, 0.49])
def test_the_torus_has_the_tube_it_is_told(ratio):
    view, place, pose = camera(24, 24, 40), np.array([0, 3, 0]), POSES[1]
    t = np.linspace(1.5, 4.5, 3001)
    ring = 0.5 - ratio / 2
    marched = march(view, place, pose, lambda x, y, z: np.hypot(np.hypot(x, y) - ring, z) <= ratio / 2, t)
    hit = cast(record(view, thing(1, "torus", (0, 3, 0), pose)), solids={"torus": torus(ratio)}).depth
    both = np.isfinite(marched) & np.isfinite(hit)
    assert both.sum() > 30
    assert (np.isfinite(marched) != np.isfinite(hit)).sum() <= 5
    assert np.abs(marched[both] - hit[both]).max() <= t[1] - t[0] + 1e-9


def test_the_far_wall_of_a_torus_shows_where_the_near_plane_took_the_near_wall():
    """Edge-on along x = 0, the walls begin at 2.5 and 3.2 m."""
    shot = {near: cast(record(camera(9, 9, 900, near=near), thing(1, "torus", (0, 3, 0)))) for near in (1, 2.6, 3.3)}
    assert shot[1].depth[4, 4] == pytest.approx(2.5)
    assert shot[2.6].depth[4, 4] == pytest.approx(3.2)
    assert shot[3.3].instance_id[4, 4] == 0


@pytest.mark.parametrize("name", SHAPES)
def test_a_solid_ten_thousand_times_its_size_away_is_seen_as_well(name):
    """The same rays in the object's space, but the camera 10,000 further back with a lens that much longer."""
    rotation = POSES[1]
    close = cast(record(camera(32, 32, 25 * 400.0, far=2e4), thing(1, name, (0, 400.0, 0), rotation)), solids=SHAPES)
    off = cast(record(camera(32, 32, 25 * 1e4, far=2e4), thing(1, name, (0, 1e4, 0), rotation)), solids=SHAPES)
    differ = close.instance_id != off.instance_id
    assert differ.sum() <= 2  # the two perspectives differ by less than 0.02 px
    seen = (close.instance_id & off.instance_id).astype(bool)
    assert seen.sum() > 100
    np.testing.assert_allclose(off.depth[seen] - 1e4, close.depth[seen] - 400, atol=0.02)


def test_rays_along_the_axis_and_through_the_apex_enter_at_the_end():
    """The middle pixel of an odd image looks exactly along z: parallel to sides, through the tops of cones."""
    down = [[1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, -1.0]]
    for name in SHAPES:
        if name in ("torus", "tetrahedron"):
            continue
        for eye, rotation in (((0, 0, 3), down), ((0, 0, -3), np.eye(3))):
            shot = record(camera(31, 31, 60, eye=eye, rotation=rotation), thing(1, name, (0, 0, 0)))
            hits = cast(shot, solids=SHAPES)
            assert hits.depth[15, 15] == pytest.approx(2.5), name


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("axis", range(3))
def test_rays_beside_a_solid_and_parallel_to_its_sides_miss_it(name, axis):
    """The middle pixel of an odd image looks exactly along x, y or z, 0.6 m beside the origin or through it."""
    forward, right = np.eye(3)[axis], np.eye(3)[axis - 1]
    rotation = np.stack([right, np.cross(forward, right), forward], axis=1)
    for aside in (right, -right, rotation[:, 1], -rotation[:, 1]):
        view = camera(31, 31, 60, eye=tuple(0.6 * aside - 3 * forward), rotation=rotation)
        hits = cast(record(view, thing(1, name, (0, 0, 0))), solids=SHAPES)
        assert hits.instance_id[15, 15] == 0
        assert hits.instance_id.any()


# --- By the meshes that the renderer draws


def first_front(mesh, eye: np.ndarray, d: np.ndarray) -> np.ndarray:
    """(N,) least t at which rays eye + t d, d (N, 3), meet a triangle of the mesh from its front, or inf.

    All rays have one origin: a ray is within a triangle if it passes to the left of its three sides as seen from there,
    that is, if its triple product with the two ends of each side has the sign that a front has.
    """
    a, b, c = (mesh.positions.astype(np.float64)[mesh.triangles].transpose(1, 0, 2) - eye).copy()
    normal = np.cross(b - a, c - a)
    front = (normal * a).sum(axis=1) < 0
    a, b, c, normal = a[front], b[front], c[front], normal[front]
    within = np.ones((len(d), len(a)), bool)
    for start, end in ((a, b), (b, c), (c, a)):
        within &= d @ np.cross(start, end).T <= 0
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (normal * a).sum(axis=1) / (d @ normal.T)
    return np.where(within & (t > 0), t, np.inf).min(axis=1)


@pytest.mark.parametrize("name", SHAPES)
def test_the_meshes_that_are_drawn_have_the_shapes_that_are_cast(name):
    """Labels agree but within a pixel of the outline, depths but for the little by which a mesh misses the curve."""
    solid = name.removeprefix("chamfered_")
    mesh = getattr(importlib.import_module(f"raster.solids.{solid}"), solid)(**({} if solid == name else {"bevel": BEVEL}))
    for pose in POSES[1:]:
        view = camera(40, 40, 80)
        shot = record(view, thing(1, name, (0, 3, 0), pose))
        eye, d = rays(view)
        back = np.linalg.inv(pose)
        drawn = first_front(mesh, back @ (eye - [0, 3, 0]), d.reshape(-1, 3) @ back.T).reshape(40, 40)
        hit, sure = cast(shot, solids=SHAPES), ~near_silhouette(shot, solids=SHAPES)
        seen = hit.instance_id == 1
        assert (seen & sure).sum() > 100
        np.testing.assert_array_equal(np.isfinite(drawn)[sure], seen[sure])
        assert (np.isfinite(drawn) != seen).sum() <= 3  # and next to none at the outline, for so many triangles
        curved = solid in ("sphere", "cylinder", "cone", "capsule", "torus")
        np.testing.assert_allclose(drawn[seen & sure], hit.depth[seen & sure], rtol=0, atol=0.005 if curved else 1e-6)


def test_every_solid_of_the_package_has_a_shape():
    """The solids that a record can name are those of conf/solids, but for composites, whose parts it names."""
    files = sorted((CONF / "solids").glob("*.yaml"))
    assert files
    for path in files:
        target = path.read_text()
        assert path.stem in SOLIDS or "raster.solids.composite.composite" in target, f"tests/support/ray_caster.py: {path.stem}"
