"""Pose: where each labelled object is in the camera's frame, without scale, and the box around it in three dimensions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Protocol

import numpy as np

from raster.annotations.camera_frame import camera_from_object
from raster.frames import Frames

# Corner k of a box: bit 2 of k says on which side of x it is, bit 1 of y, bit 0 of z; 0 = the lower side.
CORNERS = np.array([[k >> 2 & 1, k >> 1 & 1, k & 1] for k in range(8)], np.float64)


class NamedPoints(Protocol):
    """Points of objects that have names, in object space."""

    names: tuple[str, ...]  # of all points of all objects
    of_classes: Mapping[str, Sequence[str]]  # class -> those of its objects

    def __call__(self, entry: Mapping[str, Any], /) -> tuple[np.ndarray, np.ndarray]:
        """For each of `names` a point (K, 3) of a record's object, NaN if it has none, and (K,) bool: on its surface."""
        ...


class Extents(Protocol):
    """How far objects reach in object space."""

    named: NamedPoints

    def __call__(self, entry: Mapping[str, Any], /) -> np.ndarray:
        """Lowest and highest x, y, z (2, 3) of the points of a record's object."""
        ...

    def of_meshes(self) -> Mapping[str, np.ndarray]:
        """The same of each own mesh, by its name, without deformations."""
        ...


@dataclass(frozen=True)
class Pose:
    """Adds to each labelled object:

    `pose`: {"rotation": 3 x 3, "translation": 3}, camera_from_object without scale, metres; the camera is OpenCV's.
    `size`: full lengths of its box along the object's axes, metres.
    `box3d`: {"center": 3, "size": 3, "rotation": 3 x 3, "corners": 8 x 3} in the camera's frame, metres; see CORNERS.
    """

    needs: ClassVar[tuple[str, ...]] = ()  # layers
    extents: Extents | None = None

    def prepared(self, extents: Extents) -> "Pose":
        """This annotation for objects of these extents; the program calls it before the first image."""
        return replace(self, extents=extents)

    def facts(self) -> dict[str, Any]:
        """What the manifest says: the extents of own meshes in object space, if there are any."""
        extents = {name: _plain(extent).tolist() for name, extent in self.extents.of_meshes().items()} if self.extents else {}
        return {"mesh_extents": extents} if extents else {}

    def __call__(self, frames: Frames) -> None:
        assert self.extents is not None  # set by prepared()
        for record in frames.records:
            for entry in record["objects"]:
                if entry["class_id"]:
                    entry |= pose(record["camera"], entry, self.extents(entry))


def pose(camera: Mapping[str, Any], entry: Mapping[str, Any], extent: np.ndarray) -> dict[str, Any]:
    """The keys of one object; extent (2, 3): lowest and highest coordinates of its points in object space."""
    whole = camera_from_object(camera, entry)
    scale = np.linalg.norm(whole[:3, :3], axis=0)
    rotation = whole[:3, :3] / scale
    corners = (extent[0] + CORNERS * (extent[1] - extent[0])) @ whole[:3, :3].T + whole[:3, 3]
    size = scale * (extent[1] - extent[0])
    box = {"center": corners.mean(axis=0), "size": size, "rotation": rotation, "corners": corners}
    return {
        "pose": {"rotation": _plain(rotation), "translation": _plain(whole[:3, 3])},
        "size": _plain(size),
        "box3d": {name: _plain(value) for name, value in box.items()},
    }


def _plain(values: np.ndarray) -> np.ndarray:
    """Float32, as matrices are on disk."""
    return np.ascontiguousarray(values, np.float32)
