// Where the nearest surface is and where it faces, all 0 where nothing is drawn.
// Normals are those of the smooth surface, without bumps, on the side that is seen.
#version 430
#include "scene.glsl"

in Surface {
#include "surface.glsl"
} v;
layout(location = 0) out float depth;     // along the camera's axis, metres
layout(location = 1) out float distance_;  // from the camera, metres
layout(location = 2) out vec4 normal;      // unit, in the world
layout(location = 3) out vec4 normal_camera;  // the same in OpenCV's camera: x right, y down, z forward

void main() {
    bool there = v.ids.y != 0u;
    vec3 n = normalize(gl_FrontFacing ? v.normal : -v.normal);
    depth = there ? 1.0 / gl_FragCoord.w : 0.0;
    distance_ = there ? length(v.position - v.eye) : 0.0;
    normal = vec4(there ? n : vec3(0.0), 0.0);
    vec3 right = normalize(views[gl_Layer].ray_x), up = normalize(views[gl_Layer].ray_y);
    normal_camera = vec4(there ? vec3(dot(n, right), -dot(n, up), dot(n, cross(up, right))) : vec3(0.0), 0.0);
}
