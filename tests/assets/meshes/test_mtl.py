"""Tests of MTL files: what d, Tr and map_d cut out, and what stays opaque."""

import numpy as np
import pytest
from small_models import CORNERS, FACES, QUADRANTS, as_set, exact, message, notes_of, png, put, read

ALPHA = np.full((16, 16), 255, np.uint8)
ALPHA[:8, :8], ALPHA[8:, 8:] = 0, 200
SQUARE = "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nvt 0 0\nvt 1 0\nvt 1 1\nvt 0 1\n"
BLENDED = "have blended materials, which are drawn and labelled where their alpha is at least 0.5, and not elsewhere"


@pytest.fixture
def square(tmp_path):
    """A file of one square, whose material is in m.mtl, beside pictures with and without alpha."""
    for name, pixels in {
        "color.png": QUADRANTS, "both.png": np.dstack([QUADRANTS, ALPHA]), "grey.png": ALPHA,
        "clear.png": np.dstack([255 - QUADRANTS, ALPHA]), "wide.png": ALPHA[:8].repeat(4, axis=0).repeat(4, axis=1),
    }.items():  # fmt: skip
        put(tmp_path / name, png(pixels))
    return put(tmp_path / "q.obj", f"mtllib m.mtl\n{SQUARE}usemtl m\nf 1/1 2/2 3/3 4/4\n")


@pytest.mark.parametrize("alpha", ["both.png", "clear.png", "grey.png", "-imfchan l grey.png"])
@pytest.mark.parametrize("factor", ["", "d 0.8\n", "d -halo 0.8\n", "Tr 0.2\n", "d 0.8\nTr 1\n"])
def test_map_d_cuts_out(tmp_path, square, alpha, factor):
    """Alpha of the picture of map_Kd itself or of another one, or the grey of one that has none; times d, which is 1 - Tr."""
    color = "both.png" if alpha == "both.png" else "color.png"
    put(tmp_path / "m.mtl", f"newmtl m\nKd 1 1 1\nmap_Kd {color}\nmap_d {alpha}\n{factor}")
    model = read(square)
    (part,), (picture,) = model.parts, model.pictures
    assert part.material.cutoff == pytest.approx(0.5 / 0.8 if factor else 0.5)
    np.testing.assert_array_equal(picture[..., 3], ALPHA)
    known = ALPHA > 0
    np.testing.assert_array_equal(picture[known][:, :3], QUADRANTS[known])
    assert notes_of(square) == BLENDED


@pytest.mark.parametrize(
    "said",
    ["map_Kd both.png", "map_Kd both.png\nd 0.6", "map_Kd color.png\nmap_d color.png", "map_Kd color.png\nmap_d none.png",
     "map_Kd color.png\nd 0", "map_Kd color.png\nTr 1", "map_Kd color.png\nd 0.5", "map_Kd color.png\nd 1\nTr 1"],
)  # fmt: skip
def test_what_stays_opaque(tmp_path, square, said):
    """Alpha that map_d does not name, a map_d without alpha or that is missing; d 0 and Tr 1, which mean opaque things."""
    put(tmp_path / "m.mtl", f"newmtl m\nKd 1 1 1\n{said}\n")
    model = read(square)
    assert model.parts[0].material.cutoff == 0
    np.testing.assert_array_equal(model.pictures[0], QUADRANTS)
    assert notes_of(square) == ""


def test_alpha_without_colours_and_of_another_size(tmp_path, square):
    put(tmp_path / "m.mtl", "newmtl m\nKd 0 1 0\nmap_d grey.png\n")
    model = read(square)
    assert (model.parts[0].material.color, model.parts[0].material.cutoff) == ((0, 1, 0), 0.5)
    np.testing.assert_array_equal(model.pictures[0], np.dstack([np.full((16, 16, 3), 255), ALPHA]))
    put(tmp_path / "m.mtl", "newmtl m\nKd 1 1 1\nmap_Kd color.png\nmap_d wide.png\n")
    (picture,) = read(square, px=64).pictures
    assert picture.shape == (64, 64, 4)
    assert (picture[8:24, 40:56] == [0, 255, 0, 255]).all()
    assert (picture[..., 3][:, :30] == 0).all()
    put(tmp_path / "m.mtl", "newmtl m\nKd 1 1 1\nmap_Kd none.png\nmap_d grey.png\n")
    assert read(square).parts[0].material.color == (0.5, 0.5, 0.5)
    put(tmp_path / "grey.png", b"none")
    assert message(square) == "grey.png: is no picture, or of a kind that Pillow cannot read"


def test_a_part_of_little_opacity_is_left_out_and_said(tmp_path):
    put(tmp_path / "m.mtl", "newmtl glass\nd 0.25\nnewmtl wood\nKd 1 0 0\n")
    vertices = "".join("v {} {} {}\n".format(*p) for p in (*CORNERS, *(CORNERS + np.array([9, 0, 0]))))
    faces = "".join("f {} {} {}\n".format(*f) for f in FACES + 1)
    more = "".join("f {} {} {}\n".format(*f) for f in FACES + 5)
    path = put(tmp_path / "g.obj", f"mtllib m.mtl\n{vertices}usemtl glass\n{faces}usemtl wood\n{more}")
    assert exact(path) == as_set(CORNERS[FACES] + np.array([9, 0, 0]))
    assert notes_of(path) == BLENDED
    path.write_text(path.read_text().replace("wood", "glass"))
    assert message(path) == "all of it is transparent: no alpha reaches its cutoff; expected a surface that is seen"
    put(tmp_path / "m.mtl", "newmtl glass\nd much\n")
    assert message(path) == "material glass: d much is no number"
