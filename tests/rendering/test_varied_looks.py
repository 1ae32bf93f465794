"""Tests of own meshes whose colours and finish are drawn around those of their files."""

import numpy as np
import pytest
from catalogs import fast
from scipy.spatial.transform import Rotation
from stored_models import QUADRANTS, store

from raster.assets.catalog import Catalog
from raster.assets.meshes.imported_mesh import PbrMaterial
from raster.color import linear_from_srgb, srgb_from_linear
from raster.randomizers.looks import Looks
from raster.rendering.renderer import Renderer
from raster.roughness import shininess_of
from raster.scene.sampler import Sampler
from raster.scene.scenes import Scenes
from raster.solids.cube import cube
from raster.streams import Streams
from raster.transforms import compose, look_at

GREY_AXIS = np.ones(3) / 3**0.5


@pytest.fixture(scope="module")
def pictured(tmp_path_factory):
    """A function: a Looks -> colour (64, 64, 3) and class ids of a pictured cube, in white light all round."""
    folder = tmp_path_factory.mktemp("meshes")
    catalog = Catalog({}, {}, [store(folder / "m", cube(), material=PbrMaterial((0.9, 0.9, 0.9), 0.0, 1.0, 0))])
    renderer = Renderer(catalog, (64, 64), batch=1)

    def drawn(looks: Looks) -> tuple[np.ndarray, np.ndarray]:
        scenes = Scenes.zeros(catalog, [0], {"objects": 1, "distractors": 0}, size=(64, 64))
        scenes.set_assets(slice(0, 1), np.zeros((1, 1), int))
        scenes.nodes.local[:, 0] = compose((0, 0, 0), scale=1.2)
        scenes.cameras.world_from_camera[:] = look_at(np.array([[0, -2, 0]]), np.zeros((1, 3)))
        scenes.lights.color[:], scenes.lights.ambient[:] = 0, 1
        looks(scenes, Streams(0, 0, 1))
        layers = renderer.render(scenes).layers
        return layers["color"][0].astype(int), layers["class_id"][0]

    yield drawn
    renderer.release()


@pytest.mark.parametrize(("turn", "saturation", "brightness"), [(40, 1, 1), (0, 0.5, 1), (0, 1, 0.6), (-25, 0.7, 0.8)])
def test_colours_of_a_picture_are_turned_greyed_and_darkened(turn, saturation, brightness, pictured):
    """A matt surface in even light shows its colour: that of the texel, its chroma turned about the axis of greys."""
    color, labels = pictured(Looks(hue_deg=turn, saturation=saturation, brightness=brightness))
    file = 0.9 * brightness * linear_from_srgb(QUADRANTS / 255.0).reshape(-1, 3)
    grey = file.mean(axis=1, keepdims=True)
    wanted = grey + saturation * Rotation.from_rotvec(np.radians(turn) * GREY_AXIS).apply(file - grey)
    wanted = 255 * srgb_from_linear(np.clip(wanted, 0, 1)).reshape(2, 2, 3)
    for row, column in np.ndindex(2, 2):
        np.testing.assert_allclose(color[20 + 24 * row, 20 + 24 * column], wanted[row, column], atol=6)
    np.testing.assert_array_equal(labels, pictured(Looks())[1])


def test_values_are_within_the_ranges_around_those_of_the_file(catalog_of_models):
    looks = Looks(hue_deg=(-8, 8), saturation=(0.8, 1.2), brightness=(0.7, 1.3), roughness=(-0.1, 0.2), metallic=(0, 0.3))
    varied, as_files = (Sampler(catalog_of_models, fast(looks=each, distractors=None), 0)(0, 200) for each in (looks, Looks()))
    roots = varied.roots[varied.slots["objects"]]
    own = varied.asset[:, varied.slots["objects"]] >= catalog_of_models.first_imported
    factor = (varied.nodes.material.color / as_files.nodes.material.color)[:, roots + 1][own]
    assert factor.min() > 0.69
    assert factor.max() < 1.31
    assert factor.std() > 0.1
    np.testing.assert_allclose(factor, factor[:, :1].repeat(3, axis=1), rtol=1e-5)
    change = varied.nodes.material.color2[:, roots + 1][own]
    turn = np.degrees(np.arctan2(change[:, 1], change[:, 0] + 1))
    assert -8 <= turn.min() < -7
    assert 7 < turn.max() <= 8
    assert abs(change[:, 2]).max() <= 0.2 + 1e-6
    assert not as_files.nodes.material.color2[:, roots + 1][own].any()
    row = catalog_of_models.part_material[varied.asset[:, varied.slots["objects"]]][..., 0][own]
    rough = catalog_of_models.mesh_materials.roughness[row]
    exponent = varied.nodes.material.shininess[:, roots + 1][own]
    assert (exponent <= shininess_of(np.clip(rough - 0.1, 0, 1)) * 1.001).all()
    assert (exponent >= shininess_of(np.clip(rough + 0.2, 0, 1)) * 0.999).all()
