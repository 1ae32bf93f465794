"""composite: one object made of several solids, as a YAML file describes it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from pyrr import quaternion

from raster.errors import InputError
from raster.geometry.mesh import Composite, Mesh, Part
from raster.geometry.surface import DOWN
from raster.transforms import compose, normalize, rotation_from_quaternion

KEYS = ("solid", "mesh", "position", "axis", "angle_deg", "scale")


def composite(parts: Sequence[Mapping[str, Any]], rest_directions: Any = DOWN) -> Composite:
    """One object of several meshes. Parts that should look joined must overlap or touch.

    Each part has `solid` (its name in scenes.jsonl) and `mesh` (a Mesh), and may have `scale` (one number or three,
    above 0, done first), then `axis` (3) and `angle_deg` (a right-handed turn about it), then `position` (3, object
    space). rest_directions (K, 3): directions in object space, of any length, that may point down at rest. In YAML, write
    `_convert_: all` beside `_target_`, or Hydra turns the meshes into dictionaries. InputError names the part and the key.
    """
    if not parts:
        raise InputError("composite.parts: there is none; list at least one {solid: .., mesh: ..}")
    directions = _numbers("composite.rest_directions", rest_directions, (-1, 3))
    if not np.linalg.norm(directions, axis=1).all():
        raise InputError("composite.rest_directions: a direction is [0, 0, 0]; give it a length")
    placed = tuple(_part(f"composite.parts[{i}]", part) for i, part in enumerate(parts))
    return Composite(placed, normalize(directions).astype(np.float32))


def _part(where: str, part: Mapping[str, Any]) -> Part:
    """The part that a mapping describes; `where` names it in errors."""
    if unknown := sorted(set(part) - set(KEYS)):
        raise InputError(f"{where}: there is no key {unknown[0]}; the keys are {', '.join(KEYS)}")
    if not isinstance(part.get("solid"), str):
        raise InputError(f"{where}.solid: give the part's name, for example sphere")
    if not isinstance(part.get("mesh"), Mesh):
        raise InputError(f"{where}.mesh: give a mesh, for example _target_: raster.solids.sphere.sphere")
    position = _numbers(f"{where}.position", part.get("position", (0, 0, 0)), (3,))
    axis = _numbers(f"{where}.axis", part.get("axis", (0, 0, 1)), (3,))
    angle = _numbers(f"{where}.angle_deg", part.get("angle_deg", 0), ())
    scale = part.get("scale", 1)
    scale = _numbers(f"{where}.scale", scale, () if np.ndim(scale) == 0 else (3,))
    if not axis.any():
        raise InputError(f"{where}.axis: [0, 0, 0] has no direction; give the axis of the turn, for example [0, 0, 1]")
    if not (scale > 0).all():
        raise InputError(f"{where}.scale: {scale.tolist()} is not possible; give one number or three, above 0")
    turn = quaternion.create_from_axis_rotation(axis, np.radians(angle))
    return Part(part["solid"], part["mesh"], compose(position, rotation_from_quaternion(turn), scale))


def _numbers(name: str, value: Any, shape: tuple[int, ...]) -> np.ndarray:
    """value as a float64 array of a shape, in which -1 stands for any number above 0. InputError for anything else."""
    try:
        array = np.array(value, np.float64)
    except (TypeError, ValueError):
        array = np.array(np.nan)
    fits = array.ndim == len(shape) and all(n == m or (m < 0 < n) for n, m in zip(array.shape, shape, strict=True))
    if not fits or not np.isfinite(array).all():
        right = {(): "a number", (3,): "three numbers"}.get(shape, "a list of [x, y, z]")
        raise InputError(f"{name}: {value!r} does not fit; give {right}")
    return array
