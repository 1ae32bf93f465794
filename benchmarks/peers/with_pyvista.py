"""PyVista (VTK): actors that are moved; the mask is a second rendering without light."""

import os

os.environ["VTK_DEFAULT_OPENGL_WINDOW"] = "vtkEGLRenderWindow"  # without a screen
import numpy as np
import pyvista

from benchmarks.peers.job import (
    BACKGROUND,
    EYE,
    FAR,
    FOV_DEG,
    LIGHTS,
    NEAR,
    OBJECTS,
    SIZE,
    TARGET,
    Draw,
    Scene,
    corners,
    meshes,
)

STEP = 80  # between the values of classes in the mask, which VTK does not round alike


def make() -> Draw:
    """Open OpenGL; return what draws a scene."""
    plotter = pyvista.Plotter(off_screen=True, window_size=(SIZE, SIZE), lighting="none")
    lights = [pyvista.Light(positional=True, intensity=0.4, cone_angle=90) for _ in range(LIGHTS)]
    for light in lights:
        plotter.add_light(light)
    actors = []
    for _ in range(OBJECTS):
        row = []
        for mesh in meshes():
            points, normals = corners(mesh)
            data = pyvista.PolyData.from_regular_faces(points, np.arange(len(points)).reshape(-1, 3))
            data.point_data.active_normals = normals
            row.append(plotter.add_mesh(data, smooth_shading=False, ambient=0.2, color="white"))
            row[-1].prop.interpolation = "Gouraud"
        actors.append(row)
    plotter.camera.position, plotter.camera.focal_point, plotter.camera.up = EYE, TARGET, (0, 0, 1)
    plotter.camera.view_angle, plotter.camera.clipping_range = FOV_DEG, (NEAR, FAR)
    plotter.disable_anti_aliasing()
    plotter.show(auto_close=False)

    def draw(scene: Scene) -> tuple[np.ndarray, np.ndarray]:
        for light, place in zip(lights, scene.lights, strict=True):
            light.position, light.focal_point = place, TARGET
        shown = [row[kind] for row, kind in zip(actors, scene.kind, strict=True)]
        for k, row in enumerate(actors):
            for kind, actor in enumerate(row):
                actor.visibility = bool(kind == scene.kind[k])
            shown[k].user_matrix = scene.world_from_object(k)
            shown[k].prop.lighting, shown[k].prop.color = True, scene.color[k]
        plotter.set_background(BACKGROUND)
        plotter.render()
        color = plotter.screenshot(return_img=True)
        for actor, kind in zip(shown, scene.kind, strict=True):
            actor.prop.lighting, actor.prop.color = False, ((kind + 1) * STEP / 255, 0, 0)
        plotter.set_background((0, 0, 0))
        plotter.render()
        mask = plotter.screenshot(return_img=True)
        return color[..., :3], np.rint(mask[..., 0] / STEP).astype(np.uint8)

    return draw
