// The sensor without blur and sharpening: linear RGB to sRGB. See sensor.glsl.
#version 430
#include "camera.glsl"
#include "sensor.glsl"

layout(binding = UNIT_SOURCE) uniform sampler2DArray light;

flat in int scene;
flat in Camera camera;
layout(location = 0) out vec4 color;

void main() {
    color = developed(camera, texelFetch(light, ivec3(gl_FragCoord.xy, scene), 0).rgb);
}
