"""Tests of levels of detail of mesh files: how far they are from the whole mesh, by trimesh, and what stays together."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import trimesh
from halved_ball import halved_ball
from small_models import corners_of, outward, read, triangles_of

from benchmarks.sample_meshes import make
from raster.assets.meshes.imported_mesh import ImportedMesh, MeshPart
from raster.assets.meshes.mesh_levels import with_levels

SAMPLED = 1500  # points of each surface
PARTS = ("ball", "halves", "bowl", "barrel", "gourd.glb", "pebble.ply")


def bowl(path: Path) -> Path:
    """The lower half of a ball, open: it has a rim, and both sides are seen."""
    mesh = trimesh.creation.icosphere(4)
    mesh.update_faces(mesh.triangles_center[:, 2] < 0)
    mesh.export(path)
    return path


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> dict[str, ImportedMesh]:
    """Meshes with levels, by name."""
    folder = tmp_path_factory.mktemp("meshes")
    trimesh.creation.icosphere(4).export(folder / "ball.stl")
    trimesh.creation.annulus(0.3, 0.5, 1.0, sections=400).export(folder / "barrel.ply")  # edges of 90 degrees
    make(folder, 25, detail=4)
    paths = [folder / "ball.stl", halved_ball(folder / "halves.obj"), bowl(folder / "bowl.ply"), folder / "barrel.ply",
             folder / "gourd" / "0001.glb", folder / "pebble" / "0020.ply"]  # fmt: skip
    return {name: with_levels(read(path, px=64)) for name, path in zip(PARTS, paths, strict=True)}


def level_of(model: ImportedMesh, number: int) -> ImportedMesh:
    """A level, as if it were the whole mesh."""
    level = model.levels[number]
    parts = tuple(
        MeshPart(p.name, p.object_from_part, *held, p.material, p.double_sided, p.has_uvs)
        for p, held in zip(model.parts, level.parts, strict=True)
    )
    vertices = model.level_vertices[level.first_vertex : level.first_vertex + level.vertex_count]
    indices = model.level_indices[level.first_index : level.first_index + level.index_count]
    return replace(model, parts=parts, vertices=vertices, indices=indices, levels=())


def surface(model: ImportedMesh) -> trimesh.Trimesh:
    return trimesh.Trimesh(
        triangles_of(model).reshape(-1, 3), np.arange(3 * len(triangles_of(model))).reshape(-1, 3), process=False
    )


def farthest(points: np.ndarray, mesh: trimesh.Trimesh) -> float:
    return float(trimesh.proximity.closest_point(mesh, points)[1].max())


@pytest.mark.parametrize("name", PARTS)
def test_a_level_is_no_farther_from_the_whole_mesh_than_its_error_says(models, name):
    """Both ways, at corners and at points anywhere on the surfaces; and of a plain mesh it is not much larger than that."""
    model = models[name]
    assert len(model.levels) >= 2
    errors = [level.error for level in model.levels]
    assert errors == sorted(errors, reverse=True)
    whole = surface(model)
    from_whole = np.concatenate([whole.sample(SAMPLED, seed=0), whole.vertices[:: max(1, len(whole.vertices) // SAMPLED)]])
    for number in range(0, len(model.levels), 2):
        level = surface(level_of(model, number))
        from_level = np.concatenate([level.sample(SAMPLED, seed=0), level.vertices[:SAMPLED], level.triangles_center[:SAMPLED]])
        measured = max(farthest(from_whole, level), farthest(from_level, whole))
        assert name not in ("ball", "bowl", "barrel") or measured > 0.9 * errors[number]
        assert measured <= 1.0001 * errors[number] + 1e-7
        assert len(level.faces) < 0.8 * len(whole.faces)


@pytest.mark.parametrize("name", PARTS)
def test_levels_face_outward_and_have_normals_of_the_same_side(models, name):
    for number in range(len(models[name].levels)):
        level = level_of(models[name], number)
        assert (np.abs(np.linalg.norm(corners_of(level, "normal"), axis=-1) - 1) < 1e-3).all()
        assert outward(level).min() > 0
        assert np.quantile(outward(level), 0.05) > 0.8


@pytest.mark.parametrize("name", [name for name in PARTS if name != "bowl"])
def test_closed_meshes_stay_closed_where_seams_are_and_where_parts_meet(models, name):
    """Every edge is there as often in one direction as in the other: the background is not seen through a crack."""
    for number in range(len(models[name].levels)):
        mesh = surface(level_of(models[name], number))
        mesh.merge_vertices(digits_vertex=5)
        edges, count = np.unique(mesh.edges, axis=0, return_counts=True)
        there = dict(zip(map(tuple, edges.tolist()), count.tolist(), strict=True))
        assert all(there.get((b, a)) == times for (a, b), times in there.items() if a != b)


def test_what_is_open_is_there_from_both_sides_and_keeps_its_rim(models):
    model = models["bowl"]
    for number in range(len(model.levels)):
        level = level_of(model, number)
        corners = np.sort(np.round(triangles_of(level), 5).view(np.dtype((np.void, 24)))[..., 0], axis=1)
        _, count = np.unique(corners, axis=0, return_counts=True)
        assert (count == 2).all()
        top = triangles_of(level)[..., 2].max() - triangles_of(model)[..., 2].max()
        assert abs(top) < 1e-5  # the rim is level, so it stays where it is


@pytest.mark.parametrize(("name", "field", "within"), [("gourd.glb", "uv", 0.03), ("pebble.ply", "color", 12)])
def test_pictures_and_colors_are_where_they_are_on_the_whole_mesh(models, name, field, within):
    """At the corners of triangles: from barycentric coordinates by trimesh, but for those on a seam of the picture."""
    model = models[name]
    whole, values = surface(model), corners_of(model, field)
    for number in range(len(model.levels)):
        level = level_of(model, number)
        at, found = triangles_of(level).reshape(-1, 3), corners_of(level, field).reshape(-1, values.shape[2])
        point, _, face = trimesh.proximity.closest_point(whole, at)
        shares = trimesh.triangles.points_to_barycentric(whole.triangles[face], point)
        off = np.abs((values[face] * shares[..., None]).sum(axis=1) - found).max(axis=1)
        assert np.mean(off < within) > 0.9, (number, off)


def test_triangles_that_show_a_whole_picture_where_longitude_jumps_stay_as_narrow_as_they_are(models):
    def area(model: ImportedMesh) -> float:
        jumps = np.ptp(corners_of(model, "uv")[..., 0], axis=1) > 0.5
        return float(trimesh.triangles.area(triangles_of(model)[jumps]).sum())

    model = models["gourd.glb"]
    for number in range(len(model.levels)):
        assert area(level_of(model, number)) == pytest.approx(area(model), rel=0.2)


def test_small_meshes_and_those_cut_out_have_no_levels(tmp_path):
    trimesh.creation.icosphere(2).export(tmp_path / "small.ply")
    small = read(tmp_path / "small.ply")
    assert with_levels(small) is small
    trimesh.creation.icosphere(4).export(tmp_path / "large.ply")
    large = read(tmp_path / "large.ply")
    cut = replace(large, parts=tuple(replace(p, material=replace(p.material, cutoff=0.5)) for p in large.parts))
    assert with_levels(large).levels
    assert with_levels(cut) is cut


def test_levels_are_the_same_each_time(models, tmp_path):
    path = halved_ball(tmp_path / "halves.obj")
    again = with_levels(read(path, px=64))
    assert again.levels == models["halves"].levels
    np.testing.assert_array_equal(again.level_vertices, models["halves"].level_vertices)
    np.testing.assert_array_equal(again.level_indices, models["halves"].level_indices)
