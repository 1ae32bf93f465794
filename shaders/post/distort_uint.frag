// Distortion of a layer of ids: each pixel takes what the pinhole draws where its centre comes from. No filter.
#version 430
#include "camera.glsl"
#include "distortion.glsl"

layout(binding = 0) uniform usampler2DArray layer;

flat in int scene;
flat in Camera camera;
layout(location = 0) out uvec4 value;

void main() {
    ivec2 source = ivec2(floor(gl_FragCoord.xy + undistortion(camera, gl_FragCoord.xy) + camera.frame.xy));
    value = texelFetch(layer, ivec3(clamp(source, ivec2(0), textureSize(layer, 0).xy - 1), scene), 0);
}
