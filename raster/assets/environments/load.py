"""load_environments: environment maps of procedural skies and studios and of the user's files, ready for the shaders."""

from collections.abc import Iterator, Sequence
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
from raster.system.progress import progress

ENDINGS = (".hdr", ".exr")
AT_ONCE = 8  # maps that are processed together
BRIGHTEST = 60000.0  # brighter texels are clipped to this, which fits float16

# A map without its sun, and the sun: name, map (H, 2 H, 3), direction (3,), colour (3,).
_Lit = tuple[str, np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Environments:
    """E environment maps of the same exposure: a white horizontal surface, in the sun if there is one, shows 0.5 (mean RGB)."""

    # Level k is (E, px >> k, px >> k, 3) float16 linear radiance, laid out as in raster.assets.environments.octahedral. Level 0
    # is sharp; level k is the reflection in a GGX surface of roughness k / (len(levels) - 1), alpha = roughness**2.
    levels: tuple[np.ndarray, ...]
    # (E, 9, 3) float32: their sum with the spherical harmonics of a normal is irradiance / pi, the colour of white; no sun.
    irradiance: np.ndarray
    sun_direction: np.ndarray  # (E, 3) float32 unit, towards the sun; (0, 0, 1) where there is none
    sun_color: np.ndarray  # (E, 3) float32: irradiance / pi of a surface facing the sun, which is not in the maps; 0 = no sun
    names: tuple[str, ...]  # "sky 0", "studio 3", or the file's name

    def arrays(self) -> dict[str, np.ndarray]:
        """All of it as arrays by name, in one order: the levels as level_0, level_1, ... and the names as strings (E,)."""
        levels = {f"level_{k}": level for k, level in enumerate(self.levels)}
        suns = {"sun_direction": self.sun_direction, "sun_color": self.sun_color}
        return {**levels, "irradiance": self.irradiance, **suns, "names": np.array(self.names)}

    @classmethod
    def from_arrays(cls, arrays: dict[str, np.ndarray]) -> "Environments":
        """The inverse of arrays()."""
        levels = tuple(arrays[f"level_{k}"] for k in range(sum(name.startswith("level_") for name in arrays)))
        names = tuple(arrays["names"].tolist())
        return cls(levels, arrays["irradiance"], arrays["sun_direction"], arrays["sun_color"], names)


def load_environments(
    skies: int, studios: int, files: str | None, most: int, px: int, seed: int, key: str = "files"
) -> Environments:
    """Maps of procedural skies and studios, which depend on (seed, number, px), and of at most `most` of the user's files.

    skies, studios: how many. files: a folder or a pattern of .hdr and .exr files, as in find_files. A small, very bright part
    of a file's map becomes its sun. px: side of the maps, a power of two. InputError, which begins with "{key}={files}: " and
    names the file, for one that cannot be used; also for another px, and if there is no map at all.
    """
    if px < 2 * SMALLEST_PX or px & (px - 1):
        raise InputError(f"px={px}: expected a power of two from {2 * SMALLEST_PX} up")
    if skies + studios == 0 and files is None:
        raise InputError(f"skies=0, studios=0, {key}=null: there is nothing to light the scene; give at least one of them")
    paths = find_files(key, files, ENDINGS, most) if files is not None else []
    lit = chain(_skies(skies, px, seed), _studios(studios, px, seed), _files(f"{key}={files}", paths, px))
    told = progress(lit, "environments", skies + studios + len(paths), "map")
    levels, diffuse, suns, colors, names = [], [], [], [], []
    while some := list(islice(told, AT_ONCE)):
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
    """Procedural skies 0 .. count - 1."""
    for first in range(0, count, AT_ONCE):
        some = make_skies(Streams(seed, first, min(AT_ONCE, count - first), "skies/"), px)
        for k, (image, sun, color) in enumerate(zip(some.maps, some.sun_direction, some.sun_color, strict=True)):
            yield f"sky {first + k}", image, sun, color


def _studios(count: int, px: int, seed: int) -> Iterator[_Lit]:
    """Procedural studios 0 .. count - 1, which have no sun."""
    for first in range(0, count, AT_ONCE):
        for k, image in enumerate(make_studios(Streams(seed, first, min(AT_ONCE, count - first), "studios/"), px)):
            yield f"studio {first + k}", image, np.array([0.0, 0.0, 1.0]), np.zeros(3)


def _files(source: str, paths: Sequence[Path], px: int) -> Iterator[_Lit]:
    """The maps of the user's files. `source` begins the message of an InputError."""
    for path in paths:
        try:
            yield path.name, *_from_file(path, px)
        except InputError as error:
            raise InputError(f"{source}: {error}") from None


def _from_file(path: Path, px: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The map of a file in the common exposure, and the direction and colour of its sun. InputError for a bad or black file.

    The exposure of a map that is nearly black above the horizon follows from a tenth of its mean.
    """
    image = shrink(read_exr(path) if path.suffix.lower() == ".exr" else read_hdr(path), 2 * px)
    mean = float((luminance(image) * solid_angles(len(image))).sum() / (4 * np.pi))
    shown = max(float(upward_irradiance(image).mean()), mean / 10)
    if shown <= 0:
        raise InputError(f"{path}: is black everywhere")
    image, sun, color = extract_sun(image * np.float32(0.5 / shown))
    return image, sun, color
