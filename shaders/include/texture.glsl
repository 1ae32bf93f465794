// Procedural textures: pattern() mixes a surface's two colours. Numbered as in raster/scene.py, TEXTURES.

const uint TEXTURE_FLAT = 0u;
const uint TEXTURE_GRADIENT = 1u;
const uint TEXTURE_CHECKER = 2u;
const uint TEXTURE_STRIPES = 3u;
const uint TEXTURE_DOTS = 4u;
const uint TEXTURE_VALUE_NOISE = 5u;
const uint TEXTURE_GRADIENT_NOISE = 6u;

// A wave of +1 and -1 with cells of length 1, averaged over a window of width w at x: the difference of its integral.
vec3 square_wave(vec3 x, vec3 w) {
    vec3 a = abs(fract((x - 0.5 * w) * 0.5) - 0.5);
    vec3 b = abs(fract((x + 0.5 * w) * 0.5) - 0.5);
    return 2.0 * (a - b) / w;
}

// What one corner of a cell adds to noise: a random value in -1..1, or the dot product of a random vector with the offset d
// from it. `cell` is already spread over the integers; integers, so that every driver finds the same.
float corner(ivec3 cell, vec3 d, bool gradients) {
    int h = cell.x ^ cell.y ^ cell.z;
    h = (h ^ (h >> 15)) * 0x2C1B3C6D;
    h = h ^ (h >> 13);
    vec3 random = vec3(ivec3(h, h >> 10, h >> 20) & 1023) * (2.0 / 1023.0) - 1.0;
    return gradients ? 1.4 * dot(random, d) : random.x;
}

// Noise in -1..1. Perlin, "Improving noise" (2002): lattice, quintic fade.
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

// Octaves of noise, at most two; each fades out as the pixel's footprint w (in cells) grows to its cell.
float noise_pattern(vec3 p, float w, uint octaves, bool gradients) {
    float sum = 0.5, weight = 0.5;
    for (uint k = 0u; k < octaves; ++k) {
        sum += weight * (1.0 - smoothstep(0.5, 1.0, w)) * noise(p, gradients);
        p = 2.0 * p + 17.0;
        w *= 2.0;
        weight *= 0.5;
    }
    return clamp(sum, 0.0, 1.0);
}

// Balls of diameter 0.6 around the centres of the cells; far away their share of the cell is left.
float dots_pattern(vec3 p, float w, bool planar) {
    vec3 d = fract(p) - 0.5;
    if (planar) d.z = 0.0;
    float near = 1.0 - smoothstep(0.3 - 0.5 * w, 0.3 + 0.5 * w, length(d));
    return mix(near, planar ? 0.283 : 0.113, smoothstep(0.4, 1.0, w));
}

// Weight of the second colour at p (in cells), for a pixel that covers `footprint` cells along each axis.
// A software rasterizer follows both sides of every branch, but leaves a loop that no pixel needs: hence selects, and noise
// as a loop that runs zero times for the other textures.
float pattern(uint kind, vec3 p, vec3 footprint, bool planar) {
    vec3 w = max(footprint, vec3(1e-3));
    float widest = max(w.x, max(w.y, w.z));
    vec3 s = square_wave(p, w);
    uint octaves = kind >= TEXTURE_VALUE_NOISE ? (widest < 0.5 ? 2u : 1u) : 0u;
    float result = noise_pattern(p, widest, octaves, kind == TEXTURE_GRADIENT_NOISE);
    if (kind == TEXTURE_FLAT) result = 0.0;
    if (kind == TEXTURE_GRADIENT) result = clamp(p.x + 0.5, 0.0, 1.0);
    if (kind == TEXTURE_CHECKER) result = 0.5 + 0.5 * s.x * s.y * (planar ? 1.0 : s.z);
    if (kind == TEXTURE_STRIPES) result = 0.5 + 0.5 * s.x;
    if (kind == TEXTURE_DOTS) result = dots_pattern(p, widest, planar);
    return result;
}
