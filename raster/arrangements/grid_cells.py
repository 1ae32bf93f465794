"""Grid: cells around the origin, one for each object, assigned so that the first object stays in view."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

# How many cells must stay empty for the camera to see the first object. A grid has g cells a side. A straight line comes
# nearer than half a cell to at most about 2 g cells (1.4 g in space, 1.4 g + 1 in the plane), and a point comes nearer than one
# cell to at most 8 cells in space and 5 in the plane.
_SPARE = {3: 6, 2: 5}


@lru_cache(maxsize=64)
def _sides(most: int, dimensions: int) -> np.ndarray:
    """(most + 1,) int: cells along a side for 0..most objects."""
    sides, side = [], 2
    for count in range(most + 1):
        while side**dimensions < count + 2 * side + _SPARE[dimensions]:
            side += 1
        sides.append(side)
    return np.array(sides)


@dataclass(frozen=True)
class Grid:
    """Cubic cells of B scenes: g x g x g of them in space, or g x g on the floor."""

    side: np.ndarray  # (B,) int: g
    half: np.ndarray  # (B,) metres: half the side of a cell
    radius: np.ndarray  # (B,) metres: half the side of the grid
    floor: np.ndarray  # (B,) bool

    @classmethod
    def around(cls, radius: np.ndarray, count: np.ndarray, most: int, floor: np.ndarray) -> "Grid":
        """Cells for count (B,) objects, at most `most` in any image, in a cube or square of half side radius (B,) metres."""
        side = np.where(floor, _sides(most, 2)[count], _sides(most, 3)[count])
        return cls(side, radius / side, radius, floor)

    @staticmethod
    def cells(most: int) -> int:
        """The number of cells of the finest grid for up to `most` objects."""
        return int(max(_sides(most, 2)[-1] ** 2, _sides(most, 3)[-1] ** 3))

    def centres(self, cells: int) -> tuple[np.ndarray, np.ndarray]:
        """Centres (B, C, 3) metres of cells 0..C-1, and which of them exist (B, C)."""
        number, side = np.arange(cells), self.side[:, None]
        steps = np.stack([number % side, number // side % side, number // side**2], axis=-1)
        centres = self.half[:, None, None] * (2 * steps + 1) - self.radius[:, None, None]
        centres[..., 2] = np.where(self.floor[:, None], 0.0, centres[..., 2])
        return centres, number < np.where(self.floor[:, None], side**2, side**3)

    def assign(
        self, chance: np.ndarray, wanted: np.ndarray, eye: np.ndarray, first: np.ndarray, reach: np.ndarray
    ) -> np.ndarray:
        """Centres (B, O, 3) m of different random cells for the objects that are True in wanted (B, O) bool.

        chance (B, C): uniform numbers in [0, 1), which give the random order of the cells. Cells between eye (B, 3) and the
        first object, a ball of radius reach (B,) m at first (B, 3) m, are used last.
        """
        centres, exists = self.centres(chance.shape[1])
        # On a floor objects are no higher than a cell: only that last part of the line of sight counts, seen from above.
        rise = np.maximum(eye[:, 2] - first[:, 2], 1e-9)
        part = np.where(self.floor, np.clip((2 * self.half - first[:, 2]) / rise, 0.0, 1.0), 1.0)
        line = (eye - first) * part[:, None]
        offset = centres - first[:, None]
        flat = self.floor
        line[flat, 2] = 0.0
        offset[flat, :, 2] = 0.0
        along = np.einsum("bci,bi->bc", offset, line) / np.maximum(np.einsum("bi,bi->b", line, line), 1e-12)[:, None]
        away = np.linalg.norm(offset - np.clip(along, 0.0, 1.0)[..., None] * line[:, None], axis=-1)
        blocked = (away < self.half[:, None]) | (np.linalg.norm(offset, axis=-1) < (self.half + reach)[:, None])
        order = np.argsort(chance + blocked + 2.0 * ~exists, axis=1)
        rank = np.maximum(np.cumsum(wanted, axis=1) - 1, 0)
        return np.take_along_axis(centres, np.take_along_axis(order, rank, axis=1)[..., None], axis=1)
