"""Paint: the colour of a surface as a function of position, in ten patterns. For benchmarks.path_tracer."""

from dataclasses import dataclass
from itertools import product

import numpy as np

FLOORS = ("planks", "tiles", "cloth", "stone", "plain")
COATS = ("plain", "plain", "plain", "rings", "marble", "stripes", "stone", "bands")
_CELLS = 32  # period of the noise, in lattice cells
_STEPS = np.array([[_CELLS**2], [_CELLS], [1]], np.int32)  # in the flattened table


@dataclass(frozen=True)
class Paint:
    """A procedural texture of three linear RGB colours."""

    pattern: str
    colours: np.ndarray  # (3, 3) float32, a colour a row
    frequency: float  # of the pattern, per world unit
    table: np.ndarray  # (32, 32, 32) float32 0..1, the noise

    def __call__(self, q: np.ndarray) -> np.ndarray:
        """Linear RGB (3, N) float32, 0 to 0.95, at points q (3, N) in the space of the object, world units."""
        return np.clip(getattr(self, f"_{self.pattern}")(q * np.float32(self.frequency)), 0.0, 0.95)

    def _mix(self, a: int, b: int, share: np.ndarray) -> np.ndarray:
        """Colours (3, N) between colour a (share 0) and colour b (share 1); share (N,)."""
        first, second = self.colours[a][:, None], self.colours[b][:, None]
        return first + (second - first) * share

    def _noise(self, q: np.ndarray, octaves: int = 3) -> np.ndarray:
        """Value noise (N,), 0..1: random numbers on a lattice, interpolated smoothly, in octaves of double frequency."""
        total, size = np.zeros(q.shape[1], np.float32), 0.0
        for octave in range(octaves):
            p = q * np.float32(2**octave) + np.float32(7.3 * octave)
            cell = np.floor(p)
            f = p - cell
            f = f * f * (3 - 2 * f)
            low = cell.astype(np.int32) % _CELLS * _STEPS
            high = (cell.astype(np.int32) + 1) % _CELLS * _STEPS
            flat = self.table.ravel()
            value = np.zeros(q.shape[1], np.float32)
            for (x, u), (y, v) in product(((low[0], 1 - f[0]), (high[0], f[0])), ((low[1], 1 - f[1]), (high[1], f[1]))):
                below, above = flat[x + y + low[2]], flat[x + y + high[2]]
                value += u * v * (below + (above - below) * f[2])
            total += value * 0.5**octave
            size += 0.5**octave
        return total / np.float32(size)

    def _of_cell(self, x: np.ndarray, y: np.ndarray, layer: int = 0) -> np.ndarray:
        """A random number (N,), 0..1, for each cell with whole numbers x and y (N,)."""
        return self.table[x.astype(np.int32) % _CELLS, y.astype(np.int32) % _CELLS, layer]

    def _plain(self, q: np.ndarray) -> np.ndarray:
        """One colour, slightly uneven."""
        return self.colours[0][:, None] * (0.94 + 0.12 * self._noise(q, 2))

    def _stripes(self, q: np.ndarray) -> np.ndarray:
        """Slanted stripes of two colours."""
        return self._mix(0, 1, (q[2] * 0.8 + q[0] * 0.6) % 1 < 0.45)

    def _bands(self, q: np.ndarray) -> np.ndarray:
        """A broad band about the middle, with a thin band on either side."""
        z = np.abs(q[2])
        return np.where((z < 0.25) | ((z > 0.34) & (z < 0.38)), self.colours[1][:, None], self.colours[0][:, None])

    def _marble(self, q: np.ndarray) -> np.ndarray:
        """Veins that noise distorts."""
        vein = np.abs(np.sin(3 * (q[0] + 0.7 * q[1] + 0.4 * q[2]) + 9 * self._noise(q)))
        return self._mix(1, 0, np.minimum(1, 0.15 + 1.6 * vein)) * (0.9 + 0.2 * self._noise(3 * q, 2))

    def _rings(self, q: np.ndarray) -> np.ndarray:
        """Annual rings of wood about an axis beside the object's own."""
        away = np.hypot(q[0] - 0.4, q[1] + 0.7) * 4 + 1.2 * self._noise(q, 2) + 0.2 * q[2]
        ring = away % 1
        fine = self._noise(q * np.array([[18], [18], [1.5]], np.float32), 1)
        return self._mix(0, 1, np.minimum(ring * ring, 6 * (1 - ring))) * (0.85 + 0.3 * fine)

    def _planks(self, q: np.ndarray) -> np.ndarray:
        """Boards along y, five times as long as wide, each row shifted by its own amount."""
        row = np.floor(q[0])
        along = q[1] / 5 + 13 * self._of_cell(row, row, 1)
        board = np.floor(along)
        tint = self._of_cell(row, board)
        grain = self._noise(np.stack([q[0] * 11, q[1] * 0.7 + 31 * tint, 9 * tint]))
        gap = (q[0] % 1 < 0.025) | (along % 1 < 0.006)
        return self._mix(0, 1, 0.6 * tint + 0.8 * (grain - 0.3)) * np.where(gap, np.float32(0.25), np.float32(1))

    def _tiles(self, q: np.ndarray) -> np.ndarray:
        """Square tiles, some darker, with grout between."""
        x, y = np.floor(q[0]), np.floor(q[1])
        tint = 0.85 + 0.15 * self._of_cell(x, y) + 0.15 * (self._noise(q * 3, 2) - 0.5)
        tile = self._mix(0, 1, (self._of_cell(x, y, 2) > 0.8).astype(np.float32)) * tint
        grout = (np.minimum(q[0] % 1, q[1] % 1) < 0.045)[None]
        return np.where(grout, self.colours[2][:, None] * (0.8 + 0.4 * self._noise(q * 9, 1)), tile)

    def _cloth(self, q: np.ndarray) -> np.ndarray:
        """Woven threads, in a check of two colours."""
        x, y = q[0] * 9, q[1] * 9
        over = (np.floor(x) + np.floor(y)) % 2 == 0
        thick = 0.55 + 0.45 * np.abs(np.sin(np.pi * np.where(over, x, y)))
        check = 0.5 * ((q[0] % 2 < 1).astype(np.float32) + (q[1] % 2 < 1))
        return self._mix(0, 1, check) * thick * (0.85 + 0.3 * self._noise(q * 5, 2))

    def _stone(self, q: np.ndarray) -> np.ndarray:
        """Granite: specks of two other colours on the first."""
        specks, flecks = self._noise(q * 9, 2), self._noise(q * 15 + 5, 2)
        ground = self.colours[0][:, None] * (0.8 + 0.4 * self._noise(q, 2))
        ground = np.where(specks > 0.62, self.colours[1][:, None], ground)
        return np.where(flecks > 0.68, self.colours[2][:, None], ground).astype(np.float32)
