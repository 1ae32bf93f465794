"""Tests of own meshes together with other options: classes, morphs, metres, too many pictures."""

import numpy as np
import pytest
import trimesh
from catalogs import fast

from benchmarks.sample_meshes import make
from raster.errors import InputError
from raster.randomizers.objects import Objects
from raster.run.batch_size import _batch_of_models
from raster.run.config import load_config as compose_configuration
from raster.run.setup import build_setup
from raster.scene.sampler import Sampler


def configured(folder, *told: str):
    """A setup with the meshes of a folder."""
    few = [f"randomizers.{name}.most=1" for name in ("floor", "walls", "background")]
    few += ["size=32", "randomizers.environment=null", f"objects.meshes='{folder}'"]
    return build_setup(compose_configuration([*few, *told]))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A pebble and a star in their folders, a ball of 2 m in one that is called torus."""
    made = tmp_path_factory.mktemp("own")
    make(made, 3, detail=1)
    (made / "torus").mkdir()
    trimesh.creation.icosphere(2, radius=1.0).apply_translation([0, 0, 5]).export(made / "torus" / "ball.stl")
    return made


def test_a_class_of_imported_meshes_is_no_distractor(folder):
    catalog = configured(folder, "solids=[]").sampler.catalog
    assert "torus" in catalog.classes
    assert "torus" not in [catalog.assets[k] for k in catalog.unlabelled]


@pytest.mark.slow
def test_classes_that_differ_only_in_case_are_refused(folder):
    with pytest.raises(InputError, match=r"objects\.classes: the classes cube and Cube differ only in case"):
        configured(folder, "solids=[cube]", "objects.classes={pebble: Cube}")


@pytest.mark.slow
def test_morphs_need_meshes_of_extent_1(folder):
    assert configured(folder, "randomizers.morphs.share=0.5").sampler.catalog.fine
    with pytest.raises(InputError, match=r"randomizers\.morphs\.share: .* objects\.normalize=false"):
        configured(folder, "randomizers.morphs.share=0.5", "objects.normalize=false")


@pytest.mark.slow
@pytest.mark.parametrize("arrangement", ["poisson", "grid"])
def test_metres_are_kept_where_there_is_room(folder, arrangement):
    """A ball of 2 m around its own origin, 5 m below it, is as large as that, or as small as the room wants it."""
    place = [f"randomizers.placement.arrangements={{grid: 0, {arrangement}: 1}}", "randomizers.placement.floor=1"]
    room = ["randomizers.placement.floor_radius=14", "randomizers.objects.count=1", "randomizers.distractors=null"]
    camera = ["randomizers.camera.distance=40", "randomizers.camera.elevation_deg=60", "randomizers.scale.stretched=0"]
    told = ["solids=[]", "objects.normalize=false", "randomizers.objects.weights={torus: 1, gourd: 0, pebble: 0, star: 0}"]
    scenes = configured(folder, *told, *place, *room, *camera).sampler(0, 8)
    size = np.linalg.norm(scenes.nodes.local[:, scenes.roots[0], :3, 0], axis=-1)
    assert (scenes.asset[:, 0] >= 0).all()
    assert (size <= 1 + 1e-5).all()
    if arrangement == "poisson":
        np.testing.assert_allclose(size, 1.0, rtol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("scale", [1, 100])
def test_meshes_that_are_drawn_smaller_are_told(tmp_path, scale):
    """A box of 3 x 2 x 1 in a square of half side 1, where scattered things have a ball of radius 0.5."""
    (tmp_path / "bolt").mkdir()
    trimesh.creation.box(np.multiply(scale, (3, 2, 1))).export(tmp_path / "bolt" / "long.stl")
    told = ["solids=[]", "objects.normalize=false", "n=4", "randomizers.objects.count=1", "randomizers.distractors=null"]
    told += ["randomizers.placement.arrangements={grid: 0, poisson: 1}", "randomizers.placement.floor=1", "preset=plain"]
    told += ["randomizers.camera.distance=40", "randomizers.camera.elevation_deg=60", "randomizers.placement.largest=0.5"]
    (note,) = configured(tmp_path, *told, "randomizers.placement.floor_radius=1").meshes.notes
    fits = 0.5 / (scale * np.sqrt(14) / 2)
    of = f"1 of 1 meshes in the first 4 images, bolt/long.stl ({3 * scale} m) at {fits:.2g} of its size"
    assert note.startswith(f"NOTE: there is no room for own meshes as large as they are, so they are drawn smaller: {of}; ")
    assert "objects.units=mm" in note
    if scale == 1:
        assert "floor_radius 3.8 times as large" in note  # 1 / 0.2673, rounded up
        right = ["randomizers.placement.floor_radius=3.8"]
    else:
        right = ["randomizers.placement.floor_radius=1", "objects.units=mm"]
    assert configured(tmp_path, *told, *right).meshes.notes == ()
    if scale == 100:
        (note,) = configured(tmp_path, *told, "randomizers.placement.floor_radius=1", "objects.units=cm").meshes.notes
        assert "long.stl (3 m) at 0.27 of its size; give them room: fewer objects" in note
        assert "objects.units" not in note


@pytest.mark.slow
@pytest.mark.parametrize("corner", [True, False])
def test_a_mesh_whose_origin_is_at_its_corner_is_told(tmp_path, corner):
    """A cube of 1 m needs a ball of sqrt(3) m around its corner, and of half of that around its middle."""
    (tmp_path / "bolt").mkdir()
    cube = trimesh.creation.box([1, 1, 1])
    cube.apply_translation([0.5 * corner] * 3)
    cube.export(tmp_path / "bolt" / "cube.stl")
    told = ["solids=[]", "objects.normalize=false", "n=4", "randomizers.objects.count=1", "randomizers.distractors=null"]
    told += ["randomizers.placement.arrangements={grid: 0, poisson: 1}", "randomizers.placement.floor=1", "preset=plain"]
    told += ["randomizers.camera.distance=40", "randomizers.camera.elevation_deg=60", "randomizers.placement.largest=0.5"]
    (note,) = configured(tmp_path, *told, "randomizers.placement.floor_radius=1").meshes.notes
    assert f"bolt/cube.stl (1 m) at {0.5 / np.sqrt(3) * (1 if corner else 2):.2g} of its size" in note
    assert ("its origin is 0.87 m from its middle, and it needs room around its origin: 2 times what" in note) == corner


def test_too_many_pictures_for_an_image_are_told_before_it_is_drawn(catalog_of_models, monkeypatch):
    monkeypatch.setattr("raster.run.batch_size.MAX_LAYERS", 3)
    sampler = Sampler(catalog_of_models, fast(objects=Objects(count=5)), 0)
    with pytest.raises(InputError, match=r"^objects\.meshes: \d+ objects of up to 1 pictures each in an image; at most 2"):
        _batch_of_models(sampler)
