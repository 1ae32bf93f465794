"""Tests of mesh files and settings that cannot be used: one clear line each."""

import io
import json

import numpy as np
import pytest
import trimesh
from small_models import CORNERS, FACES, QUADRANTS, describe, glb, message, png, put, read, tetrahedron, write_five
from trimesh.exchange.stl import load_stl

from raster.assets.meshes.options import MeshOptions
from raster.errors import InputError

# --- Settings


TABLE = "{file, folder or pattern: class name or null}"


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"up": "w"}, "up=w: expected one of auto, x, y, z"),
        ({"normalize": "yes"}, "normalize=yes: expected true or false"),
        ({"max_triangles": 0}, "max_triangles=0: expected a whole number from 1 up"),
        ({"max_triangles": True}, "max_triangles=True: expected a whole number from 1 up"),
        ({"meshes": ""}, "meshes=: expected a folder or a pattern, such as 'models/**/*.glb'"),
        ({"classes": ["mug"]}, f"classes=['mug']: expected a table {TABLE}, or a list of texts 'key: value'"),
        ({"classes": {"mugs": 3}}, "classes: mugs: 3: expected text, such as {mugs: mug}, or null"),
    ],
)
def test_settings(fields, text):
    with pytest.raises(InputError) as error:
        MeshOptions(**{"meshes": "models", **fields}).check()
    assert str(error.value) == text


# --- Files of another kind


def test_files_of_another_kind_under_the_name(tmp_path):
    files = write_five(tmp_path)
    other = {kind: files["stl" if kind != "stl" else "ply"].read_bytes() for kind in ("glb", "gltf", "obj", "stl", "ply")}
    for name, given in {"png": png(QUADRANTS), "text": b"hello\nworld\n", "empty": b"", "other": None}.items():
        for kind, data in other.items():
            text = message(put(tmp_path / f"{name}.{kind}", data if given is None else given))
            assert "cannot be read as a" in text or "is no " in text or "holds no tri" in text, text
            assert kind in text.lower(), text
    assert message(tmp_path / "png.glb") == "is no GLB file: it does not begin with glTF"
    assert message(tmp_path / "text.gltf").startswith("is no .gltf file: its description is no JSON (Expecting value")
    assert message(tmp_path / "empty.obj") == "holds no triangles; expected a .obj file with a mesh"
    assert message(tmp_path / "other.ply") == "is no PLY file: it does not begin with ply"


