"""on_floor, afloat, at_border, on_wall, behind: places of surroundings about the objects. Places: where they are.

Each takes the frame, uniform numbers u (B, G, 12), the share of the picture's height (B, G) that a thing's longest side is to
fill, and half of its extents (B, G, 3) at longest side 1.
"""

from dataclasses import dataclass

import numpy as np

from raster.arrangements.view_frame import STEEP, ViewFrame
from raster.transforms import multiply, normalize, random_rotation, rotation_about_z

BEYOND = 1.15  # points of the picture are drawn from a picture so many times as large
FARTHEST = 6.0  # depth of what stands on a floor, over the subject's
LIE = np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]], np.float64)  # +y to +z: a thing stands on its long edge
ON_EDGE = np.array([[0, 0, 1], [0, 1, 0], [-1, 0, 0]], np.float64)  # +x to -z: a thing stands on its end
FACE_UP = np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]], np.float64)  # -y to +z: a panel lies and looks up


@dataclass(frozen=True)
class Places:
    """Where G things of B scenes are; size is the length in metres of what is 1 in their meshes."""

    centre: np.ndarray  # (B, G, 3) float64, metres
    rotation: np.ndarray  # (B, G, 3, 3) float64
    size: np.ndarray  # (B, G) float64, metres

    def where(self, choice: np.ndarray, other: "Places") -> "Places":
        """The places of `other` where choice (B, G) is true, and these elsewhere."""
        return Places(
            np.where(choice[..., None], other.centre, self.centre),
            np.where(choice[..., None, None], other.rotation, self.rotation),
            np.where(choice, other.size, self.size),
        )


def on_floor(
    frame: ViewFrame, u: np.ndarray, share: np.ndarray, half: np.ndarray, tumbles: np.ndarray, panel: np.ndarray
) -> tuple[Places, np.ndarray]:
    """Resting on the floor, or beyond a table on the ground, in the picture or near its border; and the heights (B, G) of that.

    tumbles (B, G): things that may lie on another side. panel (B, G): things that look along -y; they lie and look up.
    """
    ray = frame.rays(BEYOND * (2 * u[..., :2] - 1))
    down, eye = np.maximum(-ray[..., 2], 1e-3), frame.eye[:, None]
    far = FARTHEST * frame.depth[:, None]

    def at(height: np.ndarray) -> np.ndarray:
        hit = (eye[..., 2] - height) / down
        return eye + ray * np.where(hit < far, hit, far * (0.25 + 0.75 * u[..., 2]))[..., None]

    ground, base = at(np.zeros((1, 1))), np.zeros(share.shape)
    local = frame.scenes.nodes.local[:, frame.scenes.roots[frame.scenes.slots["floor"]]].astype(np.float64)
    if local.shape[1]:
        middle, edge = local[:, :1, :2, 3], local[:, :1, [0, 1], [0, 1]] / 2
        beyond = (np.abs(ground[..., :2] - middle) > edge).any(axis=-1) & (frame.ground < 0)[:, None]
        clipped = np.clip(ground[..., :2], middle - edge, middle + edge)
        ground[..., :2] = np.where(beyond[..., None], at(frame.ground[:, None])[..., :2], clipped)
        base = np.where(beyond, frame.ground[:, None], 0.0)
    ground[..., 2] = base
    size = share * frame.height_at(np.maximum(frame.depth_of(ground), 0.1 * frame.depth[:, None]))
    turn = np.where(tumbles & (u[..., 3] < 0.35), np.where(u[..., 3] < 0.2, 1, 2), 0)
    turn = np.where(panel, 3, turn)
    sides = np.stack([np.eye(3), LIE, ON_EDGE, FACE_UP])[turn]
    rest = np.take_along_axis(half, np.array([2, 1, 0, 1])[turn][..., None], axis=-1)[..., 0]
    ground[..., 2] = base + rest * size
    return Places(ground, multiply(rotation_about_z(2 * np.pi * u[..., 4]), sides), size), base


def afloat(frame: ViewFrame, u: np.ndarray, share: np.ndarray) -> Places:
    """Anywhere in the view, turned any way, from a third of the subject's depth to five times as far."""
    ray = frame.rays(BEYOND * (2 * u[..., :2] - 1))
    depth = frame.depth[:, None] * np.exp(np.log(0.35) + np.log(14) * u[..., 2])
    return Places(frame.eye[:, None] + ray * depth[..., None], random_rotation(u[..., 3:6]), share * frame.height_at(depth))


def at_border(frame: ViewFrame, u: np.ndarray, share: np.ndarray) -> Places:
    """Across the border of the picture, before or beside the subject; above the floor."""
    along, side = 2 * u[..., 0] - 1, np.floor(4 * u[..., 1]).astype(int)
    out = np.where(side % 2, 1.0, -1.0) * (0.95 + 0.25 * u[..., 2])
    ray = frame.rays(np.where((side < 2)[..., None], np.stack([out, along], -1), np.stack([along, out], -1)))
    depth = frame.depth[:, None] * (0.35 + 0.65 * u[..., 6])
    hit = frame.eye[:, None, 2] / np.maximum(-ray[..., 2], 1e-3)
    depth = np.where(frame.floor[:, None], np.minimum(depth, 0.9 * hit), depth)
    return Places(frame.eye[:, None] + ray * depth[..., None], random_rotation(u[..., 3:6]), share * frame.height_at(depth))


