// Depth of field: each pixel gathers the light of the blurred discs, its neighbours' and its own, that reach it. Linear RGB.
#version 430
#include "camera.glsl"
#include "linear_depth.glsl"

layout(binding = UNIT_SOURCE) uniform sampler2DArray light;

flat in int scene;
flat in Camera camera;
layout(location = 0) out vec4 color;

const int MAX_SAMPLES = 32;     // of a disc
const int SEARCH_SAMPLES = 16;  // that look for nearer surfaces out of focus
const mat2 GOLDEN_TURN = mat2(-0.737369, 0.675490, -0.675490, -0.737369);  // by the golden angle (Vogel, 1979)

// Radius in px of the circle of confusion at z metres, for a thin lens; at most limit.
float blur(float z, float limit) {
    float wide = 0.5 * camera.aperture * camera.focal.y * abs(z - camera.focus) / (z * camera.focus);
    return min(wide, limit);
}

void main() {
    vec2 size = vec2(textureSize(light, 0).xy), px = 1.0 / size, p = gl_FragCoord.xy * px, along = vec2(1.0, 0.0);
    vec3 here = textureLod(light, vec3(p, float(scene)), 0.0).rgb, sum = vec3(0.0);
    float limit = size.y / 16.0, z = distance_at(camera, p, scene), own = blur(z, limit), reach = own;
    for (int k = 0; k < SEARCH_SAMPLES; ++k) {
        float d = limit * sqrt((float(k) + 0.5) / float(SEARCH_SAMPLES));
        float there = distance_at(camera, nearest_drawn(camera, p + d * along * px, size), scene);
        float wide = blur(there, limit);
        if (there < z && wide > d) reach = max(reach, wide);
        along = GOLDEN_TURN * along;
    }
    int samples = reach < 0.5 ? 0 : int(clamp(8.0 * reach, 8.0, float(MAX_SAMPLES)));
    for (int k = 0; k < samples; ++k) {
        float d = reach * sqrt((float(k) + 0.5) / float(samples));
        vec2 at = nearest_drawn(camera, p + d * along * px, size);
        float there = distance_at(camera, at, scene);
        // A nearer surface's disc covers this pixel. A farther one shows as far as this pixel's own disc lets it through.
        float wide = there < z ? blur(there, limit) : own;
        vec3 c = textureLod(light, vec3(at, float(scene)), 0.0).rgb;
        sum += mix(here, c, clamp(wide - d + 0.5, 0.0, 1.0));
        along = GOLDEN_TURN * along;
    }
    color = vec4(samples == 0 ? here : sum / float(max(samples, 1)), 1.0);
}
