"""scale_intrinsics: the camera's options in px of a data set that is drawn again at another size."""

from collections.abc import Mapping, Sequence
from typing import Any

from raster.errors import InputError
from raster.run.compose import read_override
from raster.run.options import yaml_value

CAMERA = "randomizers.camera"
ALONG_X, ALONG_Y = ("fx", "cx"), ("fy", "cy")  # options in px


def scale_intrinsics(options: dict[str, Any], held: Mapping[str, Any], overrides: Sequence[str]) -> None:
    """Scale focal lengths and principal point in `options`, in place, from the size in `held` to that in `options`.

    A pixel's centre is at +0.5, so that all four are just multiplied. What `overrides` give anew stays as given. InputError if
    the picture gets another shape and not all of them are given anew.
    """
    camera, before, after = options["randomizers"].get("camera"), _sides(held.get("size")), options["size"]
    if not isinstance(camera, dict) or before is None or before == after:
        return
    given = _given(overrides)
    kept = [name for name in (*ALONG_X, *ALONG_Y) if camera.get(name) is not None and name not in given]
    if not kept:
        return
    (height, width), (new_height, new_width) = before, after
    if new_height * width != height * new_width:
        what = f"the set's size is {yaml_value(before)}, and {CAMERA}.{', '.join(kept)} in px are of that shape"
        wanted = new_height if new_height == new_width else after
        anew = " ".join(f"{CAMERA}.{name}=PX" for name in kept)
        raise InputError(f"size={yaml_value(wanted)}: {what}; choose a size of that shape, or give {anew} for the new size")
    for name in kept:
        camera[name] = _times(camera[name], new_width / width if name in ALONG_X else new_height / height)


def _sides(size: Any) -> list[int] | None:
    """[H, W] px of a manifest; None for what is no size."""
    sides = size if isinstance(size, list) else [size, size]
    return sides if len(sides) == 2 and all(type(side) is int and side > 0 for side in sides) else None


def _given(overrides: Sequence[str]) -> set[str]:
    """Options of the camera that overrides state, as randomizers.camera.fx=700 or randomizers.camera={fx: 700}."""
    given = set[str]()
    for override in map(read_override, overrides):
        key = str(override.key_or_group)
        if key.startswith(f"{CAMERA}."):
            given.add(key.removeprefix(f"{CAMERA}."))
        elif key == CAMERA and isinstance(value := override.value(), dict):
            given |= {str(name) for name in value}
    return given


def _times(value: Any, factor: float) -> Any:
    """A number or a range of numbers, times a factor; other things as they are: the camera names them."""
    if isinstance(value, list):
        return [_times(each, factor) for each in value]
    return value * factor if isinstance(value, int | float) else value