def on_wall(
    frame: ViewFrame, wall: tuple[np.ndarray, np.ndarray], u: np.ndarray, share: np.ndarray, half: np.ndarray
) -> Places:
    """On the wall that room_wall gave, upright; or, for a fifth of them, standing before it."""
    outward, distance = wall
    point = BEYOND * (2 * u[..., :2] - 1)
    point[..., 1] = np.where(frame.floor[:, None], 0.3 + 0.75 * point[..., 1], point[..., 1])
    ray = frame.rays(point)
    steps = np.maximum((ray * outward[:, None]).sum(axis=-1), 0.25)
    place = ray * (distance[:, None] / steps)[..., None]
    away = (place * outward[:, None]).sum(axis=-1)
    place += frame.eye[:, None] + outward[:, None] * (distance[:, None] - away)[..., None]
    size = share * frame.height_at(np.maximum(frame.depth_of(place), 0.5 * distance[:, None]))
    reach = frame.reach(outward[:, None])
    before = np.where(u[..., 2] < 0.2, u[..., 3] * np.maximum(distance[:, None] - reach, 0.0), 0.0)
    place -= outward[:, None] * (half[..., 1] * size + before)[..., None]
    height = frame.ground[:, None] + half[..., 2] * size
    standing = (u[..., 2] < 0.35) | (place[..., 2] < height)
    place[..., 2] = np.where(frame.floor[:, None] & standing, height, place[..., 2])
    up = np.broadcast_to(frame.up, outward.shape)
    up = normalize(up - (up * outward).sum(axis=1, keepdims=True) * outward)
    rotation = np.stack([np.cross(outward, up), outward, up], axis=-1)
    return Places(place, np.broadcast_to(rotation[:, None], (*share.shape, 3, 3)), size)


def room_wall(frame: ViewFrame, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The wall that the camera sees best: its outward normal (B, 3), and its distance (B,) m from the camera along that.

    u (B, 2): where no wall stands, an upright plane behind all objects, up to 35 degrees askew.
    """
    askew = np.radians(35) * (2 * u[:, 0] - 1)
    side = np.cross(frame.heading, frame.up)
    outward = np.cos(askew)[:, None] * frame.heading + np.sin(askew)[:, None] * normalize(side)
    distance = frame.reach(outward[:, None])[:, 0] + frame.depth * (0.05 + 1.2 * u[:, 1])
    walls = frame.scenes.slots["walls"]
    local = frame.scenes.nodes.local[:, frame.scenes.roots[walls]].astype(np.float64)
    if not local.shape[1]:
        return outward, distance
    normals = -normalize(local[..., :3, 1])  # a wall's object y points into the room or out of it
    offset = local[..., :3, 3] - frame.eye[:, None]
    normals = np.where((normals * offset).sum(axis=-1, keepdims=True) < 0, -normals, normals)
    best = np.argmax((normals * frame.heading[:, None]).sum(axis=-1), axis=1)
    rows = np.arange(len(best))
    thick = np.linalg.norm(local[rows, best, :3, 1], axis=-1)
    stands = frame.scenes.asset[:, walls].max(axis=1) >= 0
    inner = (normals * offset).sum(axis=-1)[rows, best] - thick / 2
    return np.where(stands[:, None], normals[rows, best], outward), np.where(stands, inner, distance)


def behind(frame: ViewFrame, u: np.ndarray, share: np.ndarray, half: np.ndarray) -> Places:
    """Upright behind all objects, on the floor if there is one."""
    ray = frame.rays(np.stack([BEYOND * (2 * u[..., 0] - 1), 0.7 * (2 * u[..., 1] - 1)], axis=-1))
    level = np.where(frame.floor[:, None, None], ray * [1.0, 1.0, 0.0] + 1e-3 * frame.heading[:, None], ray)
    along = normalize(level)
    far = frame.reach(along) + frame.depth[:, None] * 1.5 * u[..., 2] ** 2
    size = share * frame.height_at(far)
    place = frame.eye[:, None] + along * (far + 0.55 * size)[..., None]
    place[..., 2] = np.where(frame.floor[:, None], frame.ground[:, None] + half[..., 2] * size, place[..., 2])
    right = normalize(np.cross(frame.heading, frame.up))
    upright = np.stack([right, np.cross(frame.up, right), frame.up], axis=-1)
    return Places(place, multiply(upright[:, None], rotation_about_z(2 * np.pi * u[..., 3])), size)


def steep(frame: ViewFrame) -> np.ndarray:
    """(B,) bool: views from so high above a floor that no wall is seen."""
    result: np.ndarray = frame.floor & (frame.axis[:, 2] < -STEEP)
    return result
