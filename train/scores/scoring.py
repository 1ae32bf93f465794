"""score: compares the masks of a model with the true ones, over all pixels and image by image."""

from collections.abc import Callable, Sequence
from itertools import islice

import numpy as np
from PIL import Image

from raster import InputError
from train.data.folder import Folder
from train.network.saved import Model
from train.network.segment import segment
from train.scores.metrics import Scores, confusion

BATCH = 16  # pictures that are segmented at once


def score(
    model: Model, pair: Callable[[int], tuple[Image.Image, Image.Image]], indices: Sequence[int]
) -> tuple[Scores, np.ndarray]:
    """Scores over all pixels of N pairs, and the mean IoU of each pair, (N,) float.

    pair(i) returns the image (RGB) and mask (L) of index i, at their own size. indices: N of them.
    """
    classes = len(model.codes)
    total, per_image, remaining = np.zeros((classes, classes), np.int64), [], iter(indices)
    while chunk := list(islice(remaining, BATCH)):
        pairs = [pair(i) for i in chunk]
        for (_, mask), predicted in zip(pairs, segment(model, [picture for picture, _ in pairs]), strict=True):
            matrix = confusion(np.asarray(mask), predicted, classes)
            total += matrix
            per_image.append(Scores(matrix).miou)
    return Scores(total), np.array(per_image)


def require_same_classes(model: Model, folder: Folder) -> None:
    """InputError unless the folder's class names are the model's, in the same order."""
    if folder.codes != model.codes:
        theirs, ours = ", ".join(folder.codes), ", ".join(model.codes)
        raise InputError(f"data={folder.path}: its classes are {theirs}; the model's are {ours}; they have to be the same")
