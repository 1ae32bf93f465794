"""Amodal masks are what the ray caster sees of each object alone; visibility and boxes follow from them."""

from dataclasses import replace

import numpy as np
import pytest
from catalogs import COVERAGE, fast, renderer_of
from compared_labels import SHAPES, through_json
from ray_caster import cast, near_silhouette

from raster import InputError, render
from raster.annotations.amodal import Amodal, AmodalMasks, bits_of
from raster.annotations.full import Full, full, picture_on_canvas
from raster.passes import CLASS_ID
from raster.randomizers.camera import Camera
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
            coverage = frames.layers["coverage"][b]
            mask = bits_of(coverage.reshape(*coverage.shape[:2], -1), entry["instance"]) != 0
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


@pytest.mark.slow
def test_what_the_edges_cut_off_is_what_a_wider_picture_shows(catalog):
    """The same scenes through the same pinhole, in a picture three times as wide and high."""
    on = fast(objects=Objects(count=(6, 9)), camera=Camera(distance=(1.4, 2.0), fov_deg=(40, 60)))
    sampler = Sampler(catalog, on, 7, (64, 80))
    passes = (
        CLASS_ID,
        COVERAGE,
        replace(COVERAGE, layers={"coverage_canvas": "r32ui"}, optional=("coverage_canvas",), canvas=3),
    )
    renderer = renderer_of(sampler, 6, passes=passes, layers=("instance_id", "coverage", "coverage_canvas"))
    frames = renderer.render(sampler(0, 6))
    assert frames.layers["coverage_canvas"].shape == (6, 192, 240)
    assert (frames.layers["coverage_canvas"][:, 64:128, 80:160] == frames.layers["coverage"]).all()
    Amodal()(frames)
    Full()(frames)
    cut = 0
    for line in frames.records:
        record = through_json(line)
        camera = record["camera"]
        wide = {**camera, "width": 240, "height": 192, "cx": camera["cx"] + 80, "cy": camera["cy"] + 64}
        for entry in (each for each in record["objects"] if each["class_id"]):
            single = alone({**record, "camera": wide}, entry["instance"])
            seen, border = cast(single, solids=SHAPES).instance_id > 0, near_silhouette(single, solids=SHAPES)
            if not seen.any():
                continue
            sure, possible = (seen & ~border).sum(), (seen | border).sum()
            assert sure <= (entry["full_px"] or 0) <= possible
            if entry["full_px"]:
                rows, columns = np.nonzero(seen)
                box = [columns.min() - 80, rows.min() - 64, np.ptp(columns) + 1, np.ptp(rows) + 1]
                assert np.abs(np.subtract(box, entry["full_bbox"])).max() <= 2
                assert entry["truncation"] == round(1 - entry["amodal_px"] / entry["full_px"], 4)
                cut += 0.05 < entry["truncation"] < 0.95
    assert cut > 3
    renderer.release()


def full_of(mask: np.ndarray, canvas: np.ndarray, distorts: bool) -> dict:
    """full() of an object whose masks these are."""
    middle = canvas[picture_on_canvas(mask.shape, canvas.shape)]
    found = [AmodalMasks(each.astype(np.uint32)).area_and_box(1) for each in (mask, canvas, middle)]
    return full(*found, mask.shape, canvas.shape, distorts)


def test_a_lens_that_distorts_is_known_inside_the_image_only():
    mask, canvas = np.zeros((4, 4), bool), np.zeros((18, 18), bool)  # a margin of 1 px around the picture
    mask[1:3, 1:3] = True
    assert full_of(mask, canvas, True) == {"full_px": 4, "full_bbox": [1, 1, 2, 2], "truncation": 0.0}
    mask[3] = True
    assert full_of(mask, canvas, True) == {"full_px": None, "full_bbox": None, "truncation": None}


def test_a_margin_around_the_picture_counts():
    mask, canvas = np.zeros((4, 4), bool), np.zeros((18, 18), bool)
    mask[0, 0:2] = True
    canvas[5:8, 7:9] = True  # the picture begins at 6 + 1
    assert full_of(mask, canvas, False) == {"full_px": 6, "full_bbox": [0, -2, 2, 3], "truncation": 0.6667}


def test_a_pixel_on_an_outline_that_the_canvas_lacks_or_has_more_is_as_in_the_image():
    mask, canvas = np.zeros((4, 4), bool), np.zeros((12, 12), bool)
    mask[1, 1:3] = True
    canvas[5, 5] = True
    assert full_of(mask, canvas, False) == {"full_px": 2, "full_bbox": [1, 1, 2, 1], "truncation": 0.0}
    canvas[5, 5:8] = True
    assert full_of(mask, canvas, False) == {"full_px": 2, "full_bbox": [1, 1, 2, 1], "truncation": 0.0}
    canvas[5, 8] = True  # the first beyond the image
    assert full_of(mask, canvas, False) == {"full_px": 3, "full_bbox": [1, 1, 4, 1], "truncation": 0.3333}
    mask[:] = False
    assert full_of(mask, canvas, False) == {"full_px": 1, "full_bbox": [1, 1, 4, 1], "truncation": 1.0}
    canvas[5, 8] = False
    assert full_of(mask, canvas, False) == {"full_px": None, "full_bbox": None, "truncation": None}
