"""layer_picture: a layer of an image as a picture that a person can look at."""

from collections.abc import Callable

import numpy as np

from raster.label_colors import colored, overlay, palette

OVERLAY = "overlay"  # no layer, but colour with the classes tinted
# Colours of a scale from low to high that grows evenly in lightness: five points of Matplotlib's viridis, sRGB.
SCALE = np.array([(68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37)], np.float64)
HIDDEN = ("coverage_canvas",)  # layers that are no picture of the image


def layer_picture(name: str, layers: dict[str, np.ndarray], classes: int) -> np.ndarray:
    """(H, W, 3) uint8 sRGB: a layer (H, W) or (H, W, C) of one image; "color" as it is. classes: how many there are."""
    if name == OVERLAY:
        return overlay(layers["color"], layers["class_id"], palette(classes))
    layer = layers[name]
    if name == "color":
        return layer
    if name == "class_id":
        return colored(layer, palette(classes))
    return _SHOWN.get(name, _any)(layer)


def _ids(layer: np.ndarray) -> np.ndarray:
    """Whole numbers: 0 is black, each other one has a hue of its own."""
    return palette(int(layer.max(initial=0)) + 2)[layer]


def _lengths(layer: np.ndarray) -> np.ndarray:
    """Metres: near ones are light, far ones dark, 0 is black: nothing is there."""
    there = layer > 0
    if not there.any():
        return np.zeros((*layer.shape, 3), np.uint8)
    logs = np.log(np.where(there, layer, 1.0))
    low, high = logs[there].min(), logs[there].max()
    return np.where(there[..., None], _scaled((high - logs) / max(high - low, 1e-6)), 0).astype(np.uint8)


def _normals(layer: np.ndarray) -> np.ndarray:
    """Directions: x, y, z from -1 to 1 as red, green, blue."""
    return np.rint((np.clip(layer.astype(np.float32), -1, 1) + 1) * 127.5).astype(np.uint8)


def _bits(layer: np.ndarray) -> np.ndarray:
    """How many of 32 bits are set: objects one behind another."""
    bits = np.unpackbits(np.ascontiguousarray(layer).view(np.uint8).reshape(*layer.shape, -1), axis=-1).sum(axis=-1)
    return np.where(bits[..., None] > 0, _scaled(bits / max(int(bits.max(initial=0)), 1)), 0).astype(np.uint8)


def _flow(layer: np.ndarray) -> np.ndarray:
    """Pixels along x and y: the direction as a hue, the length as brightness."""
    x, y = (np.nan_to_num(layer[..., k].astype(np.float64)) for k in (0, 1))
    length = np.hypot(x, y)
    hue = (np.arctan2(y, x) / (2 * np.pi)) % 1.0
    k = (np.array([5.0, 3.0, 1.0]) + 6 * hue[..., None]) % 6.0
    full = 1 - np.clip(np.minimum(k, 4 - k), 0, 1)
    return np.rint(255 * full * (length / max(length.max(initial=0), 1e-6))[..., None]).astype(np.uint8)


def _any(layer: np.ndarray) -> np.ndarray:
    """A layer of which nothing is known: whole numbers by hue, three channels as colours or directions, else a scale."""
    if layer.ndim == 3 and layer.shape[2] >= 3:
        three = layer[..., :3]
        return three if three.dtype == np.uint8 else _normals(three)
    if layer.ndim == 3:
        return _flow(layer) if layer.shape[2] == 2 else _any(layer[..., 0])
    if layer.dtype.kind in "ui":
        return _ids(np.minimum(layer, 2**16 - 1).astype(np.int64))
    values = np.nan_to_num(layer.astype(np.float64))
    low, high = values.min(initial=0), values.max(initial=0)
    return _scaled((values - low) / max(high - low, 1e-12)).astype(np.uint8)


def _scaled(share: np.ndarray) -> np.ndarray:
    """(..., 3) float64: SCALE at shares (...) from 0 to 1."""
    at = np.clip(share, 0, 1) * (len(SCALE) - 1)
    return np.stack([np.interp(at, np.arange(len(SCALE)), SCALE[:, k]) for k in range(3)], axis=-1)


_SHOWN: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "instance_id": _ids, "depth": _lengths, "distance": _lengths, "normal": _normals, "normal_camera": _normals,
    "coverage": _bits, "flow": _flow, "flow_backward": _flow,
}  # fmt: skip
