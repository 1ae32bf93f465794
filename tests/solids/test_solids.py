"""Tests of every solid and of the composite: closed, outward, textured, resting, and true to their formulas."""

import importlib
import inspect
import pkgutil
import typing
from collections import Counter
from itertools import permutations
from types import SimpleNamespace

import numpy as np
import pytest
import trimesh
from hydra.utils import instantiate
from omegaconf import OmegaConf

import raster.solids
from raster.errors import InputError
from raster.geometry.mesh import Composite, Mesh
from raster.geometry.polyhedron import polygon
from raster.geometry.surface import join
from raster.solids.capsule import capsule
from raster.solids.composite import composite
from raster.solids.cone import cone
from raster.solids.cube import cube
from raster.solids.cylinder import cylinder
from raster.solids.hexagonal_prism import hexagonal_prism
from raster.solids.pyramid import pyramid
from raster.solids.sphere import sphere
from raster.solids.tetrahedron import tetrahedron
from raster.solids.torus import torus
from raster.solids.triangular_prism import triangular_prism
from raster.system.paths import CONF

HALF_A_PIXEL = 0.5 / 512  # of a solid of extent 1 that fills an image of 512 px


def find_solids() -> dict:
    """Functions named as their module that return a Mesh and need no argument: whatever stands in raster/solids."""
    found = {}
    for module in pkgutil.iter_modules(raster.solids.__path__):
        function = getattr(importlib.import_module(f"raster.solids.{module.name}"), module.name, None)
        if function and typing.get_type_hints(function).get("return") is Mesh:
            parameters = inspect.signature(function).parameters.values()
            if all(parameter.default is not parameter.empty for parameter in parameters):
                found[module.name] = function
    return found


SOLIDS = find_solids()
CONFIGS = {path.stem: path for path in sorted((CONF / "solids").glob("*.yaml"))}


BEVELLED = {  # as conf/solids has them, and cut as deep as can be
    "cube, bevelled": lambda: cube(0.02),
    "cube, bevelled most": lambda: cube(0.249),
    "cylinder, bevelled": lambda: cylinder(bevel=0.02),
    "cylinder, bevelled most": lambda: cylinder(bevel=0.249),
}
MESHES = {**SOLIDS, **BEVELLED}


@pytest.fixture(params=MESHES)
def solid(request) -> Mesh:
    return MESHES[request.param]()


def measure(mesh: Mesh) -> SimpleNamespace:
    """float64 corners (T, 3, 3), face normals, areas, volume and its centroid, by the divergence theorem."""
    corners = mesh.positions.astype(np.float64)[mesh.triangles]
    a, b, c = corners.transpose(1, 0, 2)
    cross = np.cross(b - a, c - a)
    area = np.linalg.norm(cross, axis=1) / 2
    sixth = np.einsum("ij,ij->i", a, np.cross(b, c)) / 6  # volume of the tetrahedron to the origin
    centroid = ((a + b + c) / 4 * sixth[:, None]).sum(axis=0) / sixth.sum()
    return SimpleNamespace(
        corners=corners, normals=cross / (2 * area[:, None]), areas=area, volume=sixth.sum(), centroid=centroid
    )


def directions(count: int = 4000) -> np.ndarray:
    """(count, 3) unit vectors, evenly over the sphere (Fibonacci lattice)."""
    i = np.arange(count) + 0.5
    z, angle = 1 - 2 * i / count, np.pi * (1 + 5**0.5) * i
    return np.stack([np.sqrt(1 - z * z) * np.cos(angle), np.sqrt(1 - z * z) * np.sin(angle), z], axis=1)


# --- any solid


def test_every_solid_has_its_yaml_and_every_yaml_its_solid():
    assert set(CONFIGS) == {*SOLIDS, "dumbbell"}
    assert len(SOLIDS) >= 10


@pytest.mark.parametrize("name", CONFIGS)
def test_yaml_instantiates_and_shows_the_defaults(name):
    """But for the bevel: what is drawn alone has one, the floor and parts of composites are sharp."""
    config = OmegaConf.load(CONFIGS[name])
    assert list(config) == [name]
    made = instantiate(config, _convert_="all")[name]
    assert isinstance(made, Composite if name == "dumbbell" else Mesh)
    if name in SOLIDS:
        assert instantiate(config[name]) is made  # the catalog stores it once
        shown = {key: value for key, value in config[name].items() if key != "_target_"}
        np.testing.assert_array_equal(made.positions, SOLIDS[name](**shown).positions)
        defaults = {key: parameter.default for key, parameter in inspect.signature(SOLIDS[name]).parameters.items()}
        assert shown == defaults | ({"bevel": 0.02} if "bevel" in defaults else {})


