"""The job that all do alike: eight flat-coloured solids under three lights before a plain background, colour and class mask."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import trimesh

SIZE, FOV_DEG, OBJECTS, LIGHTS = 256, 45.0, 8, 3
EYE, TARGET = np.array([0.0, -6.0, 3.0]), np.zeros(3)
NEAR, FAR = 0.1, 50.0
BACKGROUND = (0.6, 0.7, 0.8)  # sRGB
CLASSES = ("cube", "sphere", "cylinder")  # class id less one


@dataclass(frozen=True)
class Scene:
    """One picture's content."""

    kind: np.ndarray  # (8,) int: place in CLASSES
    place: np.ndarray  # (8, 3) m
    rotation: np.ndarray  # (8, 3, 3)
    size: np.ndarray  # (8,) m, extent
    color: np.ndarray  # (8, 3) 0 to 1
    lights: np.ndarray  # (3, 3) m, positions of points of light

    def world_from_object(self, k: int) -> np.ndarray:
        """(4, 4) of an object."""
        made = np.eye(4)
        made[:3, :3], made[:3, 3] = self.rotation[k] * self.size[k], self.place[k]
        return made


Draw = Callable[[Scene], tuple[np.ndarray, np.ndarray]]  # color (H, W, 3) uint8 and class ids (H, W) uint8, top row first


def scenes(seed: int, count: int) -> Iterator[Scene]:
    """Scenes at random: the same for every program."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        turned = np.linalg.qr(rng.normal(size=(OBJECTS, 3, 3)))[0]
        turned *= np.sign(np.linalg.det(turned))[:, None, None]
        yield Scene(
            rng.integers(0, len(CLASSES), OBJECTS), rng.uniform((-2, -2, -1), (2, 2, 1), (OBJECTS, 3)), turned,
            rng.uniform(0.5, 1.1, OBJECTS), rng.uniform(0.1, 1, (OBJECTS, 3)), rng.uniform((-5, -6, 2), (5, 0, 6), (LIGHTS, 3)),
        )  # fmt: skip


def meshes() -> list[trimesh.Trimesh]:
    """The solids, of extent 1, for programs that take triangles; with normals of their own at each face's corners."""
    smooth = trimesh.creation.icosphere(subdivisions=3, radius=0.5)
    return [trimesh.creation.box(), smooth, trimesh.creation.cylinder(radius=0.5, height=1, sections=48)]


def corners(mesh: trimesh.Trimesh) -> tuple[np.ndarray, np.ndarray]:
    """Points and normals (3 T, 3) float32 of the corners of all faces: flat, but round where faces turn by little."""
    if len(mesh.faces) > 500:  # the sphere
        normals = mesh.vertices[mesh.faces] / np.linalg.norm(mesh.vertices[mesh.faces], axis=2, keepdims=True)
    else:
        normals = np.repeat(mesh.face_normals[:, None], 3, axis=1)
    return mesh.vertices[mesh.faces].reshape(-1, 3).astype(np.float32), normals.reshape(-1, 3).astype(np.float32)


def world_from_camera() -> np.ndarray:
    """(4, 4): OpenGL's camera, which looks along -z with y up."""
    back = (EYE - TARGET) / np.linalg.norm(EYE - TARGET)
    right = np.cross((0, 0, 1), back)
    right /= np.linalg.norm(right)
    made = np.eye(4)
    made[:3] = np.stack([right, np.cross(back, right), back, EYE], axis=1)
    return made
