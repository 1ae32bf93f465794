"""confusion, Scores: a confusion matrix, and from it each class's IoU, their mean, and shares of right and wrong pixels."""

from dataclasses import dataclass

import numpy as np

WHAT_HELPS = "it learns more from more epochs or images, and from objects that fill more of a picture"  # if it sees no object


def confusion(truth: np.ndarray, prediction: np.ndarray, classes: int) -> np.ndarray:
    """Count pixels by true class (row) and predicted class (column): (classes, classes) int64.

    truth, prediction: class ids, integer arrays of one shape. Pixels whose true id is none, 255, do not count.
    """
    known = truth < classes
    if not known.all():
        truth, prediction = truth[known], prediction[known]
    flat = truth.astype(np.int64).ravel() * classes + prediction.astype(np.int64).ravel()
    return np.bincount(flat, minlength=classes * classes).reshape(classes, classes)


@dataclass(frozen=True)
class Scores:
    """Scores of a segmentation."""

    matrix: np.ndarray  # (C, C) int64 pixels, true class by predicted class

    @property
    def iou(self) -> np.ndarray:
        """(C,) intersection over union; NaN for a class with no true and no predicted pixel."""
        hit = np.diag(self.matrix).astype(np.float64)
        union = self.matrix.sum(axis=0) + self.matrix.sum(axis=1) - hit
        return np.divide(hit, union, out=np.full(len(hit), np.nan), where=union > 0)

    @property
    def miou(self) -> float:
        """Mean IoU, background included, without the classes whose IoU is NaN; NaN if there are no others."""
        iou = self.iou[~np.isnan(self.iou)]
        return float(iou.mean()) if len(iou) else float("nan")

    @property
    def accuracy(self) -> float:
        """Share of all pixels that are predicted right."""
        return float(np.trace(self.matrix) / max(self.matrix.sum(), 1))

    @property
    def foreground_accuracy(self) -> float:
        """Share of the pixels whose true class is not background that are predicted right."""
        truth = self.matrix[1:]
        return float(np.trace(self.matrix[1:, 1:]) / max(truth.sum(), 1))

    @property
    def false(self) -> float:
        """Share of all pixels that are background and predicted as an object."""
        return self._share(self.matrix[0, 1:])

    @property
    def missed(self) -> float:
        """Share of all pixels that are of an object and predicted as background."""
        return self._share(self.matrix[1:, 0])

    @property
    def confused(self) -> float:
        """Share of all pixels that are of an object and predicted as one of another class."""
        objects = self.matrix[1:, 1:]
        return self._share(objects - np.diag(np.diag(objects)))

    @property
    def only_background(self) -> bool:
        """Whether every pixel is predicted as background, though some are of an object."""
        return bool(self.matrix[1:].any() and not self.matrix[:, 1:].any())

    def _share(self, part: np.ndarray) -> float:
        """The sum of a part of the matrix, as a share of all pixels."""
        return float(part.sum() / max(self.matrix.sum(), 1))

    def table(self, codes: tuple[str, ...]) -> str:
        """A table for a terminal: IoU and true pixels of each class (`codes`: names by id), then the summary."""
        width = max(len("background"), *map(len, codes))
        lines = [f"{'class':<{width}}  {'IoU':>6}  {'pixels':>12}"]
        for name, value, pixels in zip(codes, self.iou, self.matrix.sum(axis=1), strict=True):
            lines.append(f"{name:<{width}}  {value:6.3f}  {pixels:12,}")
        lines.append(f"mIoU {self.miou:.3f} (mean of the classes above)")
        lines.append(f"pixel accuracy {self.accuracy:.3f}; without the background {self.foreground_accuracy:.3f}")
        lines.append(f"of all pixels {self.false:.1%} false, {self.missed:.1%} missed, {self.confused:.1%} confused")
        return "\n".join(lines)

    def summary(self, codes: tuple[str, ...]) -> dict:
        """The scores as plain numbers for JSON, IoU by class name; None for a class whose IoU is NaN."""
        iou = {name: None if np.isnan(v) else round(float(v), 5) for name, v in zip(codes, self.iou, strict=True)}
        names = ("accuracy", "foreground_accuracy", "false", "missed", "confused")
        return {"miou": round(self.miou, 5), "iou": iou, **{name: round(getattr(self, name), 5) for name in names}}
