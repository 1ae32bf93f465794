// The vertex shader of every step after drawing: a triangle that covers the screen for each of some scenes.
#version 430
#extension GL_ARB_shader_viewport_layer_array : require
#include "camera.glsl"

layout(std430, binding = 3) readonly buffer Cameras { Camera cameras[]; };

flat out int scene;
flat out Camera camera;  // flat, as in surface.glsl: reading a buffer for each pixel is slow on a software rasterizer

void main() {
    camera = cameras[gl_InstanceID];
    scene = int(camera.which.y);
    gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0);
    gl_Layer = scene;
}
