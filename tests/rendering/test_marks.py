"""Tests of markings: pips of dice, squares of puzzles, labels, seams; who gets which; class ids do not change."""

import numpy as np
import pytest
from catalogs import fast, renderer_of
from scenes_by_hand import scene_with
from scipy.ndimage import label as regions

from raster.assets.catalog import Catalog
from raster.color import srgb_from_linear
from raster.randomizers.markings import ANY_SHAPE, BODIES, SUITED, Markings
from raster.rendering.renderer import Renderer
from raster.scene.materials import MARKINGS, TEXTURES
from raster.scene.sampler import Sampler
from raster.solids.cube import cube
from raster.solids.cylinder import cylinder
from raster.solids.sphere import sphere
from raster.streams import Streams
from raster.transforms import look_at

SIZE = (96, 96)
FACES = np.concatenate([np.eye(3), -np.eye(3)])  # +x +y +z -x -y -z
SUITING = {"puzzle": "cube", "dice": "cube", "label": "cylinder", "seams": "sphere", "sticker": "cube", "smudges": "sphere"}


@pytest.fixture(scope="module")
def seen():
    """A function: a marking and the directions to the eye (B, 3) -> colour (B, 96, 96, 3) and class ids, in even light."""
    catalog = Catalog({"cube": cube(), "sphere": sphere(), "cylinder": cylinder()})
    renderer = Renderer(catalog, SIZE, batch=6)

    def drawn(kind: str, eyes: np.ndarray, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
        scenes = scene_with(catalog, (SUITING[kind], (0, 0, 0), 1.0), batch=len(eyes))
        scenes.slots["distractors"] = slice(1, 1)
        scenes.nodes.material.color[:], scenes.nodes.material.color2[:] = [0.05, 0.1, 0.6], [0.6, 0.5, 0.1]
        Markings(share=1.0, kinds=[kind], relief=0)(scenes, Streams(seed, 0, len(eyes)).per_layout(len(eyes)).child("it"))
        scenes.cameras.world_from_camera[:] = look_at(1.75 * eyes + [1e-3, 2e-3, 0], np.zeros_like(eyes))
        scenes.lights.color[:], scenes.lights.ambient[:] = 0, 1
        layers = renderer.render(scenes).layers
        return layers["color"].astype(int), layers["class_id"]

    yield drawn
    renderer.release()


def test_dice_have_one_to_six_pips_and_opposite_faces_have_seven(seen):
    color, labels = seen("dice", FACES)  # white pips on blue
    pips = [regions((image[..., 0] > 150) & (label > 0))[1] for image, label in zip(color, labels, strict=True)]
    assert sorted(pips) == [1, 2, 3, 4, 5, 6]
    assert [pips[k] + pips[k + 3] for k in range(3)] == [7, 7, 7]


@pytest.mark.parametrize("seed", range(3))
def test_puzzles_have_as_many_squares_on_all_faces(seed, seen):
    """Between the squares is the body: black, or of a light grey that no square has."""
    color, _ = seen("puzzle", FACES, seed)
    counts = set()
    for body in np.rint(255 * srgb_from_linear(np.array(BODIES))):
        squares = np.abs(color - body).sum(axis=-1) > 30
        counts.add(tuple(regions(image[18:78, 18:78])[1] for image in squares))
    assert counts & {(4,) * 6, (9,) * 6, (16,) * 6}


def test_a_cylinder_wears_its_label_around_the_side_and_has_plain_ends(seen):
    color, _ = seen("label", FACES[[0, 2, 5]])
    side, top, bottom = color
    assert len(np.unique(side[30:66, 40:56].reshape(-1, 3), axis=0)) > 3
    for end in (top, bottom):
        np.testing.assert_array_equal(end[44:52, 44:52], np.broadcast_to(end[48, 48], (8, 8, 3)))


@pytest.mark.parametrize("kind", MARKINGS)
def test_markings_change_colours_and_no_label(kind, seen):
    color, labels = seen(kind, FACES[:3], 1)
    flat, before = seen(kind, FACES[:3], 2)
    assert set(np.unique(labels)) == {0, ("cube", "sphere", "cylinder").index(SUITING[kind]) + 1}
    np.testing.assert_array_equal(labels, before)
    assert len(np.unique(color[labels > 0], axis=0)) > 2 or (color != flat).any()


def test_solids_get_what_suits_them_and_own_meshes_nothing(catalog_of_models):
    off, on = (
        Sampler(catalog_of_models, _marked(fast(distractors=None, looks=None), each), 0)(0, 200)
        for each in (Markings(), Markings(share=0.5))
    )
    here = off.slots["objects"]
    before, after = (scenes.nodes.material.texture[:, scenes.roots[here] + 1] for scenes in (off, on))
    marked, asset = before != after, off.asset[:, here]
    for k, name in enumerate(catalog_of_models.assets[:-1]):
        mine = asset == k
        if k >= catalog_of_models.first_imported:
            assert not marked[mine].any()
        elif mine.any():
            assert {TEXTURES[t] for t in after[mine & marked]} <= set(SUITED.get(name, ANY_SHAPE))
            assert abs(marked[mine].mean() - 0.5) < 4 * 0.5 / mine.sum() ** 0.5
    np.testing.assert_array_equal(on.nodes.local, off.nodes.local)
    color = [scenes.nodes.material.color for scenes in (off, on)]
    np.testing.assert_array_equal(*color)


def test_labels_of_a_run_are_equal_with_and_without_markings():
    catalog = Catalog({"cube": cube(0.02), "sphere": sphere(), "cylinder": cylinder()})
    drawn = []
    for markings in (Markings(), Markings(share=1.0)):
        sampler = Sampler(catalog, _marked(fast(distractors=None), markings), 3, (64, 64))
        renderer = renderer_of(sampler, batch=4)
        drawn.append(renderer.render(sampler(0, 4)).layers)
        renderer.release()
    for name in ("class_id", "instance_id"):
        assert drawn[0][name].tobytes() == drawn[1][name].tobytes()
    assert drawn[0]["color"].tobytes() != drawn[1]["color"].tobytes()


def _marked(randomizers: dict, markings: Markings) -> dict:
    """The same randomizers, with markings behind textures, as in conf/config.yaml."""
    names = [name for name in randomizers for name in ((name, "markings") if name == "textures" else (name,))]
    return {name: markings if name == "markings" else randomizers[name] for name in names}
