"""distance: how far points are from the surfaces of the true round solids. SLANT, R, TUBE: measures of cone and torus."""

import numpy as np

from raster.solids.capsule import capsule
from raster.solids.cone import cone
from raster.solids.cylinder import cylinder
from raster.solids.sphere import sphere
from raster.solids.torus import torus

SLANT = np.hypot(0.5, 1)  # the cone's, from its rim to its apex
R, TUBE = 0.35, 0.15  # the torus's, of its ring and of its tube


def distance(function, p: np.ndarray) -> np.ndarray:
    """Signed distance (N,) of points (N, 3) to the true round solid's surface; near it is enough."""
    r, z = np.hypot(p[:, 0], p[:, 1]), p[:, 2]
    return {
        sphere: lambda: np.linalg.norm(p, axis=1) - 0.5,
        cylinder: lambda: np.maximum(r - 0.5, np.abs(z) - 0.5),
        cone: lambda: np.maximum((r - 0.5 * (0.5 - z)) / SLANT, -z - 0.5),
        capsule: lambda: np.hypot(r, np.maximum(np.abs(z) - 0.25, 0)) - 0.25,
        torus: lambda: np.hypot(r - R, z) - TUBE,
    }[function]()
