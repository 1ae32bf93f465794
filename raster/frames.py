"""Frames: one batch of results."""

from dataclasses import dataclass

import numpy as np

from raster.notebook_sheet import html_sheet


@dataclass(frozen=True)
class Frames:
    """B images with their layers and records, top row first.

    >>> import raster
    >>> (frames,) = raster.render(n=4)
    >>> frames.layers["class_id"].shape, frames.records[0]["camera"]["fx"]
    """

    index: np.ndarray  # (B,) int64: image numbers
    layers: dict[str, np.ndarray]  # "color" (B, H, W, 3) uint8 sRGB; "class_id" (B, H, W) uint8; "instance_id" (B, H, W) uint16
    # B records, one for each image, as raster/dataset/record.py describes; matrices and vectors are NumPy arrays, and what is
    # known of files only is missing: image, label, split, unlabelled, hashes, files.
    records: list[dict]
    classes: tuple[str, ...]  # class names by id: ("background", "cube", ...)

    def __repr__(self) -> str:
        """In one line: numbers of the images, layers with shape and type, classes."""
        layers = ", ".join(f"{name} {layer.shape} {layer.dtype}" for name, layer in self.layers.items())
        return f"Frames({numbers_of(self.index)}; {layers}; classes {', '.join(self.classes)})"

    def _repr_html_(self) -> str | None:
        """In a notebook: the first images beside their labels. None, so that the text is shown, without both layers."""
        if not len(self.index) or not {"color", "class_id"} <= set(self.layers):
            return None
        return html_sheet(repr(self), self.layers["color"], self.layers["class_id"], self.classes)


def numbers_of(index: np.ndarray) -> str:
    """Image numbers (B,) in a few words."""
    if not len(index):
        return "no images"
    first, last = int(index[0]), int(index[-1])
    if len(index) == 1:
        return f"image {first}"
    told = f"images {first} to {last}"
    return told if last - first + 1 == len(index) else f"{told}, {len(index)} of them"