def test_arrays(solid):
    v, t, k = len(solid.positions), len(solid.triangles), len(solid.rest_directions)
    for array, shape, dtype in (
        (solid.positions, (v, 3), np.float32),
        (solid.normals, (v, 3), np.float32),
        (solid.uvs, (v, 2), np.float32),
        (solid.triangles, (t, 3), np.uint32),
        (solid.rest_directions, (k, 3), np.float32),
    ):
        assert array.shape == shape
        assert array.dtype == dtype
        assert np.isfinite(array).all()
        assert not array.flags.writeable
    assert k >= 1
    np.testing.assert_array_equal(np.unique(solid.triangles), np.arange(v))  # every vertex is used, none is missing


def test_extent_is_one_about_the_origin(solid):
    assert np.abs(solid.positions).max() == pytest.approx(0.5, abs=1e-6)
    assert np.ptp(solid.positions, axis=0).max() == pytest.approx(1, abs=1e-6)


def test_closed_and_consistently_wound(solid):
    number: dict[bytes, int] = {}
    merged = np.array([number.setdefault(p.tobytes(), len(number)) for p in solid.positions])[solid.triangles]
    edges = Counter((int(a), int(b)) for tri in merged for a, b in zip(tri, np.roll(tri, -1), strict=True))
    assert all(a != b for a, b in edges)
    assert set(edges.values()) == {1}
    assert all((b, a) in edges for a, b in edges)


def test_closed_and_outward_says_trimesh(solid):
    other = trimesh.Trimesh(solid.positions, solid.triangles, process=False)
    other.merge_vertices(merge_tex=True, merge_norm=True)
    assert other.is_watertight
    assert other.is_winding_consistent
    assert other.volume > 0
    assert other.volume == pytest.approx(measure(solid).volume, rel=1e-5)


def test_no_degenerate_triangle(solid):
    m = measure(solid)
    edges = np.linalg.norm(m.corners - np.roll(m.corners, 1, axis=1), axis=2)
    assert edges.min() > 1e-3
    assert (2 * m.areas / edges.max(axis=1)).min() > 1e-3  # the smallest height


@pytest.mark.parametrize("name", MESHES)
def test_normals_are_unit_and_near_the_face(name):
    """Across a bevel they turn from one face's to the other's: from a corner's triangle, acos(1 / sqrt(3)) to each."""
    mesh = MESHES[name]()
    np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=1), 1, atol=1e-6)
    cosine = np.einsum("tij,tj->ti", mesh.normals[mesh.triangles], measure(mesh).normals)
    assert cosine.min() > np.cos(np.radians(60 if name in BEVELLED else 8))


def test_uvs_are_in_range_not_mirrored_and_even(solid):
    """d(uv)/d(surface), a 2x2 matrix for each triangle, mirrors nothing and stretches evenly, within a factor of 3."""
    assert solid.uvs.min() == 0
    assert solid.uvs.max() == 1
    m = measure(solid)
    uv = solid.uvs.astype(np.float64)[solid.triangles]
    right = (m.corners[:, 1] - m.corners[:, 0]) / np.linalg.norm(m.corners[:, 1] - m.corners[:, 0], axis=1)[:, None]
    axes = np.stack([right, np.cross(m.normals, right)], axis=1)  # right-handed seen from outside
    surface_edges = axes @ (m.corners[:, 1:] - m.corners[:, :1]).transpose(0, 2, 1)
    stretch = (uv[:, 1:] - uv[:, :1]).transpose(0, 2, 1) @ np.linalg.inv(surface_edges)
    assert np.linalg.det(stretch).min() > 0  # negative: mirrored; 0: a smear
    singular = np.linalg.svd(stretch, compute_uv=False)
    assert singular.max() / singular.min() < 3


