"""Tests of how meshes are made ready: normals, which side is out, what is seen from both sides, how an object can lie."""

import numpy as np
import pytest
import trimesh
from small_models import (
    CORNERS,
    FACES,
    as_set,
    corners_of,
    describe,
    glb,
    outward,
    read,
    tetrahedron,
    triangles_of,
    volume,
)

from raster.assets.meshes.imported_mesh import VERTEX
from raster.geometry.convex_hull import hull_of
from raster.geometry.stable_poses import stable_poses


def save(mesh, path):
    mesh.export(path)
    return path


# --- Normals


def test_a_vertex_has_36_bytes():
    assert VERTEX.itemsize == 36


@pytest.mark.parametrize("kind", ["stl", "ply"])
def test_a_box_is_sharp(tmp_path, kind):
    model = read(save(trimesh.creation.box((1, 2, 3)), tmp_path / f"b.{kind}"))
    assert len(model.vertices) == 24
    assert np.allclose(outward(model), 1)
    assert np.allclose(corners_of(model, "normal"), np.repeat(corners_of(model, "normal")[:, :1], 3, axis=1))


@pytest.mark.parametrize("kind", ["stl", "ply"])
def test_a_sphere_is_smooth(tmp_path, kind):
    sphere = trimesh.creation.icosphere(subdivisions=3)
    model = read(save(sphere, tmp_path / f"s.{kind}"))
    assert len(model.vertices) == len(sphere.vertices)
    exact = triangles_of(model) / np.linalg.norm(triangles_of(model), axis=-1, keepdims=True)
    assert (corners_of(model, "normal") * exact).sum(axis=-1).min() > np.cos(np.radians(0.6))


def test_a_cylinder_is_smooth_round_it_and_sharp_at_its_rims(tmp_path):
    """Quads cut in two do not pull the normals to one side."""
    model = read(save(trimesh.creation.cylinder(0.5, 1, sections=32), tmp_path / "c.stl"))
    places, normals = triangles_of(model).reshape(-1, 3), corners_of(model, "normal").reshape(-1, 3)
    side = np.abs(normals[:, 2]) < 0.5
    radial = places[side, :2] / np.linalg.norm(places[side, :2], axis=1, keepdims=True)
    assert np.allclose(normals[side, :2], radial, atol=1e-3)
    assert np.allclose(np.abs(normals[~side, 2]), 1)


def test_normals_of_the_file_are_kept_if_they_are_good(tmp_path):
    tilted = np.tile(np.array([[0, 0, 2]], np.float32), (4, 1)) + CORNERS - CORNERS.mean(axis=0)
    unit = tilted / np.linalg.norm(tilted, axis=1, keepdims=True)
    path = tmp_path / "n.glb"
    path.write_bytes(glb(*describe([tetrahedron(NORMAL=tilted)], [{"mesh": 0}])))
    kept = corners_of(read(path, up="z"), "normal")
    mean = np.array([np.cross(*np.diff(CORNERS[face], axis=0)) for face in FACES])
    unit_mean = mean / np.linalg.norm(mean, axis=1, keepdims=True)
    side = [np.sign((unit[k] * unit_mean[(k == FACES).any(axis=1)].sum(axis=0)).sum()) for k in range(4)]
    assert np.allclose(kept, (unit * np.array(side)[:, None])[FACES], atol=1e-6)
    for bad in (0.0, np.nan):
        tilted[1] = bad
        path.write_bytes(glb(*describe([tetrahedron(NORMAL=tilted)], [{"mesh": 0}])))
        assert np.allclose(outward(read(path)), 1)


# --- Sides


def test_what_is_inside_out_is_turned(tmp_path):
    box = trimesh.creation.box((1, 2, 3))
    inside_out = trimesh.Trimesh(box.vertices, box.faces[:, ::-1], process=False)
    for mesh in (box, inside_out):
        model = read(save(mesh, tmp_path / "b.ply"), normalize=False)
        assert volume(model) == pytest.approx(6)
        assert outward(model).min() > 0.99
        assert not model.parts[0].double_sided


