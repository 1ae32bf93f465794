"""surface_distance against trimesh, which searches the nearest point of triangles by other means."""

import numpy as np
import trimesh

from raster.geometry import surface_distance as module
from raster.geometry.surface_distance import surface_distance


def test_it_is_that_of_trimesh(monkeypatch):
    random = np.random.default_rng(4)
    positions, triangles = random.normal(size=(40, 3)), random.integers(0, 40, (60, 3))
    triangles = triangles[(triangles != np.roll(triangles, 1, axis=1)).all(axis=1)]
    points = random.normal(size=(200, 3)) * 1.5
    mesh = trimesh.Trimesh(positions, triangles, process=False)
    _, expected, _ = trimesh.proximity.closest_point_naive(mesh, points)
    found = [surface_distance(point, positions, triangles) for point in points]
    np.testing.assert_allclose(found, expected, atol=1e-9)
    monkeypatch.setattr(module, "STEP", 7)
    np.testing.assert_allclose([surface_distance(point, positions, triangles) for point in points], expected, atol=1e-9)


def test_a_triangle_without_area_counts_by_its_sides():
    positions = np.array([[0, 0, 0], [2, 0, 0], [1, 0, 0]], float)
    assert surface_distance(np.array([1.5, 3, 0]), positions, np.array([[0, 1, 2]])) == 3
