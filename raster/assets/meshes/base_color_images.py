"""square, mean: the pictures of mesh files as arrays or mean colours."""

import io
import warnings

import numpy as np
from PIL import Image, UnidentifiedImageError

from raster.errors import InputError

LARGEST_MPX = 100  # millions of pixels


def square(name: str, data: bytes, px: int) -> np.ndarray:
    """(px, px, 3) uint8 sRGB of an encoded picture, resized to a square; alpha is ignored.

    InputError, which begins with the name, for data that is not a picture or too large.
    """
    picture = _open(name, data)
    # A picture is reduced by area means: a sharper filter would ring at the edges of a texture atlas.
    way = Image.Resampling.BOX if min(picture.size) >= px else Image.Resampling.BICUBIC
    return np.asarray(picture.resize((px, px), way))


def mean(name: str, data: bytes) -> tuple[float, float, float]:
    """Mean code value of red, green and blue of an encoded picture, 0..1. InputError as above."""
    values = np.asarray(_open(name, data), np.uint8).reshape(-1, 3)
    red, green, blue = (values.sum(axis=0, dtype=np.int64) / (255.0 * len(values))).tolist()
    return red, green, blue


def _open(name: str, data: bytes) -> Image.Image:
    """The decoded picture as 8-bit RGB. InputError as above."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's warnings about metadata; real damage is an error
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
