"""Tests of single solids: volumes, surfaces, points and normals by formula, rests, impossible parameters."""

import numpy as np
import pytest
from measured import assert_closed, measure
from round_solids import SLANT, TUBE, R, distance

from raster.errors import InputError
from raster.geometry.polyhedron import polygon
from raster.geometry.surface import join
from raster.solids.capsule import capsule
from raster.solids.cone import cone
from raster.solids.cube import cube
from raster.solids.cylinder import cylinder
from raster.solids.hexagonal_prism import hexagonal_prism
from raster.solids.pyramid import pyramid
from raster.solids.sphere import sphere
from raster.solids.tetrahedron import tetrahedron
from raster.solids.torus import torus
from raster.solids.triangular_prism import triangular_prism

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


@pytest.mark.parametrize("function", ROUND, ids=lambda f: f.__name__)
def test_vertices_lie_on_the_surface_and_normals_are_its_gradient(function):
    mesh = function()
    p, n = mesh.positions.astype(np.float64), mesh.normals.astype(np.float64)
    np.testing.assert_allclose(distance(function, p), 0, atol=1e-7)
    p, n = p[np.hypot(p[:, 0], p[:, 1]) > 0.01], n[np.hypot(p[:, 0], p[:, 1]) > 0.01]  # a cone's apex has no gradient
    np.testing.assert_allclose(distance(function, p + 1e-4 * n), 1e-4, atol=1e-6)


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


def test_texture_density_is_shared_by_the_pieces():
    square = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], np.float64)
    both = join([polygon(square), polygon(2 * square)])
    np.testing.assert_allclose(both.uvs, np.concatenate([square, 2 * square])[:, :2] / 2)


@pytest.mark.parametrize(
    "mesh",
    [sphere(6), cylinder(3), cylinder(3, 0.2), cone(3), capsule(6), torus(0.49, 3, 4)],
    ids=["sphere", "cylinder", "cylinder, bevelled", "cone", "capsule", "torus"],
)
def test_coarsest_is_still_closed(mesh):
    assert_closed(mesh)
    assert measure(mesh).volume > 0


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
