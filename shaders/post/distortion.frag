// Distortion: from what a pinhole draws, and a frame around it, to the picture. Linear light.
#version 430
#include "camera.glsl"
#include "distortion.glsl"
#include "bilinear.glsl"

flat in int scene;
flat in Camera camera;
layout(location = 0) out vec4 color;

void main() {
    vec2 source = gl_FragCoord.xy + undistortion(camera, gl_FragCoord.xy) + camera.frame.xy;
    color = vec4(light_at(source, scene), 1.0);
}
