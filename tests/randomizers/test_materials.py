"""Tests of the randomizers of materials and textures: colours, finishes, patterns, pictures."""

import numpy as np
import pytest
from distributions import fits, spans
from randomized import empty, of_slot, run
from srgb import hsv_parts
from written_fields import FINISH

from raster.assets.library import Library, PictureSource
from raster.randomizers.background import Background
from raster.randomizers.floor import Floor
from raster.randomizers.materials import Materials
from raster.randomizers.textures import Textures
from raster.randomizers.walls import Walls
from raster.scene.materials import MAPPINGS, TEXTURES


def test_materials_stay_in_their_ranges(catalog):
    ranges = {"saturation": (0.2, 0.6), "value": (0.3, 0.9), "specular": (0.1, 0.5), "shininess": (5, 80)}
    materials = Materials(hue_deg=120, finishes=["any"], **ranges)
    scenes = run(materials, empty(catalog, 1000))
    for slot in ("objects", "distractors"):
        material = {f: of_slot(scenes, getattr(scenes.nodes.material, f), slot) for f in ("color", "color2")}
        for color in material.values():
            saturation, value = hsv_parts(color)
            spans(saturation, 0.2, 0.6)
            spans(value, 0.3, 0.9)
            assert (color.argmax(axis=-1) == 1).all()  # hue 120 is green
        assert not np.array_equal(material["color"], material["color2"])
        spans(of_slot(scenes, scenes.nodes.material.specular, slot), 0.1, 0.5)
        shininess = of_slot(scenes, scenes.nodes.material.shininess, slot)
        spans(np.log(shininess), np.log(5), np.log(80))
        assert abs(np.median(shininess) - 20) < 1.5  # half below the geometric mean
    parts = scenes.nodes.material.color[:, scenes.roots[scenes.slots["objects"]][0] + np.arange(1, 4)]
    np.testing.assert_array_equal(parts, parts[:, :1].repeat(3, axis=1))


FINISHES = {"matte": (0, 0), "plastic": (0, 0), "glossy": (0, 0), "metal": (1, 0), "lacquer": (0, 1)}  # metallic, coat


def test_materials_have_the_finishes_that_are_told(catalog):
    """One at a time, then by weights; worn and bumpy as often as said, half of the bumps sunk."""
    for name, expected in FINISHES.items():
        material = run(Materials(finishes=[name]), empty(catalog)).nodes.material
        for field, value in zip(("metallic", "coat"), expected, strict=True):
            assert (of_slot(empty(catalog), getattr(material, field), "objects") == value).all(), name
    weights, ranges = {"metal": 3, "lacquer": 1, "matte": 0}, {"wear": (0.2, 0.8), "bump": (0.002, 0.02)}
    scenes = run(Materials(finishes=weights, worn=0.3, bumpy=0.4, **ranges), empty(catalog, 2000))
    material = scenes.nodes.material
    metal, coat, wear, bump = (of_slot(scenes, getattr(material, f.split(".")[-1]), "objects") for f in FINISH)
    fits(np.array([metal.sum(), coat.sum(), ((metal == 0) & (coat == 0)).sum()]), np.array([3, 1, 0]))
    assert abs((wear > 0).mean() - 0.3) < 4 * np.sqrt(0.21 / wear.size)
    spans(wear[wear > 0], 0.2, 0.8)
    assert abs((bump != 0).mean() - 0.4) < 4 * np.sqrt(0.24 / bump.size)
    spans(np.log(np.abs(bump[bump != 0])), np.log(0.002), np.log(0.02))
    assert abs((bump[bump != 0] > 0).mean() - 0.5) < 4 * np.sqrt(0.25 / (bump != 0).sum())


def test_textures_follow_weights_and_frequency(catalog):
    weights = {"flat": 1, "gradient": 1, "checker": 3, "dots": 0, "value_noise": 0.5}
    scenes = run(Textures(kinds=weights, frequency=(2, 8), uv=0.25), empty(catalog, 2000))
    material = scenes.nodes.material
    kinds, mapping = of_slot(scenes, material.texture, "objects"), of_slot(scenes, material.mapping, "objects")
    fits(np.bincount(kinds.ravel(), minlength=len(TEXTURES)), np.array([weights.get(name, 0) for name in TEXTURES]))
    gradient = kinds == TEXTURES.index("gradient")
    by_uv = mapping == MAPPINGS.index("uv")
    assert not (by_uv & gradient).any()  # a gradient runs over the object, not over each face
    assert abs(by_uv[~gradient].mean() - 0.25) < 4 * np.sqrt(0.19 / (~gradient).sum())
    matrix = of_slot(scenes, material.texture_from_object, "objects").astype(float)
    sizes = np.linalg.svd(matrix[..., :3], compute_uv=False)
    np.testing.assert_allclose(sizes[by_uv][:, 2], 0, atol=1e-6)  # a plane of the texture
    np.testing.assert_allclose(sizes[by_uv][:, 0], sizes[by_uv][:, 1], rtol=1e-5)
    np.testing.assert_allclose(sizes[~by_uv & ~gradient].std(axis=-1), 0, atol=1e-4)
    spans(np.log(sizes[~gradient][:, 0]), np.log(2), np.log(8))
    np.testing.assert_allclose(sizes[gradient], 1, atol=1e-5)
    np.testing.assert_array_equal(matrix[gradient][:, :, 3], 0)


@pytest.mark.parametrize("kind", [Textures, Floor, Walls, Background])
def test_pictures_are_shown_by_their_share_and_each_as_often(kind, catalog):
    """Of the randomizer's own source alone."""
    other, own = PictureSource("other", 3), PictureSource("mine", 5)
    library = Library(np.zeros((8, 8, 8, 3), np.uint8), None, {other: slice(0, 3), own: slice(3, 8)})
    scenes = empty(catalog, 2000, library=library)
    scenes.set_assets(scenes.slots["floor"], np.full((2000, 1), catalog.floor))
    run(kind(images="mine", most=5, pictured=0.4), scenes)
    slot = {Textures: "objects", Floor: "floor", Walls: "walls"}.get(kind)
    material = scenes.background if slot is None else scenes.nodes.material
    texture, image = (a if slot is None else of_slot(scenes, a, slot)[:, 0] for a in (material.texture, material.image))
    shown = texture == TEXTURES.index("image")
    assert abs(shown.mean() - 0.4) < 4 * np.sqrt(0.24 / 2000)
    fits(np.bincount(image[shown], minlength=8), np.array([0, 0, 0, 1, 1, 1, 1, 1]))
