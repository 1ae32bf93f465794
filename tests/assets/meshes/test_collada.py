"""Tests of COLLADA files: nodes, axes, units, materials, polygons; and what is said without the library that reads them."""

import sys

import numpy as np
import pytest
from small_models import CORNERS, FACES, QUADRANTS, as_set, corners_of, message, png, put, read, triangles_of

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
