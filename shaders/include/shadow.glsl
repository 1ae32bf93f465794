// shares(): how much of each light reaches a surface, by the shadow maps. Needs scene.glsl and the block v.
// Fernando, "Percentage-closer soft shadows" (2005): the farther what blocks the light, the softer the shadow's edge. In a
// map's depth, which is linear in 1 / distance for a lamp and in distance for the sun, the width is the same product for both.

layout(binding = 2) uniform sampler2DArray shadow_maps;

const float MAX_WIDTH = 0.05;         // of the map, from the middle of a shadow's edge to its end

// Points that fill a disc evenly (Vogel, 1979), turned by an angle that differs from pixel to pixel (Jimenez, 2014).
vec2 spread(int k, int count, float turn) {
    float angle = 2.3999632 * float(k) + turn;
    return sqrt((float(k) + 0.5) / float(count)) * vec2(cos(angle), sin(angle));
}

// Four depths around a point against the surface's: the lit share, weighted like a bilinear filter.
float compare(vec3 at, float depth, float side) {
    // Asked for in the middle of the four, or a GPU, which rounds coordinates, might take others than f is made for.
    vec2 low = floor(at.xy * side - 0.5), f = at.xy * side - 0.5 - low;
    vec4 lit = step(depth, textureGather(shadow_maps, vec3((low + 1.0) / side, at.z)));
    vec2 rows = mix(lit.wx, lit.zy, f.x);
    return mix(rows.x, rows.y, f.y);
}

// The share of light k that nothing blocks.
float visibility(int k) {
    int search = v.steps.x, filtering = 2 * search, layer = v.counts.z + k;
    vec4 point = k == 0 ? v.shadow0 : k == 1 ? v.shadow1 : k == 2 ? v.shadow2 : v.shadow3;
    vec3 p = point.xyz / point.w;
    float side = float(textureSize(shadow_maps, 0).x), softness = v.light_color[k].a;
    float surface = min(p.z, 1.0);  // all that casts lies before the map's far end, where it is empty
    bool inside = all(lessThan(abs(p.xy - 0.5), vec2(0.5))) && point.w > 0.0;
    float turn = 6.2831853 * fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715))));
    float reach = min(softness * p.z, MAX_WIDTH) + 1.0 / side, blockers = 0.0, depth = 0.0;
    for (int t = 0; t < (inside ? search : 0); ++t) {
        vec4 found = textureGather(shadow_maps, vec3(p.xy + reach * spread(t, search, turn), layer));
        vec4 blocks = 1.0 - step(surface, found);
        blockers += dot(blocks, vec4(1.0));
        depth += dot(blocks, found);
    }
    float wide = min(softness * (p.z - depth / max(blockers, 1.0)), MAX_WIDTH) + 0.75 / side, lit = 0.0;
    for (int t = 0; t < (blockers > 0.0 ? filtering : 0); ++t) {
        lit += compare(vec3(p.xy + wide * spread(t, filtering, turn), layer), surface, side);
    }
    return blockers > 0.0 ? lit / float(filtering) : 1.0;
}

vec4 shares() {
    vec4 result = vec4(1.0);
    for (int k = 0; k < v.counts.y; ++k) result = mix(result, vec4(visibility(k)), equal(ivec4(0, 1, 2, 3), ivec4(k)));
    return result;
}
