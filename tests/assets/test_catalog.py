"""Tests of Catalog and MeshAtlas: class ids, tables by asset against the meshes, levels of detail, what is refused."""

import numpy as np
import pytest

from raster.assets.catalog import Catalog
from raster.errors import InputError
from raster.geometry.mesh import Composite, Part
from raster.geometry.mesh_atlas import MeshAtlas
from raster.solids.cone import cone
from raster.solids.cube import cube
from raster.solids.sphere import sphere
from raster.solids.tetrahedron import tetrahedron
from raster.transforms import compose, rotation_about_z


def mace(segments: int = 24) -> Composite:
    """A ball on a bar, off the origin; the part names do not tell the two balls of different fineness apart."""
    parts = (
        Part("sphere", sphere(segments), compose((0, 0, 0.3), scale=0.4)),
        Part("cube", cube(), compose((0.1, 0, -0.1), rotation_about_z(0.3), (0.1, 0.1, 0.8))),
        Part("sphere", sphere(2 * segments), compose((0, 0.2, -0.4), scale=0.2)),
    )
    return Composite(parts, np.array([[0, 0, -1], [0.6, 0, 0.8]], np.float32))


def points_of(catalog: Catalog, asset: int) -> np.ndarray:
    """Vertices (V, 3) of an asset, by way of the atlas buffers: what would be drawn."""
    found = []
    for mesh, local in zip(catalog.part_mesh[asset], catalog.part_local[asset], strict=True):
        if mesh >= 0:
            count, first, base = catalog.atlas.ranges[mesh].astype(int)
            used = np.unique(catalog.atlas.indices[first : first + count]) + base
            positions = catalog.atlas.vertices[used, :3]
            found.append(positions @ local[:3, :3].T + local[:3, 3])
    return np.concatenate(found)


def same_points(a: np.ndarray, b: np.ndarray) -> bool:
    a, b = (np.unique(np.round(x, 5) + 0.0, axis=0) for x in (a, b))
    return a.shape == b.shape and np.allclose(a, b, atol=2e-5)


# --- Classes


def test_classes_are_numbered_in_the_order_given():
    catalog = Catalog({"tetrahedron": tetrahedron(), "cube": cube()}, {"cone": cone()})
    assert catalog.classes == ("background", "tetrahedron", "cube")
    assert catalog.assets == ("tetrahedron", "cube", "cone", "floor")
    np.testing.assert_array_equal(catalog.class_id, [1, 2, 0, 0])
    np.testing.assert_array_equal(catalog.labelled, [0, 1])
    np.testing.assert_array_equal(catalog.unlabelled, [2])
    assert catalog.assets[catalog.floor] == "floor"


def test_255_classes_fit_into_8_bits_and_256_do_not():
    many = {f"solid{i}": cube() for i in range(256)}
    last = many.popitem()
    assert Catalog(many).class_id.max() == 255
    with pytest.raises(InputError, match="256 classes, but an 8-bit label holds 255"):
        Catalog({**many, last[0]: last[1]})


@pytest.mark.parametrize(
    ("labelled", "unlabelled", "words"),
    [
        ((), ("cube",), "solids: none is chosen"),
        (("cube", "cone"), ("cone",), "distractors: cone is a labelled solid too"),
        (("background",), (), "the name background is taken"),
        (("cube",), ("floor",), "the name floor is taken"),
    ],
)
def test_what_cannot_be_is_refused_by_name(labelled, unlabelled, words):
    with pytest.raises(InputError, match=words):
        Catalog(dict.fromkeys(labelled, cube()), dict.fromkeys(unlabelled, cube()))


# --- Tables


def test_parts_of_a_composite_keep_their_own_meshes():
    """Two parts called sphere differ in fineness, and what comes after them in the atlas is what it should be."""
    whole = mace()
    catalog = Catalog({"mace": whole, "cone": cone(16)}, {"tetrahedron": tetrahedron()})
    assert catalog.part_names == [["sphere", "cube", "sphere"], ["cone"], ["tetrahedron"], ["cube"]]
    np.testing.assert_array_equal(catalog.composite, [True, False, False, False])
    np.testing.assert_array_equal(catalog.part_mesh >= 0, [[1, 1, 1], [1, 0, 0], [1, 0, 0], [1, 0, 0]])
    expected = [p.mesh.positions @ p.object_from_part[:3, :3].T + p.object_from_part[:3, 3] for p in whole.parts]
    assert same_points(points_of(catalog, 0), np.concatenate(expected))
    for asset, mesh in ((1, cone(16)), (2, tetrahedron()), (3, cube())):
        assert same_points(points_of(catalog, asset), mesh.positions)


