"""Surface: how a point sends light on, and in which directions paths go on from it. For benchmarks.path_tracer."""

from dataclasses import dataclass

import numpy as np

from benchmarks.path_tracer.shapes import dot, frame, normalize


@dataclass
class Surface:
    """What a ray finds: all that its reflection depends on. (3, N) and (N,) float32."""

    n: np.ndarray  # normal, towards where the ray came from
    diffuse: np.ndarray  # (3, N) albedo
    shine: np.ndarray  # (3, N) what is reflected straight on
    alpha: np.ndarray  # (N,) GGX roughness

    def take(self, rows: np.ndarray) -> "Surface":
        """Some of its columns."""
        return Surface(self.n[:, rows], self.diffuse[:, rows], self.shine[:, rows], self.alpha[rows])

    def chance(self, v: np.ndarray) -> np.ndarray:
        """How often (N,) sample() takes the highlight, seen from direction v (3, N)."""
        mirror = self._fresnel(np.maximum(dot(self.n, v), 0)).sum(axis=0)
        return np.clip(mirror / (mirror + self.diffuse.sum(axis=0) + 1e-6), 0.1, 1).astype(np.float32)

    def _fresnel(self, c: np.ndarray) -> np.ndarray:
        """Schlick 1994."""
        return self.shine + (1 - self.shine) * (1 - c) ** 5

    def reflect(self, v: np.ndarray, l: np.ndarray) -> tuple[np.ndarray, np.ndarray]:  # noqa: E741 - light, in every paper
        """BRDF times cosine (3, N) from l to v, and the density (N,) of sample() there.

        Lambert under a GGX coat with height-correlated shadowing (Heitz 2014); l below the surface gives 0.
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
        chance = self.chance(v)
        density = chance * spread / (2 * (nv + seen)) + (1 - chance) * nl / np.float32(np.pi)
        return np.where(above, value, 0), np.where(above, density, 0)

    def sample(self, v: np.ndarray, u: np.ndarray) -> np.ndarray:
        """Directions (3, N) by u (3, N): the highlight's (visible normals, Heitz 2018), or by the cosine."""
        side, up = frame(self.n)
        r, turned = np.sqrt(u[0]), np.float32(2 * np.pi) * u[1]
        x, y = r * np.cos(turned), r * np.sin(turned)
        plain = side * x + up * y + self.n * np.sqrt(1 - u[0])
        stretched = normalize(np.stack([self.alpha * dot(side, v), self.alpha * dot(up, v), np.maximum(dot(self.n, v), 1e-3)]))
        first, second = frame(stretched)
        s = 0.5 * (1 + stretched[2])
        y = (1 - s) * np.sqrt(np.maximum(0, 1 - x * x)) + s * y
        half = first * x + second * y + stretched * np.sqrt(np.maximum(0, 1 - x * x - y * y))
        h = normalize(side * (half[0] * self.alpha) + up * (half[1] * self.alpha) + self.n * np.maximum(half[2], 0))
        mirrored = 2 * dot(v, h) * h - v
        return np.where(u[2] < self.chance(v), mirrored, plain).astype(np.float32)
