"""Tests of what glTF files can hold beside plain triangles: instances, strips and fans, sparse arrays, rest poses."""

import numpy as np
import pytest
from small_models import CORNERS, FACES, as_set, describe, exact, glb, message, notes_of, put, read, tetrahedron

from raster.assets.meshes import gltf_nodes
from raster.assets.meshes.gltf import read_gltf
from raster.assets.meshes.gltf_accessors import Accessors
from raster.assets.meshes.read import read_dependencies

SQUARE = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], np.float32)
TURN = [0.5, 0.5, 0.5, 0.5]  # x, y, z, w: a third of a turn about (1, 1, 1): x to y, y to z, z to x


def stored(tree: dict, held: bytes, array: np.ndarray, **more) -> tuple[int, bytes]:
    """The number of a new accessor of an array (N, k), and the buffer with it."""
    kinds = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4", 16: "MAT4"}
    components = {"u1": 5121, "i1": 5120, "u2": 5123, "i2": 5122, "u4": 5125, "f4": 5126}
    tree["bufferViews"].append({"buffer": 0, "byteOffset": len(held), "byteLength": array.nbytes})
    entry = {"bufferView": len(tree["bufferViews"]) - 1, "count": len(array), "type": kinds[array.shape[1]]}
    tree["accessors"].append({**entry, "componentType": components[array.dtype.str[1:]], **more})
    held += array.tobytes() + bytes(-array.nbytes % 4)
    tree["buffers"] = [{"byteLength": len(held)}]
    return len(tree["accessors"]) - 1, held


@pytest.mark.parametrize("count", [3, 12])
def test_instances_stand_where_their_columns_say(tmp_path, count):
    """Within a node that is moved. Many of them become one part."""
    tree, held = describe([tetrahedron()], [{"mesh": 0, "translation": [0, 0, 7]}])
    random = np.random.default_rng(0)
    moves, scales = random.normal(0, 9, (count, 3)).astype("f4"), random.uniform(0.5, 2, (count, 3)).astype("f4")
    turns = np.tile(np.array([TURN], "f4"), (count, 1))
    columns = {}
    for name, values in (("TRANSLATION", moves), ("ROTATION", turns), ("SCALE", scales)):
        columns[name], held = stored(tree, held, values)
    tree["nodes"][0]["extensions"] = {"EXT_mesh_gpu_instancing": {"attributes": columns}}
    tree["extensionsRequired"] = ["EXT_mesh_gpu_instancing"]
    path = put(tmp_path / "i.glb", glb(tree, held))
    expected = [CORNERS[FACES] * scale for scale in scales]
    expected = [np.roll(each, 1, axis=-1) + move + [0, 0, 7] for each, move in zip(expected, moves, strict=True)]
    found, right = np.array(exact(path)), np.array(as_set(np.concatenate(expected)))
    np.testing.assert_allclose(found, right, atol=2e-3)
    assert len(read(path).parts) == (3 if count == 3 else 1)
    del columns["SCALE"]
    tree["accessors"][columns["ROTATION"]]["count"] = 2
    text = "EXT_mesh_gpu_instancing has columns of [2, 3] rows; expected as many in each".replace("3]", f"{count}]")
    assert message(put(path, glb(tree, held))) == f"node 0: {text}"


@pytest.mark.parametrize("kind", ["u1", "u2", "u4", None])
@pytest.mark.parametrize("mode", [4, 5, 6])
def test_triangles_strips_and_fans_with_indices_of_all_sizes(tmp_path, mode, kind):
    order = {4: [0, 1, 2, 0, 2, 3], 5: [0, 1, 3, 2], 6: [0, 1, 2, 3]}[mode]
    positions = SQUARE if kind else SQUARE[order]
    tree, held = describe([{"POSITION": positions, "mode": mode}], [{"mesh": 0}])
    if kind:
        (given,) = tree["meshes"][0]["primitives"]
        given["indices"], held = stored(tree, held, np.array(order, kind)[:, None])
    triangles = {4: [[0, 1, 2], [0, 2, 3]], 5: [[0, 1, 3], [1, 2, 3]], 6: [[0, 1, 2], [0, 2, 3]]}[mode]
    assert set(as_set(SQUARE[triangles])) <= set(exact(put(tmp_path / "m.glb", glb(tree, held))))


