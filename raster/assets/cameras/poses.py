"""read_poses: places and directions of cameras from a file: matrices, COLMAP's images.txt, or rotation vectors as OpenCV's."""

from dataclasses import dataclass

import numpy as np

from raster.assets.cameras.pose_files import read_numbers
from raster.assets.cameras.structured_files import read_bytes
from raster.errors import InputError
from raster.transforms import OPENGL_FROM_OPENCV, invert_rigid, multiply, normalize, rotation_from_quaternion

STYLES = ("matrices", "colmap", "rvec_tvec")
CONVENTIONS = ("world_from_camera", "camera_from_world")
AXES = ("opencv", "opengl")  # x right, y down, z forward; x right, y up, z backward
RIGID = 1e-3  # greatest difference of an element of R' R from that of the identity
FARTHEST = 199.0  # m from the origin: objects are there, and nothing is drawn beyond 200 m


@dataclass(frozen=True)
class CameraPoses:
    """N poses, in the order of their file."""

    world_from_camera: np.ndarray  # (N, 4, 4) float32, OpenGL's camera, metres
    digest: str = ""  # SHA-256 of the file


def read_poses(key: str, name: str, style: str, convention: str | None, axes: str, unit_m: float) -> CameraPoses:
    """The poses of a file. InputError, which begins with "{key}={name}: ", for what cannot be read or is not rigid.

    style: what a pose is: "matrices": 4 x 4, or its first three rows; "colmap": quaternion (w, x, y, z) and translation, as in
    images.txt; "rvec_tvec": a rotation vector (radians) and a translation. convention: what a pose takes to what; None:
    world_from_camera for matrices, camera_from_world for the others, as the tools have it. axes: of the camera, for all styles.
    unit_m: metres that one unit of translation is.
    """
    data, digest = read_bytes(key, name)
    try:
        rows = read_numbers(name, data, style)
        if not len(rows):
            raise InputError("holds no pose")
        convention = convention or ("world_from_camera" if style == "matrices" else "camera_from_world")
        return CameraPoses(world_from_cameras(as_matrices(rows, style), convention, axes, unit_m), digest)
    except InputError as error:
        raise InputError(f"{key}={name}: {error}") from None


def as_matrices(rows: np.ndarray, style: str) -> np.ndarray:
    """(N, 4, 4) float64 of what a file says of N poses: matrices, (N, 7): quaternion, translation, or (N, 6): rvec, tvec."""
    if style == "matrices":
        return rows
    made = np.tile(np.eye(4), (len(rows), 1, 1))
    made[:, :3, 3] = rows[:, -3:]
    if style == "colmap":
        length = np.linalg.norm(rows[:, :4], axis=1)
        if (wrong := np.abs(length - 1) > 0.01).any():
            number = int(np.argmax(wrong))
            raise InputError(f"pose {number} (from 0): its quaternion has the length {length[number]:.4g}; expected 1")
        made[:, :3, :3] = rotation_from_quaternion(normalize(rows[:, [1, 2, 3, 0]]))
        return made
    angle = np.linalg.norm(rows[:, :3], axis=1, keepdims=True)
    axis = rows[:, :3] / np.maximum(angle, 1e-12)
    made[:, :3, :3] = rotation_from_quaternion(np.concatenate([axis * np.sin(angle / 2), np.cos(angle / 2)], axis=1))
    return made


def world_from_cameras(given: np.ndarray, convention: str, axes: str, unit_m: float) -> np.ndarray:
    """(N, 4, 4) float32 world_from_camera of OpenGL's camera, in metres. InputError names the first pose that is not rigid."""
    rotation = given[:, :3, :3]
    off = np.abs(multiply(np.swapaxes(rotation, 1, 2), rotation) - np.eye(3)).max(axis=(1, 2))
    wrong = ~(off < RIGID) | (np.linalg.det(rotation) < 0)
    for number in np.flatnonzero(wrong | (given[:, 3] != [0, 0, 0, 1]).any(axis=1)).tolist():
        if wrong[number]:
            lengths = ", ".join(f"{length:.4g}" for length in np.linalg.norm(rotation[number], axis=0))
            turned = " and mirrors" if np.linalg.det(rotation[number]) < 0 else ""
            what = f"its 3 x 3 part is no rotation: columns of length {lengths}{turned}; expected no scale, shear or mirror"
        else:
            what = f"its last row is {given[number, 3].tolist()}; expected [0, 0, 0, 1]; is it transposed?"
        raise InputError(f"pose {number} (from 0) is not rigid: {what}")
    right = normalize(rotation[..., 0])  # what few digits left of a rotation becomes one again
    third = normalize(np.cross(right, rotation[..., 1]))
    rigid = np.tile(np.eye(4), (len(given), 1, 1))
    rigid[:, :3, :3] = np.stack([right, np.cross(third, right), third], axis=-1)
    rigid[:, :3, 3] = given[:, :3, 3] * unit_m
    found = rigid if convention == "world_from_camera" else invert_rigid(rigid)
    away = np.linalg.norm(found[:, :3, 3], axis=1)
    if (far := away > FARTHEST).any():
        number = int(np.argmax(far))
        what = f"the camera is {away[number]:.4g} m from the origin, where objects are; nothing is drawn beyond 200 m"
        raise InputError(f"pose {number} (from 0): {what}; say pose_unit_m=0.001 if the file has millimetres")
    return (found if axes == "opengl" else multiply(found, OPENGL_FROM_OPENCV)).astype(np.float32)
