"""ArrangementProblem: the objects that an arrangement has to place. Poses: the result: where they are and how they lie."""

from dataclasses import dataclass, fields

import numpy as np

from raster.scene.deformed_bounds import rest_distances
from raster.scene.scenes import Scenes
from raster.streams import Streams
from raster.transforms import multiply, rotation_about_z, rotation_between


@dataclass(frozen=True)
class ArrangementProblem:
    """Scenes with O objects and distractors each, scaled and rotated already, that need a place."""

    scenes: Scenes
    streams: Streams
    objects: slice  # the objects and distractors among the objects of the scenes
    present: np.ndarray  # (B, O) bool: which of them exist
    radius: np.ndarray  # (B,) float64 metres: half the side of the cube or square that they are to fill
    floor: np.ndarray  # (B,) bool: they rest on the floor z = 0
    lying: float  # share of them that lie on another side than the one they stand on
    largest: float = 0.0  # metres: width of an object of scale 1, for arrangements without cells

    @property
    def asset(self) -> np.ndarray:
        """(B, O) int32: row of the catalog of each object."""
        return self.scenes.asset[:, self.objects]

    @property
    def local(self) -> np.ndarray:
        """(B, O, 4, 4) float32: the objects' matrices as the randomizers scale and rotation left them."""
        return self.scenes.nodes.local[:, self.scenes.roots[self.objects]]

    @property
    def free(self) -> bool:
        """Whether places must not depend on the camera: views of one layout have different cameras, or it is told so."""
        return self.scenes.views > 1 or bool(self.scenes.cameras.centered.any())

    def sizes(self, half: np.ndarray) -> np.ndarray:
        """(B, O, 3) float64: factors of the axes with which an object of scale 1 just fits into a ball of radius half (B,) m.

        An object whose unit is a metre keeps its size if it fits, and is made smaller if not; it is stretched, but not scaled.
        """
        catalog, scale = self.scenes.catalog, scale_of(self.local)
        fitting = half[:, None] / catalog.radius[self.asset]
        metric = catalog.metric[self.asset]
        if metric.any():
            scale = np.where(metric[..., None], scale / scale.max(axis=-1, keepdims=True), scale)
            fitting = np.where(metric, np.minimum(fitting, 1.0), fitting)
        return scale * fitting[..., None]

    def largest_sizes(self) -> np.ndarray:
        """(B, O, 3) float64: factors of the axes of objects that are `largest` wide at scale 1.

        An object whose unit is a metre keeps its size, as long as it fits into half of the square.
        """
        size = self.sizes(np.full(len(self.present), self.largest / 2, np.float64))
        metric = self.scenes.catalog.metric[self.asset]
        return np.where(metric[..., None], self.sizes(self.radius / 2), size) if metric.any() else size

    def ball_radius(self, size: np.ndarray) -> np.ndarray:
        """(B, O) metres: radius of the ball about each object's origin that holds it, at sizes (B, O, 3)."""
        return self.scenes.catalog.radius[self.asset] * size.max(axis=-1)

    def rest_poses(self, size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Rotations (B, O, 3, 3) with which objects of sizes (B, O, 3) rest on a floor, and heights (B, O) m of their origins.

        The share `lying` of them lies on a random other side; the rest stands. The angle about z is random.
        """
        catalog, asset, streams, shape = self.scenes.catalog, self.asset, self.streams, self.asset.shape[1:]
        others = np.maximum(catalog.rest_count[asset] - 1, 1)
        other = np.minimum(1 + np.floor(streams.uniform("rest", *shape) * others), catalog.rest_count[asset] - 1)
        rest = np.where(streams.bernoulli("lying", self.lying, *shape), other, 0).astype(np.int64)
        return self.pose_on(rest, size, 2 * np.pi * streams.uniform("yaw", *shape))

    def pose_on(self, rest: np.ndarray, size: np.ndarray, yaw: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Rotations (B, O, 3, 3) and heights (B, O) m of the origins of objects whose resting direction points down.

        rest (B, O): which of Catalog.rest_directions; size (B, O, 3): factors of the axes; yaw (B, O) radians about z.
        """
        # The supporting plane n.x = c of the unit solid becomes, under the scale s, (n / s).y = c.
        normal = self.scenes.catalog.rest_directions[self.asset, rest] / size
        length = np.linalg.norm(normal, axis=-1)
        rotation = multiply(rotation_about_z(yaw), rotation_between(normal / length[..., None], np.array([0.0, 0.0, -1.0])))
        return rotation, rest_distances(self.scenes, self.objects, rest) / length


@dataclass(frozen=True)
class Poses:
    """Poses of the O objects of B scenes."""

    position: np.ndarray  # (B, O, 3) float64, metres
    rotation: np.ndarray  # (B, O, 3, 3) float64
    size: np.ndarray  # (B, O, 3) float64: factors of each axis
    present: np.ndarray  # (B, O) bool: False for objects that found no place, or were not there

    def where(self, scenes: np.ndarray, other: "Poses") -> "Poses":
        """The poses of `other` in the scenes that are True in scenes (B,) bool, and these poses in the rest."""
        pairs = ((getattr(self, f.name), getattr(other, f.name)) for f in fields(self))
        return Poses(*(np.where(scenes.reshape(-1, *(1,) * (mine.ndim - 1)), new, mine) for mine, new in pairs))


def scale_of(local: np.ndarray) -> np.ndarray:
    """(..., 3) float64: the scale along each axis of matrices (..., 4, 4) that scale first and then rotate."""
    return np.linalg.norm(local[..., :3, :3].astype(np.float64), axis=-2)


def rotation_of(local: np.ndarray) -> np.ndarray:
    """(..., 3, 3) float64: the rotation of matrices (..., 4, 4) that scale first and then rotate."""
    return local[..., :3, :3] / scale_of(local)[..., None, :]
