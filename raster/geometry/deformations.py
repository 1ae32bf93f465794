"""Deformations: bend, twist, taper and others of objects' shapes, by the formulas of shaders/include/morph.glsl."""

from dataclasses import dataclass, fields

import numpy as np

ORDER = ("roundness", "noise", "taper", "bulge", "twist", "bend")  # order of the steps; a step with parameter 0 changes nothing


@dataclass(frozen=True)
class Deformations:
    """Parameters over any leading axes, (B, O) for scenes. Lengths are in object space, where a solid has extent 1.

    The steps are applied in the order of ORDER, and `fit` last. Sources: Barr, "Superquadrics and
    angle-preserving transformations" (1981); "Global and local deformations of solid primitives" (1984).
    """

    taper: np.ndarray  # (...) float32: x and y grow by this for each unit of z
    twist: np.ndarray  # (...) float32: radians about z for each unit of z
    bend: np.ndarray  # (...) float32: radians that the axis z turns for each unit of its length
    bend_turn: np.ndarray  # (...) float32: radians from x towards y: the direction of the bend
    bulge: np.ndarray  # (...) float32: how much wider the middle is, where z = 0, than the ends
    roundness: np.ndarray  # (...) float32: 1 makes a cube a ball, -1 a ball nearly a cube
    noise: np.ndarray  # (...) float32: greatest shift of a point along each axis
    frequency: np.ndarray  # (...) float32: lattice cells of the noise for each unit of length
    seed: np.ndarray  # (..., 3) float32: offset in the lattice, in cells
    fit: np.ndarray  # (...) float32: factor of the whole; raster.scene.deformed_bounds sets it

    @classmethod
    def zeros(cls, shape: tuple[int, ...]) -> "Deformations":
        """No deformation."""
        arrays = {f.name: np.zeros((*shape, 3) if f.name == "seed" else shape, np.float32) for f in fields(cls)}
        return cls(**{**arrays, "fit": np.ones(shape, np.float32)})

    @property
    def any(self) -> np.ndarray:
        """(...) bool: which objects are deformed."""
        return np.logical_or.reduce([getattr(self, name) != 0 for name in ORDER])

    @property
    def curvature(self) -> np.ndarray:
        """(...) float32: about the greatest curvature of what were straight lines: the second derivative of a point.

        An edge of length l is then up to curvature l^2 / 8 away from its curve. A twist w gives r w^2 at radius r, and w for a
        slanting line. Noise gives the product of a difference of 2 and the fade's second derivative, 5.8. The value for
        roundness was measured.
        """
        taper, bulge, bent = np.abs(self.taper), 6 * np.abs(self.bulge), 1.3 * np.abs(self.bend)
        twisted = np.abs(self.twist) * (1 + 0.7 * np.abs(self.twist))
        return taper + bulge + bent + twisted + 12 * self.noise * self.frequency**2 + 16 * np.abs(self.roundness)

    def at(self, *where: np.ndarray | int) -> "Deformations":
        """A copy of the parameters at an index: at(b, o) with numbers b (M,) and o (M,) has the leading axis (M,)."""
        return Deformations(**{f.name: getattr(self, f.name)[where] for f in fields(self)})

    def apply(self, points: np.ndarray) -> np.ndarray:
        """(..., P, 3) float64: points (P, 3) or (..., P, 3) of object space after the deformation."""
        lead, count = self.taper.shape, np.shape(points)[-2]
        p = np.broadcast_to(np.asarray(points, np.float64), (*lead, count, 3)).reshape(-1, count, 3).copy()
        sizes = {f.name: (len(p), 1, 3 if f.name == "seed" else 1) for f in fields(self)}
        flat = {name: getattr(self, name).astype(np.float64).reshape(size) for name, size in sizes.items()}
        for name in ORDER:
            own = np.flatnonzero(flat[name])  # most shapes take few of the steps
            if len(own):
                p[own] = _STEPS[name](p[own], {key: value[own] for key, value in flat.items()})
        return (p * flat["fit"]).reshape(*lead, count, 3)


