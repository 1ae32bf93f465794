"""Tests of files that mesh files refer to: named when missing or bad, and never opened outside the folder."""

import base64
import json
from pathlib import Path

import pytest
from small_models import QUADRANTS, card, describe, message, png, put, read, tetrahedron, write_five

OUTSIDE = (
    "which is not inside the file's own folder; it is not opened; put what it needs beside it and name it relative to the file"
)


@pytest.fixture
def opened(tmp_path, monkeypatch):
    """A secret outside the models' folder, and the list of all files opened."""
    (tmp_path / "secret.png").write_bytes(png(QUADRANTS))
    (tmp_path / "secret.mtl").write_text("newmtl paper\nKd 1 0 0\n")
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "link.png").symlink_to(tmp_path / "secret.png")
    (tmp_path / "m" / "away").symlink_to(tmp_path)
    paths: list[str] = []
    real = open
    monkeypatch.setattr("builtins.open", lambda file, *a, **k: paths.append(str(file)) or real(file, *a, **k))
    monkeypatch.setattr("io.open", lambda file, *a, **k: paths.append(str(file)) or real(file, *a, **k))
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
    opened.clear()
    for path in (obj, picture, buffer, scan):
        assert message(path) == f"refers to {shown}, {OUTSIDE}"
    assert opened
    assert not [path for path in opened if "secret" in path or "link" in path or "away" in path or "passwd" in path]
    put(tmp_path / "m" / "c.obj", f"mtllib {shown}\n" + "\n".join((tmp_path / "m" / "card.obj").read_text().split("\n")[1:]))
    assert message(tmp_path / "m" / "c.obj") == f"refers to {shown}, {OUTSIDE}"


def test_the_same_inside_the_folder_is_read(tmp_path, opened):
    """What the test above relies on: a file that is opened is seen."""
    _, obj = card(tmp_path / "m")
    opened.clear()
    read(obj)
    assert {Path(path).name for path in opened} >= {"card.obj", "card.mtl", "card.png"}


def test_what_is_missing_is_named(tmp_path):
    _, obj = card(tmp_path)
    (tmp_path / "card.png").unlink()
    assert message(obj) == f"refers to card.png, which is missing; put it into {tmp_path}"
    (tmp_path / "card.mtl").unlink()
    assert message(obj) == f"refers to card.mtl, which is missing; put it into {tmp_path}"
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
    assert (a.pictures == b.pictures).all()
