"""Objects of masks: connected areas, boxes, confidences; recall, precision, IoU by size; edges; crops; tiles; views."""

import random

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage
from small_sets import CODES, torch

from train.data.crops import FOCUS, random_crop
from train.network import segment as segment_module
from train.network.networks import build
from train.network.saved import Model
from train.network.segment import probabilities, segment
from train.scores.objects import SIZES, ObjectScores, objects_of
from train.scores.scoring import near_edges

pytestmark = pytest.mark.slow


def mask_with(*boxes: tuple[int, int, int, int, int]) -> np.ndarray:
    """A mask (40, 60) with rectangles (class id, first row, end row, first column, end column)."""
    mask = np.zeros((40, 60), np.uint8)
    for class_id, top, bottom, left, right in boxes:
        mask[top:bottom, left:right] = class_id
    return mask


def test_objects_have_the_box_area_and_mean_probability_of_their_pixels():
    mask = mask_with((1, 2, 6, 3, 13), (2, 20, 30, 40, 50), (1, 30, 35, 0, 4))
    likely = np.random.default_rng(0).random((4, 40, 60), np.float32)
    found = objects_of(mask, likely, CODES)
    assert [(one["class"], one["bbox"], one["area"]) for one in found] == [
        (CODES[2], [40, 20, 10, 10], 100),
        (CODES[1], [3, 2, 10, 4], 40),
        (CODES[1], [0, 30, 4, 5], 20),
    ]
    assert found[0]["confidence"] == pytest.approx(likely[2, 20:30, 40:50].mean(), abs=1e-4)


def test_recall_precision_and_iou_by_size_of_a_picture_done_by_hand():
    truth = mask_with((1, 0, 10, 0, 10), (1, 20, 30, 20, 30), (2, 0, 20, 40, 60))
    predicted = mask_with(
        (1, 0, 10, 0, 5),  # half of the first: found, IoU 0.5
        (3, 20, 30, 20, 30),  # the second by another name: missed, and a wrong object of class 3
        (2, 0, 20, 30, 60),  # the third and as much beside: found, its IoU 400 / 600
    )
    scores = ObjectScores(4)
    scores.add(truth, predicted)
    assert (scores.true.tolist(), scores.found.tolist()) == ([0, 2, 1, 0], [0, 1, 1, 0])
    assert (scores.predicted.tolist(), scores.right.tolist()) == ([0, 1, 1, 1], [0, 1, 1, 0])
    assert scores.recall == pytest.approx(2 / 3)
    assert scores.precision == pytest.approx(2 / 3)
    by_size = {(one["from"], one["to"]): one for one in scores.summary(CODES)["by_size"]}
    assert SIZES[4] == 0.4  # 10 x 10 of 2,400 px are 0.204, 20 x 20 are 0.408
    assert by_size[0.2, 0.4]["iou"] == pytest.approx(0.25)  # the mean of 0.5 and 0
    assert by_size[0.4, 1.0]["iou"] == pytest.approx(2 / 3, abs=1e-5)
    assert by_size[0.0, 0.05] == {"from": 0.0, "to": 0.05, "objects": 0, "iou": None}
    assert scores.lines().startswith("objects: 0.667 of 3 found (recall), 0.667 of 3 predicted ones right (precision)\n")


@pytest.mark.parametrize(
    ("truth", "predicted", "said"),
    [
        ([(1, 0, 10, 0, 10)], [], "objects: 0.000 of 1 found (recall), none predicted"),
        ([], [(1, 0, 10, 0, 10)], "objects: none are there to be found, 0.000 of 1 predicted ones right (precision)"),
    ],
)
def test_where_there_is_nothing_to_divide_by_words_say_so(truth, predicted, said):
    scores = ObjectScores(4)
    scores.add(mask_with(*truth), mask_with(*predicted))
    assert scores.lines().splitlines()[0] == said


def test_objects_that_touch_do_not_cost_each_other():
    truth = mask_with((1, 0, 10, 0, 10), (1, 11, 21, 0, 10))
    scores = ObjectScores(2)
    scores.add(truth, mask_with((1, 0, 21, 0, 10)))  # one area over both and the row between them
    assert scores.recall == 1
    assert [value for values in scores.iou for value in values] == pytest.approx([100 / 110, 100 / 110])