def test_an_inverted_file_with_its_own_normals_is_turned_too(tmp_path):
    sphere = trimesh.creation.icosphere(subdivisions=2)
    normals = np.asarray(sphere.vertex_normals, np.float32)
    for faces in (sphere.faces, sphere.faces[:, ::-1]):
        for sign in (1, -1):
            primitive = {"POSITION": sphere.vertices.astype(np.float32), "NORMAL": sign * normals, "indices": faces}
            (tmp_path / "s.glb").write_bytes(glb(*describe([primitive], [{"mesh": 0}])))
            model = read(tmp_path / "s.glb")
            assert volume(model) > 0.45
            assert outward(model).min() > 0.9


def test_what_is_open_is_seen_from_both_sides(tmp_path):
    """A box without a lid: ten triangles there, and ten back."""
    box = trimesh.creation.box()
    cup = trimesh.Trimesh(box.vertices, box.faces[np.abs(box.face_normals[:, 2] - 1) > 0.5], process=False)
    model = read(save(cup, tmp_path / "cup.stl"))
    places, normals = triangles_of(model), corners_of(model, "normal")
    assert model.parts[0].double_sided
    assert model.triangles == 10
    assert as_set(places[:10]) == as_set(cup.triangles)
    assert as_set(places[10:]) == as_set(cup.triangles[:, ::-1])
    assert np.allclose(outward(model), 1)
    assert sorted(map(tuple, normals[:10].reshape(-1, 3))) == sorted(map(tuple, -normals[10:].reshape(-1, 3)))


def test_what_is_not_wound_alike_is_seen_from_both_sides(tmp_path):
    box = trimesh.creation.box()
    faces = box.faces.copy()
    faces[3] = faces[3, ::-1]
    model = read(save(trimesh.Trimesh(box.vertices, faces, process=False), tmp_path / "b.stl"))
    assert model.parts[0].double_sided
    assert len(triangles_of(model)) == 24


def test_only_the_open_shells_are_doubled(tmp_path):
    """A box beside a sheet."""
    sheet = trimesh.Trimesh([[3, 0, 0], [4, 0, 0], [4, 1, 0]], [[0, 1, 2]])
    model = read(save(trimesh.util.concatenate([trimesh.creation.box(), sheet]), tmp_path / "both.stl"))
    assert len(triangles_of(model)) == 12 + 2


def test_a_box_of_two_materials_is_closed(tmp_path):
    box = trimesh.creation.box()
    places = box.vertices.astype(np.float32)
    tree, binary = describe(
        [{"POSITION": places, "indices": box.faces[k::2], "material": k} for k in range(2)], [{"mesh": 0}], [{}, {}]
    )
    tree["meshes"] = [{"primitives": [mesh["primitives"][0] for mesh in tree["meshes"]]}]
    (tmp_path / "b.glb").write_bytes(glb(tree, binary))
    model = read(tmp_path / "b.glb")
    assert [(part.index_count, part.double_sided) for part in model.parts] == [(18, False), (18, False)]
    assert volume(model) == pytest.approx(1)


def test_triangles_without_area_are_dropped(tmp_path):
    """Two corners alike, or all on one line; the tetrahedron stays closed."""
    faces = np.concatenate([FACES, [[0, 0, 1]]])
    model = read(save(trimesh.Trimesh(CORNERS, faces, process=False), tmp_path / "d.ply"))
    assert len(triangles_of(model)) == 4
    assert not model.parts[0].double_sided
    places = np.concatenate([CORNERS, [[0.5, 1, 1.5], [1, 2, 3], [0, 0, 0]]])
    line = trimesh.Trimesh(places, np.concatenate([FACES, [[4, 5, 6]]]), process=False)
    model = read(save(line, tmp_path / "d.ply"), normalize=False)
    assert as_set(triangles_of(model)) == as_set(CORNERS[FACES])


# --- Rest


def test_a_box_rests_on_each_of_its_sides_the_largest_first(tmp_path):
    model = read(save(trimesh.creation.box((1, 2, 4)), tmp_path / "b.stl"))
    assert model.rest_directions[0].tolist() == [0, 0, -1]
    expected = {(1, 0, 0): 0.125, (-1, 0, 0): 0.125, (0, 1, 0): 0.25, (0, -1, 0): 0.25, (0, 0, -1): 0.5, (0, 0, 1): 0.5}
    found = {
        tuple(rest): offset for rest, offset in zip(model.rest_directions.tolist(), model.rest_distances.tolist(), strict=True)
    }
    assert found == expected
    assert [abs(rest[0]) for rest in model.rest_directions.tolist()] == [0, 1, 1, 0, 0, 0]
    assert model.radius == pytest.approx(np.linalg.norm([0.125, 0.25, 0.5]))
    assert sorted(map(tuple, np.abs(model.points).tolist())) == [(0.125, 0.25, 0.5)] * 8


