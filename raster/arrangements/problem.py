"""ArrangementProblem: what an arrangement has to go by. Poses: what it gives back. Sizes, and poses of things that rest."""

from dataclasses import dataclass, fields

import numpy as np

from raster.scene.deformed_bounds import rest_distances
from raster.scene.scenes import Scenes
from raster.streams import Streams
from raster.transforms import multiply, rotation_about_z, rotation_between


@dataclass(frozen=True)
class ArrangementProblem:
    """Scenes with O objects and distractors each, scaled and turned, whose places are to be found."""

    scenes: Scenes
    streams: Streams
    objects: slice  # of the objects and distractors
    present: np.ndarray  # (B, O) bool
    radius: np.ndarray  # (B,) metres: half the side of the cube or square that they are to fill
    floor: np.ndarray  # (B,) bool: they rest on z = 0
    lying: float  # share of them that lie on another side than the one they stand on
    largest: float = 0.0  # metres across of a thing of scale 1, where it is not given by a cell

    @property
    def asset(self) -> np.ndarray:
        """(B, O) int32."""
        return self.scenes.asset[:, self.objects]

    @property
    def local(self) -> np.ndarray:
        """(B, O, 4, 4) float32: as scale and rotation left them."""
        return self.scenes.nodes.local[:, self.scenes.roots[self.objects]]

    @property
    def free(self) -> bool:
        """Nothing may depend on the camera: other views of the same layout have another one."""
        return self.scenes.views > 1

    def sizes(self, half: np.ndarray) -> np.ndarray:
        """(B, O, 3) factors of each axis that make a ball of radius half (B,) hold a thing of scale 1.

        Of things whose unit is a metre: 1, or as small as they must be to fit; stretched, but not scaled.
        """
        catalog, scale = self.scenes.catalog, scale_of(self.local)
        fitting = half[:, None] / catalog.radius[self.asset]
        metric = catalog.metric[self.asset]
        if metric.any():
            scale = np.where(metric[..., None], scale / scale.max(axis=-1, keepdims=True), scale)
            fitting = np.where(metric, np.minimum(fitting, 1.0), fitting)
        return scale * fitting[..., None]

    def largest_sizes(self) -> np.ndarray:
        """(B, O, 3), of things that are `largest` across; those whose unit is a metre may fill the room."""
        size = self.sizes(np.full(len(self.present), self.largest / 2, np.float64))
        metric = self.scenes.catalog.metric[self.asset]
        return np.where(metric[..., None], self.sizes(self.radius / 2), size) if metric.any() else size

    def reach(self, size: np.ndarray) -> np.ndarray:
        """(B, O) metres: radius of the ball about the origin of things of these sizes (B, O, 3)."""
        return self.scenes.catalog.radius[self.asset] * size.max(axis=-1)

    def resting(self, size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Rotation (B, O, 3, 3) that rests on a floor, and height (B, O) of the origin there; some stand and some lie."""
        catalog, asset, streams, shape = self.scenes.catalog, self.asset, self.streams, self.asset.shape[1:]
        others = np.maximum(catalog.rest_count[asset] - 1, 1)
        other = np.minimum(1 + np.floor(streams.uniform("rest", *shape) * others), catalog.rest_count[asset] - 1)
        rest = np.where(streams.bernoulli("lying", self.lying, *shape), other, 0).astype(np.int64)
        return self.rest_on(rest, size, 2 * np.pi * streams.uniform("yaw", *shape))

    def rest_on(self, rest: np.ndarray, size: np.ndarray, yaw: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Rotation (B, O, 3, 3) and height (B, O) of the origin of things that rest on a row (B, O) of Catalog.rests.

        size (B, O, 3): factors of each axis; yaw (B, O) radians.
        """
        # The supporting plane n.x = c of the unit solid becomes, under the scale s, (n / s).y = c.
        normal = self.scenes.catalog.rest_directions[self.asset, rest] / size
        length = np.linalg.norm(normal, axis=-1)
        turn = multiply(rotation_about_z(yaw), rotation_between(normal / length[..., None], np.array([0.0, 0.0, -1.0])))
        return turn, rest_distances(self.scenes, self.objects, rest) / length


@dataclass(frozen=True)
class Poses:
    """Poses of the O things of B scenes."""

    position: np.ndarray  # (B, O, 3) float64, metres
    turn: np.ndarray  # (B, O, 3, 3) float64
    size: np.ndarray  # (B, O, 3) float64: factors of each axis
    present: np.ndarray  # (B, O) bool: others found no place

    def where(self, scenes: np.ndarray, other: "Poses") -> "Poses":
        """The other's poses for some scenes (B,) bool, these for the rest."""
        pairs = ((getattr(self, f.name), getattr(other, f.name)) for f in fields(self))
        return Poses(*(np.where(scenes.reshape(-1, *(1,) * (mine.ndim - 1)), new, mine) for mine, new in pairs))


def scale_of(local: np.ndarray) -> np.ndarray:
    """(..., 3) scale along each own axis of matrices (..., 4, 4) that rotate what they have scaled."""
    return np.linalg.norm(local[..., :3, :3].astype(np.float64), axis=-2)


def rotation_of(local: np.ndarray) -> np.ndarray:
    """(..., 3, 3) rotation of matrices (..., 4, 4) that rotate what they have scaled."""
    return local[..., :3, :3] / scale_of(local)[..., None, :]
