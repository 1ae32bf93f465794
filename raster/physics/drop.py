"""Drop: everything that the settling of one layout depends on. Settled: where its objects came to rest."""

import hashlib
from dataclasses import dataclass

import numpy as np

from raster.geometry.collision_shapes import CollisionShape


@dataclass(frozen=True)
class Drop:
    """O objects that fall into a square between four walls, and where they start in each of A attempts."""

    bodies: tuple[tuple[CollisionShape, ...], ...]  # (O): the parts of each object
    scale: np.ndarray  # (O, 3) float64: factors of each object's axes
    radius: np.ndarray  # (O,) float64, metres: of the ball about its origin that holds it
    position: np.ndarray  # (A, O, 3) float64, metres: no two of these balls overlap
    rotation: np.ndarray  # (A, O, 3, 3) float64
    half: float  # metres: half the side of the square
    settle_s: float  # simulated seconds in which they must come to rest

    def digest(self, *settings: object) -> str:
        """64 hexadecimal digits (SHA-256) of all fields and of `settings`, those of the program that settles it."""
        whole = hashlib.sha256(repr((settings, self.half, self.settle_s, self.position.shape)).encode())
        for body in self.bodies:
            for part in body:
                whole.update(f"{part.shape} {part.points.shape}".encode())
                whole.update(part.object_from_part.tobytes())
                whole.update(part.points.tobytes())
            whole.update(b"body")
        for array in (self.scale, self.radius, self.position, self.rotation):
            whole.update(np.ascontiguousarray(array).tobytes())
        return whole.hexdigest()


@dataclass(frozen=True)
class Settled:
    """The result of a drop."""

    position: np.ndarray  # (O, 3) float64, metres; NaN for an object that left the square
    rotation: np.ndarray  # (O, 3, 3) float64
    redrawn: int  # number of attempts that did not settle and were given up
    settled: bool  # whether the last attempt settled
