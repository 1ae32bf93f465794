"""score: how a model's masks compare with the true ones, all together and image by image."""

from collections.abc import Callable, Sequence
from itertools import islice

import numpy as np
from PIL import Image

from raster import InputError
from train.data.folder import Folder
from train.network.saved import Model
from train.network.segment import segment
from train.scores.metrics import Scores, confusion

AT_ONCE = 16  # pictures


def score(
    model: Model, pair: Callable[[int], tuple[Image.Image, Image.Image]], indices: Sequence[int]
) -> tuple[Scores, np.ndarray]:
    """Scores over all pixels of the pairs (image, mask) with these indices, and the mean IoU of each one, (N,) float."""
    classes = len(model.codes)
    total, single, todo = np.zeros((classes, classes), np.int64), [], iter(indices)
    while chunk := list(islice(todo, AT_ONCE)):
        pairs = [pair(i) for i in chunk]
        for (_, mask), predicted in zip(pairs, segment(model, [picture for picture, _ in pairs]), strict=True):
            matrix = confusion(np.asarray(mask), predicted, classes)
            total += matrix
            single.append(Scores(matrix).miou)
    return Scores(total), np.array(single)


def require_same_classes(model: Model, folder: Folder) -> None:
    """InputError unless the folder's class names are the model's, in the same order."""
    if folder.codes != model.codes:
        there, here = ", ".join(folder.codes), ", ".join(model.codes)
        raise InputError(f"data={folder.path}: its classes are {there}; the model's are {here}; they have to be the same")
