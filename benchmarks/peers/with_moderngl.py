"""moderngl as one would use it first: a draw call for each object, read back at once."""

import moderngl
import numpy as np

from benchmarks.peers.job import BACKGROUND, FAR, FOV_DEG, NEAR, SIZE, Draw, Scene, corners, meshes, world_from_camera

VERTEX = """
#version 330
uniform mat4 clip_from_world; uniform mat4 world_from_object;
in vec3 point; in vec3 normal; out vec3 at; out vec3 up;
void main() {
    vec4 world = world_from_object * vec4(point, 1); at = world.xyz; up = mat3(world_from_object) * normal;
    gl_Position = clip_from_world * world;
}
"""
LIT = """
#version 330
uniform vec3 color; uniform vec3 lights[3]; in vec3 at; in vec3 up; out vec4 made;
void main() {
    float light = 0.2;
    for (int k = 0; k < 3; k++) light += 0.4 * max(dot(normalize(up), normalize(lights[k] - at)), 0.0);
    made = vec4(min(color * light, 1), 1);
}
"""
FLAT = """
#version 330
uniform int id; out uint made;
void main() { made = uint(id); }
"""


def make() -> Draw:
    """Open OpenGL; return what draws a scene."""
    ctx = moderngl.create_standalone_context(backend="egl")
    ctx.enable(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
    f = 1 / np.tan(np.radians(FOV_DEG) / 2)
    project = np.array([[f, 0, 0, 0], [0, f, 0, 0], [0, 0, (FAR + NEAR) / (NEAR - FAR), 2 * FAR * NEAR / (NEAR - FAR)],
                        [0, 0, -1, 0]])  # fmt: skip
    clip = (project @ np.linalg.inv(world_from_camera())).T.astype("f4").tobytes()
    programs = [ctx.program(VERTEX, LIT), ctx.program(VERTEX, FLAT)]
    size, depth = (SIZE, SIZE), ctx.depth_renderbuffer((SIZE, SIZE))
    lit = ctx.framebuffer([ctx.renderbuffer(size, 4)], depth)
    flat = ctx.framebuffer([ctx.renderbuffer(size, 1, dtype="u1")], depth)
    arrays = []
    for mesh in meshes():
        points, normals = corners(mesh)
        buffer = ctx.buffer(np.hstack([points, normals]).tobytes())
        arrays.append([ctx.vertex_array(programs[0], [(buffer, "3f 3f", "point", "normal")]),
                       ctx.vertex_array(programs[1], [(buffer, "3f 12x", "point")])])  # fmt: skip
    for program in programs:
        program["clip_from_world"].write(clip)

    def draw(scene: Scene) -> tuple[np.ndarray, np.ndarray]:
        programs[0]["lights"].write(scene.lights.astype("f4").tobytes())
        for k, target in enumerate((lit, flat)):
            target.use()
            target.clear(*BACKGROUND, 1) if k == 0 else target.clear()
            for number, kind in enumerate(scene.kind):
                programs[k]["world_from_object"].write(scene.world_from_object(number).T.astype("f4").tobytes())
                if k == 0:
                    programs[0]["color"].value = tuple(scene.color[number])
                else:
                    programs[1]["id"].value = int(kind) + 1
                arrays[kind][k].render()
        color = np.frombuffer(lit.read(components=3, alignment=1), np.uint8).reshape(SIZE, SIZE, 3)
        mask = np.frombuffer(flat.read(components=1, alignment=1, dtype="u1"), np.uint8).reshape(SIZE, SIZE)
        return color[::-1], mask[::-1]

    return draw
