"""Tests of symmetries: how many there are of each solid, as the orders of the rotation groups say, and that surfaces fit."""

from dataclasses import replace

import numpy as np
import pytest

from raster.geometry.mesh import Composite, Mesh, Part
from raster.geometry.symmetries import symmetries
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

Z, X, Y = [0, 0, 1], [1, 0, 0], [0, 1, 0]


def of(mesh: Mesh, *scale: float):
    return symmetries([Part("solid", mesh, np.diag([*(scale or (1.0, 1.0, 1.0)), 1.0]).astype(np.float32))])


@pytest.mark.parametrize(
    ("solid", "scale", "axes", "rotations"),
    [
        (cube(), (), [], 23),  # the octahedral group, of order 24
        (cube(0.05), (), [], 23),
        (cube(0.05, 8), (), [], 23),
        (cube(), (1, 1, 2), [], 7),
        (cube(), (1, 3, 2), [], 3),
        (tetrahedron(), (), [], 11),
        (pyramid(), (), [], 3),
        (triangular_prism(), (), [], 5),
        (hexagonal_prism(), (), [], 11),
        (hexagonal_prism(), (1, 0.7, 1), [], 3),
        (cylinder(), (), [Z], 1),
        (cylinder(104, 0.05, 4), (), [Z], 1),
        (cylinder(6), (), [], 11),  # meant as a prism
        (cylinder(), (1, 0.8, 1), [], 3),
        (cone(), (), [Z], 0),
        (capsule(), (), [Z], 1),
        (capsule(), (1, 2, 1), [], 3),
        (torus(), (), [Z], 1),
        (sphere(), (), [X, Y], 0),
        (sphere(), (1, 1, 0.5), [Z], 1),
        (sphere(), (0.5, 1, 1), [X], 1),
        (sphere(), (0.5, 1, 2), [], 3),
    ],
)  # fmt: skip
def test_each_solid_has_the_symmetries_of_its_group(solid, scale, axes, rotations):
    found = of(solid, *scale)
    assert [axis.tolist() for axis in found.axes] == axes
    assert len(found.rotations) == rotations
    turned = [rotation.round(3).tolist() for rotation in found.rotations]
    assert len({str(each) for each in turned}) == rotations
    for rotation in found.rotations:
        assert np.allclose(rotation @ rotation.T, np.eye(3), atol=1e-9)
        assert np.linalg.det(rotation) == pytest.approx(1)
        assert np.abs(rotation - np.eye(3)).max() > 0.1


def test_rotations_are_a_group_and_map_the_corners():
    found = of(cube(), 1, 1, 2)
    group = [np.eye(3), *found.rotations]
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-2, 2)]) / 2
    for a in group:
        assert {tuple(p) for p in (corners @ a.T).round(6) + 0.0} == {tuple(p) for p in corners}
        assert all(any(np.allclose(a @ b, c, atol=1e-6) for c in group) for b in group)


def test_composites_have_what_all_their_parts_have():
    def ball(x: float, z: float, size: float = 0.4) -> Part:
        place = np.diag([size, size, size, 1.0]).astype(np.float32)
        place[:3, 3] = x, 0, z
        return Part("ball", sphere(66), place)

    rod = Part("rod", cylinder(24), np.diag([0.16, 0.16, 0.6, 1.0]).astype(np.float32))
    dumbbell = symmetries([ball(0, -0.3), ball(0, 0.3), rod])
    assert ([axis.tolist() for axis in dumbbell.axes], len(dumbbell.rotations)) == ([Z], 1)
    club = symmetries([ball(0, -0.3), ball(0, 0.3, 0.2), rod])
    assert ([axis.tolist() for axis in club.axes], len(club.rotations)) == ([Z], 0)
    bent = symmetries([ball(0, -0.3), ball(0.1, 0.3), rod])
    assert (bent.axes, bent.rotations) == ((), ())


def test_a_solid_off_its_origin_turns_about_its_own_centre():
    place = np.eye(4, dtype=np.float32)
    place[:3, 3] = 3, 0, -1
    found = symmetries([Part("cube", cube(), place)])
    assert found.center == pytest.approx([3, 0, -1])
    assert len(found.rotations) == 23


def test_a_dented_solid_has_none():
    solid = cube(0.05, 8)
    moved = solid.positions.copy()
    moved[0] *= 0.99
    found = of(replace(solid, positions=moved))
    assert (found.axes, found.rotations) == ((), ())


def test_composite_solids_keep_what_their_meshes_say():
    whole = composite([{"solid": "cylinder", "mesh": cylinder()}])
    assert isinstance(whole, Composite)
    assert [axis.tolist() for axis in symmetries(whole.parts).axes] == [Z]
