"""join: makes one closed Mesh of pieces. check_segments: checks a number of segments. circle_error: of a polygon."""

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from raster.errors import InputError
from raster.geometry.mesh import Mesh, NamedPoint

# A piece is a Mesh that need not be closed, whose uvs are lengths along the surface (object space, any origin).
ROUND = 24  # segments from which a polygon stands for a circle
ENDS = (("bottom", (0.0, 0.0, -0.5)), ("top", (0.0, 0.0, 0.5)))  # keypoints on the axis of a body of height 1
DOWN = ((0.0, 0.0, -1.0),)


def join(
    pieces: Sequence[Mesh],
    rest_directions: Any = DOWN,
    silhouette_error: float = 0.0,
    levels_of_detail: tuple[Mesh, ...] = (),
    collision: str = "hull",
    finer: tuple[Callable[[], Mesh], ...] = (),
    normal_error: float = 0.0,
    curvature: float = math.inf,
    revolved: bool = False,
    keypoints: tuple[NamedPoint, ...] = (),
) -> Mesh:
    """The pieces as one Mesh with read-only arrays. rest_directions (K, 3): unit vectors; the other arguments as in Mesh.

    Where pieces meet, their positions must be equal to the bit. Each piece's uvs are moved to start at 0, and all are
    divided by one length, so that they fit 0..1 and a texture is equally dense everywhere; pieces share that square.
    """
    starts = np.cumsum([0] + [len(piece.positions) for piece in pieces])
    span = max(np.ptp(piece.uvs, axis=0).max() for piece in pieces)
    return Mesh(
        positions=_fixed([piece.positions for piece in pieces], np.float32),
        normals=_fixed([piece.normals for piece in pieces], np.float32),
        uvs=_fixed([(piece.uvs - piece.uvs.min(axis=0)) / span for piece in pieces], np.float32),
        triangles=_fixed([piece.triangles + start for piece, start in zip(pieces, starts, strict=False)], np.uint32),
        rest_directions=_fixed([np.asarray(rest_directions)], np.float32),
        silhouette_error=silhouette_error,
        levels_of_detail=levels_of_detail,
        collision=collision,
        finer=finer,
        normal_error=normal_error,
        curvature=curvature,
        revolved=revolved,
        keypoints=keypoints,
    )


def more_segments(made: Callable[..., Mesh], segments: int, steps: Sequence[int], *rest: Any) -> tuple[Callable[[], Mesh], ...]:
    """Mesh.finer of a round solid: made(n, *rest) for the n of `steps` above `segments`. One of few segments is meant so."""
    return tuple(partial(made, n, *rest) for n in steps if n > segments) if segments >= ROUND else ()


def check_segments(name: str, value: Any, least: int = 3, step: int = 1) -> None:
    """Raise InputError unless value is a whole number, `least` or more, a multiple of `step`; name: solid.parameter."""
    if not isinstance(value, int) or value < least or value % step:
        multiple = f"a multiple of {step}" if step > 1 else "a whole number"
        raise InputError(f"{name}: {value!r} is not possible; give {multiple}, {least} or more")


def circle_error(segments: int) -> float:
    """How far the edges of a regular polygon lie inside its circle of diameter 1."""
    return 0.5 * (1 - math.cos(math.pi / segments))


def _fixed(arrays: Sequence[np.ndarray], dtype: type) -> np.ndarray:
    """The arrays in one, read-only, because a solid's function returns the same Mesh to all callers."""
    whole = np.concatenate(arrays).astype(dtype) + dtype(0)  # + 0 turns -0.0 into 0.0: equal points have equal bits
    whole.setflags(write=False)
    return whole
