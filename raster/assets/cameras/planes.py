"""read_plane: the pose of a camera over a plane, such as a table's, that is given in the camera's frame."""

from pathlib import Path
from typing import Any

import numpy as np

from raster.assets.cameras.poses import CameraPoses, world_from_cameras
from raster.assets.cameras.structured_files import numbers_of, read_bytes, read_structured
from raster.errors import InputError
from raster.transforms import normalize

FORM = "expected {point: [x, y, z], normal: [x, y, z]}, or a 4 x 4 matrix camera_from_plane, in metres"


def read_plane(key: str, value: Any) -> CameraPoses:
    """One pose: the world's z = 0 is the plane, z up on the side that the camera is on.

    value: a point of the plane and its normal, of either side; or camera_from_plane, 4 x 4, whose z axis is the normal; or a
    JSON or YAML file with one of them. In the axes of OpenCV's camera: x right, y down, z forward, metres. The world's origin
    is at the point, its x to the right in the picture; or where the matrix has them. InputError, which begins with "{key}".
    """
    digest, start = "", f"{key}: "
    if isinstance(value, str):
        start = f"{key}={value}: "
        if Path(value).suffix.lower() not in (".json", ".yaml", ".yml"):
            raise InputError(f"{start}expected a file that ends in .json .yaml .yml, or {FORM.removeprefix('expected ')}")
        data, digest = read_bytes(key, value)
        value = read_structured(key, value, data)
    try:
        camera_from_world = upward(_camera_from_plane(value))
        return CameraPoses(world_from_cameras(camera_from_world[None], "camera_from_world", "opencv", 1.0), digest)
    except InputError as error:
        raise InputError(f"{start}{str(error).replace('pose 0 (from 0)', 'the matrix')}") from None


def _camera_from_plane(value: Any) -> np.ndarray:
    """(4, 4) float64."""
    if not isinstance(value, dict):
        found = numbers_of("it", value)
        if found.shape != (4, 4):
            raise InputError(f"it has the shape {list(found.shape)}; {FORM}")
        return found
    if {*value} != {"point", "normal"}:
        raise InputError(f"it has the keys {', '.join(map(str, value)) or '(none)'}; {FORM}")
    point, normal = (numbers_of(name, value[name]) for name in ("point", "normal"))
    if point.shape != (3,) or normal.shape != (3,) or not normal.any():
        raise InputError(f"{FORM}, the normal of any length but 0")
    z = normalize(normal)
    right = np.array([1.0, 0.0, 0.0]) if abs(z[0]) < 0.9 else np.array([0.0, 1.0, 0.0])
    x = normalize(right - (right * z).sum() * z)
    made = np.eye(4)
    made[:3] = np.stack([x, np.cross(z, x), z, point], axis=1)
    return made


def upward(camera_from_plane: np.ndarray) -> np.ndarray:
    """(4, 4): turned by half a turn about x if z points away from the camera. InputError for a plane that it does not see."""
    point, normal = camera_from_plane[:3, 3], camera_from_plane[:3, 2]
    height = -(point * normal).sum()
    if abs(height) < 1e-3:
        raise InputError("the plane goes through the camera, which sees nothing of it")
    if point[2] <= 0:
        raise InputError(f"the plane's point is at z = {point[2]:g} m, behind the camera, which looks along z")
    return camera_from_plane if height > 0 else camera_from_plane * [1.0, -1.0, -1.0, 1.0]
