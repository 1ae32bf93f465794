"""Tests of drawn images: each shows a labelled object, but for those that should be empty."""

import numpy as np
import pytest
from catalogs import renderer_of

from raster.randomizers.camera import Camera
from raster.randomizers.objects import Objects
from raster.run.config import load_config
from raster.run.setup import build_setup
from raster.scene.sampler import Sampler


def frames_of(sampler: Sampler, count: int, batch: int = 32):
    drawing = renderer_of(sampler, batch)
    yield from drawing.stream(sampler(k, min(batch, count - k)) for k in range(0, count, batch))
    drawing.release()


@pytest.mark.slow
@pytest.mark.parametrize(("made", "count"), [("plain", 600), ("everything", 150), ("default", 600)])
def test_no_image_is_without_a_labelled_object(made, count, catalog, randomizers, everything):
    """In images of 64 px each shows its first object, and so a class, however a lens bends it and whatever stands around."""
    if made == "default":
        sampler = build_setup(load_config(["size=64"])).sampler
    else:
        sampler = Sampler(catalog, randomizers() if made == "plain" else everything(), seed=0, size=(64, 64))
    for frames in frames_of(sampler, count):
        assert (frames.layers["class_id"] > 0).any(axis=(1, 2)).all()
        assert (frames.layers["instance_id"] == 1).any(axis=(1, 2)).all()


@pytest.mark.slow
@pytest.mark.parametrize(
    "intrinsics",
    [{"cx": (32, 96), "cy": (32, 96)}, {"fov_deg": None, "fy": 60, "fx": 170}, {"fov_deg": None, "fy": 170, "fx": 60}],
)
def test_the_first_object_is_in_view_of_any_camera(intrinsics, catalog, randomizers):
    """Its centre projects into the picture, with the principal point off the middle and pixels that are not square."""
    changed = {"camera": Camera(**intrinsics), "objects": Objects(count=1), "distractors": None}
    for frames in frames_of(Sampler(catalog, randomizers(**changed), seed=0, size=(128, 128)), 200):
        for record in frames.records:
            camera, thing = record["camera"], record["objects"][0]
            x, y, z, _ = np.linalg.solve(camera["world_from_camera"], thing["world_from_object"][:, 3])
            u, v = camera["fx"] * x / z + camera["cx"], camera["fy"] * y / z + camera["cy"]
            assert z > 0
            assert 0 < min(u, v) < max(u, v) < 128, record["index"]


@pytest.mark.slow
def test_no_image_is_without_a_labelled_object_in_any_setting(setting):
    """64 images in each, of 256 px where they are least."""
    size = tuple(256 * side // min(setting.size) for side in setting.size)
    larger = Sampler(setting.catalog, setting.randomizers, setting.seed, size)
    for frames in frames_of(larger, 64, batch=16):
        assert (frames.layers["class_id"] > 0).any(axis=(1, 2)).all()
        assert (frames.layers["instance_id"] == 1).any(axis=(1, 2)).all()


@pytest.mark.parametrize("share", [0.1, 1.0])
def test_images_that_should_be_empty_are_and_no_others(catalog, randomizers, share):
    """At most that share; and they may show a floor and distractors."""
    sampler = Sampler(catalog, randomizers(objects=Objects(empty=share)), seed=0, size=(64, 64))
    seen = np.concatenate([(f.layers["class_id"] > 0).any(axis=(1, 2)) for f in frames_of(sampler, 200)])
    assert (~seen).sum() == round(200 * share)
