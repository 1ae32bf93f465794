"""square, with_alpha, mipmaps, mean: the pictures of mesh files as arrays, with or without alpha, and their mean colours."""

import io
import math
import warnings

import numpy as np
from PIL import Image, UnidentifiedImageError

from raster.assets.meshes.parsed_file import EncodedPicture
from raster.color import linear_from_srgb, srgb_from_linear
from raster.errors import InputError

LARGEST_MPX = 100  # millions of pixels
LEAST_PX = 256  # side of the pictures that small ones become
# Tables of linear light of an sRGB value, and back in 65536 steps.
LINEAR = linear_from_srgb(np.arange(256) / 255).astype(np.float32)
CODES = np.rint(255 * srgb_from_linear(np.arange(65536) / 65535)).astype(np.uint8)


def square(picture: EncodedPicture, px: int) -> np.ndarray:
    """(S, S, 3) uint8 sRGB of an encoded picture, resized to a square; its alpha does not count.

    S is a power of two that is not smaller than the picture, at least LEAST_PX, but at most px. InputError, which begins with
    the name, for data that is not a picture or too large.
    """
    return _resized(_colors(picture), px)


def with_alpha(picture: EncodedPicture, px: int) -> tuple[np.ndarray, float]:
    """The same as (S, S, 4) with alpha, or (S, S, 3) if all of it is opaque; and its least alpha, 0..1."""
    whole = _open(picture.name, picture.data) if picture.alpha is None and picture.data is not None else _joined(picture)
    if whole.mode == "RGB":
        return _resized(whole, px), 1.0
    alpha, values = whole.getchannel("A"), np.asarray(whole)
    colors = Image.fromarray(filled(values[..., :3], values[..., 3] > 0))
    return np.dstack([_resized(colors, px), _resized(alpha, px)]), float(values[..., 3].min()) / 255


def _colors(picture: EncodedPicture) -> Image.Image:
    """The decoded colours of a picture."""
    return Image.new("RGB", (1, 1), "white") if picture.data is None else _open(picture.name, picture.data).convert("RGB")


def _joined(picture: EncodedPicture) -> Image.Image:
    """A picture with the alpha that another one gives, both in the size of the larger."""
    colors = _colors(picture)
    if picture.alpha is None or picture.alpha.data is None:
        return colors
    other = _open(picture.alpha.name, picture.alpha.data)
    alpha = other.getchannel("A") if other.mode == "RGBA" else other.convert("L")
    size = max(colors.size, alpha.size, key=math.prod)
    whole = colors.resize(size)
    whole.putalpha(alpha.resize(size))
    return whole


def _resized(picture: Image.Image, px: int) -> np.ndarray:
    """(S, S, ...) uint8: a picture as a square."""
    side = min(max(1 << (max(picture.size) - 1).bit_length(), LEAST_PX), px)
    # A picture is reduced by area means: a sharper filter would ring at the edges of a texture atlas.
    way = Image.Resampling.BOX if min(picture.size) >= side else Image.Resampling.BICUBIC
    return np.asarray(picture.resize((side, side), way))


def filled(colors: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Colours (H, W, 3) uint8 with those that are not known (H, W) bool replaced by colours near by.

    What stands where a picture is transparent is often black, and would be seen as a rim. Known colours are averaged in ever
    larger blocks, and each gap takes the colour of the smallest block that has one (Gortler et al., "The lumigraph", 1996).
    """
    if known.all() or not known.any():
        return colors
    height, width = known.shape
    if height == width == 1:
        return colors
    even = np.pad(colors.astype(np.float32) * known[..., None], ((0, height % 2), (0, width % 2), (0, 0)))
    weight = np.pad(known.astype(np.float32), ((0, height % 2), (0, width % 2)))
    count = weight[::2, ::2] + weight[1::2, ::2] + weight[::2, 1::2] + weight[1::2, 1::2]
    sums = even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]
    coarse = filled(np.rint(sums / np.maximum(count, 1)[..., None]).astype(np.uint8), count > 0)
    spread = coarse.repeat(2, axis=0).repeat(2, axis=1)[:height, :width]
    return np.where(known[..., None], colors, spread)


def mipmaps(picture: np.ndarray) -> list[np.ndarray]:
    """A picture (S, S, 3 or 4) uint8 sRGB, S a power of two, and its halves down to one texel; means are taken of linear light.

    Alpha, which is linear, is averaged as it is.
    """
    levels, light, alpha = [picture], LINEAR[picture[..., :3]], picture[..., 3:].astype(np.float32)
    while len(light) > 1:
        light, alpha = _halved(light), _halved(alpha)
        levels.append(np.dstack([CODES[(65535 * light + 0.5).astype(np.uint16)], (alpha + 0.5).astype(np.uint8)]))
    return levels


def _halved(values: np.ndarray) -> np.ndarray:
    """Means of blocks of 2 x 2."""
    return np.float32(0.25) * (values[::2, ::2] + values[1::2, ::2] + values[::2, 1::2] + values[1::2, 1::2])


def mean(name: str, data: bytes) -> tuple[float, float, float]:
    """Mean code value of red, green and blue of an encoded picture, 0..1. InputError as above."""
    values = np.asarray(_open(name, data).convert("RGB"), np.uint8).reshape(-1, 3)
    red, green, blue = (values.sum(axis=0, dtype=np.int64) / (255.0 * len(values))).tolist()
    return red, green, blue


def _open(name: str, data: bytes) -> Image.Image:
    """The decoded picture as 8-bit RGB, or RGBA if some of it is not opaque. InputError as above."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's warnings about metadata; real damage is an error
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data))
            if picture.size[0] * picture.size[1] > LARGEST_MPX * 1_000_000:
                raise InputError(f"{name}: has more than {LARGEST_MPX} megapixels; make it smaller first")
            return _decoded(name, picture)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise InputError(f"{name}: has more than {LARGEST_MPX} megapixels; make it smaller first") from None
    except UnidentifiedImageError:
        raise InputError(f"{name}: is no picture, or of a kind that Pillow cannot read") from None
    except InputError:
        raise
    except (OSError, SyntaxError, ValueError) as error:
        raise InputError(f"{name}: cannot be read as a picture, is it cut off? ({error})") from error


def _decoded(name: str, picture: Image.Image) -> Image.Image:
    """8-bit RGB or RGBA of any mode; of 16-bit greys, which Pillow's convert would cut off at 255, the upper byte."""
    if picture.mode.startswith("I"):
        grey = np.clip(np.asarray(picture, np.int64), 0, 65535) >> 8
        return Image.fromarray(grey.astype(np.uint8)).convert("RGB")
    if picture.mode == "F":
        raise InputError(f"{name}: holds floating-point numbers; expected 8 or 16 bits a channel")
    if picture.mode in ("RGBA", "PA", "LA", "La", "RGBa") or "transparency" in picture.info:
        whole = picture.convert("RGBA")
        return whole if np.asarray(whole.getchannel("A")).min() < 255 else whole.convert("RGB")
    return picture.convert("RGB")
