// Metering: the mean of a picture's logarithm of luminance, and from it the gain that makes this mean the key. One group of
// invocations for each picture, so the result is the same in any batch. Source: Reinhard et al., "Photographic tone
// reproduction for digital images" (2002), equation 1.
#version 430
#include "luminance.glsl"
#include "meter.glsl"

const float DARK = 0.002;         // luminance that is added, so that black counts, but not for all
const float BRIGHT = 64.0;        // luminance above which light does not count
const float MAX_GAIN = 16.0;      // four stops: a black picture stays dark, a white one bright
const float FALL_OFF = 3.0;       // of the weight: half of it at 0.58 of the way to the edge

layout(local_size_x = METER_SIDE) in;
layout(std430, binding = BINDING_METERS) buffer Meters { Meter meters[]; };
layout(binding = UNIT_SOURCE) uniform sampler2DArray light;
uniform uint source;

shared vec2 sums[METER_SIDE];  // of the weighted logarithms, and of the weights

void main() {
    int scene = int(gl_WorkGroupID.x), own = int(gl_LocalInvocationID.x);
    float center_weight = meters[scene].center_weight;
    ivec2 size = textureSize(light, 0).xy;
    vec2 sum = vec2(0.0);
    // Points of a lattice whose steps are the golden ratio: even, and in step with no checker.
    for (int k = own; k < METER_SIDE * METER_SIDE; k += METER_SIDE) {
        vec2 p = vec2((float(k) + 0.5) / float(METER_SIDE * METER_SIDE), fract(float(k) * 0.618033989)), q = 2.0 * p - 1.0;
        float luminance = dot(texelFetch(light, ivec3(p * vec2(size), scene), 0).rgb, LUMINANCE);
        float weight = 1.0 - center_weight + center_weight * exp2(-FALL_OFF * dot(q, q));
        sum += weight * vec2(log2(clamp(luminance, 0.0, BRIGHT) + DARK), 1.0);
    }
    sums[own] = sum;
    barrier();
    if (own == 0 && meters[scene].key > 0.0 && meters[scene].source == source) {
        sum = vec2(0.0);
        for (int k = 0; k < METER_SIDE; ++k) sum += sums[k];
        meters[scene].gain = clamp(meters[scene].key * exp2(-sum.x / sum.y), 1.0 / MAX_GAIN, MAX_GAIN);
    }
}
