"""distorted, undistorted: OpenCV's model of a lens that distorts, on points of the plane at z = 1."""

import numpy as np


def distorted(x: np.ndarray, k1: float, k2: float, p1: float, p2: float, k3: float = 0.0) -> np.ndarray:
    """(..., 2): where the undistorted points x (..., 2) are seen, by OpenCV's model."""
    r2, product = (x**2).sum(axis=-1, keepdims=True), x[..., :1] * x[..., 1:]
    p = np.array([p1, p2])
    return x * (1 + k1 * r2 + k2 * r2**2 + k3 * r2**3) + 2 * p * product + p[::-1] * (r2 + 2 * x**2)


def undistorted(seen: np.ndarray, k1: float, k2: float, p1: float, p2: float, k3: float = 0.0) -> np.ndarray:
    """(..., 2): undistorted points that are seen at `seen` (..., 2), by Newton's method, the Jacobian from differences."""
    x, step = seen.copy(), 1e-6
    for _ in range(15):
        error = distorted(x, k1, k2, p1, p2, k3) - seen
        right, up = ((distorted(x + step * e, k1, k2, p1, p2, k3) - seen - error) / step for e in np.eye(2))
        first = up[..., 1] * error[..., 0] - up[..., 0] * error[..., 1]
        second = right[..., 0] * error[..., 1] - right[..., 1] * error[..., 0]
        x = x - np.stack([first, second], axis=-1) / (right[..., 0] * up[..., 1] - right[..., 1] * up[..., 0])[..., None]
    return x