def assert_rests(points: np.ndarray, centroid: np.ndarray, rest_directions: np.ndarray, ball: bool = False) -> None:
    """Each rest's supporting polygon holds the centroid's foot, not on its border; a ball's one point is the foot."""
    np.testing.assert_allclose(np.linalg.norm(rest_directions, axis=1), 1, atol=1e-6)
    angle = np.linspace(0, 2 * np.pi, 720, endpoint=False)
    for down in rest_directions.astype(np.float64):
        height = points @ down
        support = points[height > height.max() - 1e-5] - centroid
        across = np.linalg.svd(down[None])[2][1:]  # two axes of the floor
        flat = support @ across.T @ np.stack([np.cos(angle), np.sin(angle)])
        margin = flat.max(axis=0).min()  # distance from the foot to the border of the supporting polygon
        assert abs(margin) < 1e-5 if ball else margin > 1e-3


def test_rests_are_stable(solid):
    m = measure(solid)
    center = solid.positions - m.centroid
    inner = np.einsum("ij,ij->i", m.normals, m.corners[:, 0] - m.centroid).min()
    ball = inner > 0.99 * np.linalg.norm(center, axis=1).max()
    assert_rests(solid.positions.astype(np.float64), m.centroid, solid.rest_directions, ball)


# --- each solid's formulas

SLANT = np.hypot(0.5, 1)
R, TUBE = 0.35, 0.15
FLAT = {  # volume, surface
    cube: (1, 6),
    pyramid: (1 / 3, 1 + 4 * SLANT / 2 * 1),
    tetrahedron: (1 / 3, 2 * np.sqrt(3)),
    triangular_prism: (np.sqrt(3) / 4 * 0.75, 2 * np.sqrt(3) / 4 * 0.75 + 3 * np.sqrt(0.75)),
    hexagonal_prism: (6 * np.sqrt(3) / 4 * 0.25, 12 * np.sqrt(3) / 4 * 0.25 + 3),
}
ROUND = {  # the true solid's; the mesh lies inside of it
    sphere: (np.pi / 6, np.pi),
    cylinder: (np.pi / 4, 1.5 * np.pi),
    cone: (np.pi / 12, np.pi * 0.25 + np.pi * 0.5 * SLANT),
    capsule: (np.pi * 0.25**2 * 0.5 + 4 / 3 * np.pi * 0.25**3, np.pi * 0.5 * 1),
    torus: (2 * np.pi**2 * R * TUBE**2, 4 * np.pi**2 * R * TUBE),
}


@pytest.mark.parametrize("function", FLAT, ids=lambda f: f.__name__)
def test_flat_solids_by_formula(function):
    m = measure(function())
    assert (m.volume, m.areas.sum()) == pytest.approx(FLAT[function], rel=1e-6)
    np.testing.assert_allclose(function().normals[function().triangles], m.normals[:, None].repeat(3, 1), atol=1e-6)
    assert len(function().rest_directions) == len(np.unique(m.normals.round(5), axis=0))  # every face


@pytest.mark.parametrize("bevel", [0.02, 0.1, 0.249])
def test_bevelled_cube_by_formula_and_as_a_convex_hull(bevel):
    """A cube of side c, on it 6 plates, 12 wedges, 8 corners; faces, strips, equilateral triangles."""
    m, c = measure(cube(bevel)), 1 - 2 * bevel
    assert m.volume == pytest.approx(c**3 + 6 * bevel * c**2 + 12 * bevel**2 / 2 * c + 8 * bevel**3 / 6, rel=1e-6)
    strips, triangles = 12 * 2**0.5 * bevel * c, 8 * 3**0.5 / 2 * bevel**2
    assert m.areas.sum() == pytest.approx(6 * c**2 + strips + triangles, rel=1e-6)
    points = {p for x in (-0.5, 0.5) for y in (-c / 2, c / 2) for z in (-c / 2, c / 2) for p in permutations((x, y, z))}
    hull = trimesh.convex.convex_hull(np.array(sorted(points)))
    assert len(hull.vertices) == 24
    assert (m.volume, m.areas.sum()) == pytest.approx((hull.volume, hull.area), rel=1e-6)
    found = np.unique(cube(bevel).positions.astype(np.float64), axis=0)
    np.testing.assert_allclose(found, np.unique(hull.vertices, axis=0), atol=1e-7)


