"""pyrender: a scene whose nodes are changed; the mask is its RenderFlags.SEG."""

import os

os.environ["PYOPENGL_PLATFORM"] = "egl"
import numpy as np
import pyrender

from benchmarks.peers.job import (
    BACKGROUND,
    FAR,
    FOV_DEG,
    LIGHTS,
    NEAR,
    OBJECTS,
    SIZE,
    Draw,
    Scene,
    corners,
    meshes,
    world_from_camera,
)


def make() -> Draw:
    """Open OpenGL; return what draws a scene."""
    if not hasattr(np, "infty"):  # it was written for NumPy 1
        np.inf = np.inf
    shapes = [corners(mesh) for mesh in meshes()]
    stage = pyrender.Scene(ambient_light=[0.2] * 3, bg_color=[*BACKGROUND, 1])
    camera = pyrender.PerspectiveCamera(np.radians(FOV_DEG), NEAR, FAR, aspectRatio=1.0)
    stage.add(camera, pose=world_from_camera())
    lights = [stage.add(pyrender.PointLight(intensity=20.0)) for _ in range(LIGHTS)]
    materials = [pyrender.MetallicRoughnessMaterial(metallicFactor=0.0, roughnessFactor=0.8) for _ in range(OBJECTS)]
    # One node for each object and shape; those that a scene does not show are invisible.
    nodes = [[stage.add(pyrender.Mesh([pyrender.Primitive(*shape, material=material)])) for shape in shapes]
             for material in materials]  # fmt: skip
    ids = {node: [kind + 1] * 3 for row in nodes for kind, node in enumerate(row)}
    renderer = pyrender.OffscreenRenderer(SIZE, SIZE)

    def draw(scene: Scene) -> tuple[np.ndarray, np.ndarray]:
        for light, place in zip(lights, scene.lights, strict=True):
            pose = np.eye(4)
            pose[:3, 3] = place
            stage.set_pose(light, pose)
        for k, row in enumerate(nodes):
            materials[k].baseColorFactor = [*scene.color[k], 1.0]
            for kind, node in enumerate(row):
                node.mesh.is_visible = kind == scene.kind[k]
            stage.set_pose(row[scene.kind[k]], scene.world_from_object(k))
        color, _ = renderer.render(stage)
        mask, _ = renderer.render(stage, pyrender.RenderFlags.SEG, ids)
        return color, np.ascontiguousarray(mask[..., 0])

    return draw
