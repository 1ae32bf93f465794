"""Surface: the reflection of light at a point, and the directions in which paths continue. For benchmarks.path_tracer."""

from dataclasses import dataclass

import numpy as np

from benchmarks.path_tracer.shapes import dot, frame, normalize


@dataclass
class Surface:
    """The surface at N points. Arrays (3, N) and (N,), float32."""

    n: np.ndarray  # (3, N) unit normal, on the side of the incoming ray
    diffuse: np.ndarray  # (3, N) albedo
    shine: np.ndarray  # (3, N) reflectance at normal incidence
    alpha: np.ndarray  # (N,) GGX roughness

    def select(self, rows: np.ndarray) -> "Surface":
        """The surface at some of the points, by index."""
        return Surface(self.n[:, rows], self.diffuse[:, rows], self.shine[:, rows], self.alpha[rows])

    def highlight_probability(self, v: np.ndarray) -> np.ndarray:
        """Probability (N,) with which sample() samples the highlight, seen from direction v (3, N)."""
        mirror = self._fresnel(np.maximum(dot(self.n, v), 0)).sum(axis=0)
        return np.clip(mirror / (mirror + self.diffuse.sum(axis=0) + 1e-6), 0.1, 1).astype(np.float32)

    def _fresnel(self, c: np.ndarray) -> np.ndarray:
        """Reflectance (3, N) at the cosine c (N,) of the angle of incidence (Schlick 1994)."""
        return self.shine + (1 - self.shine) * (1 - c) ** 5

    def reflect(self, v: np.ndarray, l: np.ndarray) -> tuple[np.ndarray, np.ndarray]:  # noqa: E741 - light, in every paper
        """BRDF times cosine (3, N) for light from l to v, both (3, N), and the density (N,) of sample() at l.

        A Lambert surface under a GGX coat with height-correlated shadowing (Heitz 2014); 0 for l below the surface.
        """
        nl, nv = dot(self.n, l), np.maximum(dot(self.n, v), 1e-3)
        above = nl > 0
        nl = np.maximum(nl, 1e-4)
        h = normalize(v + l)
        nh, a2 = np.clip(dot(self.n, h), 0, 1), self.alpha**2
        spread = a2 / np.maximum(np.float32(np.pi) * (1 - nh * nh * (1 - a2)) ** 2, 1e-12)
        lit, seen = np.sqrt(a2 + (1 - a2) * nl * nl), np.sqrt(a2 + (1 - a2) * nv * nv)
        fresnel = self._fresnel(np.clip(dot(v, h), 0, 1))
        coat = 0.5 * spread * nl / (nl * seen + nv * lit)
        value = (1 - fresnel) * self.diffuse * (nl / np.float32(np.pi)) + fresnel * coat
        probability = self.highlight_probability(v)
        density = probability * spread / (2 * (nv + seen)) + (1 - probability) * nl / np.float32(np.pi)
        return np.where(above, value, 0), np.where(above, density, 0)

    def sample(self, v: np.ndarray, u: np.ndarray) -> np.ndarray:
        """Random directions (3, N) by u (3, N) in [0, 1): of the highlight (visible normals, Heitz 2018) or cosine-weighted."""
        side, up = frame(self.n)
        r, angle = np.sqrt(u[0]), np.float32(2 * np.pi) * u[1]
        x, y = r * np.cos(angle), r * np.sin(angle)
        diffuse = side * x + up * y + self.n * np.sqrt(1 - u[0])
        stretched = normalize(np.stack([self.alpha * dot(side, v), self.alpha * dot(up, v), np.maximum(dot(self.n, v), 1e-3)]))
        first, second = frame(stretched)
        s = 0.5 * (1 + stretched[2])
        y = (1 - s) * np.sqrt(np.maximum(0, 1 - x * x)) + s * y
        half = first * x + second * y + stretched * np.sqrt(np.maximum(0, 1 - x * x - y * y))
        h = normalize(side * (half[0] * self.alpha) + up * (half[1] * self.alpha) + self.n * np.maximum(half[2], 0))
        mirrored = 2 * dot(v, h) * h - v
        return np.where(u[2] < self.highlight_probability(v), mirrored, diffuse).astype(np.float32)
