"""load_environments: the light from all round, of procedural skies and rooms and of the user's files, ready for the shaders."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import numpy as np

from raster.assets.environments.equirectangular import luminance, shrink, solid_angles, upward_irradiance
from raster.assets.environments.hdr_files import read_exr, read_hdr
from raster.assets.environments.octahedral import from_panorama
from raster.assets.environments.prefilter import SMALLEST_PX, irradiance, prefilter
from raster.assets.environments.skies import make_skies
from raster.assets.environments.studios import make_studios
from raster.assets.environments.sun_extraction import extract_sun
from raster.assets.file_patterns import find_files
from raster.errors import InputError
from raster.streams import Streams

ENDINGS = (".hdr", ".exr")
AT_ONCE = 8  # maps that are worked on together
BRIGHTEST = 60000.0  # fits float16

# One map with its sun apart: name, map (H, 2 H, 3), direction (3,), color (3,).
_Lit = tuple[str, np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Environments:
    """E environments in one exposure: a white horizontal surface, in the sun where there is one, shows 0.5 (mean of RGB)."""

    levels: tuple[
        np.ndarray, ...
    ]  # level k (E, px >> k, px >> k, 3) float16 linear radiance, laid out as raster.assets.environments.octahedral says:
    # level 0 sharp, level k as a GGX surface of roughness k / (len(levels) - 1) mirrors it, alpha = roughness**2
    irradiance: np.ndarray  # (E, 9, 3) float32: sum over the harmonics of a normal = irradiance / pi, what white shows; no sun
    sun_direction: np.ndarray  # (E, 3) float32 unit, towards the sun; (0, 0, 1) where there is none
    sun_color: np.ndarray  # (E, 3) float32 irradiance / pi of a surface that faces the sun, which is not in the maps; 0: none
    names: tuple[str, ...]  # "sky 0", "studio 3", or the file's name


def load_environments(
    skies: int, studios: int, files: str | None, most: int, px: int, seed: int, key: str = "files"
) -> Environments:
    """So many procedural skies and rooms, functions of (seed, number, px), then at most `most` of the user's files.

    `files` is a folder or a pattern of .hdr and .exr files, as `found` says. A small, very bright part of a file is taken out
    as its sun. InputError, which begins with "{key}={files}: " and names the file, for one that cannot be used; for a px that
    is no power of two; and for nothing at all.
    """
    if px < 2 * SMALLEST_PX or px & (px - 1):
        raise InputError(f"px={px}: expected a power of two from {2 * SMALLEST_PX} up")
    if skies + studios == 0 and files is None:
        raise InputError(f"skies=0, studios=0, {key}=null: there is nothing to light the scene; give at least one of them")
    lit = chain(_skies(skies, px, seed), _studios(studios, px, seed), _files(key, files, most, px) if files is not None else ())
    levels, diffuse, suns, colors, names = [], [], [], [], []
    while some := list(islice(lit, AT_ONCE)):
        maps = np.stack([from_panorama(image, px) for _, image, _, _ in some])
        diffuse.append(irradiance(maps))
        levels.append([np.minimum(level, BRIGHTEST).astype(np.float16) for level in prefilter(maps)])
        for name, _, sun, color in some:
            names.append(name)
            suns.append(sun)
            colors.append(color)
    return Environments(
        tuple(np.concatenate(level) for level in zip(*levels, strict=True)),
        np.concatenate(diffuse),
        np.array(suns, np.float32),
        np.array(colors, np.float32),
        tuple(names),
    )


def _skies(count: int, px: int, seed: int) -> Iterator[_Lit]:
    for first in range(0, count, AT_ONCE):
        some = make_skies(Streams(seed, first, min(AT_ONCE, count - first), "skies/"), px)
        for k, (image, sun, color) in enumerate(zip(some.maps, some.sun_direction, some.sun_color, strict=True)):
            yield f"sky {first + k}", image, sun, color


def _studios(count: int, px: int, seed: int) -> Iterator[_Lit]:
    for first in range(0, count, AT_ONCE):
        for k, image in enumerate(make_studios(Streams(seed, first, min(AT_ONCE, count - first), "studios/"), px)):
            yield f"studio {first + k}", image, np.array([0.0, 0.0, 1.0]), np.zeros(3)


def _files(key: str, files: str, most: int, px: int) -> Iterator[_Lit]:
    for path in find_files(key, files, ENDINGS, most):
        try:
            yield path.name, *_from_file(path, px)
        except InputError as error:
            raise InputError(f"{key}={files}: {error}") from None


def _from_file(path: Path, px: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A file's map, in the one exposure, its sun's direction and color. InputError for a bad file or a black one.

    A map that is nearly black above the horizon is brought to an exposure by a tenth of its mean instead.
    """
    image = shrink(read_exr(path) if path.suffix.lower() == ".exr" else read_hdr(path), 2 * px)
    mean = float((luminance(image) * solid_angles(len(image))).sum() / (4 * np.pi))
    shown = max(float(upward_irradiance(image).mean()), mean / 10)
    if shown <= 0:
        raise InputError(f"{path}: is black everywhere")
    image, sun, color = extract_sun(image * np.float32(0.5 / shown))
    return image, sun, color
