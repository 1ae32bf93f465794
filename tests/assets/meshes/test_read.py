"""Tests of what is read of mesh files: geometry alike from all kinds, nodes, colours, pictures, looks, which way is up."""

import numpy as np
import pytest
import trimesh
from PIL import Image
from small_models import (
    CORNERS,
    FACES,
    QUADRANTS,
    as_set,
    card,
    corners_of,
    describe,
    glb,
    outward,
    png,
    read,
    tetrahedron,
    triangles_of,
    volume,
    write_five,
)

from raster.assets.meshes.build import UPRIGHT
from raster.assets.meshes.imported_mesh import PLAIN


def write(path, *args):
    path.write_bytes(glb(*describe(*args)))
    return path


# --- Geometry


def test_all_kinds_of_file_hold_the_same_triangles(tmp_path):
    for kind, path in write_five(tmp_path).items():
        model = read(path, normalize=False, up="z")
        assert as_set(triangles_of(model)) == as_set(CORNERS[FACES]), kind
        assert outward(model).min() > 0.999, kind
        assert (len(model.parts), model.parts[0].material, model.parts[0].double_sided, model.triangles) == (
            1,
            PLAIN,
            False,
            4,
        ), kind


def test_normalised_is_centred_and_of_extent_1(tmp_path):
    places = triangles_of(read(write_five(tmp_path)["stl"])).reshape(-1, 3)
    assert np.allclose(places.max(axis=0), [1 / 6, 1 / 3, 0.5], atol=1e-6)
    assert np.allclose(places.min(axis=0), [-1 / 6, -1 / 3, -0.5], atol=1e-6)


def test_the_axis_that_is_up_is_z_afterwards(tmp_path):
    paths = write_five(tmp_path)
    x, y, z = np.moveaxis(CORNERS[FACES], -1, 0)
    turned = {"y": np.stack([x, -z, y], axis=-1), "z": CORNERS[FACES], "x": np.stack([-z, y, x], axis=-1)}
    for up, expected in turned.items():
        assert as_set(triangles_of(read(paths["ply"], normalize=False, up=up))) == as_set(expected), up
    for kind, up in {"glb": "y", "gltf": "y", "obj": "y", "stl": "z", "ply": "z"}.items():
        assert as_set(triangles_of(read(paths[kind], normalize=False))) == as_set(turned[up]), kind
    assert [round(np.linalg.det(turn)) for turn in UPRIGHT.values()] == [1, 1, 1]


def test_negative_indices_and_polygons_of_obj(tmp_path):
    """A cube's half, by quads and by indices that count back from where they stand."""
    (tmp_path / "a.obj").write_text("v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nf 1 2 3 4\nv 0 0 2\nf 1 4 5\n")
    (tmp_path / "b.obj").write_text("v 0 0 0\nv 1 0 0\n v 1 1 0\nv\t0 1 0\nf -4 -3 -2 -1\nv 0 0 2\nf -5 \\\n -2 -1\n")
    a, b = (as_set(triangles_of(read(tmp_path / f"{name}.obj"))) for name in "ab")
    assert a == b
    assert len(a) == 6  # each from both sides


# --- Nodes


TURN = [0.5, 0.5, 0.5, 0.5]  # x, y, z, w: a third of a turn about (1, 1, 1)
TREE = [
    {"mesh": 0, "name": "base", "translation": [1, 2, 3], "rotation": TURN, "scale": [1, 2, 3], "children": [1, 2]},
    {"mesh": 0, "name": "arm", "matrix": [1, 0, 0, 0, 0, 0, 1, 0, 0, -1, 0, 0, 4, 5, 6, 1]},
    {"mesh": 0, "name": "mirror", "scale": [-1, 1, 1], "translation": [-9, 0, 0]},
]


def test_nodes_put_meshes_where_trimesh_does(tmp_path):
    """Three nodes of one mesh, one of them mirrored; two of them share vertices."""
    tree, binary = describe([tetrahedron()], TREE)
    tree["scenes"][0]["nodes"] = [0]
    path = tmp_path / "n.glb"
    path.write_bytes(glb(tree, binary))
    model = read(path, normalize=False, up="z")
    expected = trimesh.load_scene(path).to_mesh().triangles
    assert as_set(triangles_of(model)) == as_set(expected)
    assert outward(model).min() > 0.999
    assert [part.name for part in model.parts] == ["base", "arm", "mirror"]
    assert model.parts[0].first_vertex == model.parts[1].first_vertex != model.parts[2].first_vertex
    assert volume(model) == pytest.approx(3 * 6)  # each scaled by 1 x 2 x 3


