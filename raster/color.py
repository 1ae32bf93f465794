"""Colours as numbers: HSV and colour temperature to linear RGB (sRGB primaries)."""

import numpy as np

from raster.transforms import multiply

# Linear sRGB from CIE XYZ, D65 white (IEC 61966-2-1).
RGB_FROM_XYZ = np.array([[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]])


def linear_from_srgb(c: np.ndarray) -> np.ndarray:
    """Linear RGB of sRGB values 0..1, any shape (IEC 61966-2-1)."""
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def srgb_from_linear(c: np.ndarray) -> np.ndarray:
    """sRGB values 0..1 of linear RGB 0..1, any shape (IEC 61966-2-1)."""
    return np.where(c <= 0.0031308, 12.92 * c, 1.055 * np.maximum(c, 0.0031308) ** (1 / 2.4) - 0.055)


def linear_from_hsv(hue_deg: np.ndarray, saturation: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Linear RGB (..., 3) float32 of hue (...) in degrees, saturation and value (...) 0..1, taken as an sRGB colour.

    Source: Smith, "Color gamut transform pairs" (1978), in its closed form.
    """
    k = (np.array([5.0, 3.0, 1.0]) + hue_deg[..., None] / 60.0) % 6.0
    drop = np.clip(np.minimum(k, 4.0 - k), 0.0, 1.0)
    return linear_from_srgb(value[..., None] * (1.0 - saturation[..., None] * drop)).astype(np.float32)


def linear_from_kelvin(kelvin: np.ndarray) -> np.ndarray:
    """Linear RGB (..., 3) of a black body at 1667..25000 K, luminance 1, clipped to the gamut.

    Source: Kang et al., "Design of advanced color temperature control system for HDTV applications" (2002): the Planckian
    locus as cubic splines in CIE xy.
    """
    t = 1000.0 / np.asarray(kelvin, np.float64)
    low = -0.2661239 * t**3 - 0.2343589 * t**2 + 0.8776956 * t + 0.179910
    high = -3.0258469 * t**3 + 2.1070379 * t**2 + 0.2226347 * t + 0.240390
    x = np.where(t >= 0.25, low, high)
    cold = 3.0817580 * x**3 - 5.87338670 * x**2 + 3.75112997 * x - 0.37001483
    middle = -0.9549476 * x**3 - 1.37418593 * x**2 + 2.09137015 * x - 0.16748867
    warm = -1.1063814 * x**3 - 1.34811020 * x**2 + 2.18555832 * x - 0.20219683
    y = np.where(t <= 0.25, cold, np.where(t <= 1000.0 / 2222.0, middle, warm))
    xyz = np.stack([x / y, np.ones_like(y), (1 - x - y) / y], axis=-1)
    return np.maximum(multiply(xyz[..., None, :], RGB_FROM_XYZ.T)[..., 0, :], 0.0)
