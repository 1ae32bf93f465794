// Lens distortion of a layer of numbers.
// Each pixel takes the pixel of the undistorted layer that its centre comes from, unfiltered.
#version 430
#include "camera.glsl"
#include "distortion.glsl"

layout(binding = UNIT_SOURCE) uniform sampler2DArray layer;

flat in int scene;
flat in Camera camera;
layout(location = 0) out vec4 value;

void main() {
    ivec2 source = ivec2(floor(gl_FragCoord.xy + undistortion(camera, gl_FragCoord.xy) + camera.margin.xy));
    value = texelFetch(layer, ivec3(clamp(source, ivec2(0), textureSize(layer, 0).xy - 1), scene), 0);
}
