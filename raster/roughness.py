"""roughness_of, shininess_of: between the exponents of highlights and the roughness of surfaces."""

from typing import Any

import numpy as np

SHININESS = (1.0, 1000.0)  # least and greatest exponent
LEAST = 0.05  # roughness; below it exponents grow without bound


def roughness_of(shininess: Any) -> Any:
    """Roughness 0..1 of Phong or Blinn-Phong exponents >= 0, of any shape.

    alpha = sqrt(2 / (exponent + 2)) is that of a microfacet model (Walter et al., "Microfacet models for refraction", 2007),
    and roughness its root, as in glTF.
    """
    return np.sqrt(np.sqrt(2 / (shininess + 2)))


def shininess_of(roughness: np.ndarray) -> np.ndarray:
    """Blinn-Phong exponents of roughness 0..1, of any shape: the other way, within SHININESS."""
    return np.clip(2 / np.maximum(roughness, LEAST) ** 4 - 2, *SHININESS)
