"""Tests of which imported meshes are on the GPU: what is kept, what makes room, and that no picture depends on it."""

import numpy as np
import pytest
from catalogs import fast, renderer_of
from stored_models import store

from raster.assets.catalog import Catalog
from raster.assets.meshes.imported_mesh import PbrMaterial
from raster.randomizers.looks import Looks
from raster.randomizers.objects import Objects
from raster.rendering.draw_list import draw_list
from raster.rendering.residency import Residency
from raster.scene.sampler import Sampler
from raster.scene.scenes import Scenes
from raster.solids.cube import cube
from raster.solids.sphere import sphere


def test_residency_keeps_what_is_wanted_and_gives_all_back_when_full():
    residency, sizes = Residency((10, 100), (2, 0), (1000, 1000)), {1: (4, 10), 2: (4, 10), 3: (3, 90), 4: (20, 1)}
    assert residency.reserve([1, 2], sizes.get) == [1, 2]
    assert residency.places == {1: (2, 0), 2: (6, 10)}
    assert residency.reserve([2, 1], sizes.get) == []
    assert residency.reserve([3], sizes.get) == [3]
    assert residency.places == {3: (2, 0)}
    assert residency.whole == (10, 100)
    assert residency.reserve([3, 4], sizes.get) == [3, 4]  # more than there is: it grows
    assert residency.whole[0] >= 25
    assert residency.places == {3: (2, 0), 4: (5, 90)}


@pytest.mark.parametrize("budget", [1, 30_000, 1 << 28])
def test_pictures_do_not_depend_on_how_much_memory_there_is(budget, tmp_path, monkeypatch):
    """Meshes that come and go, and buffers that grow, give the pictures of buffers that hold all."""
    models = [
        store(
            tmp_path / f"{k}",
            (cube, sphere)[k % 2](),
            f"class{k % 3}",
            PbrMaterial((1, 1, 1), 0.0, 0.5, 0 if k % 3 else -1),
            px=32,
        )
        for k in range(9)
    ]
    catalog = Catalog({"cube": cube()}, {}, models)
    randomizers = fast(distractors=None, looks=Looks(), objects=Objects(count=(2, 3)))
    sampler = Sampler(catalog, randomizers, 0, (48, 48))
    whole = renderer_of(sampler)
    monkeypatch.setattr("raster.rendering.renderer.SOFTWARE_BUDGET", budget)
    small = renderer_of(sampler)
    there: set[int] = set()
    gone: set[int] = set()
    for first, count in ((0, 1), (1, 1), (2, 2), (4, 1), (5, 11), (16, 1)):
        scenes = sampler(first, count)
        expected, found = whole.render(scenes), small.render(scenes)
        for layer in ("color", "class_id", "instance_id"):
            np.testing.assert_array_equal(expected.layers[layer], found.layers[layer])
        gone |= there - set(small.meshes.residency.places)
        there = set(small.meshes.residency.places)
    assert bool(gone) == (budget < 1 << 28)
    for renderer in (whole, small):
        renderer.release()


def test_commands_count_within_a_file_until_it_is_resident(catalog_of_models):
    scenes = Scenes.zeros(catalog_of_models, [0], {"objects": 3, "distractors": 0})
    scenes.set_assets(slice(0, 3), np.array([[0, 2, 3]]))
    drawn = draw_list(scenes, 64)
    assert sorted(drawn.owners.tolist()) == [-1, -1, 0, 1, 1]  # the cube, the screen; a part of one mesh; two parts of another
    pair = catalog_of_models.imported[1].parts
    theirs = drawn.commands[drawn.owners == 1]
    np.testing.assert_array_equal(theirs[:, [0, 2, 3]], [[p.index_count, p.first_index, p.first_vertex] for p in pair])
