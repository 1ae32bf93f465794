"""Amodal masks are what the ray caster sees of each object alone; visibility and boxes follow from them."""

import numpy as np
import pytest
from catalogs import COVERAGE, fast, renderer_of
from compared_labels import SHAPES, through_json
from ray_caster import cast, near_silhouette

from raster import InputError, render
from raster.annotations.amodal import Amodal, mask_of
from raster.passes import CLASS_ID
from raster.randomizers.objects import Objects
from raster.scene.sampler import Sampler


def alone(record: dict, instance: int) -> dict:
    """The record with one object."""
    return {**record, "objects": [entry for entry in record["objects"] if entry["instance"] == instance]}


@pytest.mark.slow
@pytest.mark.parametrize("count", [(8, 12), (30, 40)])  # one word of bits, and two
def test_masks_are_those_of_the_ray_caster(count, catalog):
    crowded = fast(objects=Objects(count=count))
    sampler = Sampler(catalog, crowded, 4, (96, 96))
    renderer = renderer_of(sampler, 6, passes=(CLASS_ID, COVERAGE), layers=("instance_id", "coverage"))
    frames = renderer.render(sampler(0, 6))
    assert frames.layers["coverage"].shape == ((6, 96, 96) if count[1] <= 32 else (6, 96, 96, 2))
    Amodal()(frames)
    hidden = compared = 0
    for b, line in enumerate(frames.records):
        record = through_json(line)
        for entry in (each for each in record["objects"] if each["class_id"]):
            mask = mask_of(frames.layers["coverage"][b], entry["instance"])
            single = alone(record, entry["instance"])
            border = near_silhouette(single, solids=SHAPES)
            seen = cast(single, solids=SHAPES).instance_id > 0
            assert not ((mask != seen) & ~border).any(), entry
            visible = frames.layers["instance_id"][b] == entry["instance"]
            assert not (visible & ~mask).any()
            assert entry["amodal_px"] == mask.sum()
            if mask.any():
                rows, columns = np.nonzero(mask)
                assert entry["amodal_bbox"] == [columns.min(), rows.min(), np.ptp(columns) + 1, np.ptp(rows) + 1]
                assert entry["visibility"] == round(visible.sum() / mask.sum(), 4)
                hidden += entry["visibility"] < 0.9
                compared += 1
            else:
                assert entry["amodal_bbox"] is None
                assert entry["visibility"] is None
        assert not any("visibility" in entry for entry in record["objects"] if not entry["class_id"])
    assert compared > 40
    assert hidden > 2
    renderer.release()


def test_more_objects_than_bits_are_refused_before_the_first_image():
    with pytest.raises(InputError, match=r"^randomizers\.objects\.count: 129 objects in an image, but the layer coverage"):
        render(overrides=["size=32", "preset=fast", "annotations=[amodal]", "randomizers.objects.count=[1,129]"])
