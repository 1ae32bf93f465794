"""Framing: how large an object is in the picture, and where: the camera goes nearer or farther, zooms and turns."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from raster.randomizers.options import check_options, range_option, share_option
from raster.randomizers.ranges import Range
from raster.randomizers.sampled import Sampled
from raster.scene.cameras import Cameras
from raster.scene.outline_points import outline_points
from raster.scene.scenes import Scenes
from raster.streams import Streams
from raster.transforms import aim_at, look_at, normalize

NO_SUBJECT_RADIUS = 0.3  # metres: of a ball at the origin, which is framed where no object has a label
SPARE = 1.02  # factor of a subject's radius: least distance of the near plane from its middle
CROWDING = 1.2  # factor of an object's radius within which the camera may not be: else it would fill the picture
FARTHEST = 0.75  # share of the distance of the far plane


@dataclass(frozen=True)
class Framing:
    """Changes `cameras`, after placement. The subject is the first labelled object, or the origin where there is none.

    The camera keeps its roll and the side from which it looks. It moves along the line from the subject to where it was, above
    the floor if there is one. An object that the camera would be in, or nearly, is left out.
    """

    of_view: ClassVar[bool] = True
    cost_ms: ClassVar[str] = "0.1"

    share: float = share_option(0.0, "How many of the images are framed; the others show what `camera` chose.")
    size: Range = range_option(
        (0.05, 1.3), 0.005, 4, "picture heights",
        "Width or height of the subject, whichever is greater; uniform in the logarithm.",
    )  # fmt: skip
    fov_deg: Range | None = range_option(
        (14, 75), 1, 150, "degrees",
        "Vertical field of view, uniform in the logarithm; null: that of `camera` is kept, which its option fy needs.",
        nullable=True,
    )  # fmt: skip
    offset: Range = range_option(
        (0, 0.9), 0, 1, "half pictures", "How far off the middle of the picture the subject is; at 1 its middle is on the edge."
    )
    distance: Range = range_option(
        (0.3, 12), 0.1, 100, "m",
        "Distance from the subject. What size and fov_deg would place elsewhere is zoomed, as far as fov_deg allows.",
    )  # fmt: skip

    def __post_init__(self) -> None:
        """Check all fields. InputError names the first wrong one."""
        check_options(self)

    @property
    def sampled(self) -> tuple[Sampled, ...]:
        """The options whose drawn values can be told again."""
        if not self.share:
            return ()
        framed = ("framing.share",)
        size, offset = Sampled("size", "size", "log", given=framed), Sampled("offset", "offset", given=framed)
        return Sampled("share", "share", "share"), size, offset

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        """Frame some of the images."""
        if not self.share or not scenes.asset.shape[1]:
            return
        cameras, framed = scenes.cameras, streams.bernoulli("share", self.share)
        subject, shown = _subject(scenes)
        points = np.where(shown[:, None, None], outline_points(scenes, subject), _ball())
        floor: np.ndarray = np.any(scenes.asset[:, scenes.slots["floor"]] >= 0, axis=1)
        side, roll = _side_and_roll(cameras, points, floor)
        middle, extent, radius = _measure(points, side, roll, cameras.pixel_aspect)
        size = streams.log_uniform("size", self.size)
        slope = np.tan(cameras.fov_y.astype(np.float64) / 2)  # half the picture's height, one metre away
        widest = slope
        if self.fov_deg is not None:
            slope = np.tan(np.radians(streams.log_uniform("fov", self.fov_deg)) / 2)
            widest = np.full(len(slope), np.tan(np.radians(self.fov_deg[1]) / 2))
        corner = _corner(cameras, widest)
        lowest, highest = np.maximum(self.distance[0], SPARE * radius + corner), self.distance[1]
        away = np.minimum(_away(extent, size, slope), np.maximum(highest, _away(extent, size, widest)))
        away = np.maximum(np.minimum(away, FARTHEST * cameras.far), lowest)
        eye = middle + away[:, None] * side
        eye[:, 2] = np.where(floor, np.maximum(eye[:, 2], 1.5 * corner), eye[:, 2])
        if self.fov_deg is not None:
            away = np.linalg.norm(eye - middle, axis=1)
            slope = np.minimum(np.tan(np.arcsin(extent / away)) / size, widest)
            cameras.fov_y[:] = np.where(framed, 2 * np.arctan(slope), cameras.fov_y)
        ray = self._ray(cameras, streams, slope)
        cameras.world_from_camera[framed] = aim_at(eye, middle, ray, roll)[framed]
        _clear(scenes, framed, np.where(shown, subject, -1), corner)

    def _ray(self, cameras: Cameras, streams: Streams, slope: np.ndarray) -> np.ndarray:
        """(B, 3) unit vectors in the cameras' axes, along which the subject is seen. slope (B,): half the picture's height."""
        angle = 2 * np.pi * streams.uniform("offset_angle")
        place = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        place *= (streams.uniform_between("offset", self.offset) / np.abs(place).max(axis=1))[:, None]  # in half pictures
        place -= cameras.principal_point_ndc
        x, y = slope * place[:, 0] * cameras.aspect / cameras.pixel_aspect, slope * place[:, 1]
        return normalize(np.stack([x, y, -np.ones_like(x)], axis=1))


def _subject(scenes: Scenes) -> tuple[np.ndarray, np.ndarray]:
    """(B,) int64 number of the first labelled object of each scene, and (B,) bool: whether there is one."""
    labelled = (scenes.asset >= 0) & (scenes.catalog.choice[scenes.asset] > 0)
    return np.argmax(labelled, axis=1), labelled.any(axis=1)


def _ball() -> np.ndarray:
    """(1, 6, 3) metres: the outermost points of the ball that stands for a subject where there is none; repeated to fit."""
    return NO_SUBJECT_RADIUS * np.concatenate([np.eye(3), -np.eye(3)])[None].repeat(32, axis=1)


def _side_and_roll(cameras: Cameras, points: np.ndarray, floor: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(B, 3) unit vectors from the middle of points (B, P, 3) to the camera, upwards on a floor (B,); (B,) rolls, radians."""
    pose = cameras.world_from_camera.astype(np.float64)
    eye, back = pose[:, :3, 3], pose[:, :3, 2]
    offset = eye - (points.min(axis=1) + points.max(axis=1)) / 2
    offset = np.where(np.linalg.norm(offset, axis=1, keepdims=True) > 1e-3, offset, back)
    offset[:, 2] = np.where(floor, np.abs(offset[:, 2]), offset[:, 2])
    level = look_at(eye, eye - back).astype(np.float64)
    right, up = ((pose[:, :3, 0] * level[:, :3, k]).sum(axis=1) for k in (0, 1))
    return normalize(offset), np.arctan2(up, right)


