// Lens distortion: from the undistorted picture, drawn with a margin, to the distorted one. Linear RGB.
#version 430
#include "camera.glsl"
#include "distortion.glsl"
#include "bilinear.glsl"

flat in int scene;
flat in Camera camera;
layout(location = 0) out vec4 color;

void main() {
    vec2 source = gl_FragCoord.xy + undistortion(camera, gl_FragCoord.xy) + camera.margin.xy;
    color = vec4(light_at(source, scene), 1.0);
}
