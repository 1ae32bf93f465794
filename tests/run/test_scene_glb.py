"""Tests of a scene as a .glb file: read back with trimesh, its geometry lies where the labels are, in the scene's colours."""

import io
import json
import struct

import numpy as np
import pytest
import trimesh
from small_models import QUADRANTS, card, describe, glb, png
from trimesh_rays import cast_meshes

import raster
from raster.run.scene_glb import scene_glb
from raster.transforms import OPENGL_FROM_OPENCV

SIZE = (40, 56)
PLAIN = ["preset=plain", f"size=[{SIZE[0]},{SIZE[1]}]", "batch=1", "randomizers.lens=null", "randomizers.environment=null"]
Y_UP = np.array([[1, 0, 0, 0], [0, 0, 1, 0], [0, -1, 0, 0], [0, 0, 0, 1.0]])  # glTF's world from ours


@pytest.fixture
def exported():
    """A function: overrides and the number of an image -> its frames, its scenes, its file's description, trimesh's scene."""
    sources = []

    def export(overrides: list[str], number: int = 0):
        sources.append(raster.ImageSource.of([*PLAIN, *overrides]))
        frames, scenes = next(sources[-1].frames(number, 1)), sources[-1].setup.sampler(number, 1)
        data = scene_glb(scenes, SIZE, frames.records[0])
        tree = json.loads(data[20 : 20 + struct.unpack_from("<I", data, 12)[0]])
        return frames, scenes, tree, trimesh.load(io.BytesIO(data), file_type="glb", process=False)

    yield export
    for source in sources:
        source.release()


def node(tree: dict, name: str) -> dict:
    return next(entry for entry in tree["nodes"] if entry["name"] == name)


def matrix(entry: dict) -> np.ndarray:
    return np.array(entry["matrix"]).reshape(4, 4).T


def view(tree: dict) -> dict:
    """The file's camera as that of a record, in glTF's world."""
    camera = node(tree, "camera")
    seen, (height, width) = tree["cameras"][camera["camera"]]["perspective"], SIZE
    tangent = np.tan(seen["yfov"] / 2)
    placed = matrix(node(tree, "world")) @ matrix(camera) @ OPENGL_FROM_OPENCV
    return {
        "width": width, "height": height, "cx": width / 2, "cy": height / 2, "world_from_camera": placed,
        "fx": width / 2 / (tangent * seen["aspectRatio"]), "fy": height / 2 / tangent,
    }  # fmt: skip


def world_meshes(scene: trimesh.Scene) -> list[tuple[int, trimesh.Trimesh]]:
    """Instance and mesh in glTF's world; a node is called "cube 3", and "cube 3_1" is a second one of that name."""
    found = []
    for name in scene.graph.nodes_geometry:
        transform, geometry = scene.graph[name]
        mesh = scene.geometry[geometry].copy()
        found.append((int(name.split()[-1].split("_")[0]), mesh.apply_transform(transform)))
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    "overrides",
    [
        ["randomizers.placement.floor=1", "randomizers.walls.share=1"],
        ["solids=[cube,dumbbell,torus]", "randomizers.morphs.share=1", "randomizers.placement.floor=0"],
    ],
)
def test_its_geometry_lies_where_the_labels_are(overrides, exported):
    """Floor and walls; composites and deformed solids."""
    frames, _, tree, scene = exported(overrides, 3)
    seen = cast_meshes({"camera": view(tree)}, world_meshes(scene))
    inside = ~seen.border
    assert inside.mean() > 0.4
    np.testing.assert_array_equal(seen.instance[inside], frames.layers["instance_id"][0][inside])
    assert len(np.unique(seen.instance)) > 3


