// The vertex shader of post-processing: a triangle that covers the screen, for each row of cameras[].
#version 430
#extension GL_ARB_shader_viewport_layer_array : require
#include "camera.glsl"
#include "meter.glsl"

layout(std430, binding = BINDING_CAMERAS) readonly buffer Cameras { Camera cameras[]; };
layout(std430, binding = BINDING_METERS) readonly buffer Meters { Meter meters[]; };  // by scene

flat out int scene;  // the layer that is read and written
flat out Camera camera;  // flat, as in surface.glsl: reading a buffer for each pixel is slow on a software rasterizer

void main() {
    camera = cameras[gl_InstanceID];
    scene = int(camera.scene & 0xFFFFu);
    gl_ViewportIndex = int(camera.scene >> 16);
    camera.gain *= meters[scene].gain;
    gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0);
    gl_Layer = scene;
}
