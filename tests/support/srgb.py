"""srgb, linear: light and code values by IEC 61966-2-1, written once more. hsv_parts: saturation and value of light."""

import numpy as np


def srgb(light) -> np.ndarray:
    """Code values 0..255, not rounded, of linear light 0..1."""
    c = np.clip(np.asarray(light, float), 0, 1)
    return 255 * np.where(c <= 0.0031308, 12.92 * c, 1.055 * c ** (1 / 2.4) - 0.055)


def linear(codes) -> np.ndarray:
    """Linear light 0..1 of code values 0..255."""
    c = np.asarray(codes, float) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def hsv_parts(light: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Saturation and value of linear colours (..., 3)."""
    c = srgb(light) / 255
    return 1 - c.min(axis=-1) / np.maximum(c.max(axis=-1), 1e-9), c.max(axis=-1)
