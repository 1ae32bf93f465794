// Distortion and chromatic aberration: red and blue are magnified a little less and more than green. Linear light.
#version 430
#include "camera.glsl"
#include "distortion.glsl"
#include "bilinear.glsl"

flat in int scene;
flat in Camera camera;
layout(location = 0) out vec4 color;

void main() {
    vec2 source = gl_FragCoord.xy + undistortion(camera, gl_FragCoord.xy);
    vec2 parted = (source - camera.pinhole.zw) * camera.radial.w;  // what is larger in the picture comes from nearer its middle
    source += camera.frame.xy;
    color = vec4(light_at(source + parted, scene).r, light_at(source, scene).g, light_at(source - parted, scene).b, 1.0);
}
