"""Labels, shadows and records of morphed objects, against trimesh's ray caster; and that nothing else changes.

The meshes that it casts rays at are made of the record as JSON and of raster/geometry/deformations.py, whose formulas
tests/rendering/test_deformations.py holds against the shader's.
"""

import numpy as np
import orjson
import pytest
from catalogs import renderer_of
from recorded_meshes import mesh_of
from shadow_scenes import LIGHTS, drawn, floor_points, settled, stage
from trimesh_rays import cast_meshes

from raster.assets.catalog import Catalog
from raster.passes import CLASS_ID
from raster.randomizers.camera import Camera
from raster.randomizers.distractors import Distractors
from raster.randomizers.morphs import Morphs as Randomizer
from raster.randomizers.objects import Objects
from raster.randomizers.scale import Scale
from raster.rendering.renderer import Renderer
from raster.run.config import load_config as configuration
from raster.run.setup import build_setup
from raster.scene.requirements import Requirements
from raster.scene.sampler import Sampler
from raster.transforms import compose, rotation_about_z

HARD = Randomizer(share=0.9, most=3, taper=(-0.9, 0.9), twist_deg=(-120, 120), noise=(0.03, 0.05), bend_deg=(25, 30))


def plain(objects: list[dict]) -> list[dict]:
    """Objects of a record as if they had no morph."""
    return [{key: value for key, value in entry.items() if key != "morph"} for entry in objects]


def disagreement(catalog: Catalog, record: dict, drawn_ids: np.ndarray) -> tuple[int, float]:
    """Pixels whose id is another than the ray caster's, as far as its is that of all eight around; and the others' share."""
    record = orjson.loads(orjson.dumps(record, option=orjson.OPT_SERIALIZE_NUMPY))
    cast = cast_meshes(record, [(entry["instance"], mesh_of(catalog, entry)[0]) for entry in record["objects"]])
    return int(((drawn_ids != cast.instance) & ~cast.border).sum()), float(cast.border.mean())


@pytest.mark.parametrize(("seed", "count"), [(1, 1), pytest.param(2, 3, marks=pytest.mark.slow)])
def test_every_pixel_is_the_ray_casters(seed, count, fine_catalog, randomizers):
    """Class and instance of every pixel, of all that is drawn, morphed or not; and it can fail: without the morphs it does."""
    objects = Objects(count=(2, 4), weights={"torus": 0, "capsule": 0, "dumbbell": 3})
    large = {"objects": objects, "distractors": Distractors(count=1), "scale": Scale(size=1), "camera": Camera(fov_deg=28)}
    made = randomizers(morphs=HARD, **large, walls=None)
    sampler = Sampler(fine_catalog, made, seed, (56, 64))
    drawing = renderer_of(sampler, count, passes=(CLASS_ID,))
    frames = drawing.render(sampler(0, count))
    drawing.release()
    without = 0
    for b, record in enumerate(frames.records):
        ids = frames.layers["instance_id"][b]
        wrong, excused = disagreement(fine_catalog, record, ids)
        assert wrong == 0, f"image {b}"
        assert excused < 0.35
        assert sum("morph" in entry for entry in record["objects"]) >= 2
        classes = np.array([0] + [entry["class_id"] for entry in record["objects"]])
        np.testing.assert_array_equal(frames.layers["class_id"][b], classes[ids])
        without += disagreement(fine_catalog, {**record, "objects": plain(record["objects"])}, ids)[0]
    assert without > 4 * count


@pytest.mark.slow
def test_a_shadow_is_that_of_the_morphed_shape(fine_catalog):
    """Floor pixels whose way to the sun trimesh finds blocked are dark, the others lit, but near a shadow's edge; the
    unmorphed shape's shadow is another one."""
    drawing = Renderer(fine_catalog, (192, 192), 1, layers=("instance_id",), requirements=Requirements(shadows=1))
    light = LIGHTS["low sun"]
    cylinder = "cylinder", compose((-0.5, 0.1, 1.0), rotation_about_z(0.5), (0.8, 0.8, 1.6))
    scenes = stage(fine_catalog, cylinder, ("dumbbell", compose((0.7, -0.3, 1.0), scale=1.5)), light=light)
    scenes.morphs.bend[:, :2], scenes.morphs.bend_turn[:, :2], scenes.morphs.taper[:, :2] = 1.0, 3.3, -0.4
    found, lit, dark, ids, record = drawn(drawing, scenes)
    drawing.release()
    points, floor = floor_points(record), ids == 3
    pixels = np.argwhere(floor & (np.linalg.norm(points, axis=-1) < 3))[::3]
    points = points[tuple(pixels.T)]

    def blocked(objects: list) -> np.ndarray:
        meshes = [mesh_of(fine_catalog, entry)[0] for entry in objects]
        rays = np.tile(light[:3], (len(points), 1))
        return np.logical_or.reduce([mesh.ray.intersects_any(points + np.array([0, 0, 1e-4]), rays) for mesh in meshes])

    entrys = orjson.loads(orjson.dumps(record["objects"][:2], option=orjson.OPT_SERIALIZE_NUMPY))
    hidden, before = blocked(entrys), blocked(plain(entrys))
    shade = np.clip((lit - found) / np.maximum(lit - dark, 1), 0, 1)
    sure = settled(shade > 0.5, floor, reach=2)[tuple(pixels.T)]
    shade = shade[tuple(pixels.T)]
    assert (sure & hidden).sum() > 60
    assert ((shade[sure] > 0.5) != hidden[sure]).sum() <= 2
    assert ((shade[sure] > 0.5) != before[sure]).sum() > 20


def test_a_fine_catalog_changes_no_byte_of_what_is_not_morphed(fine_catalog, catalog, sampler, renderer):
    made = Renderer(fine_catalog, (96, 96), 16, layers=("instance_id",))
    fine = Sampler(fine_catalog, sampler.randomizers, sampler.seed)
    expected, found = renderer.render(sampler(0, 16)), made.render(fine(0, 16))
    for name, layer in expected.layers.items():
        assert found.layers[name].tobytes() == layer.tobytes(), name
    scenes = fine(0, 16)
    scenes.morphs.twist[0, 0] = 0.8
    one = made.render(scenes).layers["instance_id"]
    made.release()
    assert (one[0] != expected.layers["instance_id"][0]).any()
    assert one[1:].tobytes() == expected.layers["instance_id"][1:].tobytes()


@pytest.mark.slow
def test_a_run_has_fine_meshes_where_its_randomizers_ask_for_them():
    for share, fine in ((0, False), (0.3, True)):
        setup = build_setup(configuration(["preset=fast", f"randomizers.morphs.share={share}", "n=2", "size=32"]))
        assert setup.sampler.catalog.fine == fine
        assert setup.sampler(0, 2).morphs.any.any() == fine
