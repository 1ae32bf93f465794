"""Tests of COLLADA files: nodes, axes, units, materials, polygons; and what is said without the library that reads them."""

import sys

import numpy as np
import pytest
from small_models import CORNERS, FACES, QUADRANTS, as_set, corners_of, message, notes_of, png, put, read, triangles_of

from raster.assets.meshes.collada_files import read_collada
from raster.assets.meshes.load import load_meshes
from raster.assets.meshes.options import MeshOptions
from raster.assets.meshes.read import read_dependencies

U = [(0, 0), (3, 0), (3, 3), (2, 3), (2, 1), (1, 1), (1, 3), (0, 3)]
FILE = """<?xml version="1.0"?>
<COLLADA xmlns="http://www.collada.org/2005/11/COLLADASchema" version="1.4.1">
<asset><unit name="x" meter="{meter}"/><up_axis>{up}</up_axis></asset>
<library_images><image id="i"><init_from>{picture}</init_from></image></library_images>
<library_effects><effect id="e"><profile_COMMON>
<newparam sid="s"><surface type="2D"><init_from>i</init_from></surface></newparam>
<newparam sid="p"><sampler2D><source>s</source></sampler2D></newparam>
<technique sid="c"><lambert><diffuse>{diffuse}</diffuse></lambert></technique></profile_COMMON></effect></library_effects>
<library_materials><material id="m" name="paint"><instance_effect url="#e"/></material></library_materials>
<library_geometries><geometry id="g" name="thing"><mesh>
<source id="v"><float_array id="va" count="{count}">{places}</float_array><technique_common>
<accessor source="#va" count="{rows}" stride="3"><param name="X" type="float"/><param name="Y" type="float"/>
<param name="Z" type="float"/></accessor></technique_common></source>
<source id="t"><float_array id="ta" count="{uvs}">{uv}</float_array><technique_common>
<accessor source="#ta" count="{rows}" stride="2"><param name="S" type="float"/><param name="T" type="float"/></accessor>
</technique_common></source>
<vertices id="vs"><input semantic="POSITION" source="#v"/></vertices>
<polylist count="{faces}" material="k"><input semantic="VERTEX" source="#vs" offset="0"/>
<input semantic="TEXCOORD" source="#t" offset="0"/><vcount>{vcount}</vcount><p>{p}</p></polylist>
</mesh></geometry></library_geometries>
<library_visual_scenes><visual_scene id="w"><node name="at"><translate>{move}</translate>
<instance_geometry url="#g"><bind_material><technique_common><instance_material symbol="k" target="#m"/></technique_common>
</bind_material></instance_geometry></node></visual_scene></library_visual_scenes>
<scene><instance_visual_scene url="#w"/></scene></COLLADA>"""


def dae(places, polygons, **more) -> str:
    """A file of polygons; each vertex has its x and y as texture coordinates."""
    places = np.asarray(places, float)
    told = {
        "meter": 1, "up": "Y_UP", "picture": "q.png", "diffuse": "<color>0 1 0 1</color>", "move": "0 0 0",
        "places": " ".join(map(str, places.ravel())), "count": places.size, "rows": len(places),
        "uv": " ".join(map(str, places[:, :2].ravel())), "uvs": 2 * len(places), "faces": len(polygons),
        "vcount": " ".join(str(len(each)) for each in polygons), "p": " ".join(str(k) for each in polygons for k in each),
    }  # fmt: skip
    return FILE.format(**{**told, **more})


@pytest.mark.parametrize(("axis", "shift"), [("X_UP", 2), ("Y_UP", 1), ("Z_UP", 0)])
def test_axes_units_and_nodes(tmp_path, axis, shift):
    """The axis that is up in the file is z afterwards; a millimetre is 0.001."""
    pytest.importorskip("collada")
    path = put(tmp_path / "t.dae", dae(CORNERS, FACES.tolist(), up=axis, meter=0.001, move="1 2 3"))
    model = read(path, normalize=False)
    moved = 0.001 * (CORNERS + np.array([1, 2, 3]))
    up = np.sort(moved[:, "XYZ".index(axis[0])])
    places = triangles_of(model)
    np.testing.assert_allclose(np.unique(np.round(places[..., 2], 7)), np.unique(np.round(up, 7)), atol=1e-6)
    a, b, c = np.moveaxis(places, 1, 0)
    assert (a * np.cross(b, c)).sum() / 6 == pytest.approx(1e-9, rel=1e-3)  # not mirrored: the tetrahedron's volume is 1
    assert model.parts[0].material.color == (0, 1, 0)


