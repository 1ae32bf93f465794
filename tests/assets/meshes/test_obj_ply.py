"""Tests of OBJ and PLY files as programs write them: encodings, line ends, comments, missing colours, strips."""

import codecs

import numpy as np
import pytest
from small_models import CORNERS, FACES, QUADRANTS, as_set, corners_of, message, png, put, read, triangles_of

from raster.assets.meshes import obj_lines
from raster.assets.meshes.external_files import References
from raster.assets.meshes.imported_mesh import PLAIN
from raster.assets.meshes.obj import read_obj
from raster.assets.meshes.ply import read_ply
from raster.assets.meshes.read import read_dependencies
from raster.assets.meshes.text_files import decode_text

SQUARE = "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\n"
TETRAHEDRON = "".join("v {} {} {}\n".format(*p) for p in CORNERS) + "".join("f {} {} {}\n".format(*f) for f in FACES + 1)
HEADER = "ply\nformat {} 1.0\nelement vertex {}\nproperty float x\nproperty float y\nproperty float z\n"
ENDS = {"lf": "\n", "crlf": "\r\n", "cr": "\r"}


def exact(path) -> list:
    return as_set(triangles_of(read(path, normalize=False, up="z")))


# --- Text


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
def test_obj_and_mtl_in_all_encodings_and_line_ends(tmp_path, end, encoding):
    """The material's name has a letter beyond ASCII, which must be the same in both files."""
    obj = f"# Ü\nmtllib b.mtl\n{TETRAHEDRON}".replace("f 1", "usemtl Grün\nf 1", 1)
    (tmp_path / "b.obj").write_bytes(obj.replace("\n", end).encode(encoding))
    (tmp_path / "b.mtl").write_bytes("newmtl Grün\nKd 0 1 0\n".replace("\n", end).encode(encoding))
    model = read(tmp_path / "b.obj", normalize=False, up="z")
    assert as_set(triangles_of(model)) == as_set(CORNERS[FACES])
    assert model.parts[0].material.color == (0, 1, 0)


def test_obj_and_mtl_may_be_in_two_encodings(tmp_path):
    put(tmp_path / "b.obj", f"mtllib b.mtl\nusemtl Grün\n{TETRAHEDRON}".encode("latin-1"))
    put(tmp_path / "b.mtl", "newmtl Grün\nKd 0 1 0\n".encode("utf-16"))
    assert read(tmp_path / "b.obj").parts[0].material.color == (0, 1, 0)


def test_text_that_is_short_or_not_text():
    assert decode_text(b"") == ""
    assert decode_text(b"a") == "a"
    assert decode_text(codecs.BOM_UTF16_BE + "ä\r\n".encode("utf-16-be")) == "ä\n"
    assert decode_text(bytes(range(256)))  # any bytes are some text


def test_comments_may_follow_on_a_line(tmp_path):
    text = TETRAHEDRON.replace("\n", " # no number\n").replace("f ", "f\t")
    assert exact(put(tmp_path / "c.obj", text)) == as_set(CORNERS[FACES])
    assert exact(put(tmp_path / "c2.obj", text.replace(" #", "#"))) == as_set(CORNERS[FACES])


@pytest.mark.parametrize("kind", ["obj", "ply", "stl", "glb", "gltf", "mtl"])
def test_pointers_of_git_lfs_are_named(tmp_path, kind):
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 1234\n"
    right = "a Git LFS pointer, not the file itself; fetch it: git lfs pull"
    if kind == "mtl":
        put(tmp_path / "p.mtl", pointer)
        assert message(put(tmp_path / "p.obj", f"mtllib p.mtl\n{TETRAHEDRON}")) == f"refers to p.mtl, which is {right}"
    else:
        assert message(put(tmp_path / f"p.{kind}", pointer)) == f"is {right}"


# --- OBJ


