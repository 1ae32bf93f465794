"""MuJoCo: its own solids on bodies that are moved; the mask is its segmentation."""

import os

os.environ["MUJOCO_GL"] = "egl"
import mujoco
import numpy as np

from benchmarks.peers.job import (
    BACKGROUND,
    CLASSES,
    FAR,
    FOV_DEG,
    LIGHTS,
    NEAR,
    OBJECTS,
    SIZE,
    Draw,
    Scene,
    world_from_camera,
)

GEOMS = {"cube": 'type="box" size=".5 .5 .5"', "sphere": 'type="sphere" size=".5"', "cylinder": 'type="cylinder" size=".5 .5"'}
SIDES = {"cube": 3, "sphere": 1, "cylinder": 2}  # numbers of a size that count


def make() -> Draw:
    """Open OpenGL; return what draws a scene."""
    bodies = "".join(
        f'<body mocap="true"><geom {GEOMS[name]} contype="0" conaffinity="0"/></body>'
        for _ in range(OBJECTS)
        for name in CLASSES
    )
    lights = '<light pos="0 0 5" diffuse=".4 .4 .4" specular="0 0 0" castshadow="false" type="directional"/>' * LIGHTS
    view = world_from_camera()
    axes = " ".join(map(str, [*view[:3, 0], *view[:3, 1]]))
    model = mujoco.MjModel.from_xml_string(f"""<mujoco>
        <visual><headlight ambient=".2 .2 .2" diffuse="0 0 0" specular="0 0 0"/><map znear="{NEAR / 3}" zfar="{FAR / 3}"/>
            <quality offsamples="0"/></visual>
        <asset><texture type="skybox" builtin="flat" rgb1="{" ".join(map(str, BACKGROUND))}" width="16" height="16"/></asset>
        <statistic extent="3"/>
        <worldbody><camera name="eye" pos="{" ".join(map(str, view[:3, 3]))}" xyaxes="{axes}" fovy="{FOV_DEG}"/>{lights}{bodies}
        </worldbody></mujoco>""")
    data, renderer = mujoco.MjData(model), mujoco.Renderer(model, SIZE, SIZE)
    of_geom = np.append(np.tile(np.arange(len(CLASSES)) + 1, OBJECTS), 0).astype(np.uint8)  # the last: nothing
    quaternion = np.zeros(4)

    def draw(scene: Scene) -> tuple[np.ndarray, np.ndarray]:
        model.light_dir[:] = -scene.lights / np.linalg.norm(scene.lights, axis=1, keepdims=True)  # its points are too dim
        model.geom_rgba[:, 3] = 0
        for k, kind in enumerate(scene.kind):
            number = k * len(CLASSES) + kind
            mujoco.mju_mat2Quat(quaternion, scene.rotation[k].ravel())
            data.mocap_pos[number], data.mocap_quat[number] = scene.place[k], quaternion
            model.geom_size[number, : SIDES[CLASSES[kind]]] = scene.size[k] / 2
            model.geom_rgba[number] = [*scene.color[k], 1]
        mujoco.mj_kinematics(model, data)
        mujoco.mj_camlight(model, data)
        renderer.update_scene(data, camera="eye")
        color = renderer.render()
        renderer.enable_segmentation_rendering()
        mask = of_geom[renderer.render()[..., 0]]
        renderer.disable_segmentation_rendering()
        return color, mask

    return draw