@pytest.mark.parametrize("over", [True, False])
def test_sparse_arrays(tmp_path, over):
    """Positions of which some are replaced, and such as are zero where nothing is said."""
    base = CORNERS.copy() if over else np.zeros_like(CORNERS)
    changed = np.array([[1], [3]], "u2")
    base[changed[:, 0]] = 0
    rows = changed if over else np.array([[1], [2], [3]], "u2")  # corner 0 is the origin
    tree, held = describe([{"POSITION": base, "indices": FACES}], [{"mesh": 0}])
    where, held = stored(tree, held, rows)
    what, held = stored(tree, held, CORNERS[rows[:, 0]])
    views = [tree["accessors"][k]["bufferView"] for k in (where, what)]
    position = tree["accessors"][tree["meshes"][0]["primitives"][0]["attributes"]["POSITION"]]
    indices = {"bufferView": views[0], "componentType": 5123}
    position["sparse"] = {"count": len(rows), "indices": indices, "values": {"bufferView": views[1]}}
    if not over:
        del position["bufferView"]
    assert exact(put(tmp_path / "s.glb", glb(tree, held))) == as_set(CORNERS[FACES])
    position["sparse"]["count"] = 9
    assert "sparse accessor" in message(put(tmp_path / "s.glb", glb(tree, held)))


def test_rows_that_are_a_stride_apart_and_rows_that_are_missing(tmp_path):
    tree, held = describe([tetrahedron()], [{"mesh": 0}])
    wide = np.zeros((4, 5), "f4")
    wide[:, :3], wide[:, 3:] = CORNERS, 99
    tree["bufferViews"].append({"buffer": 0, "byteOffset": len(held), "byteLength": wide.nbytes, "byteStride": 20})
    position = tree["accessors"][0]
    position["bufferView"] = len(tree["bufferViews"]) - 1
    held += wide.tobytes()
    tree["buffers"] = [{"byteLength": len(held)}]
    path = put(tmp_path / "s.glb", glb(tree, held))
    assert exact(path) == as_set(CORNERS[FACES])
    position["count"] = 5
    assert message(put(path, glb(tree, held))).endswith("its buffer view has 80 bytes; is it cut off?")


def test_a_skin_is_drawn_at_rest(tmp_path):
    """Two joints, one of them turned and moved; half of the weight of one corner is on each. The node's own place is idle."""
    joints = np.array([[0, 0, 0, 0], [0, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0]], "u1")
    weights = np.array([[1, 0, 0, 0], [1, 0, 0, 0], [1, 0, 0, 0], [0.5, 0.5, 0, 0]], "f4")
    nodes = [
        {"mesh": 0, "skin": 0, "translation": [50, 0, 0]},
        {"children": [2], "translation": [0, 0, 10]},
        {"rotation": TURN, "translation": [0, 3, 0]},
    ]
    tree, held = describe([tetrahedron()], nodes)
    tree["scenes"][0]["nodes"] = [0, 1]
    (given,) = tree["meshes"][0]["primitives"]
    given["attributes"]["JOINTS_0"], held = stored(tree, held, joints)
    given["attributes"]["WEIGHTS_0"], held = stored(tree, held, weights)
    inverse = np.tile(np.eye(4), (2, 1, 1))
    inverse[:, 0, 3] = 2  # both joints were bound with the mesh two to the left
    number, held = stored(tree, held, inverse.swapaxes(1, 2).reshape(2, 16).astype("f4"))
    tree["skins"] = [{"joints": [1, 2], "inverseBindMatrices": number}]
    path = put(tmp_path / "s.glb", glb(tree, held))
    bound = CORNERS + np.array([2, 0, 0])
    first, second = bound + np.array([0, 0, 10]), np.roll(bound, 1, axis=1) + np.array([0, 3, 10])
    expected = np.stack([first[0], first[1], second[2], (first[3] + second[3]) / 2])
    assert exact(path) == as_set(expected[FACES])
    assert notes_of(path) == "hold a skin or morph targets, which are drawn in their rest pose"