def _measure(
    points: np.ndarray, side: np.ndarray, roll: np.ndarray, pixel_aspect: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What a camera sees of points (B, P, 3) from afar, from side (B, 3), rolled by roll (B,) radians.

    Gives their middle (B, 3) m, half of their width or height (B,) m, whichever is greater, and the radius (B,) m of the ball
    around their middle that holds them. pixel_aspect (B,): a width counts by that factor.
    """
    axes = look_at(side, np.zeros(3), roll)[:, :3, :3].astype(np.float64)
    along = (points[:, :, None, :] * np.swapaxes(axes, 1, 2)[:, None]).sum(axis=-1)  # (B, P, 3)
    low, high = along.min(axis=1), along.max(axis=1)
    middle = (axes * ((low + high) / 2)[:, None, :]).sum(axis=-1)
    half = (high - low) / 2
    radius = np.linalg.norm(points - middle[:, None], axis=-1).max(axis=1)
    return middle, np.maximum(half[:, 0] * pixel_aspect, half[:, 1]), radius


def _away(extent: np.ndarray, size: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """(B,) m: distance at which a ball of radius extent (B,) m is size (B,) picture heights high.

    slope (B,): half the picture's height, one metre away. A ball seen within the angle a of its middle is extent / sin a away.
    """
    return extent / np.sin(np.arctan(size * slope))


def _corner(cameras: Cameras, slope: np.ndarray) -> np.ndarray:
    """(B,) m: distance of the farthest corner of the near plane from the camera; slope (B,) as above."""
    farthest = 1 + np.abs(cameras.principal_point_ndc.astype(np.float64))
    up, across = slope * farthest[:, 1], slope * farthest[:, 0] * cameras.aspect / cameras.pixel_aspect
    return cameras.near * np.sqrt(1 + up * up + across * across)


def _clear(scenes: Scenes, framed: np.ndarray, subject: np.ndarray, corner: np.ndarray) -> None:
    """Leave out objects and distractors that the camera of a framed image is in, or nearly; never the subject (B,)."""
    things = slice(scenes.slots["objects"].start, scenes.slots["distractors"].stop)
    asset, root = scenes.asset[:, things], scenes.nodes.local[:, scenes.roots[things]].astype(np.float64)
    radius = scenes.catalog.radius[asset] * np.linalg.norm(root[..., :3, :3], axis=-2).max(axis=-1)
    eye = scenes.cameras.world_from_camera[:, None, :3, 3].astype(np.float64)
    close = np.linalg.norm(root[..., :3, 3] - eye, axis=-1) < CROWDING * radius + corner[:, None]
    others = np.arange(things.start, things.stop) != subject[:, None]
    left_out = close & others & framed[:, None] & (asset >= 0)
    if left_out.any():
        scenes.set_assets(things, np.where(left_out, -1, asset))
