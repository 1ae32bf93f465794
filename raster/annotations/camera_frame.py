"""camera_from_object, project: objects and points in the frame of a record's camera, and where the image shows them."""

from collections.abc import Mapping
from typing import Any

import numpy as np


def camera_from_object(camera: Mapping[str, Any], entry: Mapping[str, Any]) -> np.ndarray:
    """(4, 4) float64 with the object's scale, of an object and the camera of its record; OpenCV's frame, metres."""
    world_from_camera = np.asarray(camera["world_from_camera"], np.float64)
    rotation, place = world_from_camera[:3, :3], world_from_camera[:3, 3]
    result = np.asarray(entry["world_from_object"], np.float64).copy()
    result[:3, 3] -= place
    result[:3] = rotation.T @ result[:3]
    return result


def project(camera: Mapping[str, Any], points: np.ndarray) -> np.ndarray:
    """(N, 2) float64 px: where points (N, 3) of the camera's frame are seen, NaN behind the camera.

    Pixel (u, v) covers [u, u + 1) x [v, v + 1). A lens that distorts moves them by OpenCV's model.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        x, y = np.where(points[:, 2:] > 0, points[:, :2] / points[:, 2:], np.nan).T
        if "distortion" in camera:
            k1, k2, p1, p2, k3 = np.asarray(camera["distortion"], np.float64)
            r2 = x * x + y * y
            radial = 1 + r2 * (k1 + r2 * (k2 + r2 * k3))
            # Beyond the radius where the model turns back it would show points twice.
            radial = np.where(1 + r2 * (3 * k1 + r2 * (5 * k2 + r2 * 7 * k3)) > 0, radial, np.nan)
            x, y = (x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x), y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y)
    return np.stack([float(camera["fx"]) * x + float(camera["cx"]), float(camera["fy"]) * y + float(camera["cy"])], axis=1)
