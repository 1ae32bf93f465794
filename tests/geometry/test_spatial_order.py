"""Tests of orders of triangles and vertices: the same triangles, and few vertices that a small cache does not hold."""

import numpy as np
import trimesh

from raster.geometry.spatial_order import first_used, spatial_order


def missed(triangles: np.ndarray, held: int = 64) -> float:
    """How many vertices a triangle are not among the last ones, first in, first out."""
    cache: list[int] = []
    count = 0
    for corner in triangles.ravel().tolist():
        if corner not in cache:
            cache, count = [*cache[-held + 1 :], corner], count + 1
    return count / len(triangles)


def test_the_same_triangles_with_neighbours_together():
    ball, rng = trimesh.creation.icosphere(4), np.random.default_rng(0)
    mixed = rng.permutation(ball.faces)
    order, triangles = first_used(mixed[spatial_order(ball.vertices, mixed)], len(ball.vertices))
    as_they_were = {tuple(row) for row in ball.faces.tolist()}
    assert {tuple(row) for row in order[triangles].tolist()} == as_they_were
    assert len(triangles) == len(as_they_were)
    _, first = np.unique(triangles, return_index=True)
    assert (np.diff(first) > 0).all()
    assert missed(mixed) > 2
    assert missed(triangles) < 0.8


def test_vertices_of_no_triangle_are_left_out():
    order, triangles = first_used(np.array([[7, 2, 5], [5, 2, 0]]), 9)
    assert order.tolist() == [7, 2, 5, 0]
    assert triangles.tolist() == [[0, 1, 2], [2, 1, 3]]
    assert spatial_order(np.zeros((3, 3)), np.zeros((0, 3), int)).tolist() == []
    assert spatial_order(np.zeros((3, 3)), np.array([[0, 1, 2], [2, 1, 0]])).tolist() == [0, 1]
