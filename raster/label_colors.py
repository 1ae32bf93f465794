"""palette, colored, overlay: labels in colours, alone or over their image."""

import colorsys

import numpy as np

NO_CLASS = (128, 128, 128)  # sRGB of values that are no class: of what is to be ignored


def palette(classes: int) -> np.ndarray:
    """Return colours (classes, 3) uint8 sRGB: black for the background, then hues far from each other.

    >>> from raster import palette
    >>> palette(4)[0].tolist()
    [0, 0, 0]
    """
    hues = (np.arange(classes - 1) * 0.618034) % 1.0  # the golden ratio spreads any number of them
    return np.array([(0, 0, 0), *(np.array(colorsys.hsv_to_rgb(h, 0.85, 1.0)) * 255 for h in hues)], np.uint8)


def colored(label: np.ndarray, colors: np.ndarray) -> np.ndarray:
    """Return the colours (H, W, 3) uint8 of a label (H, W) uint8: `colors` (classes, 3) by id, grey for any other value."""
    grey = np.tile(np.array(NO_CLASS, np.uint8), (max(0, 256 - len(colors)), 1))
    return np.concatenate([colors, grey])[label]


def overlay(image: np.ndarray, label: np.ndarray, colors: np.ndarray) -> np.ndarray:
    """Return an image (H, W, 3) uint8 with each labelled region tinted in its class's colour and outlined in white.

    `label` (H, W): class ids; `colors` (classes, 3) uint8, as from palette(). Values that are no class are tinted in grey.

        >>> import raster
        >>> (frames,) = raster.render()
        >>> color, label = frames.layers["color"][0], frames.layers["class_id"][0]
        >>> tinted = raster.overlay(color, label, raster.palette(len(frames.classes)))
    """
    tinted = np.where(label[..., None] > 0, 0.55 * image + 0.45 * colored(label, colors), image)
    edge = np.zeros(label.shape, bool)
    edge[:, 1:] |= label[:, 1:] != label[:, :-1]
    edge[1:] |= label[1:] != label[:-1]
    return np.where(edge[..., None], 255, tinted).astype(np.uint8)
