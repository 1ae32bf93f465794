"""measure: corners, normals, areas and volume of a mesh. assert_closed, assert_rests; directions: evenly over the sphere."""

from collections import Counter
from types import SimpleNamespace

import numpy as np

from raster.geometry.mesh import Mesh


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


def assert_closed(mesh: Mesh) -> None:
    """Every edge of the mesh, its corners merged by place, belongs to two triangles, which run along it in opposite ways."""
    number: dict[bytes, int] = {}
    merged = np.array([number.setdefault(p.tobytes(), len(number)) for p in mesh.positions])[mesh.triangles]
    edges = Counter((int(a), int(b)) for tri in merged for a, b in zip(tri, np.roll(tri, -1), strict=True))
    assert all(a != b for a, b in edges)
    assert set(edges.values()) == {1}
    assert all((b, a) in edges for a, b in edges)


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
        assert abs(margin) < 1e-5 if ball else margin > 1e-3, (down, margin)