@pytest.mark.parametrize("bevel", [0.02, 0.1, 0.249])
def test_bevelled_cylinder_by_formula(bevel):
    """A drum between two frustums of cones; the mesh lies inside of them, as a prism does in its cylinder."""
    m, r = measure(cylinder(bevel=bevel)), 0.5 - bevel
    volume = np.pi * 0.25 * 2 * r + 2 * np.pi / 3 * bevel * (0.25 + 0.5 * r + r * r)
    surface = 2 * np.pi * r**2 + 2 * np.pi * 0.5 * 2 * r + 2 * np.pi * (0.5 + r) * bevel * 2**0.5
    assert m.volume == pytest.approx(volume * 52 / 2 / np.pi * np.sin(2 * np.pi / 52), rel=1e-6)
    assert surface * 0.994 < m.areas.sum() < surface


def test_a_bevel_has_the_normals_of_the_surfaces_that_it_joins():
    """A cube's point has that of the one face it is on; a cylinder's that of its side or of its end."""
    for bevel in (0.02, 0.2):
        mesh = cube(bevel)
        np.testing.assert_allclose((mesh.positions * mesh.normals).sum(axis=1), 0.5)
        np.testing.assert_array_equal(np.abs(mesh.normals).sum(axis=1), 1)
        np.testing.assert_array_equal(mesh.rest_directions, cube().rest_directions)
        drum = cylinder(bevel=bevel)
        end = np.abs(drum.positions[:, 2]) == 0.5
        np.testing.assert_array_equal(drum.normals[end], np.sign(drum.positions[end] * [0, 0, 1]))
        np.testing.assert_allclose(drum.normals[~end], drum.positions[~end] * [2, 2, 0], atol=1e-6)
        np.testing.assert_array_equal(drum.rest_directions, cylinder().rest_directions)


def test_no_bevel_is_the_sharp_solid():
    assert cube(0) is cube(0.0) is cube()
    assert cylinder(52, 0).positions.tobytes() == cylinder().positions.tobytes()
    assert not cube().levels_of_detail
    assert len(cube().positions) == 24


@pytest.mark.parametrize("bevel", [0.02, 0.2])
def test_a_bevel_moves_no_texture_of_a_cube(bevel):
    """Faces show their part of the sharp cube's; a strip or corner that of one face it touches, as seen from before it."""
    sharp, m = cube(), cube(bevel)
    corners, uvs, normals = sharp.positions.reshape(6, 4, 3), sharp.uvs.reshape(6, 4, 2), sharp.normals[::4]
    for triangle in m.triangles:
        apart = []  # how far its uvs are from those of each face that it touches
        for face in {int((normals @ n).argmax()) for n in m.normals[triangle]}:
            flat = corners[face] * (normals[face] == 0)
            uv_from_xyz = np.linalg.lstsq(flat, uvs[face] - 0.5, rcond=None)[0]  # (3, 2), nothing along the normal
            apart.append(np.abs(m.positions[triangle] @ uv_from_xyz + 0.5 - m.uvs[triangle]).max())
        assert min(apart) < 1e-6


@pytest.mark.parametrize("function", ROUND, ids=lambda f: f.__name__)
def test_round_solids_by_formula(function):
    m = measure(function())
    for mine, true in zip((m.volume, m.areas.sum()), ROUND[function], strict=True):
        assert true * 0.994 < mine < true


def test_prisms_and_pyramids_have_their_shape():
    np.testing.assert_allclose(np.unique(np.abs(cube().positions)), [0.5])
    for prism in (triangular_prism(), hexagonal_prism()):
        np.testing.assert_allclose(np.hypot(*prism.positions.T[:2]), 0.5, rtol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(tetrahedron().positions, axis=1), np.sqrt(0.75), rtol=1e-6)
    np.testing.assert_array_equal(np.unique(pyramid().positions, axis=0)[2], [0, 0, 0.5])


def distance(function, p: np.ndarray) -> np.ndarray:
    """Signed distance (N,) of points (N, 3) to the true round solid's surface; near it is enough."""
    r, z = np.hypot(p[:, 0], p[:, 1]), p[:, 2]
    return {
        sphere: lambda: np.linalg.norm(p, axis=1) - 0.5,
        cylinder: lambda: np.maximum(r - 0.5, np.abs(z) - 0.5),
        cone: lambda: np.maximum((r - 0.5 * (0.5 - z)) / SLANT, -z - 0.5),
        capsule: lambda: np.hypot(r, np.maximum(np.abs(z) - 0.25, 0)) - 0.25,
        torus: lambda: np.hypot(r - R, z) - TUBE,
    }[function]()


