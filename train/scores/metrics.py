"""Scores from a confusion matrix: IoU of each class, their mean, and two pixel accuracies."""

from dataclasses import dataclass

import numpy as np


def confusion(truth: np.ndarray, prediction: np.ndarray, classes: int) -> np.ndarray:
    """(classes, classes) int64: pixels of true class (row) that were predicted as class (column); any shapes, equal."""
    flat = truth.astype(np.int64).ravel() * classes + prediction.astype(np.int64).ravel()
    return np.bincount(flat, minlength=classes * classes).reshape(classes, classes)


@dataclass(frozen=True)
class Scores:
    """What a confusion matrix says."""

    matrix: np.ndarray  # (C, C) int64

    @property
    def iou(self) -> np.ndarray:
        """(C,) intersection over union; NaN for a class that is neither there nor predicted."""
        hit = np.diag(self.matrix).astype(np.float64)
        union = self.matrix.sum(axis=0) + self.matrix.sum(axis=1) - hit
        return np.divide(hit, union, out=np.full(len(hit), np.nan), where=union > 0)

    @property
    def miou(self) -> float:
        """Mean IoU over the classes that have one, background included."""
        iou = self.iou[~np.isnan(self.iou)]
        return float(iou.mean()) if len(iou) else float("nan")

    @property
    def accuracy(self) -> float:
        """Share of all pixels that are right."""
        return float(np.trace(self.matrix) / max(self.matrix.sum(), 1))

    @property
    def foreground_accuracy(self) -> float:
        """Share of the pixels that truly are of a class (not background) that are right: the 2019 tutorial's accuracy."""
        truth = self.matrix[1:]
        return float(np.trace(self.matrix[1:, 1:]) / max(truth.sum(), 1))

    def table(self, codes: tuple[str, ...]) -> str:
        """A table for a terminal: pixels and IoU of each class, and the summary."""
        width = max(len("background"), *map(len, codes))
        lines = [f"{'class':<{width}}  {'IoU':>6}  {'pixels':>12}"]
        for name, value, pixels in zip(codes, self.iou, self.matrix.sum(axis=1), strict=True):
            lines.append(f"{name:<{width}}  {value:6.3f}  {pixels:12,}")
        lines.append(f"mIoU {self.miou:.3f} (mean of the classes above)")
        lines.append(f"pixel accuracy {self.accuracy:.3f}; of what is not background {self.foreground_accuracy:.3f}")
        return "\n".join(lines)

    def summary(self, codes: tuple[str, ...]) -> dict:
        """The same as plain numbers; None for a class without IoU."""
        iou = {name: None if np.isnan(v) else round(float(v), 5) for name, v in zip(codes, self.iou, strict=True)}
        return {"miou": round(self.miou, 5), "iou": iou, "accuracy": round(self.accuracy, 5),
                "foreground_accuracy": round(self.foreground_accuracy, 5)}  # fmt: skip
