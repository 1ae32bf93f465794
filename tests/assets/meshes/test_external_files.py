"""Tests of files that mesh files refer to: named when missing or bad, and never opened outside the folder."""

import base64
import importlib
import json
import os
from pathlib import Path

import pytest
from small_models import QUADRANTS, card, describe, glb, message, png, put, read, tetrahedron, write_five

from raster.assets.meshes.imported_mesh import PLAIN
from raster.assets.meshes.read import read_dependencies

OUTSIDE = "which is not inside {}; it is not opened; put what it needs beside the mesh"
GREY = 0.5


@pytest.fixture
def opened(tmp_path, monkeypatch):
    """A secret outside the models' folder, and the list of all files opened."""
    (tmp_path / "secret.png").write_bytes(png(QUADRANTS))
    (tmp_path / "secret.mtl").write_text("newmtl paper\nKd 1 0 0\n")
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "link.png").symlink_to(tmp_path / "secret.png")
    (tmp_path / "m" / "away").symlink_to(tmp_path)
    paths: list[str] = []
    for name in ("builtins.open", "io.open", "os.open"):
        module, _, function = name.partition(".")
        real = getattr(importlib.import_module(module), function)
        monkeypatch.setattr(name, lambda file, *a, real=real, **k: paths.append(str(file)) or real(file, *a, **k))
    return paths


WAYS = [
    "../secret.png",
    "{}/secret.png",
    "link.png",
    "away/secret.png",
    "http://example.com/a.png",
    "file:///etc/passwd",
    "C:\\a.png",
]