@pytest.mark.parametrize("function", ROUND, ids=lambda f: f.__name__)
def test_vertices_lie_on_the_surface_and_normals_are_its_gradient(function):
    mesh = function()
    p, n = mesh.positions.astype(np.float64), mesh.normals.astype(np.float64)
    np.testing.assert_allclose(distance(function, p), 0, atol=1e-7)
    p, n = p[np.hypot(p[:, 0], p[:, 1]) > 0.01], n[np.hypot(p[:, 0], p[:, 1]) > 0.01]  # a cone's apex has no gradient
    np.testing.assert_allclose(distance(function, p + 1e-4 * n), 1e-4, atol=1e-6)


SUPPORT = {  # how far the true solid reaches in a direction with horizontal part r and upward part z
    sphere: lambda r, z: 0.5 + 0 * r,
    cylinder: lambda r, z: 0.5 * r + 0.5 * np.abs(z),
    cone: lambda r, z: np.maximum(0.5 * z, 0.5 * r - 0.5 * z),
    capsule: lambda r, z: 0.25 + 0.25 * np.abs(z),
    torus: lambda r, z: R * r + TUBE,
}


def dent(function, mesh: Mesh) -> float:
    """The deepest dent of the mesh's outline, seen from any side: true reach - reach, over directions in the image.

    The deepest dents face along normals of the faces, or their horizontal parts (a cone's base, seen from above).
    """
    normals = measure(mesh).normals
    flat = normals * [1, 1, 0]
    n = np.concatenate([directions(), normals, flat[np.linalg.norm(flat, axis=1) > 0.1]])
    n /= np.linalg.norm(n, axis=1, keepdims=True)
    reach = (n @ mesh.positions.T.astype(np.float64)).max(axis=1)
    return (SUPPORT[function](np.hypot(n[:, 0], n[:, 1]), n[:, 2]) - reach).max()


COARSER = {  # one step coarser than the default
    sphere: [{"segments": 102}],
    cylinder: [{"segments": 48}],
    cone: [{"segments": 48}],
    capsule: [{"segments": 72}],
    torus: [{"segments": 68}, {"tube_segments": 36}],
}


@pytest.mark.parametrize("function", ROUND, ids=lambda f: f.__name__)
def test_outline_is_within_half_a_pixel_and_no_finer(function):
    assert dent(function, function()) < HALF_A_PIXEL
    for coarser in COARSER[function]:
        assert dent(function, function(**coarser)) > HALF_A_PIXEL


@pytest.mark.parametrize("function", ROUND, ids=lambda f: f.__name__)
def test_outline_error_is_stated_for_every_level(function):
    levels = [*function().levels_of_detail, function()]
    assert [len(m.triangles) for m in levels] == sorted(len(m.triangles) for m in levels)
    for mesh in levels:
        assert 0.7 * mesh.silhouette_error < dent(function, mesh) <= mesh.silhouette_error * 1.001


def reach_of_bevelled_cube(n: np.ndarray, bevel: float) -> np.ndarray:
    """How far the chamfered cube reaches along n (N, 3): one coordinate is 0.5, the greatest, two are less."""
    size = np.abs(n)
    return (0.5 - bevel) * size.sum(axis=1) + bevel * size.max(axis=1)


def reach_of_bevelled_cylinder(n: np.ndarray, bevel: float) -> np.ndarray:
    r, z = np.hypot(n[:, 0], n[:, 1]), np.abs(n[:, 2])
    return (0.5 - bevel) * (r + z) + bevel * np.maximum(r, z)


