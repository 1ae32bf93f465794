"""score: compares the masks of a model with the true ones: over all pixels, away from edges, by object, and by picture."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from PIL import Image
from scipy import ndimage

from raster import InputError

from ..data.folder import Folder
from ..data.shards import ShardFolder
from ..network.saved import Model
from ..network.segment import segment
from .metrics import WHAT_HELPS, Scores, confusion
from .objects import ObjectScores

BATCH = 16  # pictures that are segmented at once
BAND = 2  # px on both sides of an edge of the true mask that a tolerant score leaves out


@dataclass(frozen=True)
class Evaluation:
    """How well a model segments N pictures."""

    scores: Scores  # of all pixels
    away: Scores  # without the pixels within `band` px of an edge of the true mask
    band: int
    objects: ObjectScores
    per_image: np.ndarray  # (N,) float, mean IoU of each picture

    def table(self, codes: tuple[str, ...]) -> str:
        """A table for a terminal, with a note if the model sees no object anywhere."""
        tolerant = f"mIoU {self.away.miou:.3f} without the pixels within {self.band} px of an edge\n" if self.band else ""
        note = f"\nNOTE: the network calls every pixel background; {WHAT_HELPS}" if self.scores.only_background else ""
        return f"{self.scores.table(codes)}\n{tolerant}{self.objects.lines()}{note}"

    def summary(self, codes: tuple[str, ...]) -> dict[str, Any]:
        """Plain numbers for JSON."""
        band = {"px": self.band, "miou": round(self.away.miou, 5), "iou": self.away.summary(codes)["iou"]}
        return {**self.scores.summary(codes), "band": band, "objects": self.objects.summary(codes)}


def score(
    model: Model, pair: Callable[[int], tuple[Image.Image, Image.Image]], indices: Sequence[int], band: int = BAND
) -> Evaluation:
    """Compare the masks of N pictures with the true ones.

    pair(i) returns the image (RGB) and mask (L) of index i, at their own size. indices: N of them.
    """
    classes = len(model.codes)
    total, away = np.zeros((2, classes, classes), np.int64)
    objects, per_image, remaining = ObjectScores(classes), [], iter(indices)
    while chunk := list(islice(remaining, BATCH)):
        pairs = [pair(i) for i in chunk]
        for (_, mask), predicted in zip(pairs, segment(model, [picture for picture, _ in pairs]), strict=True):
            truth = np.asarray(mask)
            matrix = confusion(truth, predicted, classes)
            total += matrix
            inside = ~near_edges(truth, band, classes)
            away += confusion(truth[inside], predicted[inside], classes)
            objects.add(truth, predicted)
            per_image.append(Scores(matrix).miou)
    return Evaluation(Scores(total), Scores(away), band, objects, np.array(per_image))


def near_edges(mask: np.ndarray, px: int, classes: int) -> np.ndarray:
    """(H, W) bool: pixels of a mask (H, W) of class ids with two classes at most px rows and px columns away.

    An id that is none, 255, is no other class: what is to be ignored has no edge.
    """
    if px == 0:
        return np.zeros(mask.shape, bool)
    side, known = 2 * px + 1, mask < classes
    highest = ndimage.maximum_filter(np.where(known, mask.astype(np.int16), -1), side)
    lowest = ndimage.minimum_filter(np.where(known, mask.astype(np.int16), 256), side)
    return highest > lowest


def require_same_classes(model: Model, folder: Folder | ShardFolder) -> None:
    """InputError unless the folder's class names are the model's, in the same order."""
    if folder.codes != model.codes:
        theirs, ours = ", ".join(folder.codes), ", ".join(model.codes)
        raise InputError(f"data={folder.path}: its classes are {theirs}; the model's are {ours}; they have to be the same")
