// Amodal masks: bit k is set where the labelled object with the instance id k + 1 would be seen if it stood alone.
// Drawn without a depth test, and what is drawn is combined by OR: so all objects along a pixel's ray count, each once.
#version 430
#include "scene.glsl"

in Surface {
#include "surface.glsl"
} v;
layout(location = 0) out uvec4 coverage;  // bits 0..31, 32..63, ...; the format of the layer says how many of them are kept

void main() {
    uint bit = v.ids.y - 1u;
    bool counts = v.ids.x != 0u && bit < 128u;
    uvec4 word = uvec4(equal(uvec4(bit >> 5), uvec4(0u, 1u, 2u, 3u)));
    coverage = counts ? word << (bit & 31u) : uvec4(0u);
}
