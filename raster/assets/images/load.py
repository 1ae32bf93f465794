"""load_pictures: the user's photographs, or procedural pictures, as squares. load_backdrops, ...: as frames."""

import warnings
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from raster.assets.file_patterns import find_files
from raster.assets.images.dead_leaves import dead_leaves
from raster.assets.lfs_pointers import refuse_lfs_pointer
from raster.errors import InputError
from raster.system.progress import progress
from raster.system.regular_files import open_regular

CLUTTER = "clutter"
ENDINGS = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff")
LARGEST_MPX = 100  # millions of pixels; Pillow's own limit of 89 comes first where nobody has raised it
SMALLEST_PX = 8
MOST_BACKDROP_PX = 2**25  # of all backdrops of a run together: 134 MB on the GPU


def load_pictures(key: str, source: str, most: int, px: int, seed: int) -> np.ndarray:
    """(N, px, px, 3) uint8 sRGB, N <= most.

    `source` is "clutter" (`most` procedural pictures, which depend on seed and number), a folder, or a pattern, as in
    find_files. Each photograph is rotated upright, cropped to its central square, and put on black where it is transparent.
    InputError, which begins with "{key}={source}: " and names the file, for one that cannot be used: no file is left out.
    """
    if source == CLUTTER:
        return dead_leaves(most, px, seed)
    return _read(key, source, find_files(key, source, ENDINGS, most), (px, px))


def load_backdrops(key: str, source: str, most: int, size: tuple[int, int]) -> np.ndarray:
    """(N, h, w, 3) uint8 sRGB, N <= most: photographs as in load_pictures, cropped to the aspect of a frame of size (H, W) px.

    h and w are H and W, or less where so many pictures would need too much memory.
    """
    paths = find_files(key, source, ENDINGS, most)
    return _read(key, source, paths, _backdrop_size(len(paths), size))


def load_photograph(key: str, file: str, size: tuple[int, int]) -> np.ndarray:
    """(1, H, W, 3) uint8 sRGB: a photograph pixel for pixel, upright. InputError as load_pictures, and for another size."""
    path = Path(file).expanduser()
    if not path.is_file():
        raise InputError(f"{key}={file}: there is no such file; expected one picture")
    return _read(key, file, [path], size, whole=True)


def crop_backdrops(pictures: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """(N, h, w, 3) uint8 sRGB: pictures (N, S, S, 3) cropped, and of a size, as by load_backdrops."""
    size = _backdrop_size(len(pictures), size)
    return np.stack([_cropped(Image.fromarray(picture), size) for picture in pictures])


def _backdrop_size(count: int, size: tuple[int, int]) -> tuple[int, int]:
    share = min(1.0, (MOST_BACKDROP_PX / (count * size[0] * size[1])) ** 0.5)
    return max(1, int(share * size[0])), max(1, int(share * size[1]))


def _read(key: str, source: str, paths: list[Path], size: tuple[int, int], whole: bool = False) -> np.ndarray:
    """(N, H, W, 3) uint8 of the files. InputError as load_pictures. whole: for another size too; nothing is cropped."""
    pictures = np.empty((len(paths), *size, 3), np.uint8)
    start = f"{key}={source}: "
    for k, path in progress(enumerate(paths), "pictures", len(paths), "picture"):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter(
                    "ignore", UserWarning
                )  # Pillow's warnings about damaged EXIF data; real damage is an error
                warnings.simplefilter("error", Image.DecompressionBombWarning)
                pictures[k] = _picture(path, size, whole)
        except (OSError, SyntaxError, ValueError) as error:  # UnidentifiedImageError and InputError are among them
            raise InputError(f"{start}{_reason(error)}" if whole else f"{start}{path}: {_reason(error)}") from None
        except (Image.DecompressionBombWarning, Image.DecompressionBombError):
            raise InputError(f"{start}{path}: too many pixels to be safe; make it smaller first") from None
    return pictures


def _reason(error: Exception) -> str:
    """What is wrong with a picture file, for a message."""
    if isinstance(error, InputError):
        return str(error)
    if isinstance(error, UnidentifiedImageError):
        return "not a picture, or of a kind that Pillow cannot read"
    return f"cannot be read as a picture, is it cut off? ({error})"


def _picture(path: Path, size: tuple[int, int], whole: bool) -> np.ndarray:
    """(H, W, 3) uint8 of one file."""
    with open_regular(path) as file:
        refuse_lfs_pointer(file.read(100))
        file.seek(0)
        return _decoded(file, size, whole)


def _decoded(file: BinaryIO, size: tuple[int, int], whole: bool) -> np.ndarray:
    with Image.open(file) as picture:
        width, height = picture.size
        if width * height > LARGEST_MPX * 1_000_000:
            raise InputError(f"is {width} x {height}; at most {LARGEST_MPX} megapixels are read")
        if min(width, height) < SMALLEST_PX:
            raise InputError(f"is {width} x {height}; expected at least {SMALLEST_PX} pixels each way")
        if whole:
            upright = _opaque(ImageOps.exif_transpose(picture))
            if upright.size != size[::-1]:
                what = f"is {upright.width} x {upright.height} px, and images have {size[1]} x {size[0]}"
                raise InputError(f"{what}; set size=[{upright.height},{upright.width}], or resize it")
            return np.asarray(upright)
        picture.draft("RGB", (2 * size[1], 2 * size[0]))  # decodes a JPEG at 1/2, 1/4 or 1/8; other formats pass over it
        return _cropped(_opaque(ImageOps.exif_transpose(picture)), size)


def _cropped(picture: Image.Image, size: tuple[int, int]) -> np.ndarray:
    """(H, W, 3) uint8: the largest part of this aspect around the picture's middle."""
    scale = min(picture.width / size[1], picture.height / size[0])
    width, height = round(scale * size[1]), round(scale * size[0])
    left, top = (picture.width - width) // 2, (picture.height - height) // 2
    box = (left, top, left + width, top + height)
    return np.asarray(picture.resize(size[::-1], Image.Resampling.LANCZOS, box=box, reducing_gap=3.0))


def _opaque(picture: Image.Image) -> Image.Image:
    """RGB, over black. InputError for more than 8 bits a channel, which Pillow would cut off at 255."""
    if picture.mode.startswith(("I", "F")):
        raise InputError(f"has mode {picture.mode}; expected 8 bits a channel")
    if picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", picture.size, (0, 0, 0, 255)), picture).convert("RGB")
    return picture.convert("RGB")