@pytest.mark.parametrize("bevel", [0.005, 0.02, 0.2])
@pytest.mark.parametrize(
    ("function", "reach"), [(cube, reach_of_bevelled_cube), (cylinder, reach_of_bevelled_cylinder)], ids=["cube", "cylinder"]
)
def test_outline_error_is_stated_for_every_level_of_a_bevelled_solid(function, reach, bevel):
    """Standing out or falling short; the sharp solid is the coarsest level."""
    fine = function(bevel=bevel)
    n = np.concatenate(
        [measure(fine).normals, measure(function()).normals, *(measure(m).normals for m in fine.levels_of_detail)]
    )
    up = np.array([0.0, 0.0, 1.0])
    n = np.concatenate([n, n * [1, 1, 0.5], n + up, n - up, directions()])
    n = n[np.linalg.norm(n, axis=1) > 0.1]
    n /= np.linalg.norm(n, axis=1, keepdims=True)
    levels = [*fine.levels_of_detail, fine]
    assert len(levels) == {cube: 2, cylinder: 4}[function]
    assert [len(m.triangles) for m in levels] == sorted(len(m.triangles) for m in levels)
    assert [m.silhouette_error for m in levels] == sorted((m.silhouette_error for m in levels), reverse=True)
    for mesh in levels:
        error = np.abs((n @ mesh.positions.T.astype(np.float64)).max(axis=1) - reach(n, bevel)).max()
        assert 0.7 * mesh.silhouette_error - 1e-7 < error <= mesh.silhouette_error * 1.001 + 1e-7
    np.testing.assert_array_equal(np.unique(np.abs(levels[0].positions[:, 2])), [0.5])  # no row within


def test_torus_outline_of_the_hole():
    """The hole is no part of the reach: no point of any triangle is half a pixel from the true surface, in or out."""
    weights = np.array([(i, j, 6 - i - j) for i in range(7) for j in range(7 - i)]) / 6
    points = (weights @ measure(torus()).corners).reshape(-1, 3)
    assert np.abs(distance(torus, points)).max() < HALF_A_PIXEL


def test_sphere_and_capsule_are_convex():
    for mesh in (sphere(), capsule()):
        m = measure(mesh)
        height = m.normals @ mesh.positions.T.astype(np.float64)
        assert (height.max(axis=1) - np.einsum("ij,ij->i", m.normals, m.corners[:, 0])).max() < 1e-6


def test_rests_stand_first_and_lie_after():
    for function in (cube, sphere, cylinder, cone, torus, pyramid, triangular_prism, hexagonal_prism):
        np.testing.assert_array_equal(function().rest_directions[0], [0, 0, -1])
    assert [len(f().rest_directions) for f in (sphere, cylinder, cone, capsule, torus)] == [1, 54, 53, 78, 2]
    assert not capsule().rest_directions[:, 2].any()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: sphere(segments=3), "sphere.segments: 3"),
        (lambda: sphere(segments=100), "a multiple of 6"),
        (lambda: cylinder(segments=2), "cylinder.segments: 2 is not possible; give a whole number, 3 or more"),
        (lambda: cone(segments=-1), "cone.segments"),
        (lambda: cone(segments="many"), "cone.segments"),
        (lambda: capsule(segments=7.5), "capsule.segments"),
        (lambda: cylinder(bevel=0.25), "cylinder.bevel: 0.25 is not possible; give a number from 0 to below 0.25"),
        (lambda: cylinder(bevel=float("nan")), "cylinder.bevel: nan"),
        (lambda: cube(bevel=0.25), "cube.bevel: 0.25 is not possible; give a number from 0 to below 0.25"),
        (lambda: cube(bevel=-0.01), "cube.bevel: -0.01"),
        (lambda: cube(bevel=float("nan")), "cube.bevel: nan"),
        (lambda: cube(bevel="round"), "cube.bevel: 'round'"),
        (lambda: torus(segments=2), "torus.segments"),
        (lambda: torus(tube_segments=6), "torus.tube_segments"),
        (lambda: torus(tube_ratio=0.5), "torus.tube_ratio: 0.5"),
        (lambda: torus(tube_ratio=0), "torus.tube_ratio"),
        (lambda: torus(tube_ratio=float("nan")), "torus.tube_ratio"),
        (lambda: torus(tube_ratio="thin"), "torus.tube_ratio"),
    ],
)
def test_impossible_parameters(call, words):
    with pytest.raises(InputError, match=words.replace(".", r"\.")) as error:
        call()
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "mesh",
    [sphere(6), cylinder(3), cylinder(3, 0.2), cone(3), capsule(6), torus(0.49, 3, 4)],
    ids=["sphere", "cylinder", "cylinder, bevelled", "cone", "capsule", "torus"],
)
def test_coarsest_is_still_closed(mesh):
    test_closed_and_consistently_wound(mesh)
    assert measure(mesh).volume > 0


