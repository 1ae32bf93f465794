// noise(), octaves_of_noise(): smooth random values at points of space, for textures.

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
