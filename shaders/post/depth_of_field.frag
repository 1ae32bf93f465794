// Depth of field: each pixel gathers what the blurred discs of its neighbours, and its own, bring to it. Linear light.
#version 430
#include "camera.glsl"
#include "linear_depth.glsl"

layout(binding = 0) uniform sampler2DArray light;

flat in int scene;
flat in Camera camera;
layout(location = 0) out vec4 color;

const int FINEST = 32;  // taps of a disc
const int COARSE = 16;  // taps that look for nearer things out of focus
const mat2 TURN = mat2(-0.737369, 0.675490, -0.675490, -0.737369);  // by the golden angle (Vogel, 1979)

// px of the radius of the circle of confusion at z metres, for a thin lens.
float blur(float z, float limit) {
    float wide = 0.5 * camera.depth.w * camera.pinhole.y * abs(z - camera.depth.z) / (z * camera.depth.z);
    return min(wide, limit);
}

void main() {
    vec2 size = vec2(textureSize(light, 0).xy), px = 1.0 / size, p = gl_FragCoord.xy * px, along = vec2(1.0, 0.0);
    vec3 here = textureLod(light, vec3(p, float(scene)), 0.0).rgb, sum = vec3(0.0);
    float limit = size.y / 16.0, z = distance_at(camera, p, scene), own = blur(z, limit), reach = own;
    for (int k = 0; k < COARSE; ++k) {
        float d = limit * sqrt((float(k) + 0.5) / float(COARSE));
        float there = distance_at(camera, p + d * along * px, scene);
        float wide = blur(there, limit);
        if (there < z && wide > d) reach = max(reach, wide);
        along = TURN * along;
    }
    int taps = reach < 0.5 ? 0 : int(clamp(8.0 * reach, 8.0, float(FINEST)));
    for (int k = 0; k < taps; ++k) {
        float d = reach * sqrt((float(k) + 0.5) / float(taps));
        float there = distance_at(camera, p + d * along * px, scene);
        float wide = there < z ? blur(there, limit) : own;  // its disc lies over this one, or this one lets it shine through
        vec3 c = textureLod(light, vec3(p + d * along * px, float(scene)), 0.0).rgb;
        sum += mix(here, c, clamp(wide - d + 0.5, 0.0, 1.0));
        along = TURN * along;
    }
    color = vec4(taps == 0 ? here : sum / float(max(taps, 1)), 1.0);
}
