"""Quantity, QUANTITIES: what a report measures: of each seen object, of each record of an image, of each opened picture."""

from dataclasses import dataclass

import numpy as np

BINS = 2048  # of a quantity's axis: medians and percentiles are right to a bin
OBJECT, IMAGE, PICTURE = "object", "image", "picture"


@dataclass(frozen=True)
class Quantity:
    """A number, and the axis on which it is counted."""

    name: str
    title: str
    of: str  # OBJECT: seen, of a class; IMAGE: from its record; PICTURE: from its pixels
    text: str  # what it is, for a reader
    low: float  # the axis: what is beyond it counts in its last bins
    high: float
    unit: str = ""  # as it follows a number
    log: bool = False
    whole: bool = False  # whole numbers from 0 on, a bin for each
    needs: str = ""  # what a set has to have to know it

    @property
    def bins(self) -> int:
        """How many there are."""
        return int(self.high) if self.whole else BINS

    def positions(self, values: np.ndarray) -> np.ndarray:
        """Return where values (n,) lie on the axis, in bins from its left end."""
        if self.whole:
            return np.asarray(values, np.float64) + 0.5
        low, high = self._scaled(np.array([self.low, self.high]))
        return (self._scaled(values) - low) * (BINS / (high - low))

    def values(self, positions: np.ndarray) -> np.ndarray:
        """Return the values (n,) at positions in bins: the inverse of positions()."""
        if self.whole:
            return np.asarray(positions) - 0.5
        low, high = self._scaled(np.array([self.low, self.high]))
        scaled = low + np.asarray(positions) * ((high - low) / BINS)
        return np.exp(scaled) if self.log else scaled

    def _scaled(self, values: np.ndarray) -> np.ndarray:
        values = np.asarray(values, np.float64)
        return np.log(np.maximum(values, self.low / 2)) if self.log else values


QUANTITIES = {
    quantity.name: quantity
    for quantity in (
        Quantity("size", "Apparent size", OBJECT, "longer side of an object's box / height of the picture", 0.002, 4, log=True),
        Quantity("visibility", "Visibility", OBJECT, "share of an object, inside the picture, that nothing hides", 0, 1,
                 needs="the annotation amodal, +annotations=amodal"),
        Quantity("truncation", "Truncation", OBJECT, "share of an object that the picture's edge cuts off", 0, 1,
                 needs="the annotation full, annotations=[boxes,amodal,full]"),
        Quantity("aspect", "Aspect", OBJECT, "width of an object's box / its height", 1 / 16, 16, log=True),
        Quantity("distance", "Distance", OBJECT, "from the camera to the middle of an object", 0.01, 10_000, " m", log=True),
        Quantity("objects", "Objects", IMAGE, "seen objects of a class in an image", 0, 512, whole=True),
        Quantity("labelled", "Labelled part", IMAGE, "share of an image's pixels that are of a class", 0, 1),
        Quantity("lights", "Lights", IMAGE, "lights in a scene, beside ambient light and environment", 0, 64, whole=True),
        Quantity("fov", "Field of view", IMAGE, "vertical angle that the camera sees", 0, 180, "°"),
        Quantity("brightness", "Brightness", PICTURE, "mean of a picture's luma, 0 black to 1 white", 0, 1),
        Quantity("contrast", "Contrast", PICTURE, "standard deviation of a picture's luma", 0, 0.5),
        Quantity("colourfulness", "Colourfulness", PICTURE,
                 "Hasler and Süsstrunk's measure: 0 is grey, 33 moderately, 82 highly colourful", 0, 250),
        Quantity("sharpness", "Sharpness", PICTURE, "mean step of luma from a pixel to the next, at 256 px", 0, 0.5),
    )
}  # fmt: skip


def of_kind(kind: str) -> list[Quantity]:
    """Return the quantities of OBJECT, IMAGE or PICTURE."""
    return [quantity for quantity in QUANTITIES.values() if quantity.of == kind]
