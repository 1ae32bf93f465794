"""What notebooks show: images beside their labels, sketches of scenes; and text alone where there is nothing to show."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from raster import Catalog, Frames, Scenes
from raster.label_colors import palette
from raster.notebook_sheet import COLUMNS, GAP, MOST, SIDE
from raster.scene.sketch import sketch
from raster.solids.cube import cube
from raster.transforms import compose, look_at

CLASSES = ("background", "cube", "a <b>")


def frames(count: int, height: int = 64, width: int = 48) -> Frames:
    """Grey images; the left half of each is of class 1."""
    color = np.full((count, height, width, 3), 100, np.uint8)
    label = np.zeros((count, height, width), np.uint8)
    label[:, :, : width // 2] = 1
    return Frames(np.arange(count), {"color": color, "class_id": label}, [{}] * count, CLASSES)


def sheet_of(html: str) -> np.ndarray:
    """The picture in a page."""
    data = re.search(r"data:image/jpeg;base64,([\w+/=]+)", html)[1]
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))


@pytest.mark.parametrize("count", [1, 4, 9])
def test_images_stand_beside_their_labels(count):
    html = frames(count)._repr_html_()
    sheet, wide = sheet_of(html), round(SIDE * 48 / 64)
    shown = min(count, MOST)
    columns = min(COLUMNS, shown)
    assert sheet.shape == (-(-shown // columns) * (SIDE + GAP) - GAP, columns * (2 * wide + 1 + GAP) - GAP, 3)
    np.testing.assert_allclose(sheet[SIDE // 2, wide // 4], 100, atol=4)  # the image
    tinted = 0.55 * 100 + 0.45 * palette(3)[1].astype(float)
    np.testing.assert_allclose(sheet[SIDE // 2, wide + 1 + wide // 4], tinted, atol=8)  # the label over it
    np.testing.assert_allclose(sheet[SIDE // 2, wide + 1 + 3 * wide // 4], 100, atol=4)
    assert "a &lt;b&gt;" in html
    assert "<b>" not in html


def test_without_images_or_labels_there_is_text_alone():
    assert frames(0)._repr_html_() is None
    whole = frames(2)
    assert Frames(whole.index, {"color": whole.layers["color"]}, whole.records, CLASSES)._repr_html_() is None


def test_a_sketch_has_the_box_of_an_object_where_the_camera_sees_it():
    scenes = Scenes.zeros(Catalog({"cube": cube()}), [5], {"objects": 2})
    scenes.set_assets(slice(0, 2), np.array([[0, -1]]))
    scenes.nodes.local[0, scenes.roots[0]] = compose((0, 0, 0), scale=2)
    scenes.cameras.world_from_camera[0] = look_at(eye=(0, -4, 0), target=(0, 0, 0))
    html = scenes._repr_html_()
    (points,) = re.findall(r'<polygon points="([^"]*)"', html)  # the other one shows nothing
    places = np.array([[float(number) for number in pair.split(",")] for pair in points.split()])
    focal = SIDE / 2 / np.tan(np.radians(25))
    half = focal * 1 / 3  # the near face is 3 m away and 2 m wide
    np.testing.assert_allclose(places.min(axis=0), SIDE / 2 - half, atol=0.06)
    np.testing.assert_allclose(places.max(axis=0), SIDE / 2 + half, atol=0.06)
    assert repr(scenes) == "Scenes(image 5; room for 2 objects; classes background, cube)"


def test_what_is_behind_the_camera_is_left_out_and_the_nearest_is_on_top():
    poses = np.stack([compose((0, y, 0)) for y in (3, 6, -3)])
    intrinsics = np.array([100.0, 100.0, 50.0, 50.0])
    svg = sketch(poses, ["near", "far", "behind"], look_at(eye=(0, 0, 0), target=(0, 1, 0)), intrinsics, 0.1, (100, 100))
    assert re.findall(r'fill="(near|far|behind)"', svg) == ["far", "near"]
