"""Keypoints: where the image shows corners and centre of each labelled object's box and its named points; which are seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from raster.annotations.camera_frame import camera_from_object, project
from raster.annotations.pose import CORNERS, Extents
from raster.frames import Frames
from raster.geometry.mesh import BOX_POINTS

CENTER = BOX_POINTS[-1]  # of box3d
OUTSIDE, HIDDEN, SEEN = 0, 1, 2  # flags, as in COCO
NEAR = 0.005  # a point is on the surface that a pixel shows if its depth is within this share of that pixel's


@dataclass(frozen=True)
class Keypoints:
    """Adds `keypoints` to each labelled object: a list [u, v, flag] px for each of BOX_POINTS, then for each named point of
    solids and own meshes; those that an object has not have flag 0.

    flag 0: outside the image or behind the camera, then u = v = 0; 1: in the image, not seen; 2: seen, that is: the pixel
    there, or one beside it, shows this object, and at the point's own depth unless it is inside or in the air by its nature.
    So corners behind the object have flag 1, and those of a ball's box too, which float in the air.
    """

    needs: ClassVar[tuple[str, ...]] = ("instance_id", "depth")  # layers
    extents: Extents | None = None

    def prepared(self, extents: Extents) -> "Keypoints":
        """This annotation for objects of these extents; the program calls it before the first image."""
        return replace(self, extents=extents)

    def facts(self) -> dict[str, Any]:
        """What the manifest says: the names of the points, in their order, and which of them each class has."""
        named = self.extents.named if self.extents else None
        if named is None or not named.names:
            return {"keypoints": list(BOX_POINTS)}
        of_classes = {name: [*BOX_POINTS, *own] for name, own in named.of_classes.items()}
        return {"keypoints": [*BOX_POINTS, *named.names], "keypoints_of_classes": of_classes}

    def __call__(self, frames: Frames) -> None:
        assert self.extents is not None  # set by prepared()
        for b, record in enumerate(frames.records):
            ids, depth = frames.layers["instance_id"][b], frames.layers["depth"][b]
            for entry in record["objects"]:
                if entry["class_id"]:
                    low, high = self.extents(entry)
                    named, named_on_surface = self.extents.named(entry)
                    points = np.concatenate([low + CORNERS * (high - low), [(low + high) / 2], named])
                    on_surface = [*(name != CENTER for name in BOX_POINTS), *named_on_surface.tolist()]
                    entry["keypoints"] = keypoints(record["camera"], entry, points, on_surface, ids, depth)


def keypoints(
    camera: Mapping[str, Any], entry: Mapping[str, Any], points: np.ndarray, on_surface: Sequence[bool],
    ids: np.ndarray, depth: np.ndarray,
) -> list[list[float]]:  # fmt: skip
    """[u, v, flag] of points (N, 3) in object space, NaN for what there is not; ids (H, W) of instances, depth (H, W) metres.

    on_surface (N,): whether a point is seen only at its own depth.
    """
    whole = camera_from_object(camera, entry)
    inside_camera = points @ whole[:3, :3].T + whole[:3, 3]
    height, width = ids.shape
    found = []
    places = np.round(project(camera, inside_camera), 2).tolist()  # rounded first: what is kept is inside, too
    for (u, v), z, outer in zip(places, inside_camera[:, 2].tolist(), on_surface, strict=True):
        if not (0 <= u < width and 0 <= v < height and z > 0):
            found.append([0.0, 0.0, OUTSIDE])
            continue
        rows, columns = (slice(max(int(at) - 1, 0), int(at) + 2) for at in (v, u))
        own = ids[rows, columns] == entry["instance"]
        if outer:
            own &= np.abs(depth[rows, columns] - z) <= NEAR * z
        found.append([u, v, SEEN if own.any() else HIDDEN])
    return found
