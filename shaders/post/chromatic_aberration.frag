// Lens distortion and chromatic aberration: red is magnified a little less than green, blue a little more. Linear RGB.
#version 430
#include "camera.glsl"
#include "distortion.glsl"
#include "bilinear.glsl"

flat in int scene;
flat in Camera camera;
layout(location = 0) out vec4 color;

void main() {
    vec2 source = gl_FragCoord.xy + undistortion(camera, gl_FragCoord.xy);
    vec2 shift = (source - camera.principal) * camera.aberration;  // a colour that is magnified comes from nearer the middle
    source += camera.margin.xy;
    color = vec4(light_at(source + shift, scene).r, light_at(source, scene).g, light_at(source - shift, scene).b, 1.0);
}
