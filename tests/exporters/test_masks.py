"""Tests of encode_masks: its characters against pycocotools, its boxes and areas against NumPy."""

import numpy as np
import pytest
from pycocotools import mask as coco_mask

from raster.exporters.masks import decode_mask, encode_masks


def blobs(seed: int, batch: int, height: int, width: int, objects: int) -> np.ndarray:
    """(B, H, W) uint16: overlapping boxes, rings and specks of many objects, numbers up to 65,535."""
    random = np.random.default_rng(seed)
    ids = np.zeros((batch, height, width), np.uint16)
    numbers = random.choice(np.arange(1, 65536), objects, replace=False)
    rows, columns = np.mgrid[:height, :width]
    for image in ids:
        for number in numbers:
            y, x, r = random.integers(0, height), random.integers(0, width), random.integers(1, max(2, height // 2))
            far = np.hypot(rows - y, columns - x)
            image[(far < r) & (far >= r * random.choice([0, 0.7]))] = number
        image[random.random(image.shape) < 0.05] = random.choice(numbers)
    return ids


@pytest.mark.parametrize(
    ("batch", "height", "width", "objects"), [(1, 1, 1, 1), (3, 40, 24, 9), (2, 7, 300, 30), (1, 300, 7, 3), (2, 64, 64, 200)]
)
def test_masks_are_as_pycocotools_writes_them(batch, height, width, objects):
    ids = blobs(batch + height, batch, height, width, objects)
    wanted = np.zeros((batch, 65536), bool)
    wanted[:, np.unique(ids)[::2]] = True
    wanted[:, 0] = False
    for image, masks, chosen in zip(ids, encode_masks(ids, wanted), wanted, strict=True):
        assert set(masks) == set(np.unique(image[chosen[image]]).tolist())
        for number, mask in masks.items():
            expected = coco_mask.encode(np.asfortranarray(image == number, np.uint8))
            assert mask.counts == expected["counts"].decode()
            assert mask.area == np.count_nonzero(image == number)
            y, x = np.nonzero(image == number)
            assert mask.bbox == [x.min(), y.min(), np.ptp(x) + 1, np.ptp(y) + 1]


def test_every_pixel_of_an_image_and_none():
    full = np.full((2, 5, 4), 7, np.uint16)
    full[1] = 0
    wanted = np.arange(8)[None].repeat(2, 0) == 7
    masks, nothing = encode_masks(full, wanted)
    assert nothing == {}
    assert (masks[7].area, masks[7].bbox) == (20, [0, 0, 4, 5])
    assert coco_mask.decode({"size": [5, 4], "counts": masks[7].counts}).all()


def test_long_runs_and_their_differences():
    """A picture of 4096 px whose counts need five characters and more."""
    ids = np.zeros((1, 4096, 4096), np.uint16)
    ids[0, :, 4000:] = 3
    ids[0, 5, 7] = 3
    ids[0, 1:4000:3, 100] = 3
    ((_, mask),) = encode_masks(ids, np.arange(4)[None] == 3)[0].items()
    assert mask.counts == coco_mask.encode(np.asfortranarray(ids[0] == 3, np.uint8))["counts"].decode()


def test_masks_decode_to_what_was_encoded():
    ids = np.random.default_rng(3).integers(0, 4, (5, 7, 9)).astype(np.uint16)
    ids[0] = 2
    ids[1] = 0
    ids[2, 3, 4] = 1
    for image, masks in zip(ids, encode_masks(ids, np.array([[False, True, True, True]] * 5)), strict=True):
        for number in range(1, 4):
            decoded = decode_mask(masks[number].counts, (7, 9)) if number in masks else np.zeros((7, 9), bool)
            assert (decoded == (image == number)).all()