def test_many_nodes_become_one_part_for_each_look(tmp_path):
    looks = [
        {"name": name, "pbrMetallicRoughness": {"baseColorFactor": [c, 0, 0, 1]}} for name, c in (("dark", 0.1), ("red", 1))
    ]
    nodes = [{"mesh": k % 2, "translation": [3.0 * k, 0, 0], "scale": [-1 if k % 3 else 1, 1, 1]} for k in range(12)]
    path = write(tmp_path / "m.glb", [tetrahedron(material=0), tetrahedron(material=1)], nodes, looks)
    model = read(path, normalize=False, up="z")
    assert as_set(triangles_of(model)) == as_set(trimesh.load_scene(path).to_mesh().triangles)
    assert outward(model).min() > 0.999
    assert [part.material.color for part in model.parts] == [(0.1, 0, 0), (1, 0, 0)]
    assert all((part.object_from_part == np.eye(4)).all() for part in model.parts)


# --- Colours, pictures, looks


def test_colours_of_vertices_are_code_values(tmp_path):
    """glTF's are linear: 0.5 shows as 188, 0.2140 as 127 or 128 (IEC 61966-2-1)."""
    linear = np.array([[0.5, 0, 1], [0.2140, 0, 1], [0, 0, 0], [1, 1, 1]], np.float32)
    path = write(tmp_path / "c.glb", [tetrahedron(COLOR_0=linear)], [{"mesh": 0}])
    colors = corners_of(read(path), "color")
    assert set(map(tuple, colors.reshape(-1, 4))) == {(188, 0, 255, 255), (127, 0, 255, 255), (0, 0, 0, 255), (255,) * 4}
    codes = np.array([[1, 2, 3, 9], [40, 50, 60, 9], [0, 0, 0, 9], [255, 128, 0, 9]], np.uint8)
    for kind in ("ply", "obj"):
        trimesh.Trimesh(CORNERS, FACES, vertex_colors=codes, process=False).export(tmp_path / f"c.{kind}")
        model = read(tmp_path / f"c.{kind}")
        assert np.unique(corners_of(model, "color").reshape(-1, 4)[:, :3], axis=0).tolist() == sorted(codes[:, :3].tolist())
        assert model.parts[0].material.color == (1, 1, 1)
    trimesh.Trimesh(CORNERS, FACES, face_colors=codes, process=False).export(tmp_path / "f.ply")
    assert (corners_of(read(tmp_path / "f.ply"), "color")[:, :, :3] == codes[:, None, :3]).all()


def test_integers_stand_for_numbers_to_1(tmp_path):
    uvs = np.array([[0, 0], [65535, 0], [0, 65535], [13107, 65535]], np.uint16)
    colors = np.array([[255, 0, 0, 255], [0, 55, 0, 255], [0, 0, 0, 0], [255, 255, 255, 255]], np.uint8)
    path = write(tmp_path / "i.glb", [tetrahedron(TEXCOORD_0=uvs, COLOR_0=colors)], [{"mesh": 0}])
    model = read(path)
    assert as_set_of_rows(corners_of(model, "uv")) == [(0, 0), (0, 1), (0.2, 0), (1, 1)]
    encoded = round(255 * (1.055 * (55 / 255) ** (1 / 2.4) - 0.055))
    assert (0, encoded, 0, 255) in as_set_of_rows(corners_of(model, "color"))


def as_set_of_rows(values) -> list:
    return sorted(set(map(tuple, np.round(values.reshape(-1, values.shape[-1]), 6).tolist())))


def pixel(model, uv) -> tuple:
    """What a sampler shows that repeats and has v = 1 at the top row."""
    picture = model.pictures[model.parts[0].material.picture]
    u, v = np.mod(uv, 1)
    return tuple(picture[int((1 - v) * len(picture)), int(u * len(picture))].tolist())


def test_a_picture_stands_alike_in_gltf_and_obj(tmp_path):
    """Red is up to the left of the card in both, seen from the front, which looks along +z of the file, -y here."""
    for path in card(tmp_path):
        model = read(path)
        places, uvs = triangles_of(model), corners_of(model, "uv")
        shown = {}
        for place, uv in zip(places.reshape(-1, 3), uvs.reshape(-1, 2), strict=True):
            middle = uv + np.where(uv < 0.5, 0.25, -0.25)
            shown[(place[0] > 0, place[2] > 0)] = pixel(model, middle)
        expected = {
            (False, True): (255, 0, 0),
            (True, True): (0, 255, 0),
            (False, False): (0, 0, 255),
            (True, False): (255,) * 3,
        }
        assert shown == expected, path
        assert model.parts[0].double_sided
        assert [picture.shape for picture in model.pictures] == [(16, 16, 3)]
        assert (corners_of(model, "normal")[:2, :, 1] == -1).all()