def test_a_concave_face_of_obj_and_ply(tmp_path):
    """A U as one face: seven ninths of its square, from both sides."""
    corners = [(0, 0), (3, 0), (3, 3), (2, 3), (2, 1), (1, 1), (1, 3), (0, 3)]
    obj = "".join(f"v {x} {y} 0\n" for x, y in corners) + "f 1 2 3 4 5 6 7 8\n"
    faces = "element face 1\nproperty list uchar int vertex_indices\nend_header\n"
    ply = HEADER.format("ascii", 8) + faces + "".join(f"{x} {y} 0\n" for x, y in corners) + "8 0 1 2 3 4 5 6 7\n"
    for path in (put(tmp_path / "u.obj", obj), put(tmp_path / "u.ply", ply)):
        triangles = triangles_of(read(path, normalize=False))
        sides = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
        assert np.linalg.norm(sides, axis=1).sum() / 2 == pytest.approx(2 * 7)


def test_faces_without_coordinates_lose_the_picture_alone(tmp_path):
    put(tmp_path / "q.png", png(QUADRANTS))
    put(tmp_path / "q.mtl", "newmtl m\nKd 0 0 1\nmap_Kd q.png\n")
    text = f"mtllib q.mtl\n{SQUARE}vt 0 0\nvt 1 0\nvt 1 1\nusemtl m\nf 1/1 2/2 3/3\nf 1 3 4\nf 1/1 3/ 4/2\n"
    with_picture, without = read(put(tmp_path / "q.obj", text)).parts
    assert (with_picture.material.picture, with_picture.index_count // 3) == (0, 2)  # of each triangle both sides
    assert (without.material.picture, without.index_count // 3) == (-1, 4)
    assert with_picture.material.color == without.material.color == (0, 0, 1)


def test_vertices_without_a_colour_are_white_and_the_others_keep_theirs(tmp_path):
    text = "v 0 0 0 1 0 0\nv 1 0 0 0 0 1\nv 0 1 0\nv 1 1 0 1\nf 1 2 3\nf 2 4 3\n"
    for scale in (1, 255):
        model = read(
            put(tmp_path / "c.obj", text.replace("1 0 0\nv 1", f"{scale} 0 0\nv 1").replace("0 0 1\n", f"0 0 {scale}\n"))
        )
        colors = np.unique(corners_of(model, "color").reshape(-1, 4), axis=0).tolist()
        assert colors == [[0, 0, 255, 255], [255, 0, 0, 255], [255, 255, 255, 255]]
        assert model.parts[0].material.color == (1, 1, 1)


def test_corners_of_all_forms(tmp_path):
    """With and without coordinates and normals, counted from both ends, in one file."""
    text = f"{SQUARE}vt 0\nvt 1 0\nvn 0 0 1\nf 1/1/1 2/2/1 3/1/1\nf 1//1 3//1 4//1\nf -4 -3/2 -2//1 -1/-1/-1\n"
    expected = [[0, 1, 2], [0, 2, 3], [0, 1, 2], [0, 2, 3]]
    model = read(put(tmp_path / "f.obj", text), normalize=False, up="z")
    places = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], float)
    assert set(as_set(places[expected])) <= set(as_set(triangles_of(model)))
    assert model.triangles == 4


def test_kinds_of_lines_in_any_order(tmp_path, monkeypatch):
    """As scanners write them: each vertex behind its normal, and the material named before each face. All of a kind at once."""
    steps = []
    for name in ("_numbers", "_faces"):
        real = getattr(obj_lines, name)
        monkeypatch.setattr(obj_lines, name, lambda *given, real=real: steps.append(real) or real(*given))
    put(tmp_path / "q.mtl", "newmtl a\nKd 1 0 0\nnewmtl b\nKd 0 1 0\n")
    vertices = "".join("vn 0 0 1\nv {} {} {}\n".format(*p) for p in CORNERS)
    faces = [f"usemtl {'ab'[k % 2]}\nf {a}//{a} {b}//{b} {c}//{c}\n" for k, (a, b, c) in enumerate(FACES + 1)]
    model = read(put(tmp_path / "q.obj", f"mtllib q.mtl\n{vertices}{''.join(faces)}"), normalize=False, up="z")
    assert as_set(triangles_of(model)) == as_set(CORNERS[FACES])
    assert [(part.material.color, part.index_count) for part in model.parts] == [((1, 0, 0), 6), ((0, 1, 0), 6)]
    assert len(steps) == 3  # v, vn and f