def test_texture_density_is_shared_by_the_pieces():
    square = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], np.float64)
    both = join([polygon(square), polygon(2 * square)])
    np.testing.assert_allclose(both.uvs, np.concatenate([square, 2 * square])[:, :2] / 2)


# --- the composite


def load_dumbbell() -> Composite:
    return instantiate(OmegaConf.load(CONFIGS["dumbbell"])["dumbbell"])


def placed(part) -> np.ndarray:
    return part.mesh.positions @ part.object_from_part[:3, :3].T + part.object_from_part[:3, 3]


def test_dumbbell():
    dumbbell = load_dumbbell()
    assert [part.solid for part in dumbbell.parts] == ["sphere", "sphere", "cylinder"]
    assert dumbbell.parts[0].mesh is dumbbell.parts[1].mesh
    boxes = [(placed(part).min(axis=0), placed(part).max(axis=0)) for part in dumbbell.parts]
    for (low, high), z, size in zip(boxes, (-0.3, 0.3, 0.0), ([0.4] * 3, [0.4] * 3, [0.16, 0.16, 0.6]), strict=True):
        np.testing.assert_allclose((low + high) / 2, [0, 0, z], atol=1e-3)
        np.testing.assert_allclose(high - low, size, atol=1e-3)
    assert boxes[0][1][2] > boxes[2][0][2]  # the rod begins inside the lower ball
    assert boxes[2][1][2] > boxes[1][0][2]  # and ends inside the upper
    points = np.concatenate([placed(part) for part in dumbbell.parts]).astype(np.float64)
    assert np.ptp(points, axis=0).max() == pytest.approx(1, abs=1e-6)
    assert dumbbell.rest_directions.dtype == np.float32
    assert_rests(points, np.zeros(3), dumbbell.rest_directions)


def test_composite_scales_then_turns_then_moves():
    turn = {"axis": [0, 0, 2], "angle_deg": 90}
    part = {"solid": "rod", "mesh": cube(), "position": [1, 2, 3], "scale": [4, 1, 1], **turn}
    made = composite([part, {"solid": "cube", "mesh": cube()}], rest_directions=[[0, 0, -3], [5, 0, 0]])
    assert made.parts[0].object_from_part.dtype == np.float32
    np.testing.assert_allclose(made.parts[0].object_from_part @ [1, 0, 0, 1], [1, 6, 3, 1], atol=1e-6)  # x became y
    np.testing.assert_allclose(made.parts[0].object_from_part @ [0, 1, 0, 1], [0, 2, 3, 1], atol=1e-6)
    np.testing.assert_array_equal(made.parts[1].object_from_part, np.eye(4))
    np.testing.assert_allclose(made.rest_directions, [[0, 0, -1], [1, 0, 0]])
    np.testing.assert_array_equal(composite([part]).rest_directions, [[0, 0, -1]])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"solid": None}, r"parts\[0\]\.solid"),
        ({"mesh": "sphere"}, r"parts\[0\]\.mesh"),
        ({"positon": [0, 0, 0]}, "no key positon; the keys are solid, mesh, position"),
        ({"position": [0, 0]}, r"parts\[0\]\.position.*three numbers"),
        ({"position": ["a", 0, 0]}, r"parts\[0\]\.position"),
        ({"axis": [0, 0, 0]}, r"parts\[0\]\.axis"),
        ({"angle_deg": float("nan")}, r"parts\[0\]\.angle_deg"),
        ({"scale": 0}, r"parts\[0\]\.scale"),
        ({"scale": [1, 1, -1]}, r"parts\[0\]\.scale"),
        ({"scale": [1, 2]}, r"parts\[0\]\.scale"),
    ],
)
def test_composite_names_the_wrong_key(change, words):
    with pytest.raises(InputError, match=words):
        composite([{"solid": "cube", "mesh": cube(), **change}])


@pytest.mark.parametrize("rest_directions", [[], [0, 0, -1], [[0, 0, 0]], "down"])
def test_composite_names_wrong_rests(rest_directions):
    with pytest.raises(InputError, match=r"composite\.rest_directions"):
        composite([{"solid": "cube", "mesh": cube()}], rest_directions=rest_directions)


def test_composite_without_parts():
    with pytest.raises(InputError, match=r"composite\.parts"):
        composite([])
