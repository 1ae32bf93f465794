"""Panel, Ball, Sky: the light sources. For benchmarks.path_tracer.

Arrays of vectors are (3, N) float32, a column for each ray, in world units; light is linear RGB.
"""

from dataclasses import dataclass

import numpy as np

from benchmarks.path_tracer.shapes import MIN_T, dot, frame


@dataclass(frozen=True)
class Panel:
    """A rectangle that emits light to one side."""

    centre: np.ndarray  # (3,) float32
    right: np.ndarray  # (3,) float32, from the centre to an edge
    up: np.ndarray  # (3,) float32, the same, at right angles
    emission: np.ndarray  # (3,) float32 radiance

    def _front(self) -> tuple[np.ndarray, float]:
        """The normal (3, 1) of the emitting side, and the area."""
        n = np.cross(self.right, self.up)
        half = float(np.linalg.norm(n))
        return (n / half).astype(np.float32)[:, None], 4 * half

    def sample(self, p: np.ndarray, u: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Directions (3, N) from points p (3, N) to random points of it, distances (N,), densities per steradian (N,).

        u: (2, N) random numbers in [0, 1).
        """
        ends = self.centre[:, None] + self.right[:, None] * (2 * u[0] - 1) + self.up[:, None] * (2 * u[1] - 1)
        offset = ends - p
        distance = np.sqrt(dot(offset, offset))
        return offset / distance, distance, self._density(offset / distance, distance)

    def meet(self, o: np.ndarray, d: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """t (N,) where rays o + t d hit it, inf for a miss, and the density per steradian (N,) of sample() for that ray."""
        n, _ = self._front()
        with np.errstate(divide="ignore", invalid="ignore"):
            t = dot(self.centre[:, None] - o, n) / dot(d, n)
            at = o + t * d - self.centre[:, None]
            inside = (np.abs(dot(at, self.right[:, None])) <= self.right @ self.right) & (
                np.abs(dot(at, self.up[:, None])) <= self.up @ self.up
            )
        t = np.where(inside & (t > MIN_T) & (dot(d, n) < 0), t, np.inf)
        return t, self._density(d, t)

    def _density(self, d: np.ndarray, distance: np.ndarray) -> np.ndarray:
        """Density (N,) per steradian of directions d (3, N) that hit it at these distances (N,); inf from behind."""
        n, area = self._front()
        return np.where(-dot(d, n) > 1e-4, distance**2 / np.maximum(-dot(d, n), 1e-4) / area, np.inf).astype(np.float32)


@dataclass(frozen=True)
class Ball:
    """A ball that emits light in all directions."""

    centre: np.ndarray  # (3,) float32
    radius: float
    emission: np.ndarray  # (3,) float32 radiance

    def sample(self, p: np.ndarray, u: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """As Panel.sample; uniform in the cone of directions from p that hit the ball."""
        offset = self.centre[:, None] - p
        far = dot(offset, offset)
        cap = self._cap(far)
        c = 1 - u[0] * cap
        s, angle = np.sqrt(np.maximum(0, 1 - c * c)), np.float32(2 * np.pi) * u[1]
        axis = offset / np.sqrt(far)
        side, up = frame(axis)
        d = side * (s * np.cos(angle)) + up * (s * np.sin(angle)) + axis * c
        along = dot(offset, d)
        distance = along - np.sqrt(np.maximum(0, self.radius**2 - (far - along**2)))
        return d, distance.astype(np.float32), 1 / (np.float32(2 * np.pi) * cap)

    def meet(self, o: np.ndarray, d: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """As Panel.meet."""
        offset = self.centre[:, None] - o
        far, along = dot(offset, offset), dot(offset, d)
        deep = self.radius**2 - (far - along**2)
        t = np.where((deep > 0) & (along > 0), along - np.sqrt(np.maximum(deep, 0)), np.inf)
        return t, 1 / (np.float32(2 * np.pi) * self._cap(far))

    def _cap(self, far: np.ndarray) -> np.ndarray:
        """1 - cos of the half angle of that cone at squared distance `far` (N,), in a form that is precise in float32."""
        x = np.minimum(1, np.float32(self.radius**2) / far)
        return x / (1 + np.sqrt(1 - x))


@dataclass(frozen=True)
class Sky:
    """Light from infinity: a gradient from ground over horizon to zenith, and soft bright patches."""

    ground: np.ndarray  # (3,) float32, each
    horizon: np.ndarray
    zenith: np.ndarray
    patches: tuple[tuple[np.ndarray, float, np.ndarray], ...]  # direction (3,), sharpness, colour (3,)

    def __call__(self, d: np.ndarray) -> np.ndarray:
        """Radiance (3, N) from directions d (3, N)."""
        up = np.sqrt(np.maximum(d[2], 0))
        down = np.sqrt(np.minimum(1, np.maximum(-d[2], 0) * 4))
        total = self.horizon[:, None] * (1 - up - down + up * down)
        total += self.zenith[:, None] * up + self.ground[:, None] * down
        for direction, sharpness, colour in self.patches:
            total += colour[:, None] * np.exp(np.float32(sharpness) * (dot(d, direction[:, None]) - 1))
        return total

    def brightness(self) -> float:
        """An estimate of the light that it sends, for the exposure."""
        return float((self.zenith + self.horizon).mean())