# Each step: points (M, P, 3) and the parameters (M, 1, 1), the seed (M, 1, 3), of M shapes -> points (M, P, 3).
Values = dict[str, np.ndarray]


def _rounded(p: np.ndarray, m: Values) -> np.ndarray:
    return p * _norm_ratio(p)[..., None] ** m["roundness"]


def _dented(p: np.ndarray, m: Values) -> np.ndarray:
    return p + m["noise"] * smooth_noise(m["frequency"] * p + m["seed"])


def _tapered(p: np.ndarray, m: Values) -> np.ndarray:
    return p * np.where(_XY, 1 + m["taper"] * p[..., 2:], 1)


def _bulging(p: np.ndarray, m: Values) -> np.ndarray:
    return p * np.where(_XY, 1 + m["bulge"] * (1 - 4 * p[..., 2:] ** 2), 1)


def _twisted(p: np.ndarray, m: Values) -> np.ndarray:
    return _turned(p, m["twist"][..., 0] * p[..., 2])


def _bent(p: np.ndarray, m: Values) -> np.ndarray:
    turn = m["bend_turn"][..., 0]
    return _turned(_bent_to_x(_turned(p, -turn), m["bend"][..., 0]), turn)


_XY = np.array([True, True, False])
_STEPS = {"roundness": _rounded, "noise": _dented, "taper": _tapered, "bulge": _bulging, "twist": _twisted, "bend": _bent}


def _norm_ratio(p: np.ndarray) -> np.ndarray:
    """|p|_8 / |p|_2 (...) of points (..., 3), 1 at the origin."""
    square = p * p
    fourth = square * square
    eight = np.sqrt(np.sqrt(np.sqrt((fourth * fourth).sum(axis=-1))))
    two = np.sqrt(square.sum(axis=-1))
    return np.divide(eight, two, out=np.ones_like(two), where=two > 0)


def _turned(p: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Points (..., 3) turned about z by angle (...) radians, which broadcasts."""
    x, y, z = np.moveaxis(p, -1, 0)
    c, s = np.cos(angle), np.sin(angle)
    return np.stack([c * x - s * y, s * x + c * y, z], axis=-1)


def _bent_to_x(p: np.ndarray, rate: np.ndarray) -> np.ndarray:
    """Points (..., 3) where the axis z is an arc towards +x, of curvature rate (...): x is measured from it, inwards."""
    x, y, z = np.moveaxis(p, -1, 0)
    angle = rate * z
    # The axis comes to ((1 - cos angle) / rate, 0, sin(angle) / rate); np.sinc(u) is sin(pi u) / (pi u), also at 0.
    across = z * np.sin(angle / 2) * np.sinc(angle / (2 * np.pi))
    along = z * np.sinc(angle / np.pi)
    return np.stack([across + x * np.cos(angle), y, along - x * np.sin(angle)], axis=-1)


def smooth_noise(q: np.ndarray) -> np.ndarray:
    """A vector field in [-1, 1]^3 at points (..., 3), random at whole numbers and smooth between them."""
    cell = np.floor(q)
    f = q - cell
    t = f**3 * (f * (f * 6 - 15) + 10)
    spread = np.array([0x1E3779B1, 0x35EBCA77, 0x42B2AE3D], np.int64)
    result = np.zeros(q.shape)
    for corner in np.ndindex(2, 2, 2):
        weight = np.where(corner, t, 1 - t).prod(axis=-1)
        result += weight[..., None] * _random(((cell.astype(np.int64) + corner) * spread).astype(np.int32))
    return result


def _random(spread: np.ndarray) -> np.ndarray:
    """Vectors (..., 3) in [-1, 1]^3 of lattice points (..., 3) int32; sums and products wrap, shifts keep the sign."""
    h = spread[..., 0] ^ spread[..., 1] ^ spread[..., 2]
    h = (h ^ (h >> np.int32(15))) * np.int32(0x2C1B3C6D)
    h = h ^ (h >> np.int32(13))
    return (np.stack([h, h >> np.int32(10), h >> np.int32(20)], axis=-1) & np.int32(1023)) * (2 / 1023) - 1
