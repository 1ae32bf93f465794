// shadow_shares(): the share of each light that reaches a surface, by the shadow maps. Needs the block v.
// The softness of shadows is decided here: Fernando, "Percentage-closer soft shadows" (2005). The farther a surface is behind
// what blocks the light, the wider the shadow's edge: Light.softness times the difference of their depths in the map.
// Light.softness comes from the size of the light: raster/rendering/shadow_views.py. A map's depth is linear in 1 / distance
// for a light at a point, and linear in distance for a direction; with it the product is right for both.
#include "surface_values.glsl"

layout(binding = UNIT_SHADOW_MAPS) uniform sampler2DArray shadow_maps;  // depth 0..1, a layer for each scene and light

const float MAX_WIDTH = 0.05;  // largest half width of a shadow's edge, as a share of the map's side

// Point k of `count` that fill the unit disc evenly (Vogel, 1979). turn: an angle in radians that differs from pixel to pixel
// (Jimenez, 2014), so that few samples give fine noise and no rings.
vec2 spread(int k, int count, float turn) {
    float angle = 2.3999632 * float(k) + turn;
    return sqrt((float(k) + 0.5) / float(count)) * vec2(cos(angle), sin(angle));
}

// Lit share 0..1 of a surface at this depth: the four texels around a point are compared, weighted as by a bilinear filter.
// at: x, y 0..1 in the map; layer. side: texels along the map.
float compare(vec3 at, float depth, float side) {
    // Gathered at the middle of the four: a GPU rounds coordinates, and might else take other texels than f belongs to.
    vec2 low = floor(at.xy * side - 0.5), f = at.xy * side - 0.5 - low;
    vec4 lit = step(depth, textureGather(shadow_maps, vec3((low + 1.0) / side, at.z)));
    vec2 rows = mix(lit.wx, lit.zy, f.x);
    return mix(rows.x, rows.y, f.y);
}

// The share 0..1 of light k that reaches the surface. First samples of the map around the surface's place find what blocks the
// light and how deep it lies on average; that gives the width of the edge, over which twice as many samples are averaged.
float visibility(int k) {
    int search = shadow_samples(), filtering = 2 * search, layer = shadow_layer(k);
    vec4 point = k == 0 ? v.shadow0 : k == 1 ? v.shadow1 : k == 2 ? v.shadow2 : v.shadow3;
    vec3 p = point.xyz / point.w;
    float side = float(textureSize(shadow_maps, 0).x), softness = light_softness(k);
    float surface = min(p.z, 1.0);  // what casts shadows lies before depth 1, where the map is empty
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

// The share 0..1 of each of up to four lights that reaches the surface.
vec4 shadow_shares() {
    vec4 result = vec4(1.0);
    for (int k = 0; k < shadow_count(); ++k) result = mix(result, vec4(visibility(k)), equal(ivec4(0, 1, 2, 3), ivec4(k)));
    return result;
}
