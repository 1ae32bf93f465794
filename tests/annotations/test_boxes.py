"""Tests of boxes: areas and tight boxes against a naive count, on made-up id images and on what the renderer drew."""

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from raster.annotations.boxes import Boxes, areas_and_boxes
from raster.frames import Frames


def naive(ids: np.ndarray, most: int) -> tuple[list, list]:
    """Pixel by pixel."""
    areas = [[0] * (most + 1) for _ in ids]
    boxes = [[[0, 0, 0, 0] for _ in range(most + 1)] for _ in ids]
    for b, image in enumerate(ids.tolist()):
        for number in range(most + 1):
            places = [(x, y) for y, row in enumerate(image) for x, value in enumerate(row) if value == number]
            if places:
                columns, rows = zip(*places, strict=True)
                left, top = min(columns), min(rows)
                areas[b][number] = len(places)
                boxes[b][number] = [left, top, max(columns) - left + 1, max(rows) - top + 1]
    return areas, boxes


shapes = st.tuples(st.integers(1, 4), st.integers(1, 7), st.integers(1, 7))


@settings(deadline=None)
@given(
    kind=st.sampled_from([np.uint8, np.uint16]),
    shape=shapes,
    most=st.integers(0, 6),
    data=st.data(),
)
def test_any_image_is_measured_as_by_hand(kind, shape, most, data):
    ids = data.draw(hnp.arrays(kind, shape, elements=st.integers(0, most)))
    areas, boxes = areas_and_boxes(ids, most)
    expected = naive(ids, most)
    assert areas.shape == (shape[0], most + 1)
    assert boxes.shape == (shape[0], most + 1, 4)
    assert areas.tolist() == expected[0]
    assert boxes.tolist() == expected[1]


@pytest.mark.parametrize("most", [300, 30000, 65535])
def test_ids_beyond_8_bits_and_keys_beyond_16(most):
    """A batch times the ids may be more than 65536; the greatest ids are used."""
    ids = np.zeros((3, 5, 8), np.uint16)
    ids[0, 1:3, 2:6], ids[1, 4, 7], ids[2, :, 0] = most, most - 1, most
    areas, boxes = areas_and_boxes(ids, most)
    assert areas.sum() == ids.size
    assert (areas[0, most], areas[1, most - 1], areas[2, most]) == (8, 1, 5)
    np.testing.assert_array_equal(boxes[[0, 1, 2], [most, most - 1, most]], [[2, 1, 4, 2], [7, 4, 1, 1], [0, 0, 1, 5]])
    assert np.count_nonzero(areas) == 6


def test_an_object_in_pieces_has_one_box():
    ids = np.zeros((1, 6, 9), np.uint16)
    ids[0, 0, 8] = ids[0, 5, 1] = ids[0, 2, 3:5] = 1
    areas, boxes = areas_and_boxes(ids, 1)
    assert (areas[0, 1], boxes[0, 1].tolist()) == (4, [1, 0, 8, 6])


def test_records_get_what_the_layer_shows(sampler, renderer):
    frames = renderer.render(sampler(0, 16))
    Boxes()(frames)
    hidden = 0
    for b, record in enumerate(frames.records):
        assert record["objects"]
        for entry in record["objects"]:
            mask = frames.layers["instance_id"][b] == entry["instance"]
            assert entry["visible_px"] == mask.sum()
            if not mask.any():
                assert entry["bbox"] is None
                hidden += 1
                continue
            rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
            expected = [columns[0], rows[0], columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1]
            assert entry["bbox"] == expected
            x, y, w, h = entry["bbox"]
            assert mask[y : y + h, x : x + w].sum() == entry["visible_px"]
        total = sum(entry["visible_px"] for entry in record["objects"])
        assert total == (frames.layers["instance_id"][b] > 0).sum()
        orjson.dumps(record, option=orjson.OPT_SERIALIZE_NUMPY)
    assert hidden > 0


def test_images_without_objects_are_no_trouble():
    layers = {"instance_id": np.zeros((2, 4, 4), np.uint16)}
    frames = Frames(np.arange(2), layers, [{"objects": []}, {"objects": []}], ())
    Boxes()(frames)
    assert frames.records == [{"objects": []}, {"objects": []}]


def test_boxes_say_which_layer_they_need(renderer):
    assert set(Boxes.needs) <= {layer for drawing in renderer.passes for layer in drawing.target.formats}
