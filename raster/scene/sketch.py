"""sketch: objects as a camera sees the boxes around them, as SVG for notebooks."""

from collections.abc import Sequence

import numpy as np
from scipy.spatial import ConvexHull, QhullError

# (8, 3): corners of the box around a solid in its own space, where its extent is 1.
CORNERS = np.stack(np.meshgrid([-0.5, 0.5], [-0.5, 0.5], [-0.5, 0.5], indexing="ij"), axis=-1).reshape(8, 3)
UNLABELLED = "#9aa0a8"


def sketch(
    world_from_object: np.ndarray, colors: Sequence[str | None], world_from_camera: np.ndarray,
    intrinsics_px: np.ndarray, near: float, size: tuple[int, int],
) -> str:  # fmt: skip
    """Return an SVG picture of size (H, W) px: the boxes of K objects, the nearest on top.

    world_from_object (K, 4, 4); colors: K, None for an object without a class; world_from_camera (4, 4), OpenGL's camera;
    intrinsics_px (4,): fx, fy, cx, cy; near: m. What is partly behind the camera is left out.
    """
    points = np.einsum("kij,pj->kpi", world_from_object[:, :3, :3].astype(np.float64), CORNERS)
    points += world_from_object[:, None, :3, 3]
    seen = (points - world_from_camera[:3, 3]) @ world_from_camera[:3, :3].astype(np.float64)  # (K, 8, 3): right, up, backward
    depth = -seen[..., 2]
    fx, fy, cx, cy = intrinsics_px
    parts = []
    for k in np.argsort(-depth.mean(axis=1)):
        if depth[k].min() <= near:
            continue
        places = np.stack([fx * seen[k, :, 0] / depth[k] + cx, cy - fy * seen[k, :, 1] / depth[k]], axis=1)
        try:
            outline = places[ConvexHull(places).vertices]
        except QhullError:  # seen from its side a flat thing is a line
            continue
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in outline)
        parts.append(f'<polygon points="{path}" fill="{colors[k] or UNLABELLED}"/>')
    height, width = size
    style = 'style="background:#eceef2;margin:2px" stroke="#222" stroke-opacity=".5" fill-opacity=".85"'
    return f'<svg width="{width}" height="{height}" viewBox="0 0 {width} {height}" {style}>{"".join(parts)}</svg>'
