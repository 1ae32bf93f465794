"""Folder, read_folder: a data set on disk: images/, labels/, codes.txt, and valid.txt and test.txt where they are there."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from raster import InputError, open_regular

IMAGES = (".png", ".jpg", ".jpeg", ".heic", ".heif")
HEIC = (".heic", ".heif")  # as iPhones write them
IGNORE = 255  # value of pixels in masks that are neither right nor wrong, unless a class has this id


@dataclass(frozen=True)
class Folder:
    """Pairs of an image and its mask. Images are PNG or JPEG of any sizes, masks 8-bit greyscale PNG: class ids, IGNORE."""

    path: Path
    images: tuple[Path, ...]  # sorted by name
    labels: tuple[Path, ...]  # one for each image
    codes: tuple[str, ...]  # class names by id
    valid: np.ndarray  # (N,) bool; all False where there is no valid.txt
    test: np.ndarray  # (N,) bool; all False where there is no test.txt; none of them is in valid

    def __len__(self) -> int:
        return len(self.images)

    def pair(self, index: int) -> tuple[Image.Image, Image.Image]:
        """Image (RGB) and mask (L) of an index, at their own size. InputError for a damaged or wrong file."""
        return read_pair(self.images[index], self.labels[index], len(self.codes))

    def name(self, index: int) -> str:
        """The name of an image's file."""
        return self.images[index].name

    @property
    def views(self) -> int:
        """How many consecutive images show the same layout: these stay together in a split. 1 for another program's folder."""
        try:
            with open_regular(self.path / "manifest.json") as file:
                return int(json.load(file)["configuration"]["views_per_layout"])
        except (OSError, ValueError, KeyError, TypeError):
            return 1

    def digest(self) -> str:
        """SHA-256 of what `sha256sum codes.txt images/* labels/* scenes.jsonl test.txt valid.txt` prints, of what is there.

        It is the digest of manifest.json, if the set has no files of other writers.
        """
        lists = {name: self.path / name for name in ("codes.txt", "scenes.jsonl", "test.txt", "valid.txt")}
        files = {f"{path.parent.name}/{path.name}": path for path in (*self.images, *self.labels)}
        files |= {name: path for name, path in lists.items() if path.exists()}
        whole = hashlib.sha256()
        for name in sorted(files):
            whole.update(f"{hashlib.sha256(_bytes(files[name])).hexdigest()}  {name}\n".encode())
        return whole.hexdigest()


def read_folder(path: Path) -> Folder:
    """List the pairs and classes of a folder; images are not opened.

    InputError for a missing or empty folder, an image without a label or a label without an image, and wrong lists.
    """
    if not (path / "images").is_dir() or not (path / "labels").is_dir():
        raise InputError(f"data={path}: no data set; expected the folders images/ and labels/ in it")
    images = sorted(p for p in (path / "images").iterdir() if p.suffix.lower() in IMAGES and not p.name.startswith("."))
    labels = {p.stem: p for p in (path / "labels").iterdir() if p.suffix.lower() == ".png" and not p.name.startswith(".")}
    if not images:
        raise InputError(f"data={path}: images/ holds no PNG or JPEG file")
    for image in images:
        if image.stem not in labels:
            raise InputError(f"{image}: has no label; expected {path / 'labels' / (image.stem + '.png')}")
    stems = {image.stem for image in images}
    if len(stems) < len(images):
        raise InputError(f"{path / 'images'}: two images share one name but for the ending; a label belongs to one image")
    if unpaired := sorted(set(labels) - stems):
        raise InputError(f"{labels[unpaired[0]]}: has no image of that name in {path / 'images'}")
    names = {image.name: i for i, image in enumerate(images)}
    valid, test = (_listed(path / name, names) for name in ("valid.txt", "test.txt"))
    if (both := valid & test).any():
        raise InputError(f"{path / 'test.txt'}: names {images[both.argmax()].name}, which valid.txt names too")
    pairs = tuple(images), tuple(labels[image.stem] for image in images)
    return Folder(path, *pairs, _codes(path / "codes.txt"), valid, test)


