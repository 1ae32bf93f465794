"""write_intrinsics, write_calibration: field of view or focal lengths, principal point and a calibrated distortion."""

from typing import Protocol

import numpy as np

from raster.assets.cameras.calibration import Calibration
from raster.errors import InputError
from raster.randomizers.ranges import Range
from raster.scene.scenes import Scenes
from raster.streams import Streams

MAX_OFF_CENTRE = 0.5  # greatest distance of a principal point from the middle, in half pictures


class _Options(Protocol):
    @property
    def fov_deg(self) -> Range | None: ...
    @property
    def fy(self) -> Range | None: ...
    @property
    def fx(self) -> Range | None: ...


def write_intrinsics(scenes: Scenes, streams: Streams, options: _Options) -> None:
    """Write field of view, pixel aspect and principal point. InputError for a principal point too far off the middle."""
    cameras = scenes.cameras
    height, width = cameras.height, cameras.height * cameras.aspect
    if options.fov_deg is not None:
        cameras.fov_y[:] = np.radians(streams.uniform_between("fov", options.fov_deg))
    elif options.fy is not None:
        focal = streams.uniform_between("fy", options.fy)
        along_x = focal if options.fx is None else streams.uniform_between("fx", options.fx)
        cameras.fov_y[:] = 2 * np.arctan(height / 2 / focal)
        cameras.pixel_aspect[:] = along_x / focal
        cameras.stated_px[:, :2] = np.stack([along_x, focal], axis=1)
    for axis, name, size, sign in ((0, "cx", width, 1), (1, "cy", height, -1)):
        if (value := getattr(options, name)) is None:
            continue
        low, high = _allowed(float(size[0]))
        if value[0] < low or value[1] > high:
            raise InputError(f"{name}={list(value)}: too far off the middle; expected px from {low:g} to {high:g}")
        stated = streams.uniform_between(name, value)
        cameras.principal_point_ndc[:, axis] = sign * (2 * stated / size - 1)
        cameras.stated_px[:, 2 + axis] = stated


def write_calibration(scenes: Scenes, known: Calibration) -> None:
    """Write the intrinsics of one camera, at the size of the images, and its distortion. InputError if these do not fit."""
    cameras = scenes.cameras
    height, width = int(cameras.height[0]), round(float(cameras.height[0] * cameras.aspect[0]))
    try:
        fx, fy, cx, cy = known.at(width, height)
        for name, value, side in (("cx", cx, width), ("cy", cy, height)):
            low, high = _allowed(side)
            if not low <= value <= high:
                raise InputError(f"{name} is {value:g} px: too far off the middle; expected {low:g} to {high:g}")
    except InputError as error:
        raise InputError(f"calibration: {error}") from None
    cameras.fov_y[:] = 2 * np.arctan(height / 2 / fy)
    cameras.pixel_aspect[:] = fx / fy
    cameras.principal_point_ndc[:] = 2 * cx / width - 1, 1 - 2 * cy / height
    cameras.stated_px[:] = fx, fy, cx, cy
    scenes.lens.distortion[:] = known.distortion


def _allowed(side: float) -> tuple[float, float]:
    """The least and the greatest coordinate, px, of a principal point in pictures whose side is so long."""
    return (1 - MAX_OFF_CENTRE) * side / 2, (1 + MAX_OFF_CENTRE) * side / 2
