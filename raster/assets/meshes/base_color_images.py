"""square, mean: encoded pictures of mesh files as arrays."""

import io
import warnings

import numpy as np
from PIL import Image, UnidentifiedImageError

from raster.errors import InputError

LARGEST_MPX = 100  # millions of pixels


def square(name: str, data: bytes, px: int) -> np.ndarray:
    """(px, px, 3) uint8 sRGB of a whole encoded picture, squeezed to a square; its alpha is dropped.

    InputError, which begins with the name, for what is no picture.
    """
    picture = _open(name, data)
    # Shrinking takes means of areas: a sharper filter would ring at the edges of a texture atlas.
    way = Image.Resampling.BOX if min(picture.size) >= px else Image.Resampling.BICUBIC
    return np.asarray(picture.resize((px, px), way))


def mean(name: str, data: bytes) -> tuple[float, float, float]:
    """Mean of each channel of an encoded picture, 0..1, in code values; InputError as above."""
    values = np.asarray(_open(name, data), np.uint8).reshape(-1, 3)
    red, green, blue = (values.sum(axis=0, dtype=np.int64) / (255.0 * len(values))).tolist()
    return red, green, blue


def _open(name: str, data: bytes) -> Image.Image:
    """RGB, 8 bits, decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's remarks on odd metadata; what matters raises
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data))
            if picture.size[0] * picture.size[1] > LARGEST_MPX * 1_000_000:
                raise InputError(f"{name}: has more than {LARGEST_MPX} megapixels; make it smaller first")
            return _rgb(name, picture)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise InputError(f"{name}: has more than {LARGEST_MPX} megapixels; make it smaller first") from None
    except UnidentifiedImageError:
        raise InputError(f"{name}: is no picture, or of a kind that Pillow cannot read") from None
    except InputError:
        raise
    except (OSError, SyntaxError, ValueError) as error:
        raise InputError(f"{name}: cannot be read as a picture, is it cut off? ({error})") from error


def _rgb(name: str, picture: Image.Image) -> Image.Image:
    """8-bit RGB of any mode; of 16-bit greys, which Pillow's convert would cut off at 255, the upper byte."""
    if picture.mode.startswith("I"):
        grey = np.clip(np.asarray(picture, np.int64), 0, 65535) >> 8
        return Image.fromarray(grey.astype(np.uint8)).convert("RGB")
    if picture.mode == "F":
        raise InputError(f"{name}: holds floating-point numbers; expected 8 or 16 bits a channel")
    if picture.mode in ("P", "PA", "LA", "La", "RGBa"):
        picture = picture.convert("RGBA")
    return picture.convert("RGB")
