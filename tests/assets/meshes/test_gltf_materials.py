"""Tests of what materials of glTF files say beside colours: how pictures wrap, and what alpha cuts out."""

import numpy as np
import pytest
from small_models import (
    CORNERS,
    FACES,
    QUADRANTS,
    as_set,
    corners_of,
    describe,
    exact,
    glb,
    message,
    notes_of,
    png,
    put,
    read,
    tetrahedron,
)

from raster.assets.meshes import base_color_images

SQUARE = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], np.float32)


def test_how_pictures_wrap(tmp_path):
    primitive = {"POSITION": SQUARE, "TEXCOORD_0": SQUARE[:, :2], "indices": np.array([0, 1, 2]), "material": 0}
    materials = [{"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}]
    tree, held = describe([primitive], [{"mesh": 0}], materials, [png(QUADRANTS)])
    tree["samplers"] = [{"wrapS": 33071, "wrapT": 33648}, {}]
    for sampler, wrap in ((0, (1, 2)), (1, (0, 0))):
        tree["textures"][0]["sampler"] = sampler
        assert read(put(tmp_path / "w.glb", glb(tree, held))).parts[0].material.wrap == wrap


@pytest.mark.parametrize(
    ("alpha", "material", "colors", "cutoff"),
    [
        (0, {"alphaMode": "MASK"}, None, 0.5),
        (0, {"alphaMode": "MASK", "alphaCutoff": 0.25, "factor": 0.5}, None, 0.5),
        (0, {"alphaMode": "BLEND"}, None, 0.5),
        (0, {}, None, 0),
        (255, {"alphaMode": "BLEND"}, None, 0),
        (255, {"alphaMode": "MASK"}, 0.25, 0.5),
        (255, {"alphaMode": "MASK"}, 0.75, 0),
        (200, {"alphaMode": "MASK"}, None, 0),
    ],
)
def test_what_alpha_cuts_out(tmp_path, alpha, material, colors, cutoff):
    """alpha: of a quarter of the picture; colors: alpha of the vertices. Where nothing is cut out a part is opaque."""
    picture = np.dstack([QUADRANTS, np.full((16, 16), 255, np.uint8)])
    picture[:8, :8, 3] = alpha
    more = {} if colors is None else {"COLOR_0": np.full((4, 4), colors, np.float32)}
    pbr = {"baseColorTexture": {"index": 0}, "baseColorFactor": [1, 1, 1, material.pop("factor", 1)]}
    primitive = {"POSITION": SQUARE, "TEXCOORD_0": SQUARE[:, :2], "indices": FACES % 4, "material": 0, **more}
    path = tmp_path / "a.glb"
    path.write_bytes(glb(*describe([primitive], [{"mesh": 0}], [{"pbrMetallicRoughness": pbr, **material}], [png(picture)])))
    model = read(path)
    assert model.parts[0].material.cutoff == cutoff
    assert ("blended" in notes_of(path)) == (material.get("alphaMode") == "BLEND" and cutoff > 0)
    (drawn,) = model.pictures
    if cutoff and alpha < 255:
        np.testing.assert_array_equal(drawn[..., 3], picture[..., 3])
    else:  # colours stand where alpha is 0 too
        np.testing.assert_array_equal(drawn, QUADRANTS)
    if colors is not None:
        assert set(np.unique(corners_of(model, "color")[..., 3]).tolist()) == {round(255 * colors)}


def test_a_picture_of_an_opaque_and_of_a_cut_out_part_comes_both_ways(tmp_path, monkeypatch):
    """The opaque part has the colours that stand where the picture is transparent. Each way decodes it once."""
    decoded = []
    monkeypatch.setattr(
        base_color_images, "_open", lambda name, data, real=base_color_images._open: decoded.append(name) or real(name, data)
    )
    picture = np.dstack([QUADRANTS, np.full((16, 16), 255, np.uint8)])
    picture[:8, :8, 3] = 0
    pbr = {"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}
    square = {"POSITION": SQUARE, "TEXCOORD_0": SQUARE[:, :2], "indices": FACES % 4}
    primitives = [{**square, "material": k} for k in (0, 1, 1)]
    nodes = [{"mesh": k, "translation": [0, 0, k]} for k in range(3)]
    path = put(tmp_path / "a.glb", glb(*describe(primitives, nodes, [pbr, {**pbr, "alphaMode": "MASK"}], [png(picture)])))
    model = read(path)
    opaque, cut, other = (part.material for part in model.parts)
    assert (opaque.cutoff, cut.cutoff) == (0, 0.5)
    assert cut == other
    np.testing.assert_array_equal(model.pictures[opaque.picture], QUADRANTS)
    np.testing.assert_array_equal(model.pictures[cut.picture][..., 3], picture[..., 3])
    assert len(model.pictures) == len(decoded) == 2
    path.write_bytes(glb(*describe(primitives[1:2], nodes[:1], [pbr, {**pbr, "alphaMode": "MASK"}], [b"none"])))
    assert message(path) == "picture 0: is no picture, or of a kind that Pillow cannot read"


def test_a_part_that_is_all_transparent_is_left_out_and_a_file_refused(tmp_path):
    clear = {"alphaMode": "MASK", "pbrMetallicRoughness": {"baseColorFactor": [1, 1, 1, 0.25]}}
    primitives = [tetrahedron(material=0), tetrahedron(material=1)]
    path = tmp_path / "a.glb"
    path.write_bytes(glb(*describe(primitives, [{"mesh": 0}, {"mesh": 1, "translation": [9, 0, 0]}], [clear, {}])))
    assert exact(path) == as_set(CORNERS[FACES] + [9, 0, 0])
    path.write_bytes(glb(*describe(primitives[:1], [{"mesh": 0}], [clear])))
    text = "all of it is transparent: no alpha reaches its cutoff; expected a surface that is seen"
    assert message(path) == text