@pytest.mark.parametrize("end", ["\\\n", " \\\n\n"])
def test_a_file_may_end_within_a_line_that_goes_on(tmp_path, end):
    text = TETRAHEDRON.replace("f 1 3 2", "f 1 \\\n3 2")
    assert exact(put(tmp_path / "e.obj", text.rstrip("\n") + (" " + end).replace("  ", " "))) == as_set(CORNERS[FACES])


def test_numbers_that_count_back_count_from_their_line(tmp_path):
    """The same line means other vertices further down; before all vertices it means none."""
    face = "f -4//-1 -3//-1 -2//-1 -1//-1\n"
    lifted = SQUARE.replace(" 0\n", " 2\n")
    path = put(tmp_path / "b.obj", f"vn 0 0 1\n{SQUARE}{face}{lifted}{face}")
    square = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], float)
    expected = [*square[[[0, 1, 2], [0, 2, 3]]], *(square + np.array([0, 0, 2]))[[[0, 1, 2], [0, 2, 3]]]]
    assert set(as_set(np.array(expected))) <= set(exact(path))
    text = "a face has v -4, but only 3 stand above it; is it damaged?"
    assert message(put(tmp_path / "b.obj", SQUARE.replace("v 0 1 0\n", "f -4 -3 -2\nv 0 1 0\n"))) == text


def test_the_work_does_not_grow_with_the_number_of_materials(tmp_path, monkeypatch):
    """Arrays of all faces are looked at a fixed number of times."""
    sizes = []
    real = np.repeat
    monkeypatch.setattr(np, "repeat", lambda a, *more, **named: sizes.append(np.size(a)) or real(a, *more, **named))
    looked = []
    for many in (2, 40):
        faces = "".join(f"usemtl m{k % many}\nf 1 2 3\n" for k in range(400))
        sizes.clear()
        read_obj(f"{SQUARE}{faces}".encode(), References(tmp_path / "m.obj"))
        looked.append(sum(sizes))
    assert looked[1] <= looked[0] + 400


# --- PLY


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
@pytest.mark.parametrize("form", ["ascii", "binary_little_endian", "binary_big_endian"])
def test_ply_of_all_formats_and_line_ends(tmp_path, form, end):
    """Faces of three and of four corners in turn. The first byte of the rows is a line feed in disguise."""
    places = np.concatenate([CORNERS, [CORNERS[0] + CORNERS[3] - CORNERS[1]]]).astype("f4")
    places[0, 0] = np.frombuffer(b"\n\0\0\0", "<f4")[0]  # about 1e-44
    faces = [[0, 2, 1], [0, 1, 3, 4], [1, 2, 3], [4, 3, 1, 0]]
    head = HEADER.format(form, 5) + "comment é\nelement face 4\nproperty list uchar int vertex_indices\nend_header\n"
    order = ">" if "big" in form else "<"
    body = b"".join(np.uint8(len(f)).tobytes() + np.array(f, order + "i4").tobytes() for f in faces)
    data = places.astype(order + "f4").tobytes() + body
    if form == "ascii":
        rows = [" ".join(map(repr, map(float, p))) for p in places] + [" ".join(map(str, [len(f), *f])) for f in faces]
        data = "".join(row + end for row in rows).encode()
    path = put(tmp_path / "p.ply", head.replace("\n", end).encode() + data)
    triangles = triangles_of(read(path, normalize=False))
    sides = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    quads = [places[f].astype(float) for f in faces]
    total = sum(np.linalg.norm(np.cross(q[1] - q[0], q[2] - q[0])) for q in quads)
    total += sum(np.linalg.norm(np.cross(q[2] - q[0], q[3] - q[0])) for q in quads if len(q) == 4)
    assert np.linalg.norm(sides, axis=1).sum() == pytest.approx(2 * total, rel=1e-5)
    if form != "ascii":
        assert (
            message(put(tmp_path / "p.ply", path.read_bytes()[:-1]))
            == "is cut off: its header counts 4 of element face; it holds 3"
        )