def test_a_band_of_px_lies_on_both_sides_of_an_edge():
    mask = mask_with((1, 10, 30, 20, 40))
    for px in (0, 1, 3):
        inside = ndimage.distance_transform_cdt(mask == 1, "chessboard")
        outside = ndimage.distance_transform_cdt(mask != 1, "chessboard")
        np.testing.assert_array_equal(near_edges(mask, px, 3), (inside + outside) <= px)


def test_crops_show_the_share_that_was_asked_for_and_their_mask_fits():
    random.seed(1)
    rows, columns = np.mgrid[:120, :160].astype(np.uint8)
    image = np.stack([rows, columns, 0 * rows], axis=2)  # a pixel's colour says where it is
    mask = ((columns > 100) & (rows > 60)).astype(np.uint8)
    shares, centred = [], 0
    for _ in range(300):
        part, part_mask = random_crop(image, mask, (32, 32), (0.3, 1.0))
        assert part.shape == (32, 32, 3)
        high, wide = (float(np.ptp(part[..., k].astype(float))) for k in (0, 1))
        assert high == pytest.approx(wide, abs=3)  # a square of the picture
        shares.append(high * 32 / 31 / 120)
        inside = (part[..., 1] > 102) & (part[..., 0] > 62)
        assert part_mask[inside].all()
        assert not part_mask[(part[..., 1] < 99) | (part[..., 0] < 59)].any()
        centred += part_mask.any()
    logs = np.log(shares)
    assert logs.min() < np.log(0.33)
    assert logs.max() > np.log(0.95)
    assert np.mean(logs) == pytest.approx(np.log(0.3) / 2, abs=0.1)  # uniform in the logarithm
    assert centred >= FOCUS * 300 * 0.9


def test_crops_of_a_picture_without_objects():
    random.seed(0)
    part, mask = random_crop(np.zeros((40, 50, 3), np.uint8), np.zeros((40, 50), np.uint8), (32, 48), (0.5, 0.6))
    assert part.shape == (32, 48, 3)
    assert not mask.any()


@pytest.fixture(scope="module")
def net():
    torch.manual_seed(1)
    return build("small", len(CODES)).eval()


def a_model(net, **views) -> Model:
    return Model(net, CODES, (64, 64), (0.5, 0.5, 0.5), (0.2, 0.2, 0.2), **views)


def test_probabilities_are_the_mean_over_scales_and_mirror_images(net):
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 96, 3), np.uint8))
    mirrored = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    plain = probabilities(a_model(net), picture)
    np.testing.assert_allclose(plain.sum(axis=0), 1, atol=1e-5)
    both = probabilities(a_model(net, flip=True), picture)
    np.testing.assert_allclose(both, (plain + probabilities(a_model(net), mirrored)[..., ::-1]) / 2, atol=1e-5)
    double = picture.resize((192, 128), Image.Resampling.BILINEAR)
    large = probabilities(Model(net, CODES, (128, 128), (0.5,) * 3, (0.2,) * 3), double)  # what scale 2 sees, at its size
    two = probabilities(a_model(net, scales=(1.0, 2.0)), double)
    small = torch.nn.functional.interpolate(torch.from_numpy(plain)[None], (128, 192), mode="bilinear")[0].numpy()
    seen_small = probabilities(a_model(net), double)
    assert np.abs(seen_small - small).mean() < 0.05  # the picture scaled up and down again differs a little
    np.testing.assert_allclose(two, (seen_small + large) / 2, atol=1e-4)


def test_a_picture_in_tiles_is_segmented_as_in_one_piece(net, monkeypatch):
    random = np.random.default_rng(0)
    coarse = Image.fromarray(random.integers(0, 256, (12, 20, 3), np.uint8)).resize((640, 384), Image.Resampling.BICUBIC)
    model = Model(net, CODES, (384, 384), (0.5,) * 3, (0.2,) * 3)
    whole = probabilities(model, coarse)
    monkeypatch.setattr(segment_module, "TILE", 256)
    tiled = probabilities(model, coarse)
    assert np.abs(tiled - whole).mean() < 0.02
    np.testing.assert_allclose(tiled.sum(axis=0), 1, atol=1e-4)
    assert (segment(model, [coarse])[0] == tiled.argmax(axis=0)).mean() > 0.999
