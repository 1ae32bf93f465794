"""Frames: one batch of results."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Frames:
    """B images with their layers and records, top row first.

    >>> import raster
    >>> (frames,) = raster.render(n=4)
    >>> frames.layers["class_id"].shape, frames.records[0]["camera"]["fx"]
    """

    index: np.ndarray  # (B,) int64: image numbers
    layers: dict[str, np.ndarray]  # "color" (B, H, W, 3) uint8 sRGB; "class_id" (B, H, W) uint8; "instance_id" (B, H, W) uint16
    records: list[dict]  # B records, one for each image, as raster/dataset/record.py describes
    classes: tuple[str, ...]  # class names by id: ("background", "cube", ...)