def test_triangle_strips_of_ply(tmp_path):
    strip = "element tristrips 1\nproperty list int int vertex_indices\nend_header\n"
    text = HEADER.format("ascii", 4) + strip + "0 0 0\n1 0 0\n0 1 0\n1 1 0\n8 0 1 2 3 -1 3 2 0\n"
    places = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0]], float)
    expected = places[[[0, 1, 2], [1, 3, 2], [3, 2, 0]]]
    assert set(as_set(expected)) <= set(exact(put(tmp_path / "s.ply", text)))
    assert read(tmp_path / "s.ply").triangles == 3


def test_a_picture_for_each_face_of_ply(tmp_path):
    for name, code in (("a.png", 10), ("b c.png", 200)):
        put(tmp_path / name, png(np.full((8, 8, 3), code, np.uint8)))
    named = "comment TextureFile a.png\ncomment TextureFile b c.png\nelement vertex"
    head = HEADER.format("ascii", 4).replace("element vertex", named)
    faces = "element face 2\nproperty list uchar int vertex_index\n"
    faces += "property list uchar float texcoord\nproperty int texnumber\nend_header\n"
    rows = "0 0 0\n1 0 0\n0 1 0\n1 1 0\n3 0 1 2 6 0 0 1 0 0 1 0\n3 1 3 2 6 1 0 1 1 0.5 1 1\n"
    model = read(put(tmp_path / "t.ply", head + faces + rows))
    assert [int(model.pictures[part.material.picture].mean()) for part in model.parts] == [10, 200]
    parsed = read_ply(*read_dependencies(tmp_path / "t.ply"))
    assert [len(each.positions) for each in parsed.meshes[0]] == [3, 3]  # each surface has its own vertices alone
    assert set(np.unique(corners_of(model, "uv")).tolist()) == {0, 0.5, 1}


@pytest.mark.parametrize("number", [-1, 2, 7])
def test_a_number_of_no_picture_is_none(tmp_path, number):
    put(tmp_path / "a.png", png(np.full((8, 8, 3), 10, np.uint8)))
    named = "comment TextureFile a.png\ncomment TextureFile a.png\nelement vertex"
    head = HEADER.format("ascii", 4).replace("element vertex", named)
    head += "property float s\nproperty float t\nelement face 2\nproperty list uchar int vertex_index\nproperty int texnumber\n"
    rows = f"0 0 0 0 0\n1 0 0 1 0\n0 1 0 0 1\n1 1 0 1 1\n3 0 1 2 0\n3 1 3 2 {number}\n"
    model = read(put(tmp_path / "n.ply", f"{head}end_header\n{rows}"))
    found = {part.material.picture: (part.index_count, part.material.color) for part in model.parts}
    assert found == {0: (6, (1, 1, 1)), -1: (6, PLAIN.color)}


def test_headers_of_ply_that_make_no_sense(tmp_path):
    formats = "ascii, binary_little_endian, binary_big_endian"
    for text, right in {
        "ply\nformat ascii 1.0\n": "is cut off: its header has no end_header",
        "ply\nformat text 1.0\nend_header\n": f"is of format text; expected one of {formats}",
        "ply\nformat ascii 1.0\nelement vertex x\nend_header\n": "the line element vertex x of its header makes no sense",
        HEADER.format("ascii", 1) + "end_header\n1 2 x\n": "holds 'x' among its numbers; is it damaged?",
    }.items():
        assert message(put(tmp_path / "h.ply", text)) == right
