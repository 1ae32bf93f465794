"""What is measured of a picture and of an object in it: blur, noise, brightness, contrast against what is behind."""

import numpy as np
from scipy import ndimage

from .true_objects import Box

LUMA = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601, of encoded colours
XYZ_FROM_RGB = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])  # IEC 61966-2-1
WHITE = XYZ_FROM_RGB.sum(axis=1)
NOISE = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]])  # it answers to neither edges nor slopes
STRIP = 11  # px: length of the strong blur with which blur() compares
BAND = 1 / 64  # of the picture's height: width of the strips on both sides of an outline that contrast() compares


def blur(grey: np.ndarray) -> float:
    """How blurred a picture (H, W) is: 0 sharp, 1 blurred (Crete et al., "The blur effect", 2007).

    A sharp picture loses much of the differences of its neighbours when it is blurred, a blurred one little.
    """
    found = []
    for axis in (0, 1):
        before = np.abs(ndimage.sobel(grey, axis))
        after = np.abs(ndimage.sobel(ndimage.uniform_filter1d(grey, STRIP, axis), axis))
        total = before.sum()
        found.append(1.0 if total == 0 else (total - np.maximum(0, before - after).sum()) / total)
    return float(max(found))


def noise(grey: np.ndarray) -> float:
    """Standard deviation of the noise of a picture (H, W), in the picture's unit; fine textures raise it.

    Immerkær, "Fast noise variance estimation", 1996.
    """
    height, width = grey.shape
    if min(height, width) < 3:
        return 0.0
    answer = np.abs(ndimage.convolve(grey, NOISE.astype(np.float64)))[1:-1, 1:-1].sum()
    return float(np.sqrt(np.pi / 2) * answer / (6 * (width - 2) * (height - 2)))


def lab(image: np.ndarray) -> np.ndarray:
    """(..., 3) float64 CIE L*a*b*, white D65, of sRGB colours (..., 3) uint8."""
    encoded = image / 255.0
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    t = linear @ XYZ_FROM_RGB.T / WHITE
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)


def contrast(image: np.ndarray, box: Box, inside: np.ndarray) -> float:
    """Colour difference (CIE 1976, 2.3 is just noticeable) between an object and what is beside it; NaN if nothing is.

    image (H, W, 3) uint8; inside (h, w) bool: the object's pixels within the box. Compared are the mean colours of two strips
    along its outline, BAND wide.
    """
    width = max(1, round(BAND * image.shape[0]))
    around = tuple(slice(max(0, side.start - width), side.stop + width) for side in box)
    pixels = image[around]
    whole = np.zeros(pixels.shape[:2], bool)
    top, left = (side.start - wider.start for side, wider in zip(box, around, strict=True))
    whole[top : top + inside.shape[0], left : left + inside.shape[1]] = inside
    near = np.ones((2 * width + 1,) * 2, bool)
    beside = ndimage.binary_dilation(whole, near) & ~whole
    if not beside.any():
        return float("nan")
    strip = whole & ndimage.binary_dilation(beside, near)
    colors = lab(pixels)
    return float(np.linalg.norm(colors[strip].mean(axis=0) - colors[beside].mean(axis=0)))
