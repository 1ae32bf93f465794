"""ClassCounts: how often each class is seen, where in the image, and beside which other one."""

import numpy as np

from raster.reporting.record_rows import CLASS, HEIGHT, IMAGE, PIXELS, WIDTH, RecordRows, X, Y

CELLS = 24  # of a heat map, each way


class ClassCounts:
    """Counts by class id, the background's first; all int64."""

    def __init__(self, classes: int):
        self.listed = np.zeros(classes, np.int64)  # objects that records list, seen or hidden
        self.seen = np.zeros(classes, np.int64)  # objects that an image shows
        self.pixels = np.zeros(classes, np.int64)  # that show them
        self.together = np.zeros((classes, classes), np.int64)  # images that show both; of one class: that show it
        self.several = np.zeros(classes, np.int64)  # images that show two objects of it, or more
        self.centres = np.zeros((classes, CELLS, CELLS), np.int64)  # middles of boxes in cells of the image, rows from the top
        self.image_pixels = 0  # of all images

    def add(self, rows: RecordRows, counts: np.ndarray) -> None:
        """Take in records; counts (B, classes): seen objects of each class, as from count_objects()."""
        size = np.array(rows.size, np.float64).reshape(-1, 2)
        self.image_pixels += int(size.prod(axis=1).sum())
        listed = rows.objects[:, CLASS].astype(np.int64)
        self.listed += np.bincount(listed, minlength=len(self.listed))
        shown = seen(rows)
        identity = shown[:, CLASS].astype(np.int64)
        self.seen += np.bincount(identity, minlength=len(self.seen))
        self.pixels += np.bincount(identity, np.maximum(shown[:, PIXELS], 0), len(self.pixels)).astype(np.int64)
        present = (counts > 0).astype(np.int64)
        self.together += present.T @ present
        self.several += (counts > 1).sum(axis=0)
        boxed = shown[~np.isnan(shown[:, X])]
        place = (boxed[:, [X, Y]] + boxed[:, [WIDTH, HEIGHT]] / 2) / size[boxed[:, IMAGE].astype(np.int64)]
        column, row = np.clip((place * CELLS).astype(np.int64), 0, CELLS - 1).T
        np.add.at(self.centres, (boxed[:, CLASS].astype(np.int64), row, column), 1)

    def merge(self, other: "ClassCounts") -> None:
        """Take in what another one counted."""
        for name, counted in vars(other).items():
            setattr(self, name, getattr(self, name) + counted)

    @property
    def shown_in(self) -> np.ndarray:
        """(classes,) images that show each."""
        return np.diagonal(self.together)


def seen(rows: RecordRows) -> np.ndarray:
    """Return the objects (N, 10) that images show: where nobody counted pixels, all of them."""
    return rows.objects[rows.objects[:, PIXELS] != 0]


def count_objects(rows: RecordRows, classes: int) -> np.ndarray:
    """Return (B, classes) int64: seen objects of each class in each image."""
    shown = seen(rows)[:, [IMAGE, CLASS]].astype(np.int64)
    flat = np.bincount(shown[:, 0] * classes + shown[:, 1], minlength=len(rows.index) * classes)
    return flat.reshape(len(rows.index), classes)
