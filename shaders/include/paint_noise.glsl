// paint() of textures that are made of noise: value and gradient noise, turbulence, marble, wood, voronoi. Needs the block v.
// To add one: an entry in PAINT_OF_TEXTURE of raster/scene/materials.py, and a line in pattern() below.
#include "surface_values.glsl"

// What one corner of a cell adds to noise: a random value in -1..1, or with gradients the dot product of a random vector and
// the offset d from the corner. cell: the corner's coordinates, each times a large number. The hash is of integers, so that
// every driver finds the same.
float corner(ivec3 cell, vec3 d, bool gradients) {
    int h = cell.x ^ cell.y ^ cell.z;
    h = (h ^ (h >> 15)) * 0x2C1B3C6D;
    h = h ^ (h >> 13);
    vec3 random = vec3(ivec3(h, h >> 10, h >> 20) & 1023) * (2.0 / 1023.0) - 1.0;
    return gradients ? 1.4 * dot(random, d) : random.x;
}

// Noise in -1..1 at p, in cells; of random values at the corners of the cells, or of random gradients. Perlin, "Improving
// noise" (2002): lattice, quintic fade.
float noise(vec3 p, bool gradients) {
    const ivec3 SPREAD = ivec3(0x1E3779B1, 0x35EBCA77, 0x42B2AE3D);
    vec3 f = fract(p), g = f - 1.0;
    ivec3 i = ivec3(floor(p)) * SPREAD, j = i + SPREAD;
    vec3 t = f * f * f * (f * (f * 6.0 - 15.0) + 10.0);
    vec4 low = vec4(corner(i, f, gradients), corner(ivec3(i.x, j.y, i.z), vec3(f.x, g.y, f.z), gradients),
                    corner(ivec3(i.xy, j.z), vec3(f.xy, g.z), gradients), corner(ivec3(i.x, j.yz), vec3(f.x, g.yz), gradients));
    vec4 high = vec4(corner(ivec3(j.x, i.yz), vec3(g.x, f.yz), gradients), corner(ivec3(j.xy, i.z), vec3(g.xy, f.z), gradients),
                     corner(ivec3(j.x, i.y, j.z), vec3(g.x, f.y, g.z), gradients), corner(j, g, gradients));
    vec4 x = mix(low, high, t.x);
    vec2 y = mix(x.xz, x.yw, t.y);
    return mix(y.x, y.y, t.z);
}

// The sum of some octaves of noise, -1..1. Each octave fades out where a pixel, w cells wide, is as large as its cells.
// folded: turbulence, which sums absolute values and gives 0..1. Perlin, "An image synthesizer" (1985).
float octaves_of_noise(vec3 p, float w, uint octaves, bool gradients, bool folded) {
    float sum = 0.0, weight = folded ? 1.0 : 0.5;
    for (uint k = 0u; k < octaves; ++k) {
        float n = noise(p, gradients);
        sum += weight * (1.0 - smoothstep(0.5, 1.0, w)) * (folded ? abs(n) : n);
        p = 2.0 * p + 17.0;
        w *= 2.0;
        weight *= 0.5;
    }
    return sum;
}

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
