"""loaders: fastai DataLoaders of images and masks, from a folder or a stream; equal pairs give equal tensors."""

import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from fastai.vision.all import (
    DataBlock,
    DataLoader,
    DataLoaders,
    ImageBlock,
    IndexSplitter,
    IntToFloatTensor,
    MaskBlock,
    Normalize,
    Pipeline,
    TensorImage,
    TensorMask,
    aug_transforms,
    imagenet_stats,
)

from ..earlier_exports import refuse
from .augment import Photometric
from .crops import random_crop
from .pairs import Pair, Read
from .shards import shuffled_by_file

MEAN, DEVIATION = imagenet_stats  # (3,) each, of sRGB in 0..1; every model here gets images normalized with them


class PairLoader(DataLoader):
    """Batches of a list of image indices: images (B, 3, H, W) uint8 and masks (B, H, W) uint8, stacked at once.

    read: index -> pair. view: pair -> pair of one size, such as random_crop. mirrored: whether half of them are mirrored.
    """

    def __init__(self, indices: Sequence[int], read: Read, view: Any = None, mirrored: bool = False, **options: Any):
        super().__init__(list(indices), **options)
        self.read, self.view, self.mirrored = read, view, mirrored

    def shuffle_fn(self, order: list[int]) -> list[int]:
        """A random order of the numbers in the list; of a data set in shards that is not in memory, a few files at a time."""
        read: Any = self.read
        if getattr(read, "file_of", None) is None:
            mixed: list[int] = super().shuffle_fn(order)
            return mixed
        mixed = shuffled_by_file(self.dataset, read.file_of, self.rng)
        read.expect(self.dataset[number] for number in mixed)
        return mixed

    def create_item(self, number: int) -> Pair:
        """The pair with this number in the list, as it is trained on."""
        image, mask = self.read(self.dataset[number])
        if self.view:
            image, mask = self.view(image, mask)
        return (image[:, ::-1], mask[:, ::-1]) if self.mirrored and random.random() < 0.5 else (image, mask)

    def do_batch(self, pairs: list[Pair]) -> tuple[TensorImage, TensorMask]:
        """The batch of these pairs."""
        images, masks = (torch.from_numpy(np.stack(part)) for part in zip(*pairs, strict=True))
        return TensorImage(images.permute(0, 3, 1, 2)), TensorMask(masks)


def loaders(
    read: Read, train: Sequence[int], read_valid: Read, valid: Sequence[int], batch: int, augment: float, device: str,
    shuffle: bool = True, geometry: float = 0.0, size: tuple[int, int] = (0, 0), crops: tuple[float, float] | None = None,
) -> DataLoaders:  # fmt: skip
    """DataLoaders of the image indices `train` and `valid`; batches are (B, 3, H, W) float32 and (B, H, W) int64.

    read, read_valid: index -> (image, mask), of one size unless there are crops. crops: least and most share of a training
    image's side that is cut out and scaled to size = (H, W) px, see random_crop; None: images as they are. Half of the
    training images are mirrored; `geometry` is the strength of rotations (up to 10 degrees at 1) and zooms (0.8 to 1.3 at 1),
    `augment` that of Photometric. All batches are normalized with MEAN and DEVIATION. shuffle=False keeps the order of
    `train`, as a stream needs.
    """
    geometric: list[Any] = []
    if geometry > 0:
        zoom = {"min_zoom": 1 - 0.2 * geometry, "max_zoom": 1 + 0.3 * geometry}
        geometric = aug_transforms(do_flip=False, max_rotate=10 * geometry, max_lighting=0.0, max_warp=0.0, **zoom)
    normalize = Normalize.from_stats(MEAN, DEVIATION)
    changes = [IntToFloatTensor(), *geometric, Photometric(augment), normalize]
    view = None if crops is None else lambda image, mask: random_crop(image, mask, size, crops)
    options: dict[str, Any] = {"bs": batch, "num_workers": 0, "device": torch.device(device)}
    training = PairLoader(
        train, read, view, True, shuffle=shuffle, drop_last=len(train) >= batch, after_batch=Pipeline(changes, 0), **options
    )
    validation = PairLoader(valid, read_valid, after_batch=Pipeline([IntToFloatTensor(), normalize], 1), **options)
    return DataLoaders(training, validation, device=torch.device(device))


def exported_loaders(codes: Sequence[str], size: tuple[int, int]) -> DataLoaders:
    """DataLoaders of one black pair, for fastai's export: they say how a picture becomes a batch, and hold no data."""
    block = DataBlock(
        blocks=(ImageBlock, MaskBlock(list(codes))),
        get_x=Black(3, size),
        get_y=Black(1, size),
        splitter=IndexSplitter([1]),
        batch_tfms=[Normalize.from_stats(MEAN, DEVIATION)],
    )
    return block.dataloaders([0, 1], bs=1, num_workers=0, device="cpu")


class Black:
    """For fastai's DataBlock: a number -> a black image (3 channels) or mask of size (H, W). Pictures pass through."""

    def __init__(self, channels: int, size: tuple[int, int]):
        self.shape = size if channels == 1 else (*size, channels)

    def __call__(self, item: Any) -> Any:
        return np.zeros(self.shape, np.uint8) if isinstance(item, int) else item


def __getattr__(name: str) -> Any:
    """InputError for the class that an export.pkl of an earlier version names here; AttributeError for any other name."""
    if name == "PairItem":
        refuse("train.data.loaders.PairItem")
    raise AttributeError(f"module {__name__} has no attribute {name}")
