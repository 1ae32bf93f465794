// paint() of textures that are made of noise: value and gradient noise, turbulence, marble, wood, voronoi. Needs the block v.
// To add one: an entry in PAINT_OF_TEXTURE of raster/scene/materials.py, and a line in pattern() below.
#include "surface_values.glsl"
#include "noise.glsl"

// A random value 0..1, that of the nearest of some points, of which one lies in each cell. Worley, "A cellular texture basis
// function" (1996). cells: how many are searched, 27 or 0. Where a pixel, w cells wide, is large, only the mean is left.
float voronoi_pattern(vec3 p, float w, int cells) {
    ivec3 middle = ivec3(floor(p));
    vec2 best = vec2(9.0, 0.5);  // squared distance, value
    for (int k = 0; k < cells; ++k) {
        ivec3 cell = middle + ivec3(k % 3, (k / 3) % 3, k / 9) - 1;
        ivec3 h = cell * ivec3(0x1E3779B1, 0x35EBCA77, 0x42B2AE3D);
        int mixed = h.x ^ h.y ^ h.z;
        mixed = (mixed ^ (mixed >> 15)) * 0x2C1B3C6D;
        mixed = (mixed ^ (mixed >> 12)) * 0x297A2D39;
        mixed = mixed ^ (mixed >> 15);
        vec3 d = vec3(cell) + vec3(ivec3(mixed, mixed >> 8, mixed >> 16) & 255) * (1.0 / 255.0) - p;
        float away = dot(d, d);
        if (away < best.x) best = vec2(away, float((mixed >> 24) & 15) * (1.0 / 15.0));
    }
    return mix(best.y, 0.5, smoothstep(0.4, 1.0, w));
}

// Weight 0..1 of the second colour at p in texture space, for a pixel that is w cells wide. planar: the texture lies on a
// plane.
float pattern(uint texture_index, vec3 p, float w, bool planar) {
    bool folded = texture_index == TEXTURE_TURBULENCE || texture_index == TEXTURE_MARBLE;
    float n = octaves_of_noise(p, w, w < 0.5 ? 2u : 1u, texture_index != TEXTURE_VALUE_NOISE, folded);
    float result = texture_index == TEXTURE_TURBULENCE ? n : 0.5 + n;
    // Veins and rings that noise bends; they fade to their mean where a pixel covers half of one. A ring of wood darkens slowly
    // and ends abruptly.
    float vein = 0.5 + 0.5 * sin(6.2831853 * (p.x + 1.5 * n)), far = smoothstep(0.1, 0.25, w);
    float ring = fract(1.5 * length(planar ? vec2(0.2 * p.x, p.y) : vec2(p.x, p.y)) + 0.6 * n);
    if (texture_index == TEXTURE_MARBLE) result = mix(vein * vein, 0.375, far);
    if (texture_index == TEXTURE_WOOD) result = mix(ring * ring * (1.0 - smoothstep(0.92, 1.0, ring)), 0.28, far);
    float cell = voronoi_pattern(p, w, voronoi_cells());
    if (texture_index == TEXTURE_VORONOI) result = cell;
    return clamp(result, 0.0, 1.0);
}

// See paint.glsl.
vec3 paint(out float weight) {
    vec3 w = fwidth(v.texture_point);
    float widest = max(max(w.x, max(w.y, w.z)), 1e-3);
    weight = pattern(texture_index(), v.texture_point, widest, is_planar());
    return mix(v.color.rgb, v.color2.rgb, weight);
}