def test_names_classes_and_lights_are_those_of_the_record(exported):
    frames, scenes, tree, _ = exported(["randomizers.lights.count=2"])
    told = {entry["extras"]["instance"]: entry["extras"] for entry in tree["nodes"] if "mesh" in entry}
    for entry in frames.records[0]["objects"]:
        assert {key: entry[key] for key in ("class", "class_id", "solid", "slot")}.items() <= told[entry["instance"]].items()
    assert len(told) == len(frames.records[0]["objects"])
    lights = [entry for entry in frames.records[0]["lights"] if entry["type"] in ("directional", "point", "spot")]
    given = tree["extensions"]["KHR_lights_punctual"]["lights"]
    assert [light["type"] for light in given] == [light["type"] for light in lights]
    for number, (light, said) in enumerate(zip(given, lights, strict=True)):
        np.testing.assert_allclose(np.array(light["color"]) * light["intensity"] / np.pi, said["color"], rtol=1e-5)
        placed = matrix(node(tree, f"light {number}"))
        if said["type"] == "directional":
            np.testing.assert_allclose(placed[:3, 2], said["direction"], atol=1e-5)
        else:
            np.testing.assert_allclose(placed[:3, 3], said["position"], atol=1e-5)
        if said["type"] == "spot":
            np.testing.assert_allclose(-placed[:3, 2], said["axis"], atol=1e-5)
    np.testing.assert_allclose(matrix(node(tree, "world")), Y_UP)
    flat = scenes.nodes.material.texture[0] == 0
    colors = [material["pbrMetallicRoughness"]["baseColorFactor"][:3] for material in tree["materials"]]
    for color in scenes.nodes.material.color[0][flat & (scenes.nodes.mesh[0] >= 0)]:
        assert any(np.allclose(color, other, atol=1e-5) for other in colors)


def test_an_own_mesh_keeps_its_picture_and_where_it_lies(exported, tmp_path):
    folder = tmp_path / "meshes"
    folder.mkdir()
    (folder / "card.glb").write_bytes(card(tmp_path)[0].read_bytes())
    files = [f"objects.meshes={folder}", "solids=[]", "solids@distractors=[]", "randomizers.placement.floor=0"]
    _, _, tree, scene = exported(files)
    mesh = next(iter(scene.geometry.values()))
    picture = np.asarray(mesh.visual.material.baseColorTexture.convert("RGB")).astype(int)
    for row, column in np.ndindex(2, 2):
        at = (np.array([row, column]) * 2 + 1) * len(picture) // 4
        assert np.abs(picture[at[0], at[1]] - QUADRANTS[8 * row + 4, 8 * column + 4]).max() <= 3
    uv = np.unique(np.round(mesh.visual.uv, 5), axis=0)
    np.testing.assert_allclose(uv, [[0, 0], [0, 1], [1, 0], [1, 1]], atol=1e-5)
    assert tree["samplers"][0]["wrapS"] == 10497


def test_a_mesh_that_alpha_cuts_out_is_cut_out_there(exported, tmp_path):
    """Its picture keeps its alpha, though its own colours give way to others."""
    picture = np.dstack([QUADRANTS, np.where(np.indices((16, 16))[1] < 8, 255, 0)]).astype(np.uint8)
    places = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], np.float32)
    uvs = np.array([[0, 1], [1, 1], [1, 0], [0, 0]], np.float32)
    look = {"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}, "alphaMode": "MASK", "alphaCutoff": 0.25}
    primitive = {"POSITION": places, "TEXCOORD_0": uvs, "indices": np.array([[0, 1, 2], [0, 2, 3]]), "material": 0}
    (tmp_path / "leaf.glb").write_bytes(glb(*describe([primitive], [{"mesh": 0}], [look], [png(picture)])))
    files = [f"objects.meshes={tmp_path}", "solids=[]", "solids@distractors=[]", "randomizers.placement.floor=0"]
    for painted in (0, 1):
        _, _, tree, scene = exported([*files, f"randomizers.looks.share={1 - painted}"])
        material = tree["materials"][0]
        assert (material["alphaMode"], material["alphaCutoff"]) == ("MASK", pytest.approx(0.25))
        shown = np.asarray(next(iter(scene.geometry.values())).visual.material.baseColorTexture)
        assert shown[4, 4, 3] == 255
        assert shown[4, -4, 3] == 0
        assert (shown[..., :3] == 255).all() == bool(painted)