@pytest.mark.parametrize("kind", ["glb", "gltf", "stl", "ply"])
def test_files_that_are_cut_off(tmp_path, kind):
    data = write_five(tmp_path)[kind].read_bytes()
    for length in (3, 11, 19, len(data) // 2, len(data) - 9):
        assert message(put(tmp_path / f"cut.{kind}", data[:length])), length


def test_a_binary_stl_that_is_cut_off_or_longer(tmp_path):
    """50 bytes a triangle, behind 84 of header and count; in any place of the last one."""
    data = trimesh.creation.icosphere(1).export(file_type="stl")
    assert read(put(tmp_path / "a.stl", data)).triangles == 80
    for length, held in ((84 + 50 * 79 + 49, 79), (84 + 50 * 33, 33), (84 + 50, 1)):
        said = f"is cut off: its header counts 80 triangles; it holds {held}"
        assert message(put(tmp_path / "a.stl", data[:length])) == said
    assert message(put(tmp_path / "a.stl", data + data[84:184])) == "is longer: its header counts 80 triangles; it holds 82"
    picture = message(put(tmp_path / "a.stl", png(QUADRANTS) + bytes(range(256)) * 9))
    assert "header" not in picture


def test_an_ascii_ply_that_is_cut_off(tmp_path):
    """In the faces, in the last of them, in the vertices. With an end of line or without, whole it is read."""
    box = trimesh.creation.box()
    text = box.export(file_type="ply", encoding="ascii").decode().rstrip()
    start = text.index("end_header") + len("end_header\n")
    rows = text[start:].split("\n")
    assert len(rows) == 8 + 12
    for end in ("", "\n", "\n\n"):
        assert read(put(tmp_path / "a.ply", text + end)).triangles == 12
        for kept, found in ((15, "12 of element face; it holds 7"), (8, "12 of element face; it holds 0")):
            cut = put(tmp_path / "a.ply", text[:start] + "\n".join(rows[:kept]) + end)
            assert message(cut) == f"is cut off: its header counts {found}"
        cut = put(tmp_path / "a.ply", text[:start] + "\n".join(rows[:5]) + end)
        assert message(cut) == "is cut off: its header counts 8 of element vertex; it holds 5"
        cut = put(tmp_path / "a.ply", text.rsplit(" ", 1)[0] + end)
        assert message(cut) == "is cut off: its header counts 12 of element face; it holds 11"


def test_trimesh_says_nothing_beside_the_one_line(tmp_path, caplog):
    """It remarks on normals that it cannot read, which are not needed."""
    text = write_five(tmp_path)["ascii"].read_text().replace("facet normal", "facet normal x")
    load_stl(io.BytesIO(text.encode()))
    assert caplog.records
    caplog.clear()
    read(put(tmp_path / "odd.stl", text))
    assert not caplog.records


@pytest.mark.parametrize("scale", [1e-300, 1e38, 1e160, 1e300])
@pytest.mark.filterwarnings("error")
def test_numpy_says_nothing_beside_the_one_line(tmp_path, scale):
    """The determinant of such a scale overflows, or is 0."""
    path = put(tmp_path / "s.glb", glb(*describe([tetrahedron()], [{"mesh": 0, "scale": [scale] * 3}])))
    assert "expected" in message(path)
    assert "expected" in message(path, normalize=False)


def test_descriptions_that_make_no_sense(tmp_path):
    for tree in (
        [],
        {},
        {"asset": 1},
        {"asset": {"version": "2.0"}, "meshes": 3},
        {"asset": {"version": "2.0"}, "nodes": [{"mesh": 7}]},
    ):
        message(put(tmp_path / "a.gltf", json.dumps(tree)))
    assert message(put(tmp_path / "a.gltf", '{"asset": {"version": "1.0"}}')) == "is of glTF version 1.0; expected version 2"
    assert message(put(tmp_path / "a.gltf", "[" * 100_000)).startswith("cannot be read as a .gltf file")


# --- Geometry


def test_geometry_that_cannot_be_drawn(tmp_path):
    def text_of(places, faces, **more) -> str:
        primitive = {"POSITION": np.asarray(places, np.float32), "indices": np.asarray(faces)}
        return message(put(tmp_path / "g.glb", glb(*describe([primitive], [{"mesh": 0}]))), **more)

    assert text_of(CORNERS, [[0, 1, 9]]) == "a triangle has vertex 9, counted from 0; the file has 4; is it damaged?"
    for bad in (np.nan, np.inf):
        places = CORNERS.copy()
        places[2, 1] = bad
        assert text_of(places, FACES) == f"vertex 2 is not finite ([0.25, {bad}, 0.0]); expected numbers"
    assert text_of(1e12 * CORNERS, FACES) == "a vertex lies beyond 1e+09 from the origin; move or scale the mesh"
    assert text_of(1e-12 * CORNERS, FACES) == "is 3e-12 large; expected 1e-09 to 1e+09; scale it first"
    flat = "none of its triangles has an area (extent 0); expected a mesh with a surface"
    assert text_of(0 * CORNERS, FACES) == flat
    assert text_of(CORNERS[:, :1] * [1, 2, 3], FACES) == flat
    text = "has 4 triangles; at most max_triangles=3 are read; simplify it or raise the key"
    assert text_of(CORNERS, FACES, most=3) == text
    read(put(tmp_path / "ok.glb", glb(*describe([tetrahedron()], [{"mesh": 0}]))), most=4)


def test_indices_out_of_range_in_other_kinds(tmp_path):
    places = "v 0 0 0\nv 1 0 0\nv 0 1 0\n"
    text = "a face has v 7; the file has 3; is it damaged?"
    assert message(put(tmp_path / "a.obj", f"{places}f 1 2 7\n")) == text
    text = "a face has v -4, but only 3 stand above it; is it damaged?"
    assert message(put(tmp_path / "b.obj", f"{places}f 1 2 -4\n")) == text
    for face, text in {
        "f 1/1 2/2 3/3": "a face has vt 3; the file has 0; is it damaged?",
        "f 1//1 2//1 3//4": "a face has vn 4; the file has 0; is it damaged?",
        "f 1 2 x": "a face has the corner x; expected numbers such as 1/1/1; is it damaged?",
        "v 1 2\nf 1 2 3": "the line v 1 2 does not hold 3 numbers; is it damaged?",
        "v 1 2,5 3\nf 1 2 3": "the line v 1 2,5 3 does not hold 3 numbers; is it damaged?",
    }.items():
        assert message(put(tmp_path / "d.obj", f"{places}{face}\n")) == text
    text = "a face has vertex 0; in OBJ files vertices count from 1"
    for face in ("0 1 2", "1 2 0", "1/1 0/1 2/1"):
        assert message(put(tmp_path / "c.obj", f"v 0 0 0\nv 1 0 0\nv 10 1 0\nf {face}\n")) == text
    head = "ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\n"
    body = "element face 1\nproperty list uchar int vertex_indices\nend_header\n0 0 0\n1 0 0\n0 1 0\n3 0 1 {}\n"
    for index in (5, -1):
        text = message(put(tmp_path / "a.ply", (head + body).format(index)))
        assert text == f"a triangle has vertex {index}, counted from 0; the file has 3; is it damaged?"


def test_files_without_triangles(tmp_path):
    trimesh.PointCloud(CORNERS).export(tmp_path / "p.ply")
    assert message(tmp_path / "p.ply") == "holds no triangles; expected a .ply file with a mesh"
    assert (
        message(put(tmp_path / "p.obj", "v 0 0 0\nv 1 0 0\nl 1 2\n")) == "holds no triangles; expected a .obj file with a mesh"
    )
    points = glb(*describe([tetrahedron(mode=0)], [{"mesh": 0}]))
    assert message(put(tmp_path / "p.glb", points)) == "holds no triangles; expected a .glb file with a mesh"
    assert (
        message(put(tmp_path / "q.glb", glb(*describe([tetrahedron()], []))))
        == "holds no triangles; expected a .glb file with a mesh"
    )


# --- Materials, nodes, parts, extensions


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, "1"])
def test_factors_of_materials_that_are_not_finite(tmp_path, bad):
    def text_of(pbr, **more) -> str:
        materials = [{"pbrMetallicRoughness": pbr, **more}]
        return message(put(tmp_path / "f.glb", glb(*describe([tetrahedron(material=0)], [{"mesh": 0}], materials))))

    for name, value in (("baseColorFactor", [0.5, bad, 0.5, 1]), ("metallicFactor", bad), ("roughnessFactor", bad)):
        text = f"{name} is {value}; expected numbers from 0 to 1"
        assert text_of({name: value}, name="tin") == f"material tin: {text}"
        assert text_of({name: value}) == f"material 0: {text}"