@pytest.mark.parametrize("weight", [None, 0.25])
def test_morph_targets_have_the_weights_of_the_file(tmp_path, weight):
    tree, held = describe([tetrahedron()], [{"mesh": 0}])
    move = np.array([[0, 0, 0], [0, 0, 0], [0, 4, 0], [0, 0, 8]], "f4")
    (given,) = tree["meshes"][0]["primitives"]
    number, held = stored(tree, held, move)
    given["targets"] = [{"POSITION": number}]
    if weight:
        tree["meshes"][0]["weights"] = [weight]
    path = put(tmp_path / "m.glb", glb(tree, held))
    assert exact(path) == as_set((CORNERS + (weight or 0) * move)[FACES])
    assert "rest pose" in notes_of(path)


def test_what_is_not_used_is_not_read(tmp_path):
    """Tangents, more coordinates, and weights without a skin: each of a buffer view that there is not."""
    tree, held = describe([tetrahedron(TEXCOORD_0=CORNERS[:, :2].copy())], [{"mesh": 0}])
    attributes = tree["meshes"][0]["primitives"][0]["attributes"]
    for name, kind in (
        ("TANGENT", "VEC4"),
        ("TEXCOORD_1", "VEC2"),
        ("JOINTS_0", "VEC4"),
        ("WEIGHTS_0", "VEC4"),
        ("_ID", "SCALAR"),
    ):
        attributes[name] = len(tree["accessors"])
        tree["accessors"].append({"bufferView": 99, "componentType": 5126, "count": 4, "type": kind})
    path = put(tmp_path / "u.glb", glb(tree, held))
    assert exact(path) == as_set(CORNERS[FACES])
    attributes["COLOR_0"] = attributes["TANGENT"]
    assert "list index out of range" in message(put(path, glb(tree, held)))


def test_the_joints_of_a_skin_are_placed_once(tmp_path, monkeypatch):
    """Not for each primitive; and each node of a chain of joints once."""
    joints = np.zeros((4, 4), "u1")
    weights = np.array([[1, 0, 0, 0]] * 4, "f4")
    chain = 30
    nodes = [{"mesh": 0, "skin": 0}, *({"children": [k + 2], "translation": [0, 0, 1]} for k in range(chain)), {}]
    tree, held = describe([tetrahedron()], nodes)
    tree["scenes"][0]["nodes"] = [0, 1]
    (given,) = tree["meshes"][0]["primitives"]
    given["attributes"]["JOINTS_0"], held = stored(tree, held, joints + chain)
    given["attributes"]["WEIGHTS_0"], held = stored(tree, held, weights)
    tree["meshes"][0]["primitives"] = [given] * 5
    tree["skins"] = [{"joints": list(range(1, chain + 2))}]
    placed = []
    real = gltf_nodes.parent_from_node
    monkeypatch.setattr(gltf_nodes, "parent_from_node", lambda node: placed.append(node) or real(node))
    lifted = CORNERS + np.array([0, 0, chain])
    assert exact(put(tmp_path / "j.glb", glb(tree, held))) == as_set(np.tile(lifted[FACES], (5, 1, 1)))
    assert len(placed) == len(nodes) + chain + 1  # once for the scene, once as joints


def test_primitives_that_share_vertices_take_those_that_they_use(tmp_path, monkeypatch):
    """Shared attributes are decoded once; what no triangle uses may be anything."""
    places = np.concatenate([CORNERS, CORNERS + np.array([9, 0, 0], "f4"), np.full((50, 3), np.nan, "f4")])
    tree, held = describe([{"POSITION": places, "indices": FACES}, {"POSITION": places, "indices": FACES + 4}], [{"mesh": 0}])
    first, second = (mesh["primitives"][0] for mesh in tree["meshes"])
    tree["meshes"] = [{"primitives": [first, {**second, "attributes": first["attributes"]}]}]
    decoded = []
    real = Accessors.floats
    monkeypatch.setattr(Accessors, "floats", lambda self, number: decoded.append(number) or real(self, number))
    path = put(tmp_path / "s.glb", glb(tree, held))
    parsed = read_gltf(*read_dependencies(path))
    assert [len(each.positions) for each in parsed.meshes[0]] == [4, 4]
    assert len(decoded) == 1
    assert exact(path) == as_set(np.concatenate([CORNERS[FACES], CORNERS[FACES] + [9, 0, 0]]))
    tree["accessors"][first["attributes"]["POSITION"]]["count"] = 7
    assert message(put(path, glb(tree, held))) == "a triangle has vertex 7, counted from 0; the file has 7; is it damaged?"
