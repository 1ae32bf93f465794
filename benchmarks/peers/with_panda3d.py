"""Panda3D: nodes that are moved; the mask is a second camera that sees classes without light."""

import numpy as np
from panda3d import core

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


def _geometry(points: np.ndarray, normals: np.ndarray) -> core.GeomNode:
    data = core.GeomVertexData("solid", core.GeomVertexFormat.get_v3n3(), core.Geom.UH_static)
    data.unclean_set_num_rows(len(points))
    data.modify_array_handle(0).copy_data_from(np.hstack([points, normals]).astype(np.float32).tobytes())
    triangles = core.GeomTriangles(core.Geom.UH_static)
    triangles.add_consecutive_vertices(0, len(points))
    geom, node = core.Geom(data), core.GeomNode("solid")
    geom.add_primitive(triangles)
    node.add_geom(geom)
    return node


def _matrix(place: np.ndarray) -> core.LMatrix4f:
    return core.LMatrix4f(*place.T.ravel().tolist())


def make() -> Draw:
    """Open OpenGL; return what draws a scene."""
    core.load_prc_file_data("", "load-display p3headlessgl\nwindow-type offscreen\ngl-coordinate-system default\n"
                                "textures-power-2 none\nnotify-level error\ncoordinate-system y-up-right")  # fmt: skip
    engine, pipe = core.GraphicsEngine.get_global_ptr(), core.GraphicsPipeSelection.get_global_ptr().make_default_pipe()
    frame, window = core.FrameBufferProperties(), core.WindowProperties.size(SIZE, SIZE)
    frame.set_rgba_bits(8, 8, 8, 8)
    frame.set_depth_bits(24)
    lens = core.PerspectiveLens()
    lens.set_fov(FOV_DEG)
    lens.set_near_far(NEAR, FAR)
    root = core.NodePath("root")
    objects = [[root.attach_new_node(_geometry(*corners(mesh))) for mesh in meshes()] for _ in range(OBJECTS)]
    lights = [root.attach_new_node(core.PointLight(f"light {k}")) for k in range(LIGHTS)]
    ambient = core.AmbientLight("ambient")
    ambient.set_color((0.2, 0.2, 0.2, 1))
    root.set_light(root.attach_new_node(ambient))
    for light in lights:
        light.node().set_color((0.4, 0.4, 0.4, 1))
        root.set_light(light)
    textures, host = [], None
    for k, clear in enumerate(((*BACKGROUND, 1), (0, 0, 0, 1))):
        host_of = (pipe, f"buffer {k}", k, frame, window, core.GraphicsPipe.BF_refuse_window)
        buffer = engine.make_output(*host_of, host.get_gsg(), host) if host else engine.make_output(*host_of)
        host = host or buffer
        textures.append(core.Texture())
        buffer.add_render_texture(textures[-1], core.GraphicsOutput.RTM_copy_ram)
        buffer.set_clear_color(clear)
        camera = root.attach_new_node(core.Camera(f"camera {k}", lens))
        camera.set_mat(_matrix(world_from_camera()))
        camera.node().set_scene(root)
        buffer.make_display_region().set_camera(camera)
        if k == 1:
            camera.node().set_tag_state_key("class")
            plain = core.RenderState.make_empty().set_attrib(core.LightAttrib.make_all_off(), 100)
            camera.node().set_initial_state(plain)
            for kind in range(3):
                flat = core.ColorAttrib.make_flat(((kind + 1) / 255, 0, 0, 1))
                camera.node().set_tag_state(str(kind), core.RenderState.make(flat, core.LightAttrib.make_all_off(), 1000))
    for row in objects:
        for kind, node in enumerate(row):
            node.set_tag("class", str(kind))

    def read(texture: core.Texture) -> np.ndarray:
        pixels = np.frombuffer(texture.get_ram_image_as("RGB"), np.uint8)
        return np.ascontiguousarray(pixels.reshape(SIZE, SIZE, 3)[::-1])

    def draw(scene: Scene) -> tuple[np.ndarray, np.ndarray]:
        for light, place in zip(lights, scene.lights, strict=True):
            light.set_pos(*place)
        for k, row in enumerate(objects):
            for kind, node in enumerate(row):
                node.show() if kind == scene.kind[k] else node.hide()
            shown = row[scene.kind[k]]
            shown.set_mat(_matrix(scene.world_from_object(k)))
            shown.set_color(*scene.color[k], 1)
        engine.render_frame()
        return read(textures[0]), read(textures[1])[..., 0]

    return draw
