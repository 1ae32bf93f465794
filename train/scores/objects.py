"""ObjectScores: how many connected objects are found, how many predicted ones are there, and IoU by their size in the picture.

PredictedAreas: whether one object is found, and its IoU. objects_of: the objects of a mask, with boxes and confidences.
"""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from scipy import ndimage

EIGHT = np.ones((3, 3), bool)  # pixels that touch at a side or a corner are connected
SMALLEST = 1e-4  # share of a picture's pixels: what is smaller is no object but a speck
HALF = 0.5  # share of an object's pixels that must be of its class in the other mask
SIZES = (0.0, 0.05, 0.1, 0.2, 0.4, 1.0)  # square root of an object's share of the picture: borders of the classes of size


def connected(mask: np.ndarray, class_id: int) -> list[tuple[tuple[slice, slice], np.ndarray]]:
    """The connected objects of a class in a mask (H, W): for each its box (rows, columns) and, within it, its pixels (h, w)."""
    numbers, _ = ndimage.label(mask == class_id, EIGHT)
    boxes = [(box, numbers[box] == number + 1) for number, box in enumerate(ndimage.find_objects(numbers))]
    return [(box, inside) for box, inside in boxes if inside.sum() >= max(1, SMALLEST * mask.size)]


def objects_of(mask: np.ndarray, probabilities: np.ndarray, codes: tuple[str, ...]) -> list[dict[str, Any]]:
    """The objects of a mask (H, W) of class ids, the largest first, for JSON.

    probabilities: (C, H, W), of each class. Each object has `class`, its name; `bbox`, [x, y, width, height] in px; `area` in
    px; `confidence`, the mean probability of its class in its pixels. Objects of one class that touch are one.
    """
    found = []
    for class_id, code in enumerate(codes[1:], 1):
        for (rows, columns), inside in connected(mask, class_id):
            box = [columns.start, rows.start, columns.stop - columns.start, rows.stop - rows.start]
            confidence = float(probabilities[class_id, rows, columns][inside].mean())
            found.append({"class": code, "bbox": box, "area": int(inside.sum()), "confidence": round(confidence, 4)})
    return sorted(found, key=lambda one: -one["area"])


class PredictedAreas:
    """The connected areas (H, W) of one class in a predicted mask, to which true objects of the class are compared."""

    def __init__(self, said: np.ndarray, meant: np.ndarray):
        """said, meant (H, W) bool: where the class is predicted, and where it truly is."""
        self._said = said
        self._areas, count = ndimage.label(said, EIGHT)
        self._beside = np.bincount(self._areas[~meant], minlength=count + 1)  # pixels of each area that are not of the class

    def score(self, box: tuple[slice, slice], inside: np.ndarray) -> tuple[bool, float]:
        """Whether a true object is found, and its IoU. inside (h, w) bool: its pixels within the box (rows, columns)."""
        hit = self._said[box] & inside
        other = self._beside[np.unique(self._areas[box][hit])].sum()
        return bool(hit.sum() >= HALF * inside.sum()), float(hit.sum() / (inside.sum() + other))


@dataclass
class ObjectScores:
    """Counts of objects by class id; add() collects them picture by picture.

    A true object is found if at least half of its pixels are predicted as its class; a predicted one is right if at least half
    of its pixels are truly of its class. The IoU of a true object is that with all predicted areas that overlap it, without
    what belongs to others of its class. So it does not matter whether objects of one class that touch are told apart.
    """

    classes: int
    true: np.ndarray = field(init=False)  # (C,) int64 true objects
    found: np.ndarray = field(init=False)  # (C,) int64 of them
    predicted: np.ndarray = field(init=False)  # (C,) int64 predicted objects
    right: np.ndarray = field(init=False)  # (C,) int64 of them
    iou: list[list[float]] = field(init=False)  # of the true objects of each class of size, see SIZES

    def __post_init__(self) -> None:
        """Start with no object."""
        self.true, self.found, self.predicted, self.right = np.zeros((4, self.classes), np.int64)
        self.iou = [[] for _ in SIZES[1:]]

    def add(self, truth: np.ndarray, predicted: np.ndarray) -> None:
        """Count the objects of a picture. truth, predicted: masks (H, W) of class ids.

        What is predicted where the true id is none, 255, does not count.
        """
        known = truth < self.classes
        truth, predicted = truth * known, predicted * known
        for class_id in range(1, self.classes):
            meant = truth == class_id
            for box, inside in connected(predicted, class_id):
                self.predicted[class_id] += 1
                self.right[class_id] += meant[box][inside].mean() >= HALF
            areas = PredictedAreas(predicted == class_id, meant)
            for box, inside in connected(truth, class_id):
                found, iou = areas.score(box, inside)
                self.true[class_id] += 1
                self.found[class_id] += found
                size = np.sqrt(inside.sum() / truth.size)
                self.iou[int(np.searchsorted(SIZES[1:-1], size))].append(iou)

    @property
    def recall(self) -> float:
        """Share of the true objects that are found; NaN without any."""
        return float(self.found.sum() / self.true.sum()) if self.true.sum() else float("nan")

    @property
    def precision(self) -> float:
        """Share of the predicted objects that are right; NaN without any."""
        return float(self.right.sum() / self.predicted.sum()) if self.predicted.sum() else float("nan")

    def summary(self, codes: tuple[str, ...]) -> dict[str, Any]:
        """Plain numbers for JSON; None where there is nothing to divide by."""

        def share(part: float, whole: float) -> float | None:
            return round(float(part / whole), 5) if whole else None

        by_class = {
            code: {
                "true": int(self.true[k]), "recall": share(self.found[k], self.true[k]),
                "predicted": int(self.predicted[k]), "precision": share(self.right[k], self.predicted[k]),
            }
            for k, code in enumerate(codes) if k
        }  # fmt: skip
        by_size = [
            {"from": low, "to": high, "objects": len(values), "iou": share(sum(values), len(values))}
            for (low, high), values in zip(pairwise(SIZES), self.iou, strict=True)
        ]
        recall, precision = share(self.found.sum(), self.true.sum()), share(self.right.sum(), self.predicted.sum())
        return {"recall": recall, "precision": precision, "by_class": by_class, "by_size": by_size}

    def lines(self) -> str:
        """What a terminal shows of them."""
        sizes = ", ".join(
            f"{100 * low:g} to {100 * high:g} %: {np.mean(values):.2f}"
            for (low, high), values in zip(pairwise(SIZES), self.iou, strict=True)
            if values
        )
        true, predicted = self.true.sum(), self.predicted.sum()
        found = f"{self.recall:.3f} of {true:,} found (recall)" if true else "none are there to be found"
        right = f"{self.precision:.3f} of {predicted:,} predicted ones right (precision)" if predicted else "none predicted"
        return f"objects: {found}, {right}\nIoU of objects by side in the picture: {sizes or 'none'}"
