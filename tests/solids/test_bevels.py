"""Tests of the bevels of cube and cylinder: by formula, their normals, textures and outlines."""

from itertools import permutations

import numpy as np
import pytest
import trimesh
from measured import directions, measure

from raster.errors import InputError
from raster.solids.cube import cube
from raster.solids.cylinder import cylinder


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


@pytest.mark.parametrize("strips", [2, 8])
@pytest.mark.parametrize("radius", [0.03, 0.2])
def test_rounded_cube_by_steiners_formula(radius, strips):
    """A cube of side c thickened by a ball: plates, quarters of cylinders, eighths of a ball. The mesh lies inside of it."""
    m, c = measure(cube(radius, strips)), 1 - 2 * radius
    volume = c**3 + 6 * radius * c**2 + 3 * np.pi * radius**2 * c + 4 / 3 * np.pi * radius**3
    assert volume - 7 * m.areas.sum() * radius / strips**2 * 0.06 < m.volume < volume
    mesh = cube(radius, strips)
    inside = np.clip(mesh.positions.astype(np.float64), -c / 2, c / 2)
    np.testing.assert_allclose(mesh.positions - inside, radius * mesh.normals, atol=1e-6)
    np.testing.assert_array_equal(mesh.rest_directions, cube().rest_directions)


@pytest.mark.parametrize("strips", [2, 6])
def test_rounded_cylinder_lies_on_its_torus(strips):
    mesh, radius = cylinder(bevel=0.1, edge_strips=strips), 0.1
    p = mesh.positions.astype(np.float64)
    rho, z = np.hypot(p[:, 0], p[:, 1]), np.abs(p[:, 2])
    rim = (rho > 0.4 + 1e-6) & (z > 0.4 + 1e-6)
    np.testing.assert_allclose(np.hypot(rho - 0.4, z - 0.4)[rim], radius, atol=1e-6)
    outward = np.column_stack([p[:, :2] / np.maximum(rho, 1e-9)[:, None] * (rho - 0.4)[:, None], np.sign(p[:, 2]) * (z - 0.4)])
    np.testing.assert_allclose(mesh.normals[rim], outward[rim] / radius, atol=1e-5)


def test_strips_of_edges_that_cannot_be_are_refused():
    for wrong in (0, 3, "many", 10):
        with pytest.raises(InputError, match=r"cube\.edge_strips"):
            cube(0.1, wrong)
    for wrong in (0, 9, 1.5):
        with pytest.raises(InputError, match=r"cylinder\.edge_strips"):
            cylinder(52, 0.1, wrong)