def _listed(path: Path, names: Mapping[str, int]) -> np.ndarray:
    """(N,) bool: which images a list names, all False without the file. InputError for a name that is not there."""
    listed = np.zeros(len(names), bool)
    for name in _lines(path) if path.exists() else []:
        if name not in names:
            raise InputError(f"{path}: names {name}, which is not in images/")
        listed[names[name]] = True
    return listed


def read_pair(image: Path, label: Path, classes: int) -> tuple[Image.Image, Image.Image]:
    """Decode an image (to RGB) and its mask (mode L, ids below `classes`, and IGNORE). InputError for anything else."""
    return fitting_pair(read_image(image), _open(label), label, classes)


def fitting_pair(
    picture: Image.Image, mask: Image.Image, label: Path | str, classes: int
) -> tuple[Image.Image, Image.Image]:  # fmt: skip
    """An image and its mask as they are. InputError, which names the label, for a mask that read_pair() refuses."""
    if mask.mode != "L":
        raise InputError(f"{label}: a mask is 8-bit greyscale (mode L) with a class id a pixel, and this is mode {mask.mode}")
    if mask.size != picture.size:
        raise InputError(f"{label}: is {mask.size[0]} x {mask.size[1]}, its image {picture.size[0]} x {picture.size[1]}")
    ids = np.asarray(mask)
    if (unknown := ids[(ids >= classes) & (ids != IGNORE)]).size:
        known = f"codes.txt names ids 0 to {classes - 1}; {IGNORE} is to ignore"
        raise InputError(f"{label}: holds id {unknown.max()}, but {known}")
    return picture, mask


def read_image(path: Path) -> Image.Image:
    """Decode an image to RGB, rotated upright as its EXIF data say. InputError for a damaged file or more than 8 bits."""
    return _upright(_open(path), path)


def decode_image(file: BinaryIO, name: str) -> Image.Image:
    """The same of an open file; name: what messages call it."""
    return _upright(decode_picture(file, name), name)


def _upright(picture: Image.Image, path: Path | str) -> Image.Image:
    picture = ImageOps.exif_transpose(picture)
    if picture.mode.startswith(("I", "F")):
        raise InputError(f"{path}: has mode {picture.mode}; expected 8 bits a channel")
    return picture.convert("RGB")


def _open(path: Path) -> Image.Image:
    """Decode a picture file. InputError for one that Pillow cannot read, and for HEIC without the library that reads it."""
    if path.suffix.lower() in HEIC:
        _add_heic(path)
    try:
        with open_regular(path) as file:
            return decode_picture(file, path)
    except OSError as error:
        raise InputError(f"{path}: cannot be read as a picture ({error})") from None


def decode_picture(file: BinaryIO, path: Path | str) -> Image.Image:
    """Decode an open picture file. InputError, which names the path, for one that Pillow cannot read."""
    try:
        picture = Image.open(file)
        picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise InputError(f"{path}: cannot be read as a picture ({error})") from None
    return picture


def _add_heic(path: Path) -> None:
    """Let Pillow read HEIC. InputError, which names the file, where pi-heif is not installed."""
    try:
        from pi_heif import register_heif_opener
    except ModuleNotFoundError:
        raise InputError(f"{path}: HEIC needs pi-heif, which is not installed: pip install 'raster-labels[heic]'") from None
    register_heif_opener()


def _codes(path: Path) -> tuple[str, ...]:
    """The class names of codes.txt. InputError unless there are 2 to 256 different ones."""
    codes = tuple(_lines(path))
    if not 2 <= len(codes) <= 256 or len(set(codes)) < len(codes):
        raise InputError(f"{path}: expected 2 to 256 different class names, one a line, the background first")
    return codes


def _lines(path: Path) -> list[str]:
    """The lines of a text file that are not blank, stripped. InputError for a file that cannot be read."""
    try:
        return [line.strip() for line in _bytes(path).decode().splitlines() if line.strip()]
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: cannot be read ({error})") from None


def _bytes(path: Path) -> bytes:
    """The bytes of a file. InputError for one that cannot be read."""
    try:
        with open_regular(path) as file:
            return file.read()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
