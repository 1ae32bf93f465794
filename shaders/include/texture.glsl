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

// An integer hash of a lattice point; integers, so that every driver finds the same.
uint hash(ivec3 cell) {
    uvec3 c = uvec3(cell) * uvec3(0x9E3779B1u, 0x85EBCA77u, 0xC2B2AE3Du);
    uint h = c.x ^ c.y ^ c.z;
    h = (h ^ (h >> 15)) * 0x2C1B3C6Du;
    h = (h ^ (h >> 12)) * 0x297A2D39u;
    return h ^ (h >> 15);
}

// What one corner of a cell adds: a random value in -1..1, or the dot product of a random vector with the offset d from it.
float corner(ivec3 cell, vec3 d, bool gradients) {
    uint h = hash(cell);
    vec3 random = vec3(h & 1023u, (h >> 10) & 1023u, (h >> 20) & 1023u) * (2.0 / 1023.0) - 1.0;
    return gradients ? 1.4 * dot(random, d) : random.x;
}

// Noise in -1..1. Perlin, "Improving noise" (2002): lattice, quintic fade.
float noise(vec3 p, bool gradients) {
    vec3 cell = floor(p), f = p - cell;
    ivec3 i = ivec3(cell);
    vec3 t = f * f * f * (f * (f * 6.0 - 15.0) + 10.0);
    float z[2];
    for (int k = 0; k < 2; ++k) {
        float a = corner(i + ivec3(0, 0, k), f - vec3(0, 0, k), gradients);
        float b = corner(i + ivec3(1, 0, k), f - vec3(1, 0, k), gradients);
        float c = corner(i + ivec3(0, 1, k), f - vec3(0, 1, k), gradients);
        float d = corner(i + ivec3(1, 1, k), f - vec3(1, 1, k), gradients);
        z[k] = mix(mix(a, b, t.x), mix(c, d, t.x), t.y);
    }
    return mix(z[0], z[1], t.z);
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