@pytest.mark.parametrize("way", [*WAYS, "..\\secret.png", "sub/../../secret.png", "%2e%2e/secret.png", "//host/a.png"])
def test_nothing_outside_the_folder_is_opened(tmp_path, opened, way):
    way = way.format(tmp_path)
    shown = way.replace("%2e", ".")
    _, obj = card(tmp_path / "m")
    (tmp_path / "m" / "card.mtl").write_text(f"newmtl paper\nmap_Kd {shown}\n")
    tree, binary = describe(
        [tetrahedron(material=0)], [{"mesh": 0}], [{"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}]
    )
    tree |= {"images": [{"uri": way}], "textures": [{"source": 0}]}
    picture = put(tmp_path / "m" / "a.gltf", json.dumps({**tree, "buffers": [{"uri": "a.bin", "byteLength": len(binary)}]}))
    put(tmp_path / "m" / "a.bin", binary)
    buffer = put(tmp_path / "m" / "b.gltf", json.dumps({**tree, "images": [], "buffers": [{"uri": way, "byteLength": 9}]}))
    ply = "ply\nformat ascii 1.0\ncomment TextureFile {}\nelement vertex 3\nproperty float x\nproperty float y\n"
    ply += "property float z\n"
    ply += "property float s\nproperty float t\nelement face 1\nproperty list uchar int vertex_indices\nend_header\n"
    scan = put(tmp_path / "m" / "a.ply", ply.format(shown) + "0 0 0 0 0\n1 0 0 1 0\n0 1 0 0 1\n3 0 1 2\n")
    bare = "\n".join((tmp_path / "m" / "card.obj").read_text().split("\n")[1:])
    library = put(tmp_path / "m" / "c.obj", f"mtllib {shown}\n{bare}")
    opened.clear()
    for root in (None, tmp_path / "m"):
        for path in (obj, picture, scan, library):  # drawn without it
            (part,) = read(path, root=root).parts
            assert (part.material.color, part.material.picture) == ((GREY, GREY, GREY), -1)
            _, references = read_dependencies(path, root)
            assert references.missing == {shown: OUTSIDE.format(tmp_path / "m")}
        assert message(buffer, root=root) == f"refers to {shown}, {OUTSIDE.format(tmp_path / 'm')}"
    assert opened
    assert not [path for path in opened if "secret" in path or "link" in path or "away" in path or "passwd" in path]


def test_the_same_inside_the_folder_is_read(tmp_path, opened):
    """What the test above relies on: a file that is opened is seen."""
    _, obj = card(tmp_path / "m")
    opened.clear()
    read(obj)
    assert {Path(path).name for path in opened} >= {"card.obj", "card.mtl", "card.png"}


def color_of(path: Path, root: Path | None = None) -> tuple:
    """The colour of a file's only part, the number of its picture, and what the file lacks."""
    (part,) = read(path, root=root).parts
    return *part.material.color, part.material.picture, list(read_dependencies(path, root)[1].missing)


def test_without_a_picture_or_its_library_a_mesh_is_grey(tmp_path):
    _, obj = card(tmp_path)
    (tmp_path / "card.png").unlink()
    assert color_of(obj) == (GREY, GREY, GREY, -1, ["card.png"])
    (tmp_path / "card.mtl").write_text("newmtl paper\nKd 1 0 0\nmap_Kd card.png\n")
    assert color_of(obj) == (GREY, 0, 0, -1, ["card.png"])
    (tmp_path / "card.mtl").unlink()
    assert color_of(obj) == (GREY, GREY, GREY, -1, ["card.mtl"])
    obj.write_text(obj.read_text().replace("mtllib card.mtl", "mtllib my card.mtl"))
    assert color_of(obj) == (GREY, GREY, GREY, -1, ["my card.mtl"])


def test_a_gltf_without_its_pictures_is_grey_and_not_of_metal(tmp_path):
    """A material without factors is a mirror where its picture of metallic and roughness does not say otherwise."""
    pbr = {"baseColorTexture": {"index": 0}, "metallicRoughnessTexture": {"index": 1}}
    tree, binary = describe([tetrahedron(material=0)], [{"mesh": 0}], [{"pbrMetallicRoughness": pbr}])
    tree |= {"images": [{"uri": "a.png"}, {"uri": "b.png"}], "textures": [{"source": 0}, {"source": 1}]}
    path = put(tmp_path / "a.glb", glb(tree, binary))
    assert color_of(path) == (GREY, GREY, GREY, -1, ["a.png", "b.png"])
    (part,) = read(path).parts
    assert (part.material.metallic, part.material.roughness) == (PLAIN.metallic, PLAIN.roughness)


def test_a_reference_with_two_libraries_on_a_line(tmp_path):
    _, obj = card(tmp_path)
    obj.write_text(obj.read_text().replace("mtllib card.mtl", "mtllib none.mtl card.mtl"))
    assert color_of(obj) == (1, 1, 1, 0, ["none.mtl"])


@pytest.mark.parametrize(
    ("reference", "place"),
    [
        ("../images/t.png", "images/t.png"),  # ShapeNet
        ("../materials/textures/t.png", "materials/textures/t.png"),  # Gazebo
        ("t.png", "materials/textures/t.png"),  # Google Scanned Objects
        ("t.png", "models/textures/t.png"),
        ("t.png", "images/t.png"),
        ("C:\\Users\\me\\t.png", "models/t.png"),
        ("/home/me/t.png", "models/t.png"),
        ("file:///home/me/t.png", "models/textures/t.png"),
        ("..\\images\\t.png", "images/t.png"),
        ("T.PNG", "models/t.png"),
        ("t.png", "models/T.Png"),
        ("../Images/T.png", "images/t.PNG"),
        ("C:\\a\\T.PNG", "models/t.png"),
    ],
)
def test_pictures_below_the_folder_given_are_found(tmp_path, reference, place):
    """Where they are said to be, by their base name beside the mesh, and with letters of the other case."""
    (tmp_path / "models").mkdir()
    _, obj = card(tmp_path / "models")
    (tmp_path / "models" / "card.mtl").write_text(f"newmtl paper\nmap_Kd {reference}\n")
    (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / place).write_bytes(png(QUADRANTS))
    assert color_of(obj, tmp_path) == (1, 1, 1, 0, [])
    inside = place.startswith("models/")
    assert (color_of(obj)[-1] == []) == inside  # without the folder, only what is beside the mesh
    if reference == "T.PNG":
        (tmp_path / "models" / "T.PNG").write_bytes(png(255 - QUADRANTS))
        assert (read(obj).pictures == 255 - QUADRANTS).all()  # the name as it stands comes first


def test_a_picture_that_comes_later_is_seen(tmp_path):
    """In the same process, though the names in a folder are kept."""
    _, obj = card(tmp_path)
    (tmp_path / "card.png").unlink()
    os.utime(tmp_path, (1, 1))
    assert color_of(obj)[-1] == ["card.png"]
    (tmp_path / "CARD.PNG").write_bytes(png(QUADRANTS))
    assert color_of(obj)[-1] == []


def test_nothing_but_regular_files_is_opened(tmp_path):
    """A named pipe would wait for ever, a device might do anything."""
    _, obj = card(tmp_path)
    for name in ("card.png", "loop.png"):
        (tmp_path / name).unlink(missing_ok=True)
    os.mkfifo(tmp_path / "card.png")
    assert color_of(obj)[-1] == ["card.png"]
    (tmp_path / "loop.png").symlink_to(tmp_path / "loop.png")
    (tmp_path / "null.png").symlink_to("/dev/null")
    for name in ("loop.png", "null.png", f"{'n' * 300}.png", "a\x01.png"):
        (tmp_path / "card.mtl").write_text(f"newmtl paper\nmap_Kd {name}\n")
        assert color_of(obj)[-1] == [name.replace("\x01", "?")[:200] + "..." * (len(name) > 200)]


def test_a_buffer_that_is_missing_is_named(tmp_path):
    """Without it there is no mesh."""
    write_five(tmp_path)
    (tmp_path / "the buffer.bin").unlink()
    assert message(tmp_path / "t.gltf") == f"refers to the buffer.bin, which is missing; put it into {tmp_path}"
    (tmp_path / "the buffer.bin").mkdir()
    assert message(tmp_path / "t.gltf") == f"refers to the buffer.bin, which is missing; put it into {tmp_path}"


def test_pictures_that_are_none(tmp_path):
    _, obj = card(tmp_path)
    put(tmp_path / "card.png", b"no picture")
    assert message(obj) == "card.png: is no picture, or of a kind that Pillow cannot read"
    put(tmp_path / "card.png", png(QUADRANTS)[:60])
    assert message(obj).startswith("card.png: cannot be read as a picture, is it cut off?")
    (tmp_path / "card.mtl").write_text("newmtl paper\nKd 1 red 1\n")
    assert message(obj) == "material paper: kd 1 red 1 is no number"


def test_separate_files_and_data_uris(tmp_path):
    glb_path, _ = card(tmp_path)
    data = glb_path.read_bytes()
    size = int.from_bytes(data[12:16], "little")
    tree, binary = json.loads(data[20 : 20 + size]), data[28 + size :]
    tree["buffers"][0]["uri"] = "data:application/octet-stream;base64," + base64.b64encode(binary).decode()
    tree["images"] = [{"uri": "deep/my%20card.png"}]
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "my card.png").write_bytes(png(QUADRANTS))
    (tmp_path / "card.gltf").write_text(json.dumps(tree))
    a, b = read(glb_path), read(tmp_path / "card.gltf")
    assert (a.vertices == b.vertices).all()
    assert all((one == other).all() for one, other in zip(a.pictures, b.pictures, strict=True))