def test_a_concave_polygon_and_a_picture(tmp_path):
    pytest.importorskip("collada")
    put(tmp_path / "q.png", png(QUADRANTS))
    texture = '<texture texture="p" texcoord="UV"/>'
    path = put(tmp_path / "u.dae", dae([(x, y, 0) for x, y in U], [range(8)], diffuse=texture))
    model = read(path, normalize=False)
    triangles = triangles_of(model)
    sides = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    assert np.linalg.norm(sides, axis=1).sum() / 2 == pytest.approx(2 * 7)
    assert model.parts[0].material.picture == 0
    np.testing.assert_allclose(as_set(corners_of(model, "uv")), as_set(triangles[..., [0, 2]]), atol=1e-6)


def test_files_that_are_no_collada(tmp_path):
    pytest.importorskip("collada")
    for text in ("hello", "<COLLADA", "<a></a>", dae(CORNERS, FACES.tolist())[:900]):
        assert message(put(tmp_path / "n.dae", text))


def test_without_the_library_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "collada", None)
    text = "is a COLLADA file; install what reads it: pip install 'raster-labels[collada]'"
    assert message(put(tmp_path / "t.dae", dae(CORNERS, FACES.tolist()))) == text


SKIN = """<library_controllers><controller id="k"><skin source="#g">
<bind_shape_matrix>1 0 0 5 0 1 0 0 0 0 1 0 0 0 0 1</bind_shape_matrix>
<source id="j"><Name_array id="ja" count="1">bone</Name_array><technique_common><accessor source="#ja" count="1" stride="1">
<param name="JOINT" type="name"/></accessor></technique_common></source>
<source id="b"><float_array id="ba" count="16">1 0 0 9 0 1 0 0 0 0 1 0 0 0 0 1</float_array><technique_common>
<accessor source="#ba" count="1" stride="16"><param name="TRANSFORM" type="float4x4"/></accessor></technique_common></source>
<source id="z"><float_array id="za" count="1">1</float_array><technique_common><accessor source="#za" count="1" stride="1">
<param name="WEIGHT" type="float"/></accessor></technique_common></source>
<joints><input semantic="JOINT" source="#j"/><input semantic="INV_BIND_MATRIX" source="#b"/></joints>
<vertex_weights count="4"><input semantic="JOINT" source="#j" offset="0"/><input semantic="WEIGHT" source="#z" offset="1"/>
<vcount>1 1 1 1</vcount><v>0 0 0 0 0 0 0 0</v></vertex_weights></skin></controller></library_controllers>"""
MORPH = """<library_controllers><controller id="k"><morph source="#g" method="NORMALIZED">
<source id="j"><IDREF_array id="ja" count="1">g</IDREF_array><technique_common><accessor source="#ja" count="1" stride="1">
<param name="MORPH_TARGET" type="IDREF"/></accessor></technique_common></source>
<source id="z"><float_array id="za" count="1">0.5</float_array><technique_common><accessor source="#za" count="1" stride="1">
<param name="MORPH_WEIGHT" type="float"/></accessor></technique_common></source>
<targets><input semantic="MORPH_TARGET" source="#j"/><input semantic="MORPH_WEIGHT" source="#z"/></targets>
</morph></controller></library_controllers>"""


@pytest.mark.parametrize(("controller", "shift"), [(SKIN, 5), (MORPH, 0)], ids=["skin", "morph"])
def test_skins_and_morph_targets_are_in_their_bind_pose(tmp_path, controller, shift):
    """Where the bind shape matrix and the node put them, in the material that is bound there; and the run says so."""
    pytest.importorskip("collada")
    text = dae(CORNERS, FACES.tolist(), move="0 0 7").replace("<library_visual_scenes>", f"{controller}<library_visual_scenes>")
    text = text.replace('instance_geometry url="#g"', 'instance_controller url="#k"').replace(
        "instance_geometry>", "instance_controller>"
    )
    path = put(tmp_path / "s.dae", text)
    moved = CORNERS + np.array([shift, 0, 7])
    assert as_set(triangles_of(read(path, normalize=False, up="z"))) == as_set(moved[FACES])
    assert read(path).parts[0].material.color == (0, 1, 0)
    assert notes_of(path) == "hold a skin or morph targets, which are drawn in their bind pose"


