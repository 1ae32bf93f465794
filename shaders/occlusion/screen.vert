// The vertex shader of ambient occlusion: a triangle that covers the screen, for each scene that wants it.
#version 430
#extension GL_ARB_shader_viewport_layer_array : require
#include "scene.glsl"

flat out int scene;       // row of views[], and the layer that is read and written
flat out vec4 ray;        // at clip (x, y) the ray through a pixel is (ray.xy * (x, y) + ray.zw, 1): camera axes, y up, z forward
flat out vec2 depth_row;  // distance along the camera's axis: depth_row.y / (depth of clip space + depth_row.x)
flat out vec2 settings;   // radius in metres; the picture's height, as a share, that a slope of 1 is high

void main() {
    scene = gl_InstanceID;
    View view = views[scene];
    // Rows 2 and 3 of clip_from_world: (a * forward, b - a * eye . forward) and (forward, -eye . forward).
    vec3 forward = vec3(view.clip_from_world[0][3], view.clip_from_world[1][3], view.clip_from_world[2][3]);
    vec3 row = vec3(view.clip_from_world[0][2], view.clip_from_world[1][2], view.clip_from_world[2][2]);
    float a = dot(row, forward), b = view.clip_from_world[3][2] - a * view.clip_from_world[3][3];
    depth_row = vec2(-a, b);
    vec2 wide = vec2(length(view.ray_x), length(view.ray_y));
    ray = vec4(wide, dot(view.ray_center, view.ray_x) / wide.x, dot(view.ray_center, view.ray_y) / wide.y);
    settings = vec2(view.occlusion_radius, 0.5 / wide.y);
    bool wanted = max(view.occlusion, view.contact) > 0.0;
    gl_Position = wanted ? vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);
    gl_Layer = scene;
}
