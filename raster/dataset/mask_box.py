"""box_of: the smallest box around a mask."""

import numpy as np


def box_of(mask: np.ndarray) -> list[int] | None:
    """Return [x, y, w, h] of the true pixels of `mask` (H, W) bool, None if there are none."""
    columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    if not len(columns):
        return None
    return [int(columns[0]), int(rows[0]), int(columns[-1] - columns[0] + 1), int(rows[-1] - rows[0] + 1)]
