"""loaders: fastai DataLoaders of images and masks, from a folder or a stream; equal pairs give equal tensors."""

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

MEAN, DEVIATION = imagenet_stats  # (3,) each, of sRGB in 0..1; every model here gets images normalized with them


class PairItem:
    """For fastai's DataBlock: image index -> part 0 (image) or 1 (mask) of its pair. Other items (paths, arrays) pass through.

    An exported Learner keeps no images: it is pickled without `read`, and then passes everything through.
    """

    def __init__(self, read: Read | None, part: int):
        self.read, self.part = read, part

    def __call__(self, item: Any) -> Any:
        return self.read(int(item))[self.part] if self.read and isinstance(item, int | np.integer) else item

    def __getstate__(self) -> dict[str, Any]:
        """The state for pickle, without the images."""
        return {"read": None, "part": self.part}


def loaders(
    read: Read, train: Sequence[int], valid: Sequence[int], codes: Sequence[str], batch: int, augment: float, device: str,
    shuffle: bool = True, geometry: float = 0.0,
) -> DataLoaders:  # fmt: skip
    """DataLoaders of the image indices `train` and `valid`; batches are (B, 3, H, W) float32 and (B, H, W) int64.

    read: index -> (image, mask). codes: class names by id. Half of the training images are mirrored; `geometry` is the
    strength of rotations (up to 10 degrees at 1) and zooms (0.8 to 1.3 at 1), `augment` that of Photometric. All batches are
    normalized with MEAN and DEVIATION. shuffle=False keeps the order of `train`, as a stream needs.
    """
    items = [*train, *valid]
    geometric: list[Any] = []
    if geometry > 0:
        zoom = {"min_zoom": 1 - 0.2 * geometry, "max_zoom": 1 + 0.3 * geometry}
        geometric = aug_transforms(do_flip=False, max_rotate=10 * geometry, max_lighting=0.0, max_warp=0.0, **zoom)
    block = DataBlock(
        blocks=(ImageBlock, MaskBlock(list(codes))),
        get_x=PairItem(read, 0),
        get_y=PairItem(read, 1),
        splitter=IndexSplitter(list(range(len(train), len(items)))),
        item_tfms=FlipItem(),
        batch_tfms=[*geometric, Photometric(augment), Normalize.from_stats(MEAN, DEVIATION)],
    )
    return block.dataloaders(
        items, bs=batch, val_bs=batch, shuffle=shuffle, drop_last=len(train) >= batch, num_workers=0, device=device
    )
