"""opaque_or_cut_out: whether alpha cuts anything out of a surface. FilePictures: a file's pictures, each decoded once."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from raster.assets.meshes.base_color_images import square, with_alpha
from raster.assets.meshes.imported_mesh import Note
from raster.assets.meshes.node_placement import PlacedPiece
from raster.assets.meshes.parsed_file import EncodedPicture, Primitive

BLEND_CUTOFF = 0.5  # of surfaces whose alpha should mix colours
NOTHING_LEFT = 2.0
BLENDED = Note("have blended materials, which are drawn and labelled where their alpha is at least 0.5, and not elsewhere")


class FilePictures:
    """The encoded pictures of a file. InputError, which begins with the path, for one that cannot be read."""

    def __init__(self, encoded: Sequence[EncodedPicture], path: Path, px: int):
        """px: side of the pictures, at most."""
        self._encoded, self._px = [_named(each, path) for each in encoded], px
        self._with_alpha: dict[int, tuple[np.ndarray, float]] = {}

    def least_alpha(self, number: int) -> float:
        """The least alpha of a picture, 0..1."""
        if number not in self._with_alpha:
            self._with_alpha[number] = with_alpha(self._encoded[number], self._px)
        return self._with_alpha[number][1]

    def squares_of(self, placed: list[PlacedPiece]) -> tuple[list[PlacedPiece], tuple[np.ndarray, ...]]:
        """The pieces with new numbers of their pictures, and these: squares (S, S, 3), or (S, S, 4) where alpha cuts out.

        A picture that is shown both ways comes twice: where it is transparent, its colours count on opaque surfaces alone.
        """
        made: dict[tuple[int, bool], int] = {}
        for p in placed:
            if p.piece.material.picture >= 0:
                made.setdefault(_key(p), len(made))
        numbered = [
            replace(p, piece=replace(p.piece, material=replace(p.piece.material, picture=made.get(_key(p), -1))))
            for p in placed
        ]
        return numbered, tuple(self._square(*key) for key in made)

    def _square(self, number: int, cut: bool) -> np.ndarray:
        if cut:
            self.least_alpha(number)
            return self._with_alpha.pop(number)[0]
        return square(self._encoded[number], self._px)


def _named(picture: EncodedPicture, path: Path) -> EncodedPicture:
    """The picture; errors about it will begin with the path."""
    alpha = None if picture.alpha is None else _named(picture.alpha, path)
    return picture._replace(name=f"{path}: {picture.name}", alpha=alpha)


def _key(placed: PlacedPiece) -> tuple[int, bool]:
    return placed.piece.material.picture, placed.piece.material.cutoff > 0


def cutoff_of(least: float, factor: float) -> float:
    """PbrMaterial.cutoff where alpha, times a factor that holds for the whole surface, has to reach `least`."""
    return min(least / factor, NOTHING_LEFT) if factor > 0 else NOTHING_LEFT


def opaque_or_cut_out(surface: Primitive, pictures: FilePictures) -> Primitive:
    """The surface; its cutoff is 0 if alpha cuts nothing out of it."""
    material = surface.material
    if not material.cutoff:
        return surface
    least = 1.0 if surface.colors is None else float(surface.colors[:, 3].min(initial=255)) / 255
    if material.picture >= 0 and surface.uvs is not None:
        least *= pictures.least_alpha(material.picture)
    return replace(surface, material=replace(material, cutoff=0.0)) if least >= material.cutoff else surface