def test_nodes_that_cannot_be(tmp_path):
    def text_of(*nodes, **more) -> str:
        tree, binary = describe([tetrahedron()], list(nodes))
        tree["scenes"] = [{"nodes": [0]}]
        return message(put(tmp_path / "n.glb", glb({**tree, **more}, binary)))

    singular = "its matrix is singular: it flattens what it holds; expected a scale other than 0"
    assert text_of({"mesh": 0, "name": "lid", "scale": [1, 0, 1]}) == f"node lid: {singular}"
    assert text_of({"mesh": 0, "matrix": [1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]}) == f"node 0: {singular}"
    bent = "its matrix is not affine; expected finite numbers and a last row of 0 0 0 1"
    assert text_of({"mesh": 0, "matrix": [1, 0, 0, 0.5, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]}) == f"node 0: {bent}"
    assert text_of({"mesh": 0, "translation": [1e400, 0, 0]}) == f"node 0: {bent}"
    assert text_of({"children": [0]}) == "node 0 stands in its tree twice; expected every node once"
    needs = "needs the glTF extension KHR_texture_basisu, which is not read; export it without"
    assert text_of({"mesh": 0}, extensionsRequired=["KHR_texture_basisu"]) == needs


@pytest.mark.parametrize("number", [1, -1, "0", 0.5, 0.0, True, None, [0]])
def test_numbers_of_nodes_meshes_and_scenes(tmp_path, number):
    """There is one of each."""
    tree, binary = describe([tetrahedron()], [{"mesh": 0, "name": "lid"}])
    text = f"{number!r} is none of the file's 1; expected a whole number from 0, below 1"
    for more, where in (
        ({"nodes": [{"mesh": number, "name": "lid"}]}, "node 0: mesh"),
        ({"nodes": [{"mesh": 0, "children": [number]}]}, "node 0: children"),
        ({"scenes": [{"nodes": [number]}]}, "scene 0: nodes"),
        ({"scene": number}, "scene"),
    ):
        assert message(put(tmp_path / "n.glb", glb({**tree, **more}, binary))) == f"{where}: {text}"


def test_too_many_parts(tmp_path):
    looks = [{"pbrMetallicRoughness": {"metallicFactor": k / 65}} for k in range(65)]
    tree, binary = describe([tetrahedron(material=0)], [{"mesh": k} for k in range(65)], looks)
    (given,) = tree["meshes"][0]["primitives"]
    tree["meshes"] = [{"primitives": [{**given, "material": k}]} for k in range(65)]
    text = message(put(tmp_path / "m.glb", glb(tree, binary)))
    assert text == "has 65 parts of different materials; at most 64 are drawn; join materials"
    tree["nodes"].pop()
    tree["scenes"][0]["nodes"].pop()
    assert len(read(put(tmp_path / "m.glb", glb(tree, binary))).parts) == 64
