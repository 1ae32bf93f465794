"""paint_surroundings: skin of hands, glass of windows, pictures on panes and sheets, muted colours of other things."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from raster.assets.library import PictureSource
from raster.color import linear_from_hsv
from raster.scene.materials import MAPPINGS, TEXTURES
from raster.scene.scenes import Scenes
from raster.streams import Streams

SKIN = ("hand", "limb")  # their first part
GLASS = ("window", "blinds")  # their second part
FLAT = (("mat", 0), ("slab", 0), ("books", 0), ("picture", 1), ("screen", 1), ("window", 1), ("blinds", 1))  # (kind, part)
NOISE = TEXTURES.index("value_noise")
FINISH = ("metallic", "coat", "wear", "bump")


class Looks(Protocol):
    """The options that say how surroundings look."""

    @property
    def muted(self) -> float: ...
    @property
    def skin(self) -> float: ...
    @property
    def pictured(self) -> float: ...
    @property
    def pictures(self) -> PictureSource | None: ...


@dataclass(frozen=True)
class Brush:
    """One part of all things, which materials and textures have painted already."""

    scenes: Scenes
    slot: slice  # the objects of the scenes that are this part of the things
    names: tuple[str, ...]
    kind: np.ndarray  # (B, G) int64: index into names
    streams: Streams

    @property
    def count(self) -> int:
        """G."""
        return self.kind.shape[1]

    def is_a(self, *names: str) -> np.ndarray:
        """(B, G) bool: which things are of one of these kinds."""
        return np.isin(self.kind, [self.names.index(name) for name in names])

    def write(self, field: str, values: np.ndarray | float, where: np.ndarray) -> None:
        """Set a field of Material to values (B, G, ...), or one, where (B, G) is true."""
        array, nodes = getattr(self.scenes.nodes.material, field), self.scenes.roots[self.slot] + 1
        there = where.reshape(*where.shape, *(1,) * (array.ndim - 2))
        array[:, nodes] = np.where(there, values, array[:, nodes])


def paint_surroundings(brush: Brush, part: int, looks: Looks) -> None:
    """Paint one part (0 or 1) of all things."""
    streams, count = brush.streams, brush.count
    muted = streams.bernoulli("muted", looks.muted, count)
    for name in ("color", "color2"):
        brush.write(name, _muted(streams, name, count), muted)
    brush.write("metallic", 0.0, muted & streams.bernoulli("dull", 0.7, count))
    if part == 0:
        _paint_skin(brush, brush.is_a(*SKIN) & streams.bernoulli("skin", looks.skin, count))
    else:
        _paint_glass(brush, brush.is_a(*GLASS) & streams.bernoulli("lit", 0.7, count))
    if looks.pictures is not None:
        flat = brush.is_a(*(name for name, which in FLAT if which == part))
        shows = flat & streams.bernoulli("pictured", looks.pictured, count)
        brush.write("texture", TEXTURES.index("image"), shows)
        brush.write("image", brush.scenes.library.choose(looks.pictures, streams.uniform("image", count)), shows)
        brush.write("mapping", MAPPINGS.index("uv"), shows)
        brush.write("texture_from_object", np.eye(3, 4), shows)


def _paint_skin(brush: Brush, where: np.ndarray) -> None:
    """Skin: two near tones, even or blotchy, slightly shiny."""
    streams, count = brush.streams, brush.count
    tone, other = _skin(streams, count)
    brush.write("color", tone, where)
    brush.write("color2", other, where)
    brush.write("texture", np.where(streams.bernoulli("even", 0.6, count), TEXTURES.index("flat"), NOISE), where)
    brush.write("specular", 0.3, where)
    brush.write("shininess", streams.log_uniform("sweat", (4, 40), count), where)
    for field in FINISH:
        brush.write(field, 0.0, where)


def _paint_glass(brush: Brush, where: np.ndarray) -> None:
    """A pane that daylight comes through: as bright as a surface can be, nearly white."""
    streams, count = brush.streams, brush.count
    for name in ("color", "color2"):
        hue, value = streams.uniform_between(f"{name}_sky", (180, 250), count), streams.uniform_between(name, (0.7, 1), count)
        brush.write(name, linear_from_hsv(hue, 0.3 * streams.uniform(f"{name}_haze", count), value), where)
    for field in FINISH:
        brush.write(field, 0.0, where)


def _muted(streams: Streams, name: str, count: int) -> np.ndarray:
    """(B, count, 3): greys, beiges and browns, linear RGB; white and black among them."""
    hue, saturation = streams.uniform_between(f"{name}_hue", (10, 60), count), streams.uniform(f"{name}_saturation", count)
    cold = streams.bernoulli(f"{name}_cold", 0.25, count)
    value = streams.uniform_between(f"{name}_value", (0.05, 1), count)
    return linear_from_hsv(np.where(cold, hue + 180, hue), 0.55 * saturation**2, value)


def _skin(streams: Streams, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Two near tones (B, count, 3) of skin, from dark to light, linear RGB."""
    hue, value = streams.uniform_between("skin_hue", (4, 32), count), streams.uniform_between("skin_value", (0.25, 1), count)
    saturation = streams.uniform_between("skin_saturation", (0.7, 1.1), count) * (0.75 - 0.45 * value)
    other = streams.uniform_between("skin_other", (0.85, 1.0), count)
    return linear_from_hsv(hue, saturation, value), linear_from_hsv(hue - 4, np.minimum(1.15 * saturation, 1), other * value)
