"""measure: brightness, contrast, colourfulness and sharpness of one picture."""

import numpy as np

LONGEST = 256  # px: larger pictures are measured at this size, so that sharpness can be compared
_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)  # Rec. 709, of sRGB values as they are


def measure(pixels: np.ndarray) -> dict[str, float]:
    """Return the quantities of a picture (H, W, 3) uint8 sRGB by name.

    brightness and contrast: mean and standard deviation of luma, 0 to 1. sharpness: mean absolute step of luma between
    neighbours, in rows and columns. colourfulness: Hasler and Süsstrunk, "Measuring colourfulness in natural images" (2003).
    """
    values = pixels.astype(np.float32)
    luma = values @ _LUMA / 255
    steps = [np.abs(np.diff(luma, axis=axis)) for axis in (0, 1) if luma.shape[axis] > 1]
    red, green, blue = values[..., 0], values[..., 1], values[..., 2]
    opponent = np.stack([(red - green).ravel(), ((red + green) / 2 - blue).ravel()]).astype(np.float64)
    deviation, mean = np.hypot(*opponent.std(axis=1)), np.hypot(*opponent.mean(axis=1))
    return {
        "brightness": float(luma.mean(dtype=np.float64)),
        "contrast": float(luma.std(dtype=np.float64)),
        "colourfulness": float(deviation + 0.3 * mean),
        "sharpness": float(np.mean([step.mean(dtype=np.float64) for step in steps])) if steps else 0.0,
    }