def test_a_texture_can_be_moved(tmp_path):
    """KHR_texture_transform, checked by its matrix: T * R * S on (u, v, 1), v down."""
    uvs = np.array([[0, 0], [1, 0], [0, 1], [0.5, 0.25]], np.float32)
    moved = {"offset": [0.25, 0.5], "rotation": 0.5, "scale": [2, 3]}
    texture = {"index": 0, "extensions": {"KHR_texture_transform": moved}}
    primitive = tetrahedron(TEXCOORD_0=uvs, material=0)
    looks = [{"pbrMetallicRoughness": {"baseColorTexture": texture}}]
    path = write(tmp_path / "t.glb", [primitive], [{"mesh": 0}], looks, [png(QUADRANTS)])
    c, s = np.cos(0.5), np.sin(0.5)
    matrix = (
        np.array([[1, 0, 0.25], [0, 1, 0.5], [0, 0, 1]]) @ np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]]) @ np.diag([2, 3, 1])
    )
    expected = np.hstack([uvs, np.ones((4, 1))]) @ matrix.T
    expected[:, 1] = 1 - expected[:, 1]
    assert np.allclose(as_set_of_rows(corners_of(read(path), "uv")), as_set_of_rows(expected[:, :2]), atol=1e-5)


def test_looks_of_gltf(tmp_path):
    rough = np.zeros((4, 4, 3), np.uint8)
    rough[:2, :, 1], rough[:, :1, 2] = 255, 255  # half rough, a quarter metal
    table = [
        {"pbrMetallicRoughness": {"baseColorFactor": [0.1, 0.2, 0.3, 0.4], "metallicFactor": 0.25, "roughnessFactor": 0.5}},
        {"pbrMetallicRoughness": {"metallicRoughnessTexture": {"index": 0}, "roughnessFactor": 0.5}},
        {},
        {"extensions": {"KHR_materials_pbrSpecularGlossiness": {"diffuseFactor": [0, 1, 0, 1], "glossinessFactor": 0.75}}},
    ]
    primitives = [tetrahedron(material=k) for k in range(4)]
    path = write(tmp_path / "l.glb", primitives, [{"mesh": k} for k in range(4)], table, [png(rough)])
    looks = [part.material for part in read(path).parts]
    assert [(look.color, look.metallic, look.roughness, look.picture) for look in looks] == [
        ((0.1, 0.2, 0.3), 0.25, 0.5, -1),
        ((1, 1, 1), 0.25, 0.25, -1),
        ((1, 1, 1), 1, 1, -1),
        ((0, 1, 0), 0, 0.25, -1),
    ]


def test_looks_of_obj(tmp_path):
    _, path = card(tmp_path)
    look = read(path).parts[0].material
    assert (look.color, look.metallic, look.picture) == ((1, 1, 1), 0, 0)
    assert look.roughness == pytest.approx(0.25**0.25)  # Ns 6
    (tmp_path / "card.mtl").write_text("newmtl paper\nKd 0.5 0 1\nPr 0.3\nPm 0.75\nnewmtl unused\nmap_Kd missing.png\n")
    look = read(path).parts[0].material
    assert look.color == pytest.approx((0.21404, 0, 1), abs=1e-5)  # sRGB 0.5 (IEC 61966-2-1)
    assert (look.metallic, look.roughness, look.picture) == (0.75, 0.3, -1)


def test_a_picture_without_coordinates_is_left_out(tmp_path):
    _, path = card(tmp_path)
    path.write_text(path.read_text().replace("f 1/1 2/2 3/3 4/4", "f 1 2 3 4"))
    assert read(path).parts[0].material.picture == -1


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "I;16"])
def test_pictures_of_any_mode(tmp_path, mode):
    grey = np.full((8, 4), 130, np.uint8)
    picture = Image.fromarray(grey.astype(np.uint16) * 257) if mode == "I;16" else Image.fromarray(grey).convert(mode)
    if mode in ("RGBA", "LA"):
        picture.putalpha(0)
    _, path = card(tmp_path)
    picture.save(tmp_path / "card.png")
    (found,) = read(path).pictures
    assert found.shape[2] == 3  # the alpha of what is opaque does not count
    assert (found == 130).all()
