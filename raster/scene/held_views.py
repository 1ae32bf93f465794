"""hold_world: gives all views of a layout the world of the first one; each view keeps its own camera, lens and sensor."""

from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np

from raster.scene.scenes import Scenes

OWN = ("index", "cameras", "lens", "sensor")  # what each view keeps; all else in Scenes is the world
ALIKE = ("slots", "catalog", "library", "views", "parent", "object")  # the same for all scenes: no batch axis


def hold_world(scenes: Scenes, lead: Scenes | None) -> Scenes:
    """The scenes (B) of consecutive images, in which every view shows the world of the first view of its layout.

    lead: the first view (1) of the first layout, if the images begin inside that layout. A view whose camera is inside an
    object or distractor still leaves that one out.
    """
    first = np.searchsorted(scenes.layout, scenes.layout)  # row of the first image of each layout
    if lead is not None:
        first = np.where(scenes.layout == lead.layout[0], 0, first + 1)
    taken = {f.name: _rows(getattr(scenes, f.name), lead and getattr(lead, f.name), f.name, first) for f in fields(scenes)}
    held = replace(scenes, **{name: value for name, value in taken.items() if name not in OWN})
    things = slice(scenes.slots["objects"].start, scenes.slots["distractors"].stop)
    left_out = (scenes.asset[:, things] < 0) & (held.asset[:, things] >= 0)
    if left_out.any():
        held.set_assets(things, np.where(left_out, -1, held.asset[:, things]))
    return held


def _rows(value: Any, lead: Any, name: str, rows: np.ndarray) -> Any:
    """Rows (B,) of an array, or of all arrays of a dataclass, after those of `lead`, if there is one."""
    if name in ALIKE:
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value,
            **{f.name: _rows(getattr(value, f.name), lead and getattr(lead, f.name), f.name, rows) for f in fields(value)},
        )
    return value[rows] if lead is None else np.concatenate([lead, value])[rows]
