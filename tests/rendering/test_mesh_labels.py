"""The masks of mesh files in all formats are those of trimesh's ray casting of the files themselves, where records put them."""

import numpy as np
import orjson
import pytest
from catalogs import PBR, fast, renderer_of
from trimesh_rays import cast_meshes, shape_of

from benchmarks.sample_meshes import CLASSES, FORMATS, make
from raster.assets.catalog import Catalog
from raster.assets.meshes.load import load_meshes
from raster.assets.meshes.options import MeshOptions
from raster.passes import CLASS_ID
from raster.randomizers.looks import Looks
from raster.randomizers.objects import Objects
from raster.scene.sampler import Sampler


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One file of each class and format."""
    made = tmp_path_factory.mktemp("meshes")
    make(made, len(CLASSES) * len(FORMATS), detail=2)
    return made


@pytest.mark.slow
def test_masks_are_those_of_ray_casting(folder):
    models = load_meshes(MeshOptions(str(folder)), 256).meshes
    assert len(models) == len(CLASSES) * len(FORMATS)
    catalog = Catalog({}, {}, models)
    assert catalog.classes == ("background", *sorted(CLASSES))
    sampler = Sampler(catalog, fast(objects=Objects(count=(4, 7)), distractors=None, looks=Looks(), floor=None), 3, (56, 80))
    sampler.randomizers["placement"] = type(sampler.randomizers["placement"])(floor=0.0)
    renderer = renderer_of(sampler, passes=(CLASS_ID, PBR))
    shown, differ, excused, pixels = set(), 0, 0, 0
    for line, instances, classes in frames_of(renderer, sampler(0, 6)):
        record = orjson.loads(line)
        meshes = []
        for entry in record["objects"]:
            mesh = shape_of(folder / entry["solid"])
            mesh.apply_transform(np.array(entry["world_from_object"]))
            meshes.append((entry["instance"], mesh))
        cast = cast_meshes(record, meshes)
        wrong = cast.instance != instances
        assert not (wrong & ~cast.border).any()
        number = {0: 0} | {entry["instance"]: entry["class_id"] for entry in record["objects"]}
        np.testing.assert_array_equal(classes, np.vectorize(number.get)(instances))
        differ, excused, pixels = differ + wrong.sum(), excused + cast.border.sum(), pixels + wrong.size
        solids = {entry["instance"]: entry["solid"] for entry in record["objects"]}
        shown |= {solids[instance].rpartition(".")[2] for instance in np.unique(instances) if instance}
    renderer.release()
    assert shown == set(FORMATS)
    assert excused < 0.25 * pixels
    assert differ < 0.01 * excused  # a shift of a tenth of a pixel would show


def frames_of(renderer, scenes):
    """Record as JSON, instances and classes of each image."""
    frames = renderer.render(scenes)
    for b, record in enumerate(frames.records):
        line = orjson.dumps(record, option=orjson.OPT_SERIALIZE_NUMPY)
        yield line, frames.layers["instance_id"][b].astype(int), frames.layers["class_id"][b]
