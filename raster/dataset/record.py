"""ImageRecord: every field of one line of scenes.jsonl, with its unit and the part of the program that writes it.

A line describes one image. Lines may hold more keys than these: an annotation adds what it derives. Numbers that are not
integers are float32 or float64. Matrices are lists of rows and act on column vectors: world = world_from_object @ object.
The world is right-handed, z up, in metres. docs/on-disk.md explains the conventions.
"""

from collections.abc import Mapping
from typing import Any, TypedDict

Matrix = list[list[float]]  # 4 x 4, row-major
Vector = list[float]  # x, y, z; or red, green, blue, linear
Hash = str  # SHA-256, 64 hexadecimal digits
SPLITS = "train", "valid", "test"


class CameraBase(TypedDict):
    """The fields that every camera has. Written by raster/rendering/records.py."""

    width: int  # px
    height: int  # px
    fx: float  # focal length in px, horizontal
    fy: float  # focal length in px, vertical
    cx: float  # principal point in px from the left edge of the image
    cy: float  # principal point in px from the top edge
    near: float  # m: nothing nearer is drawn
    far: float  # m: nothing farther is drawn
    world_from_camera: Matrix  # OpenCV's camera: x right, y down, z forward


class CameraRecord(CameraBase, total=False):
    """The camera of an image. Written by raster/rendering/records.py."""

    distortion: Vector  # OpenCV's k1, k2, p1, p2, k3; only if the lens distorts


class PartRecord(TypedDict):
    """One mesh of a composite object. Written by raster/rendering/records.py."""

    solid: str  # name of the solid
    world_from_object: Matrix


class MorphRecord(TypedDict):
    """How the shape of an object is deformed; raster/geometry/deformations.py has the formulas and the units.

    Written by raster/rendering/records.py.
    """

    taper: float
    twist: float
    bend: float
    bend_turn: float
    bulge: float
    roundness: float
    noise: float
    frequency: float
    seed: Vector
    fit: float


ObjectBase = TypedDict(
    "ObjectBase",
    {
        "instance": int,  # 1..N in this image; 0 is the background
        "class": str,  # name of the class; "background" for what has no label
        "class_id": int,  # line number of the class in codes.txt, from 0
        "solid": str,  # name of the solid or of the user's own mesh
        "slot": str,  # which group it belongs to: objects, distractors, floor, ...
        "world_from_object": Matrix,
    },
)


class PoseRecord(TypedDict):
    """Where an object is in the camera's frame. Written by raster/annotations/pose.py."""

    rotation: list[Vector]  # 3 x 3: camera_from_object without scale
    translation: Vector  # m: the object's origin


class Box3dRecord(TypedDict):
    """The box around an object along its own axes, in the camera's frame. Written by raster/annotations/pose.py."""

    center: Vector  # m
    size: Vector  # m: full lengths along the object's axes
    rotation: list[Vector]  # 3 x 3: camera_from_object without scale
    corners: list[Vector]  # 8 points, m; bit 2 of a corner's number says on which side of x it is, bit 1 of y, bit 0 of z


class ObjectRecord(ObjectBase, total=False):
    """One object of an image, in the order of the instance ids. Written by raster/rendering/records.py."""

    morph: MorphRecord  # only if its shape is deformed
    parts: list[PartRecord]  # only for a composite object
    visible_px: int  # pixels of the image that show it; written by raster/annotations/boxes.py
    true_class: str  # only if it lost its label: the class that it would have; written by raster/run/label_filter.py
    bbox: list[int] | None  # [x, y, w, h] px of those pixels, None without any; written by raster/annotations/boxes.py
    amodal_px: int  # pixels that would show it if nothing stood before it; written by raster/annotations/amodal.py
    amodal_bbox: list[int] | None  # [x, y, w, h] px of those pixels; written by raster/annotations/amodal.py
    visibility: float | None  # visible_px / amodal_px; written by raster/annotations/amodal.py
    full_px: int | None  # pixels that it would have if the image had no edges; written by raster/annotations/full.py
    full_bbox: (
        list[int] | None
    )  # [x, y, w, h] px of those, x and y from the image's corner; written by raster/annotations/full.py
    truncation: float | None  # 1 - amodal_px / full_px; written by raster/annotations/full.py
    pose: PoseRecord
    size: Vector  # m: full lengths along the object's axes; written by raster/annotations/pose.py
    box3d: Box3dRecord
    keypoints: list[Vector]  # [u, v, flag] px of the manifest's "keypoints"; written by raster/annotations/keypoints.py


class LayoutRecord(TypedDict):
    """Where the objects' places come from. Written by raster/rendering/records.py."""

    number: int  # of the layout; images with the same number show the same objects in the same places
    arrangement: str  # a name of raster.scene.scenes.ARRANGEMENTS
    redrawn: int  # attempts that were given up
    settled: bool  # physics: everything came to rest


class LightRecord(TypedDict, total=False):
    """One light. Which fields there are depends on its type. Written by raster/rendering/records.py."""

    type: str  # ambient, environment, directional, point or spot
    color: Vector  # linear RGB intensity; not for environment
    map: str  # environment: name of the map
    yaw: float  # environment: radians about z
    gain: float  # environment: factor on the map's radiance
    direction: Vector  # directional: unit vector towards the light
    position: Vector  # point and spot: m
    shadows: bool  # directional, point and spot: casts shadows
    axis: Vector  # spot: unit vector, where it points
    cosines: list[float]  # spot: cosines of the angles where its light begins to fade and where it ends


class RecordBase(TypedDict):
    """The fields that every image has."""

    index: int  # number of the image; written by raster/rendering/records.py
    split: str  # "train", "valid" or "test"; written by raster/run/workers.py
    camera: CameraRecord
    objects: list[ObjectRecord]  # everything that is drawn, what has no label too
    lights: list[LightRecord]


class ImageRecord(RecordBase, total=False):
    """One line of scenes.jsonl. `image` and `label` come from raster/run/workers.py; the journal drops them from the
    record of an image that has no such file, and writes the hashes (raster/dataset/journal.py).
    """

    image: str  # path of the PNG file in OUT: images/000000.png
    label: str  # path of the label in OUT: labels/000000.png
    unlabelled: bool  # true, and only there if no pixel of the image is of a class; written by raster/run/workers.py
    layout: LayoutRecord  # only with views_per_layout above 1 or an arrangement that is no grid
    image_sha256: Hash  # of the file `image`
    label_sha256: Hash  # of the file `label`
    too_far: dict[str, int]  # layer -> pixels that do not fit 16 bits, if there are any; written by raster/writers/layers.py
    files: dict[str, Hash]  # path in OUT -> hash, of the files that other writers made of this image; absent without any


def files_of(record: Mapping[str, Any]) -> dict[str, Hash]:
    """Return path in OUT -> SHA-256 in hex of all files that a record lists. KeyError where a path has no hash."""
    pair = {record[key]: record[f"{key}_sha256"] for key in ("image", "label") if key in record}
    return {**pair, **record.get("files", {})}
