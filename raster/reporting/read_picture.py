"""read_picture: a picture file as pixels, no larger than asked for. read_label: a label file, likewise."""

import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from raster.assets.lfs_pointers import refuse_lfs_pointer
from raster.errors import InputError
from raster.system.regular_files import open_regular


def read_picture(path: Path, longest: int) -> np.ndarray:
    """Return (H, W, 3) uint8 sRGB, upright, its longer side at most `longest` px: the mean of the pixels that become one.

    Over black where it is transparent. InputError, which names the file, for what cannot be read.
    """
    picture = _opened(path, 2 * longest)
    if picture.mode.startswith(("I", "F")):  # Pillow would cut off what is above 255
        raise InputError(f"{path}: has mode {picture.mode}; expected a picture of 8 bits a channel")
    if "transparency" in picture.info or picture.mode in ("RGBA", "LA", "PA"):
        rgba = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", rgba.size, (0, 0, 0, 255)), rgba)
    picture = picture.convert("RGB")
    picture.thumbnail((longest, longest), Image.Resampling.BOX, reducing_gap=None)
    return np.asarray(picture)


def read_label(path: Path, size: tuple[int, int]) -> np.ndarray:
    """Return (H, W) uint8 of a label, of `size` (width, height) px: every so many-th pixel. InputError as read_picture."""
    picture = _opened(path, 0)
    if picture.mode not in ("L", "P"):
        raise InputError(f"{path}: has mode {picture.mode}; expected a label, 8-bit greyscale")
    return np.asarray(picture.resize(size, Image.Resampling.NEAREST))


def _opened(path: Path, least: int) -> Image.Image:
    """Return a decoded picture, upright; a JPEG smaller than it is, but not below `least` px."""
    try:
        with warnings.catch_warnings(), open_regular(path) as file:
            warnings.simplefilter("ignore", UserWarning)  # about damaged EXIF data; real damage is an error
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            refuse_lfs_pointer(file.read(100))
            file.seek(0)
            with Image.open(file) as picture:
                if least:
                    picture.draft("RGB", (least, least))
                return ImageOps.exif_transpose(picture)
    except UnidentifiedImageError:
        raise InputError(f"{path}: not a picture, or of a kind that Pillow cannot read") from None
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise InputError(f"{path}: too many pixels to be safe; make it smaller first") from None
    except (OSError, SyntaxError, ValueError) as error:
        told = error.strerror if isinstance(error, OSError) and error.strerror else f"cannot be read, is it cut off? ({error})"
        raise InputError(f"{path}: {told}") from None
