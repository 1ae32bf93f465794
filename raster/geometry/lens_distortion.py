"""distorted, undistorted: OpenCV's model of a lens that distorts, on points of the plane at z = 1."""

import numpy as np


def distorted(x: np.ndarray, k1: float, k2: float, p1: float, p2: float, k3: float = 0.0) -> np.ndarray:
    """(..., 2): where the undistorted points x (..., 2) are seen, by OpenCV's model."""
    r2, product = (x**2).sum(axis=-1, keepdims=True), x[..., :1] * x[..., 1:]
    p = np.array([p1, p2])
    return x * (1 + k1 * r2 + k2 * r2**2 + k3 * r2**3) + 2 * p * product + p[::-1] * (r2 + 2 * x**2)


def undistorted(seen: np.ndarray, k1: float, k2: float, p1: float, p2: float, k3: float = 0.0) -> np.ndarray:
    """(..., 2): undistorted points that are seen at `seen` (..., 2), by Newton's method."""
    x, y = u, v = seen[..., 0], seen[..., 1]
    for _ in range(15):
        r2, product = x * x + y * y, x * y
        radial, slope = 1 + r2 * (k1 + r2 * (k2 + r2 * k3)), k1 + r2 * (2 * k2 + r2 * 3 * k3)  # slope: by r2
        right = x * radial + 2 * p1 * product + p2 * (r2 + 2 * x * x) - u
        down = y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * product - v
        # The Jacobian is symmetric.
        xx, yy = radial + 2 * x * x * slope + 2 * p1 * y + 6 * p2 * x, radial + 2 * y * y * slope + 6 * p1 * y + 2 * p2 * x
        xy = 2 * (product * slope + p1 * x + p2 * y)
        determinant = xx * yy - xy * xy
        dx, dy = (yy * right - xy * down) / determinant, (xx * down - xy * right) / determinant
        x, y = x - dx, y - dy
        if max(np.abs(dx).max(initial=0), np.abs(dy).max(initial=0)) < 1e-9:  # the next step would be its square
            break
    return np.stack([x, y], axis=-1)
