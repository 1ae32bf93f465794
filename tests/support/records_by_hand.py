"""camera, thing, record, scene: records written by hand for the ray caster; its SHAPES, POSES, rays, blocks of pixels."""

import json

import numpy as np
from ray_solids import SOLIDS, chamfered_cube, chamfered_cylinder

BEVEL = 0.1
SHAPES = {**SOLIDS, "chamfered_cube": chamfered_cube(BEVEL), "chamfered_cylinder": chamfered_cylinder(BEVEL)}
# Axes of an OpenCV camera that looks along world +y: right is +x, down is -z.
LOOK_ALONG_Y = [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]]
# Seen from several sides, squeezed and sheared: (3, 3) world_from_object, det > 0.
POSES = [
    np.eye(3),
    np.array([[0.3, -0.9, 0.2], [0.8, 0.2, 0.5], [-0.5, 0.1, 0.9]]),
    np.array([[0.6, -0.1, 0.4], [0.2, 0.3, -1.1], [0.1, 1.0, 0.4]]),
]


def camera(width: int, height: int, f: float, eye: tuple = (0, 0, 0), rotation=LOOK_ALONG_Y, **other) -> dict:
    """The camera of a record. f px, eye (3,) m, rotation (3, 3) world_from_camera; `other` overrides cx, near, ..."""
    pose = np.eye(4)
    pose[:3, :3], pose[:3, 3] = rotation, eye
    usual = {"width": width, "height": height, "fx": f, "fy": f, "cx": width / 2, "cy": height / 2}
    return {**usual, "near": 0.01, "far": 1000.0, "world_from_camera": pose.tolist(), **other}


def thing(instance: int, solid: str, position: tuple, matrix=1.0, class_id: int = 1) -> dict:
    """An object of a record; matrix: a scale, three, or a (3, 3) matrix."""
    pose = np.eye(4)
    pose[:3, :3] = matrix if np.ndim(matrix) == 2 else np.diag(np.broadcast_to(matrix, 3))
    pose[:3, 3] = position
    return {"instance": instance, "class_id": class_id, "solid": solid, "world_from_object": pose.tolist()}


def record(view: dict, *things: dict) -> dict:
    """A record as it comes from its line of JSON."""
    return json.loads(json.dumps({"index": 0, "camera": view, "objects": list(things), "lights": []}))


def scene(seed: int, width: int, height: int, names=tuple(SOLIDS)) -> dict:
    """A floor and ten solids in arbitrary poses under a camera that looks down at them."""
    random = np.random.default_rng(seed)
    things = [thing(1, "cube", (0, 0, -0.6), (40, 40, 0.1), class_id=0)]
    for i, name in enumerate(names):
        turn = np.linalg.qr(random.normal(size=(3, 3)))[0]
        turn *= np.linalg.det(turn) * random.uniform(0.4, 1.2, 3)
        place = (*random.uniform(-1.6, 1.6, 2), random.uniform(-0.2, 0.4))
        things.append(thing(i + 2, name, place, turn, class_id=i + 1))
    tilt = [[1.0, 0.0, 0.0], [0.0, -0.6, 0.8], [0.0, -0.8, -0.6]]
    return record(camera(width, height, height, eye=(0, -3.2, 2.4), rotation=tilt), *things)


def block(height: int, width: int, rows: slice, columns: slice) -> np.ndarray:
    """(height, width) bool, true in these rows and columns."""
    mask = np.zeros((height, width), bool)
    mask[rows, columns] = True
    return mask


def rays(view: dict) -> tuple[np.ndarray, np.ndarray]:
    """Camera position (3,) and, for each pixel, the direction (H, W, 3) with z = 1 in the camera; in the world."""
    pose = np.array(view["world_from_camera"])
    d = np.empty((view["height"], view["width"], 3))
    for v in range(view["height"]):
        for u in range(view["width"]):
            d[v, u] = pose[:3, :3] @ [(u + 0.5 - view["cx"]) / view["fx"], (v + 0.5 - view["cy"]) / view["fy"], 1]
    return pose[:3, 3], d
