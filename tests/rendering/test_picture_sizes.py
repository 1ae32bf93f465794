"""Tests of the sizes of own meshes' pictures: as large as they appear, and no difference to be seen."""

import numpy as np
import pytest
from scenes_by_hand import scene_with
from stored_models import store

from raster.assets.catalog import Catalog
from raster.assets.meshes.imported_mesh import PbrMaterial
from raster.randomizers.looks import Looks
from raster.rendering import picture_sizes
from raster.rendering.picture_sizes import class_sides, size_classes
from raster.rendering.renderer import Renderer
from raster.scene.sampler import mesh_picture_px
from raster.solids.cube import cube
from raster.streams import Streams

SIZE = 64
FOCAL = SIZE / 2 / np.tan(np.radians(25))  # px: the camera of scene_with sees 50 degrees
RADIUS = 3**0.5 / 2  # of the cube


@pytest.fixture(scope="module")
def catalog(tmp_path_factory) -> Catalog:
    """A cube with a picture of 512 px: broad stripes, which are the same in all sizes, with fine noise."""
    noise = np.random.default_rng(0).integers(-20, 20, (512, 512, 3))
    stripes = np.where(np.arange(512)[None, :, None] // 128 % 2, 200, 60)
    picture = np.clip(stripes + noise, 0, 255).astype(np.uint8)
    model = store(tmp_path_factory.mktemp("mesh") / "box", cube(), "box", PbrMaterial((1, 1, 1), 0.0, 0.5, 0), picture=picture)
    return Catalog({"cube": cube()}, {}, [model])


def shown(catalog: Catalog, *distances: float):
    """The box at these distances behind the point (0, 0, 0), to which the camera has 4 m."""
    scenes = scene_with(catalog, *(("box", (0, distance - 4, 0), 1) for distance in distances))
    scenes.lights.color[:], scenes.lights.ambient[:] = 0, 1
    Looks()(scenes, Streams(0, 0, 1))
    return scenes


def classes_of(scenes) -> list[int]:
    roots = scenes.roots
    world = scenes.nodes.local.copy()
    return size_classes(scenes, SIZE, world, np.zeros(len(roots), int), np.asarray(roots)).tolist()


@pytest.mark.parametrize(("texels", "expected"), [(100, 0), (127, 0), (129, 1), (255, 1), (257, 2), (2000, 2)])
def test_there_are_four_texels_for_each_pixel_of_its_diameter(texels, expected, catalog):
    assert class_sides(512) == (128, 256, 512)
    nearest = 4 * 2 * RADIUS * FOCAL / texels  # the distance at which the picture needs so many texels
    assert classes_of(shown(catalog, nearest + RADIUS)) == [expected]


def test_each_object_has_its_own_size(catalog):
    assert classes_of(shown(catalog, 2.5, 4, 40)) == [2, 1, 0]
    assert classes_of(shown(catalog, 0.1)) == [2]  # the camera is inside


@pytest.mark.parametrize(
    ("distance", "held"), [(2.3, [False, False, True]), (4.0, [False, True, False]), (30.0, [True, False, False])]
)
def test_only_the_size_that_is_shown_is_uploaded_and_the_picture_is_as_with_the_largest(distance, held, catalog, monkeypatch):
    scenes = shown(catalog, distance)
    renderer = Renderer(catalog, (SIZE, SIZE), 1)
    found = renderer.render(scenes).layers["color"].astype(int)
    assert [bool(array.residency.places) for array in renderer.base_color_textures.classes] == held
    renderer.release()
    monkeypatch.setattr(picture_sizes, "TEXELS", 10**6)
    whole = Renderer(catalog, (SIZE, SIZE), 1)
    expected = whole.render(scenes).layers["color"].astype(int)
    whole.release()
    assert np.ptp(expected) > 40
    assert np.abs(found - expected).max() <= 3


@pytest.mark.parametrize(
    ("size", "side"), [((16, 16), 256), ((64, 64), 256), ((65, 20), 512), ((480, 640), 1024), ((4096, 4096), 1024)]
)
def test_the_largest_side_follows_the_size_of_the_images(size, side):
    assert mesh_picture_px(size) == side