def test_it_does_not_rest_where_it_would_topple():
    """A prism that leans: its centre of mass is beyond the rim of its foot, so it lies on its sides only."""
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], float)
    for lean, stands, size in ((0.9, True, 1), (1.1, False, 1), (0.9, True, 1e-6), (1.1, False, 1e6)):
        # The centre is at half the lean; the foot reaches 0.5 beyond its own.
        points = np.concatenate([np.c_[square, np.zeros(4)], np.c_[square + np.array([lean, 0]), np.full(4, 3.0)]])
        rest_directions, _ = stable_poses(hull_of(size * points))
        assert ((rest_directions[1:] @ [0, 0, 1]).max() > 0.999) == stands, lean


def test_rests_of_a_sphere_are_few_and_touch_it():
    rest_directions, offsets = stable_poses(hull_of(trimesh.creation.icosphere(subdivisions=3).vertices))
    assert len(rest_directions) == 6
    assert np.allclose(offsets, 1, atol=0.01)
    assert np.allclose(np.linalg.norm(rest_directions, axis=1), 1, atol=2e-6)


def test_flat_things_lie_on_both_sides(tmp_path):
    sheet = trimesh.Trimesh([[0, 0, 0], [1, 0, 1], [1, 1, 1], [0, 1, 0]], [[0, 1, 2], [0, 2, 3]])
    model = read(save(sheet, tmp_path / "f.stl"))
    assert sorted(map(tuple, np.round(model.rest_directions[1:] * np.sqrt(2), 4).tolist())) == [(-1, 0, 1), (1, 0, -1)]
    assert model.rest_distances[1:].max() < 0.001


@pytest.mark.parametrize("corner", [0.5, 0.500000000000001, 0.5000005, 0.51])
def test_needles_have_a_hull(tmp_path, corner):
    """On one line to within a float32, a little off it, and well off it."""
    path = tmp_path / "n.obj"
    for turn in ((0, 1, 2), (1, 2, 0)):
        places = np.array([[0, 0, 0], [1, 1, 1], [0.5, 0.5, corner + 1e-15]])[:, turn].tolist()
        path.write_text("".join("v {!r} {!r} {!r}\n".format(*place) for place in places) + "f 1 2 3\n")
        model = read(path, up="z")
        assert model.rest_distances[0] == pytest.approx(0.5, abs=0.002)
        assert np.isfinite(model.rest_directions).all()
        assert np.abs(model.points).max() < 0.502


@pytest.mark.slow
def test_points_reach_nearly_as_far_as_all(tmp_path):
    """A smooth ball 1 across, in directions drawn at random: with 64 points 26 mm would be lost, and 8 mm in the mean."""
    sphere = trimesh.creation.icosphere(subdivisions=4)
    model = read(save(sphere, tmp_path / "s.ply"))
    assert 150 < len(model.points) <= 192
    assert model.points.dtype == np.float32
    ways = np.random.default_rng(0).normal(size=(2000, 3))
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    lost = (ways @ triangles_of(model).reshape(-1, 3).T).max(axis=1) - (ways @ model.points.T).max(axis=1)
    assert lost.min() > -1e-6
    assert lost.max() < 0.013
    assert lost.mean() < 0.003


# --- Size


@pytest.mark.slow
def test_200_000_triangles(tmp_path):
    """An unmerged soup of a torus, welded and smooth again."""
    torus = trimesh.creation.torus(1, 0.4, major_sections=400, minor_sections=250)
    assert len(torus.faces) == 200_000
    model = read(save(torus, tmp_path / "t.stl"))
    assert len(model.vertices) == 100_000
    assert outward(model).min() > 0.999
    with pytest.raises(ValueError, match="has 200000 triangles; at most max_triangles=199999 are read"):
        read(tmp_path / "t.stl", most=199_999)