def test_normals_and_vertex_colours(tmp_path):
    pytest.importorskip("collada")
    normals, colors = np.array([[0, 0.6, 0.8], [0, 0, 1.0]]), np.array([[1, 0, 0], [0, 0, 1.0]])
    rows = [
        f'<source id="{name}"><float_array id="{name}a" count="6">{" ".join(map(str, values.ravel()))}</float_array>'
        f'<technique_common><accessor source="#{name}a" count="2" stride="3">'
        + "".join(f'<param name="{letter}" type="float"/>' for letter in letters)
        + "</accessor></technique_common></source>"
        for name, values, letters in (("n", normals, "XYZ"), ("c", colors, "RGB"))
    ]
    text = dae([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [[0, 0, 0, 1, 1, 1, 2, 0, 1]]).replace(
        "<vcount>9</vcount>", "<vcount>3</vcount>"
    )
    text = text.replace("<vertices ", "".join(rows) + "<vertices ").replace(
        '<input semantic="TEXCOORD" source="#t" offset="0"/>',
        '<input semantic="NORMAL" source="#n" offset="1"/><input semantic="COLOR" source="#c" offset="2"/>',
    )
    path = put(tmp_path / "n.dae", text.replace(' material="k"', ""))
    model = read(path, normalize=False, up="z")
    front = corners_of(model, "position")[0].tolist(), corners_of(model, "normal")[0], corners_of(model, "color")[0]
    first = front[0].index([0, 0, 0])
    np.testing.assert_allclose(np.roll(front[1], -first, axis=0), normals[[0, 1, 0]], atol=1e-6)
    np.testing.assert_array_equal(np.roll(front[2], -first, axis=0)[:, :3], 255 * colors[[0, 1, 1]])
    assert model.parts[0].material.color == (1, 1, 1)


def test_a_missing_picture_is_grey_and_noted(tmp_path):
    pytest.importorskip("collada")
    texture = '<texture texture="p" texcoord="UV"/>'
    path = put(tmp_path / "u.dae", dae(CORNERS, FACES.tolist(), diffuse=texture, picture="file:///a/my%20card.png"))
    (part,) = read(path).parts
    assert (part.material.color, part.material.picture) == ((0.5, 0.5, 0.5), -1)
    _, references = read_dependencies(path)
    assert list(references.missing) == ["/a/my card.png"]
    put(tmp_path / "my card.png", png(QUADRANTS))
    assert read(path).parts[0].material.picture == 0


@pytest.mark.parametrize("texture", ["p", "i"])
def test_the_pictures_of_a_file_are_known_without_the_library(tmp_path, monkeypatch, texture):
    """All that are read later, by way of sampler and surface or at once; none that only a bump map has."""
    pytest.importorskip("collada")
    diffuse = f'<texture texture="{texture}" texcoord="UV"/>'
    text = dae(CORNERS, FACES.tolist(), diffuse=diffuse)
    text = text.replace("</library_images>", '<image id="x"><init_from>bump.png</init_from></image></library_images>')
    path = put(tmp_path / "p.dae", text)
    put(tmp_path / "q.png", png(QUADRANTS))
    assert read(path).parts[0].material.picture == 0
    data, references = read_dependencies(path)
    assert (list(references.read), references.missing) == (["q.png"], {})
    read_collada(data, references)
    assert (list(references.read), references.missing) == (["q.png"], {})


def test_a_file_in_the_cache_needs_no_library(tmp_path, monkeypatch):
    pytest.importorskip("collada")
    monkeypatch.setenv("RASTER_CACHE", str(tmp_path / "cache"))
    options = MeshOptions(str(put(tmp_path / "t.dae", dae(CORNERS, FACES.tolist()))))
    before = load_meshes(options, 16).meshes
    monkeypatch.setitem(sys.modules, "collada", None)
    assert [mesh.digest for mesh in load_meshes(options, 16).meshes] == [mesh.digest for mesh in before]


def test_entities_are_refused(tmp_path):
    """They can grow without bound, or name other files."""
    bomb = '<!DOCTYPE a [<!ENTITY b "bbb"><!ENTITY c "&b;&b;">]>'
    text = dae(CORNERS, FACES.tolist()).replace("<COLLADA", f"{bomb}<COLLADA")
    assert message(put(tmp_path / "b.dae", text)) == "has a DOCTYPE, which no COLLADA file needs; remove it"
