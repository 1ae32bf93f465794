"""loaders: fastai DataLoaders over pairs, from a folder or a stream; the same tensors for the same pairs."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from fastai.vision.all import (
    DataBlock,
    DataLoaders,
    FlipItem,
    ImageBlock,
    IndexSplitter,
    MaskBlock,
    Normalize,
    aug_transforms,
    imagenet_stats,
)

from train.data.augment import Photometric
from train.data.pairs import Read

MEAN, DEVIATION = imagenet_stats  # of sRGB in 0..1; what every model here is normalized with


class PairItem:
    """Part 0 (image) or 1 (mask) of the pair with a number; what is no number (a path, an array) passes as it is."""

    def __init__(self, read: Read | None, part: int):
        self.read, self.part = read, part

    def __call__(self, item: Any) -> Any:
        return self.read(int(item))[self.part] if self.read and isinstance(item, int | np.integer) else item

    def __getstate__(self) -> dict[str, Any]:  # fastai's export must not take the images along
        return {"read": None, "part": self.part}


def loaders(
    read: Read, train: Sequence[int], valid: Sequence[int], codes: Sequence[str], batch: int, augment: float, device: str,
    shuffle: bool = True, geometry: float = 0.0,
) -> DataLoaders:  # fmt: skip
    """DataLoaders of the image numbers `train` and `valid`; batches are (B, 3, H, W) float and (B, H, W) int64.

    Training images are flipped; with strength `geometry` turned by up to 10 degrees and scaled by 0.8..1.3; with strength
    `augment` changed in tone, blurred and noised. All batches are normalized. shuffle=False keeps the order of `train`, for a
    stream.
    """
    items = [*train, *valid]
    turns: list[Any] = []
    if geometry > 0:
        zoom = {"min_zoom": 1 - 0.2 * geometry, "max_zoom": 1 + 0.3 * geometry}
        turns = aug_transforms(do_flip=False, max_rotate=10 * geometry, max_lighting=0.0, max_warp=0.0, **zoom)
    block = DataBlock(
        blocks=(ImageBlock, MaskBlock(list(codes))),
        get_x=PairItem(read, 0),
        get_y=PairItem(read, 1),
        splitter=IndexSplitter(list(range(len(train), len(items)))),
        item_tfms=FlipItem(),
        batch_tfms=[*turns, Photometric(augment), Normalize.from_stats(MEAN, DEVIATION)],
    )
    return block.dataloaders(
        items, bs=batch, val_bs=batch, shuffle=shuffle, drop_last=len(train) >= batch, num_workers=0, device=device
    )
