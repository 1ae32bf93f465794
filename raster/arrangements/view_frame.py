"""ViewFrame: what surroundings are placed by: the camera's rays, the first labelled object, and balls around all objects."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from raster.scene.scenes import Scenes
from raster.transforms import normalize

STEEP = 0.94  # downward part of the viewing direction from which no wall is seen
WITHOUT_OBJECT = 0.12  # radius of the subject where there is no object, as a share of its distance


@dataclass(frozen=True)
class ViewFrame:
    """The finished scenes, whose objects are placed, as their cameras see them. All arrays are float64, lengths metres."""

    scenes: Scenes
    ground: np.ndarray  # (B,): height of what is behind and beyond the floor; below 0 where the floor is a table

    @cached_property
    def pose(self) -> np.ndarray:
        """(B, 4, 4): world_from_camera."""
        return self.scenes.cameras.world_from_camera.astype(np.float64)

    @property
    def eye(self) -> np.ndarray:
        """(B, 3): places of the cameras."""
        return self.pose[:, :3, 3]

    @property
    def axis(self) -> np.ndarray:
        """(B, 3): unit vectors along which they look."""
        return -self.pose[:, :3, 2]

    @cached_property
    def floor(self) -> np.ndarray:
        """(B,) bool: there is a floor, at z = 0, and the camera is above it."""
        return (self.scenes.asset[:, self.scenes.slots["floor"]] >= 0).any(axis=1) & (self.eye[:, 2] > 0)

    @cached_property
    def balls(self) -> tuple[np.ndarray, np.ndarray]:
        """(B, K, 3), (B, K): the balls around objects and distractors; radius 0, at the subject, where there is none."""
        things = slice(self.scenes.slots["objects"].start, self.scenes.slots["distractors"].stop)
        asset, root = self.scenes.asset[:, things], self.scenes.nodes.local[:, self.scenes.roots[things]].astype(np.float64)
        radius = self.scenes.catalog.radius[asset] * np.linalg.norm(root[..., :3, :3], axis=-2).max(axis=-1)
        present = asset >= 0
        return np.where(present[..., None], root[..., :3, 3], self.subject[0][:, None]), np.where(present, radius, 0.0)

    @cached_property
    def subject(self) -> tuple[np.ndarray, np.ndarray]:
        """(B, 3), (B,): the ball around the first labelled object, or a small one where the camera looks."""
        objects, rows = self.scenes.slots["objects"], np.arange(len(self.scenes.index))
        away = np.maximum((-self.eye * self.axis).sum(axis=1), 0.3)
        centre, radius = self.eye + away[:, None] * self.axis, WITHOUT_OBJECT * away
        asset = self.scenes.asset[:, objects]
        if not asset.shape[1]:
            return centre, radius
        first = np.argmax(asset >= 0, axis=1)
        root = self.scenes.nodes.local[rows, self.scenes.roots[objects][first]].astype(np.float64)
        there = asset[rows, first] >= 0
        size = self.scenes.catalog.radius[asset[rows, first]] * np.linalg.norm(root[:, :3, :3], axis=1).max(axis=-1)
        return np.where(there[:, None], root[:, :3, 3], centre), np.where(there, size, radius)

    @cached_property
    def depth(self) -> np.ndarray:
        """(B,): depth of the subject."""
        return np.maximum(((self.subject[0] - self.eye) * self.axis).sum(axis=1), 0.1)

    @cached_property
    def heading(self) -> np.ndarray:
        """(B, 3): unit vectors along which the camera looks, level where there is a floor."""
        level = self.axis * [1.0, 1.0, 0.0] + 1e-6 * self.pose[:, :3, 1] * [1.0, 1.0, 0.0] + [0.0, 1e-9, 0.0]
        return np.where(self.floor[:, None], normalize(level), self.axis)

    @cached_property
    def up(self) -> np.ndarray:
        """(B, 3): upwards: z where there is a floor, else the upward direction of the picture."""
        return np.where(self.floor[:, None], [0.0, 0.0, 1.0], self.pose[:, :3, 1])

    @cached_property
    def slope(self) -> np.ndarray:
        """(B, 2): half width and half height of the view at depth 1."""
        cameras = self.scenes.cameras
        high = np.tan(cameras.fov_y.astype(np.float64) / 2)
        return np.stack([high * cameras.aspect / cameras.pixel_aspect, high], axis=1)

    def rays(self, point: np.ndarray) -> np.ndarray:
        """(B, G, 3): what is added to the camera's place for each metre of depth, towards points (B, G, 2) in -1..1, y up."""
        at = (point - self.scenes.cameras.principal_point_ndc[:, None]) * self.slope[:, None]
        right, up = self.pose[:, None, :3, 0], self.pose[:, None, :3, 1]
        return self.axis[:, None] + at[..., :1] * right + at[..., 1:] * up

    def height_at(self, depth: np.ndarray) -> np.ndarray:
        """(B, G): height of the view at depths (B, G)."""
        return 2 * self.slope[:, 1:] * depth

    def depth_of(self, place: np.ndarray) -> np.ndarray:
        """(B, G): depth of places (B, G, 3)."""
        return ((place - self.eye[:, None]) * self.axis[:, None]).sum(axis=-1)

    def reach(self, along: np.ndarray) -> np.ndarray:
        """(B, G): how far objects reach from the camera along unit vectors (B, G, 3)."""
        centre, radius = self.balls
        far = (along[:, :, None] * (centre - self.eye[:, None])[:, None]).sum(axis=-1) + radius[:, None]
        return np.maximum(far.max(axis=-1, initial=0.0), 0.1)