def test_a_mesh_that_is_used_twice_is_stored_once():
    catalog = Catalog({"mace": mace(), "cube": cube(), "sphere": sphere(24)})
    np.testing.assert_array_equal(catalog.part_mesh[:, 0][[1, 3]], catalog.part_mesh[0, 1])
    assert catalog.part_mesh[2, 0] == catalog.part_mesh[0, 0]
    assert len(np.unique(catalog.part_mesh[catalog.part_mesh >= 0])) == 3


def test_radius_and_rests_are_those_of_the_vertices(catalog):
    for asset, name in enumerate(catalog.assets):
        points = points_of(catalog, asset).astype(np.float64)
        assert catalog.radius[asset] == pytest.approx(np.linalg.norm(points, axis=1).max(), rel=1e-6), name
        assert catalog.rest_count[asset] >= 1
        for rest in range(catalog.rest_count[asset]):
            normal, offset = catalog.rest_directions[asset, rest], catalog.rest_distances[asset, rest]
            assert (points @ normal).max() == pytest.approx(offset, abs=1e-6), (name, rest)


@pytest.mark.parametrize(
    ("name", "radius"),
    [("cube", np.hypot(0.5, 0.48 * 2**0.5)), ("sphere", 0.5), ("cylinder", np.hypot(0.5, 0.48)), ("ring", 0.5)],
)
def test_radius_of_known_solids(catalog, name, radius):
    assert catalog.radius[catalog.assets.index(name)] == pytest.approx(radius, abs=1e-4)


# --- The atlas


def test_the_atlas_holds_every_triangle_of_every_mesh():
    meshes = {"cube": cube(), "sphere": sphere(36), "cone": cone(28)}
    atlas = MeshAtlas(meshes)
    assert atlas.vertices.dtype == np.float32
    assert (atlas.indices.dtype, atlas.ranges.dtype) == (np.uint32, np.uint32)
    assert len(atlas.ranges) == len(atlas.meshes) == 3 + 1 + 1 + 1  # sphere(24), cone(16), and the screen
    for mesh, (count, first, base) in zip(atlas.meshes, atlas.ranges.astype(int), strict=True):
        rows = atlas.vertices[base + atlas.indices[first : first + count]]
        corners = mesh.triangles.ravel()
        np.testing.assert_array_equal(rows, np.hstack([mesh.positions, mesh.normals, mesh.uvs])[corners])
    assert [atlas.meshes[n] for n in atlas.numbers.values()] == list(meshes.values())


def test_the_last_mesh_covers_the_screen():
    corners = MeshAtlas({"cube": cube()}).meshes[-1].positions[:, :2].astype(float)
    for point in np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [0, 0]]):
        weights = np.linalg.solve(np.vstack([corners.T, [1, 1, 1]]), [*point, 1])
        assert weights.min() >= -1e-9


def test_levels_go_from_coarse_to_fine_and_end_with_the_mesh():
    atlas = MeshAtlas({"cube": cube(), "sphere": sphere(), "cone": cone()})
    assert atlas.levels.shape == (3, 5)
    np.testing.assert_array_equal(atlas.levels[:, -1], [0, 1, 2])
    for number in range(3):
        levels = [atlas.meshes[m] for m in atlas.levels[number]]
        sizes = [len(mesh.triangles) for mesh in levels]
        assert sizes == sorted(sizes)
        np.testing.assert_array_equal(atlas.errors[number], [np.float32(mesh.silhouette_error) for mesh in levels])
        assert (np.diff(atlas.errors[number]) <= 0).all()
    assert len(set(atlas.levels[1])) == 5
    assert len(set(atlas.levels[0])) == 1
