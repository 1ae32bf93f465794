"""Tests of compressed glTF files: Draco, meshopt, and what is said where the library for it is not installed."""

from pathlib import Path

import numpy as np
import pytest
import trimesh
from small_models import CORNERS, FACES, as_set, corners_of, describe, exact, glb, message, put, read, tetrahedron, triangles_of

from raster.assets.meshes.gltf_compression import draco_arrays


def test_draco(tmp_path):
    draco = pytest.importorskip("DracoPy")
    mesh = trimesh.creation.icosphere(2)
    uvs = mesh.vertices[:, :2].astype(np.float64)
    packed = draco.encode(mesh.vertices, mesh.faces, quantization_bits=14, tex_coord=uvs)
    numbers = {attribute["attribute_type"]: attribute["unique_id"] for attribute in draco.decode(packed).attributes}
    places = mesh.vertices.astype("f4")
    tree, _ = describe([{"POSITION": places, "TEXCOORD_0": uvs.astype("f4"), "indices": mesh.faces}], [{"mesh": 0}])
    for accessor in tree["accessors"]:
        del accessor["bufferView"]
    tree["bufferViews"] = [{"buffer": 0, "byteOffset": 0, "byteLength": len(packed)}]
    (given,) = tree["meshes"][0]["primitives"]
    attributes = {"POSITION": numbers[0], "TEXCOORD_0": numbers[3]}
    given["extensions"] = {"KHR_draco_mesh_compression": {"bufferView": 0, "attributes": attributes}}
    tree["extensionsRequired"] = ["KHR_draco_mesh_compression"]
    tree["buffers"] = [{"byteLength": len(packed)}]
    model = read(put(tmp_path / "d.glb", glb(tree, packed)), normalize=False, up="z")
    assert model.triangles == len(mesh.faces)
    corners, coordinates = triangles_of(model).reshape(-1, 3), corners_of(model, "uv").reshape(-1, 2)
    assert np.abs(np.linalg.norm(corners, axis=1) - 1).max() < 1e-3
    assert np.abs(coordinates - np.c_[corners[:, 0], 1 - corners[:, 1]]).max() < 2e-3
    given["attributes"]["TANGENT"], attributes["TANGENT"] = 0, 99  # neither is used
    assert read(put(tmp_path / "d.glb", glb(tree, packed))).triangles == len(mesh.faces)
    damaged = glb(tree, packed[: len(packed) // 2] + bytes(len(packed) - len(packed) // 2))
    assert "Draco" in message(put(tmp_path / "d.glb", damaged))


def test_too_little_memory_is_no_damage(monkeypatch):
    """A file that is left out as damaged would be a silent loss."""
    draco = pytest.importorskip("DracoPy")

    def full(_: bytes) -> None:
        raise MemoryError

    monkeypatch.setattr(draco, "decode", full)
    with pytest.raises(MemoryError):
        draco_arrays({"POSITION": 0}, b"", Path("a.glb"))


def meshopt_file(tree: dict, held: bytes, encoded: list[tuple[bytes, int, int, str]]) -> bytes:
    """A GLB whose first buffer views are compressed: data, count, stride and mode of each."""
    for view, (data, count, stride, mode) in zip(tree["bufferViews"], encoded, strict=False):
        where = {"buffer": 0, "byteOffset": len(held), "byteLength": len(data)}
        view["extensions"] = {"EXT_meshopt_compression": {**where, "count": count, "byteStride": stride, "mode": mode}}
        held += data + bytes(-len(data) % 4)
    tree["buffers"] = [{"byteLength": len(held)}]
    return glb({**tree, "extensionsRequired": ["EXT_meshopt_compression"]}, held)


def test_meshopt(tmp_path):
    meshopt = pytest.importorskip("meshoptimizer")
    tree, held = describe([tetrahedron()], [{"mesh": 0}])
    vertices = meshopt.encode_vertex_buffer(CORNERS, 4, 12)
    indices = meshopt.encode_index_buffer(FACES.ravel().astype(np.uint32), 12, 4)
    blank = bytes(len(held))  # what stands uncompressed is not read
    path = put(tmp_path / "m.glb", meshopt_file(tree, blank, [(vertices, 4, 12, "ATTRIBUTES"), (indices, 12, 2, "TRIANGLES")]))
    assert exact(path) == as_set(CORNERS[FACES])
    path.write_bytes(meshopt_file(tree, blank, [(vertices[:-9], 4, 12, "ATTRIBUTES"), (indices, 12, 2, "TRIANGLES")]))
    assert "meshopt" in message(path)


@pytest.mark.parametrize(("module", "extra"), [("DracoPy", "draco"), ("meshoptimizer", "meshopt")])
def test_without_the_library_the_extra_is_named(tmp_path, monkeypatch, module, extra):
    monkeypatch.setitem(__import__("sys").modules, module, None)
    tree, held = describe([tetrahedron()], [{"mesh": 0}])
    if extra == "draco":
        given = {"bufferView": 0, "attributes": {"POSITION": 0}}
        tree["meshes"][0]["primitives"][0]["extensions"] = {"KHR_draco_mesh_compression": given}
        data = glb(tree, held)
    else:
        data = meshopt_file(tree, held, [(b"x", 4, 12, "ATTRIBUTES")])
    text = message(put(tmp_path / "c.glb", data))
    assert text.endswith(f"; install what reads it: pip install 'raster-labels[{extra}]'")
