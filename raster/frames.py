"""Frames: one batch of results."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Frames:
    """B images with their layers and records, top row first."""

    index: np.ndarray  # (B,) int64: image numbers
    layers: dict[str, np.ndarray]  # "color" (B, H, W, 3) uint8 sRGB; "class_id" (B, H, W) uint8; "instance_id" (B, H, W) uint16
    records: list[dict]  # B records, one for each image: what is not an image (a line of scenes.jsonl)
    classes: tuple[str, ...]  # class names by id: ("background", "cube", ...)
