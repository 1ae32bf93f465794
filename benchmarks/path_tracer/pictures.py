"""Picture, PictureFloor, PictureSky: photographs in a scene, as paint of the floor and as light of the place. photographs().

For benchmarks.path_tracer. Colours are linear RGB.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from benchmarks.path_tracer.shapes import rotate
from raster.errors import InputError

ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff")
LONGEST = 1024  # px: larger pictures are made smaller


def linear(codes: np.ndarray) -> np.ndarray:
    """Linear values 0..1 of sRGB bytes (IEC 61966-2-1)."""
    c = np.asarray(codes, float) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


@dataclass(frozen=True)
class Picture:
    """A picture to look up."""

    pixels: np.ndarray  # (H, W, 3) float32, linear RGB, top row first

    @classmethod
    def of(cls, image: Image.Image) -> "Picture":
        """That of an image of any mode and size."""
        small = ImageOps.exif_transpose(image).convert("RGB")
        small.thumbnail((LONGEST, LONGEST))
        return cls(linear(np.asarray(small)).astype(np.float32))

    def tiled(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Colours (3, N), bilinear, at x, y (N,): 0..1 over the picture, y downwards, repeated beyond."""
        height, width = self.pixels.shape[:2]
        column, row = (x % 1) * width - 0.5, (y % 1) * height - 0.5
        left, top = np.floor(column), np.floor(row)
        u, v = (column - left).astype(np.float32), (row - top).astype(np.float32)
        columns = [(left.astype(np.int64) + k) % width for k in (0, 1)]
        rows = [(top.astype(np.int64) + k) % height for k in (0, 1)]
        flat, total = self.pixels.reshape(-1, 3), np.zeros((3, len(x)), np.float32)
        for r, share in zip(rows, (1 - v, v), strict=True):
            for c, part in zip(columns, (1 - u, u), strict=True):
                total += flat[r * width + c].T * (share * part)
        return total

    def mirrored(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """As tiled, but every second repetition is mirrored, so that no seam is seen."""
        return self.tiled(*(np.clip(1 - np.abs(v % 2 - 1), 1e-3, 1 - 1e-3) for v in (x, y)))


@dataclass(frozen=True)
class PictureFloor:
    """A paint for planes, as benchmarks.path_tracer.textures.Paint: a photograph, repeated in mirror image."""

    picture: Picture
    width: float  # of one repetition, world units

    def __call__(self, q: np.ndarray) -> np.ndarray:
        """Linear RGB (3, N) float32, 0 to 0.95, at points q (3, N) of a plane, world units."""
        height, width = self.picture.pixels.shape[:2]
        scale = np.float32(1 / self.width)
        return np.clip(self.picture.mirrored(q[0] * scale, q[1] * scale * np.float32(width / height)), 0.0, 0.95)


@dataclass(frozen=True)
class PictureSky:
    """Light from infinity, as benchmarks.path_tracer.emitters.Sky: a photograph that fills the camera's view.

    It goes on around the scene in mirror images, so that it also lights it and is reflected.
    """

    picture: Picture
    gain: float  # radiance of white
    camera_from_world: np.ndarray  # (3, 3): x right, y down, z forward
    half_view: float  # radians, from the middle of the picture to its nearest edge
    shift: tuple[float, float]  # 0..1 each: the part of a picture that is not square

    def __call__(self, d: np.ndarray) -> np.ndarray:
        """Radiance (3, N) from directions d (3, N): the angles in the camera say where in the picture."""
        x, y, z = rotate(self.camera_from_world, d)
        angles = np.stack([np.arctan2(x, z), np.arcsin(np.clip(y, -1, 1))]) / (2 * self.half_view)  # -0.5..0.5 in the view
        height, width = self.picture.pixels.shape[:2]
        side = min(height, width)
        u, v = ((angles[k] + 0.5 + self.shift[k] * (full / side - 1)) * (side / full) for k, full in enumerate((width, height)))
        return self.picture.mirrored(u, v) * np.float32(self.gain)

    def brightness(self) -> float:
        """The mean radiance."""
        return float(self.picture.pixels.mean()) * self.gain


def photographs(folder: str) -> list[str]:
    """Paths of the pictures in a folder and those below it, sorted. InputError for none."""
    found = sorted(str(path) for path in Path(folder).rglob("*") if path.suffix.lower() in ENDINGS)
    if not found:
        raise InputError(f"images={folder}: no pictures ({', '.join(ENDINGS)}) are in it; expected a folder of photographs")
    return found


@lru_cache(maxsize=16)
def load_picture(path: str) -> Picture:
    """The picture of a file. InputError, which names it, if it cannot be read."""
    try:
        with Image.open(path) as image:
            return Picture.of(image)
    except (OSError, ValueError, SyntaxError) as error:
        raise InputError(f"images: {path}: cannot be read as a picture ({error})") from None
