"""Tests of triangulation: areas and covered points against the polygon's own formulas, strips and fans."""

import numpy as np
import pytest

from raster.assets.meshes.polygons import of_fan, of_strips, triangulate

U = np.array([[0, 0], [3, 0], [3, 3], [2, 3], [2, 1], [1, 1], [1, 3], [0, 3]], float)
# A square with a square hole, which a bridge joins to the outline; a corner that turns back; a comb.
KEYHOLE = np.array([[0, 0], [4, 0], [4, 4], [0, 4], [0, 0], [1, 1], [1, 3], [3, 3], [3, 1], [1, 1]], float)
DART = np.array([[0, 0], [2, 1], [0, 2], [1, 1]], float)
COMB = np.array([[0, 0], [9, 0], [9, 4], [8, 1], [6, 4], [5, 1], [4, 4], [2, 1], [0, 4]], float)
POLYGONS = {"u": U, "keyhole": KEYHOLE, "dart": DART, "comb": COMB}


def area_of(plane: np.ndarray) -> float:
    """Of a polygon (k, 2), by the shoelace formula."""
    (x, y), (x1, y1) = plane.T, np.roll(plane, -1, axis=0).T
    return abs(float((x * y1 - x1 * y).sum())) / 2


def test_the_formula_of_areas():
    assert [area_of(plane) for plane in (U, KEYHOLE, DART)] == [7, 12, 1]


def placed(plane: np.ndarray, seed: int = 0) -> np.ndarray:
    """A flat polygon (k, 2) somewhere in space (k, 3)."""
    random = np.random.default_rng(seed)
    axes = np.linalg.qr(random.normal(size=(3, 3)))[0]
    return plane @ axes[:2] + random.normal(size=3)


def areas(points: np.ndarray, triangles: np.ndarray) -> tuple[float, np.ndarray]:
    """The sum of the triangles' areas, and half of the sum of their cross products (3,)."""
    a, b, c = np.moveaxis(points[triangles], 1, 0)
    crosses = np.cross(b - a, c - a) / 2
    return np.linalg.norm(crosses, axis=1).sum(), crosses.sum(axis=0)


def inside(polygon: np.ndarray, points: np.ndarray) -> np.ndarray:
    """(N,) bool by the even-odd rule."""
    result = np.zeros(len(points), bool)
    for (x0, y0), (x1, y1) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        crosses = (y0 > points[:, 1]) != (y1 > points[:, 1])
        x = x0 + (points[:, 1] - y0) / (y1 - y0 if y1 != y0 else 1) * (x1 - x0)
        result ^= crosses & (points[:, 0] < x)
    return result


@pytest.mark.parametrize("name", POLYGONS)
@pytest.mark.parametrize("scale", [1.0, 1e-6, 1e5])
def test_concave_polygons_keep_their_area_and_direction_from_every_first_corner(name, scale):
    plane = POLYGONS[name]
    area = area_of(plane)
    for shift in range(len(plane)):
        for turn in (1, -1):
            points = scale * placed(np.roll(plane, shift, axis=0)[::turn])
            triangles = triangulate(points, np.arange(len(points)), np.array([len(points)]))
            total, crosses = areas(points, triangles)
            assert total == pytest.approx(area * scale**2, rel=1e-6)
            assert np.linalg.norm(crosses) == pytest.approx(total, rel=1e-6)  # all are wound alike
            middle = points - points[0]
            newell = np.cross(middle, np.roll(middle, -1, axis=0)).sum(axis=0)
            assert crosses @ newell > 0  # as the polygon is


@pytest.mark.parametrize("name", POLYGONS)
def test_triangles_cover_what_the_polygon_covers(name):
    plane = POLYGONS[name]
    triangles = triangulate(np.c_[plane, np.zeros(len(plane))], np.arange(len(plane)), np.array([len(plane)]))
    points = np.random.default_rng(1).uniform(0, 9, (4000, 2)) + 1e-4
    covered = np.any([inside(plane[t], points) for t in triangles], axis=0)
    np.testing.assert_array_equal(covered, inside(plane, points))


def test_convex_polygons_are_fans_and_keep_all_their_corners():
    """Also one with three corners on a line, which a neighbour may meet there."""
    square = np.array([[0, 0, 0], [1, 0, 0], [2, 0, 0], [2, 2, 0], [0, 2, 0]], float)
    assert triangulate(square, np.arange(5), np.array([5])).tolist() == [[0, 1, 2], [0, 2, 3], [0, 3, 4]]


def test_polygons_of_all_sizes_stay_in_their_order():
    plane = np.concatenate([U, DART, U[:3], U[:2]])
    corners, counts = np.arange(len(plane)), np.array([8, 4, 3, 2])
    triangles = triangulate(np.c_[plane, np.zeros(len(plane))], corners, counts)
    assert np.histogram(triangles.min(axis=1), [0, 8, 12, 15, 17])[0].tolist() == [6, 2, 1, 0]
    assert (np.diff(triangles.min(axis=1) // 8) >= 0).all()


@pytest.mark.parametrize("points", [np.zeros((5, 3)), np.arange(15.0).reshape(5, 3), U[:5, [0, 0, 0]]])
def test_polygons_without_area_are_no_error(points):
    total, _ = areas(points, triangulate(points, np.arange(5), np.array([5])))
    assert total == pytest.approx(0, abs=1e-9)


def test_a_polygon_that_is_not_quite_flat_loses_little():
    random = np.random.default_rng(2)
    points = placed(U) + random.normal(size=(8, 3)) * 1e-3
    total, _ = areas(points, triangulate(points, np.arange(8), np.array([8])))
    assert total == pytest.approx(7, rel=0.01)


def test_strips_turn_every_second_triangle_and_begin_anew():
    assert of_strips(np.arange(5)).tolist() == [[0, 1, 2], [1, 3, 2], [2, 3, 4]]
    assert of_strips(np.array([7, 0, 1, 2, -1, 3, 4, 5, 6])).tolist() == [[7, 0, 1], [0, 2, 1], [3, 4, 5], [4, 6, 5]]
    assert of_strips(np.array([1, 2])).shape == (0, 3)


def test_a_fan_shares_its_first_vertex():
    assert of_fan(np.array([4, 0, 1, 2])).tolist() == [[4, 0, 1], [4, 1, 2]]
    assert of_fan(np.array([4, 0])).shape == (0, 3)
