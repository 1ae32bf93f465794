"""Named points of mesh files: where they come to lie in object space, and what is said of a YAML file that is wrong."""

from pathlib import Path

import numpy as np
import pytest
import trimesh

from raster.assets.catalog import Catalog
from raster.assets.meshes.load import load_meshes
from raster.assets.meshes.options import MeshOptions
from raster.errors import InputError
from raster.solids.cube import cube

CORNER, OTHER = (0.0, 0.0, 0.0), (40.0, 20.0, 10.0)  # of the box below, in the file


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A folder with a box of 40 x 20 x 10 in each of some formats, off its origin, with two named points, and a cache."""
    monkeypatch.setenv("RASTER_CACHE", str(tmp_path / "cache"))
    (tmp_path / "models").mkdir()
    box = trimesh.creation.box((40, 20, 10))
    box.apply_translation((20, 10, 5))
    for ending in ("stl", "obj", "glb", "ply"):
        box.export(tmp_path / f"models/{ending}.{ending}")
        write(tmp_path / "models", f"keypoints:\n  low: {list(CORNER)}\n  high: {list(OTHER)}\n", ending)
    return tmp_path / "models"


def write(folder: Path, text: str, name: str = "obj") -> None:
    (folder / f"{name}.keypoints.yaml").write_text(text)


def points_of(folder: Path, name: str, **options) -> dict[str, np.ndarray]:
    found = load_meshes(MeshOptions(meshes=str(folder), **options), 16).meshes
    mesh = next(mesh for mesh in found if mesh.name.startswith(name))
    return {point: np.array(place) for point, place in mesh.keypoints}


@pytest.mark.parametrize("name", ["stl", "ply"])
def test_centred_and_one_unit_long_where_z_is_up(folder, name):
    found = points_of(folder, name)
    assert list(found) == ["low", "high"]
    np.testing.assert_allclose(found["low"], [-0.5, -0.25, -0.125])
    np.testing.assert_allclose(found["high"], [0.5, 0.25, 0.125])


@pytest.mark.parametrize("name", ["obj", "glb"])
def test_where_y_is_up_it_becomes_z(folder, name):
    found = points_of(folder, name)
    np.testing.assert_allclose(found["low"], [-0.5, 0.125, -0.25])
    np.testing.assert_allclose(found["high"], [0.5, -0.125, 0.25])


def test_in_metres_with_units_and_scale_and_any_axis(folder):
    found = points_of(folder, "stl", normalize=False, units="mm", scale=2, up="x")
    np.testing.assert_allclose(found["low"], [0, 0, 0], atol=1e-12)
    np.testing.assert_allclose(found["high"], [-0.02, 0.04, 0.08])  # x becomes z


@pytest.mark.parametrize("up", ["x", "y", "z"])
@pytest.mark.parametrize("normalize", [True, False])
def test_points_lie_on_the_corners_of_the_mesh_that_is_drawn(folder, up, normalize):
    for mesh in load_meshes(MeshOptions(meshes=str(folder), up=up, normalize=normalize), 16).meshes:
        (part,) = mesh.parts
        place = part.object_from_part
        corners = np.array(mesh.vertices()["position"]) @ place[:3, :3].T + place[:3, 3]
        for _, point in mesh.keypoints:
            assert np.linalg.norm(corners - point, axis=1).min() < 1e-5


def test_nodes_of_a_glb_file_move_their_meshes_and_not_the_points(folder):
    scene = trimesh.Scene()
    scene.add_geometry(trimesh.creation.box((2, 2, 2)), transform=trimesh.transformations.translation_matrix((5, 0, 0)))
    scene.export(folder / "node.glb")
    write(folder, "keypoints: {middle: [5, 0, 0], corner: [6, 1, 1]}", "node")
    found = points_of(folder, "node")
    np.testing.assert_allclose(found["middle"], [0, 0, 0], atol=1e-12)
    np.testing.assert_allclose(found["corner"], [0.5, -0.5, 0.5])


def test_other_points_need_no_new_reading_but_are_another_set(folder):
    def digest() -> str:
        return Catalog({"cube": cube()}, imported=load_meshes(MeshOptions(meshes=str(folder)), 16).meshes).digest()

    first, stamps = digest(), {path: path.stat().st_mtime_ns for path in (folder.parent / "cache").rglob("*")}
    assert digest() == first
    write(folder, "keypoints: {low: [0, 0, 1]}")
    assert digest() != first
    assert {path: path.stat().st_mtime_ns for path in (folder.parent / "cache").rglob("*")} == stamps
    (folder / "obj.keypoints.yaml").unlink()
    assert points_of(folder, "obj") == {}


FORM = "expected keypoints: {handle: [x, y, z]}, in the coordinates of the mesh file"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", f": is empty; {FORM}"),
        ("# nothing\n", f": is empty; {FORM}"),
        ("[1, 2]", f": holds no table; {FORM}"),
        ("points: {a: [0, 0, 0]}", f": points: there is no such key; {FORM}"),
        ("keypoints: {a: [0, 0, 0]}\nskeleton: []", f": skeleton: there is no such key; {FORM}"),
        ("keypoints:", f": keypoints: names no point; {FORM}"),
        ("keypoints: {}", f": keypoints: names no point; {FORM}"),
        ("keypoints: [[0, 0, 0]]", f": keypoints: names no point; {FORM}"),
        ("keypoints: {a: [0, 0]}",
         ": keypoints.a: [0, 0]: expected three numbers [x, y, z], in the coordinates of the mesh file"),
        ("keypoints: {a: 3}", ": keypoints.a: 3: expected three numbers [x, y, z], in the coordinates of the mesh file"),
        ("keypoints: {a: [0, 0, x]}",
         ": keypoints.a: [0, 0, 'x']: expected three numbers [x, y, z], in the coordinates of the mesh file"),
        ("keypoints: {a: [0, 0, true]}",
         ": keypoints.a: [0, 0, True]: expected three numbers [x, y, z], in the coordinates of the mesh file"),
        ("keypoints: {a: [0, 0, .nan]}",
         ": keypoints.a: [0, 0, nan]: expected three numbers [x, y, z], in the coordinates of the mesh file"),
        ("keypoints: {a: [0, 0, 1.0e+12]}",
         ": keypoints.a: [0, 0, 1000000000000.0]: expected three numbers [x, y, z], in the coordinates of the mesh file"),
        ("keypoints: {7: [0, 0, 0]}", ": keypoints.7: 7 is no name for a point; expected text"),
        ("keypoints: {' a': [0, 0, 0]}", ": keypoints. a: ' a' is no name for a point; expected text"),
        ("keypoints: {center: [0, 0, 0]}", ": keypoints.center: the box has a point of this name; choose another"),
        ("keypoints: {corner3: [0, 0, 0]}", ": keypoints.corner3: the box has a point of this name; choose another"),
        ("keypoints:\n  a: [0, 0, 0]\n  a: [1, 0, 0]\n", ", line 2: a comes twice; give each point once"),
        ("keypoints: {a: [0, 0}", ", line 1: "),
    ],
)  # fmt: skip
def test_bad_files_are_one_line(folder, text, told):
    write(folder, text)
    with pytest.raises(InputError) as error:
        load_meshes(MeshOptions(meshes=str(folder / "obj.obj")), 16)
    said = str(error.value)
    assert said.startswith(f"{folder / 'obj.keypoints.yaml'}{told}")
    assert "\n" not in said


def test_bytes_that_are_no_text_and_a_folder(folder):
    path = folder / "obj.keypoints.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="is no text in UTF-8"):
        load_meshes(MeshOptions(meshes=str(folder / "obj.obj")), 16)
    path.unlink()
    path.mkdir()
    with pytest.raises(InputError, match="cannot be read"):
        load_meshes(MeshOptions(meshes=str(folder / "obj.obj")), 16)


def test_a_mesh_whose_points_are_wrong_can_be_left_out(folder):
    write(folder, "keypoints: {}")
    found = load_meshes(MeshOptions(meshes=str(folder), on_error="skip"), 16)
    assert [mesh.name for mesh in found.meshes] == ["glb.glb", "ply.ply", "stl.stl"]
    assert found.skipped[0][0] == "obj.obj"
