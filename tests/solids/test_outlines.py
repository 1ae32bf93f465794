"""Tests of the outlines of round solids: within half a pixel of the true one, no finer, and as stated for every level."""

import numpy as np
import pytest
from measured import directions, measure
from round_solids import TUBE, R, distance

from raster.geometry.mesh import Mesh
from raster.solids.capsule import capsule
from raster.solids.cone import cone
from raster.solids.cylinder import cylinder
from raster.solids.sphere import sphere
from raster.solids.torus import torus

HALF_A_PIXEL = 0.5 / 512  # of a solid of extent 1 that fills an image of 512 px
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


@pytest.mark.parametrize("function", SUPPORT, ids=lambda f: f.__name__)
def test_outline_is_within_half_a_pixel_and_no_finer(function):
    assert dent(function, function()) < HALF_A_PIXEL
    for coarser in COARSER[function]:
        assert dent(function, function(**coarser)) > HALF_A_PIXEL


@pytest.mark.parametrize("function", SUPPORT, ids=lambda f: f.__name__)
def test_outline_error_is_stated_for_every_level(function):
    levels = [*function().levels_of_detail, function()]
    assert [len(m.triangles) for m in levels] == sorted(len(m.triangles) for m in levels)
    for mesh in levels:
        assert 0.7 * mesh.silhouette_error < dent(function, mesh) <= mesh.silhouette_error * 1.001


def test_torus_outline_of_the_hole():
    """The hole is no part of the reach: no point of any triangle is half a pixel from the true surface, in or out."""
    weights = np.array([(i, j, 6 - i - j) for i in range(7) for j in range(7 - i)]) / 6
    points = (weights @ measure(torus()).corners).reshape(-1, 3)
    assert np.abs(distance(torus, points)).max() < HALF_A_PIXEL
