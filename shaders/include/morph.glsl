// to_world(): where a vertex lies in the world, after the deformations of its object. Needs scene.glsl.
// raster/geometry/deformations.py has the same formulas in NumPy.

// One row for each drawn mesh that is deformed. NumPy's side: MORPH in raster/rendering/gpu_structs.py, with the same names in
// the same order. A unit is the length 1 in the object's space, where its longest side is 1. A deformation is left out at 0.
struct Morph {
    vec4 object_from_part[3];     // rows of a 3 x 4 matrix; parts are deformed in object space, so that they stay joined
    vec4 world_from_object[3];    // rows of a 3 x 4 matrix, metres
    float taper;                  // x and y grow by this share for each unit of z
    float twist;                  // radians about z for each unit of z
    float bend;                   // radians that the z axis turns for each unit of its length
    float bend_turn;              // to which side it bends: radians from x towards y
    float bulge;                  // how much wider the middle is than the ends
    float roundness;              // 1 makes a cube a ball, -1 makes a ball nearly a cube
    float noise;                  // amplitude, units
    float frequency;              // cells of the noise for each unit
    vec3 seed;                    // offset in the noise, cells
    float fit;                    // factor of the size at the end
};

layout(std430, row_major, binding = BINDING_MORPHS) readonly buffer Morphs { Morph morphs[]; };

// Every deformation moves a point p and turns the normal n with it: by the cofactor matrix of its Jacobian, up to a positive
// factor.

// p (|p|_8 / |p|_2)^r. The factor s depends on the direction alone; so s' p = 0, and the inverse of s (1 + p s'/s) is simple.
void make_round(inout vec3 p, inout vec3 n, float r) {
    float largest = max(abs(p.x), max(abs(p.y), abs(p.z)));
    if (largest == 0.0) return;
    vec3 q = p / largest, q2 = q * q, q4 = q2 * q2;
    float sum2 = q2.x + q2.y + q2.z, sum8 = dot(q4, q4);
    n -= r * dot(q, n) * (q4 * q2 / sum8 - 1.0 / sum2) * q;
    p *= pow(sqrt(sqrt(sqrt(sum8))) / sqrt(sum2), r);
}

// A random vector of numbers -1..1 at a lattice point. x, y, z: its coordinates, each times a large number. The hash is of
// integers, so that every driver finds the same.
vec3 lattice(int x, int y, int z) {
    int h = x ^ y ^ z;
    h = (h ^ (h >> 15)) * 0x2C1B3C6D;
    h = h ^ (h >> 13);
    return vec3(ivec3(h, h >> 10, h >> 20) & 1023) * (2.0 / 1023.0) - 1.0;
}

// p + amplitude N(frequency p + offset); N: a smooth random vector field. Perlin, "Improving noise" (2002): lattice, quintic
// fade.
void displace(inout vec3 p, inout vec3 n, float amplitude, float frequency, vec3 offset) {
    vec3 q = frequency * p + offset, f = fract(q);
    ivec3 spread = ivec3(0x1E3779B1, 0x35EBCA77, 0x42B2AE3D), i = ivec3(floor(q)) * spread, j = i + spread;
    vec3 t = f * f * f * (f * (f * 6.0 - 15.0) + 10.0), slope = 30.0 * f * f * (f - 1.0) * (f - 1.0);
    vec3 a = lattice(i.x, i.y, i.z), b = lattice(i.x, j.y, i.z), c = lattice(i.x, i.y, j.z), d = lattice(i.x, j.y, j.z);
    vec3 a_x = lattice(j.x, i.y, i.z) - a, b_x = lattice(j.x, j.y, i.z) - b;
    vec3 c_x = lattice(j.x, i.y, j.z) - c, d_x = lattice(j.x, j.y, j.z) - d;
    a += t.x * a_x; b += t.x * b_x; c += t.x * c_x; d += t.x * d_x;
    vec3 low = mix(a, b, t.y), high = mix(c, d, t.y);
    vec3 along_x = slope.x * mix(mix(a_x, b_x, t.y), mix(c_x, d_x, t.y), t.z);
    vec3 along_y = slope.y * mix(b - a, d - c, t.z), along_z = slope.z * (high - low);
    float rate = amplitude * frequency;
    vec3 u = vec3(1, 0, 0) + rate * along_x, v = vec3(0, 1, 0) + rate * along_y, w = vec3(0, 0, 1) + rate * along_z;
    n = n.x * cross(v, w) + n.y * cross(w, u) + n.z * cross(u, v);
    p += amplitude * mix(low, high, t.z);
}

// Scales x and y by k, a function of z whose derivative is slope.
void scale_across(inout vec3 p, inout vec3 n, float k, float slope) {
    n.z = k * n.z - slope * dot(p.xy, n.xy);
    p.xy *= k;
}

// Turns about z by rate * z radians.
void twist(inout vec3 p, inout vec3 n, float rate) {
    float c = cos(rate * p.z), s = sin(rate * p.z);
    mat2 turn = mat2(c, s, -s, c);
    p.xy = turn * p.xy;
    n.xy = turn * n.xy;
    n.z -= rate * (p.x * n.y - p.y * n.x);
}

// sin(u) / u. Near 0 a series: a GPU's sine is exact to an absolute error only.
float sinc(float u) {
    float q = u * u;
    return q < 0.25 ? 1.0 - q / 6.0 * (1.0 - q / 20.0 * (1.0 - q / 42.0)) : sin(u) / u;
}

// Bends the z axis to an arc of curvature `rate`, towards the side at `turn` radians about z. Barr, "Global and local
// deformations of solid primitives" (1984).
void bend(inout vec3 p, inout vec3 n, float rate, float turn) {
    float c = cos(turn), s = sin(turn), angle = rate * p.z;
    mat2 there = mat2(c, -s, s, c), back = mat2(c, s, -s, c);
    p.xy = there * p.xy;
    n.xy = there * n.xy;
    n.xy *= 1.0 - rate * p.x;
    float across = p.z * sin(0.5 * angle) * sinc(0.5 * angle), along = p.z * sinc(angle);
    c = cos(angle), s = sin(angle);
    p = vec3(c * p.x + across, p.y, along - s * p.x);
    n = vec3(c * n.x + s * n.z, n.y, c * n.z - s * n.x);
    p.xy = back * p.xy;
    n.xy = back * n.xy;
}

// Deforms a point p and its unit normal n, in the object's space. A deformation whose number is 0 is left out.
void morph(inout vec3 p, inout vec3 n, Morph m) {
    if (m.roundness != 0.0) make_round(p, n, m.roundness);
    if (m.noise != 0.0) displace(p, n, m.noise, m.frequency, m.seed);
    if (m.taper != 0.0) scale_across(p, n, 1.0 + m.taper * p.z, m.taper);
    if (m.bulge != 0.0) scale_across(p, n, 1.0 + m.bulge * (1.0 - 4.0 * p.z * p.z), -8.0 * m.bulge * p.z);
    if (m.twist != 0.0) twist(p, n, m.twist);
    if (m.bend != 0.0) bend(p, n, m.bend, m.bend_turn);
    p *= m.fit;
    n = normalize(n);
}

// A normal, turned by a 3 x 4 matrix of points, given as its rows. Its length changes. By the cofactor matrix (the inverse
// transpose times the determinant), which is right for any scale.
vec3 transform_normal(vec4 rows[3], vec3 n) {
    vec3 a = rows[0].xyz, b = rows[1].xyz, c = rows[2].xyz;
    return vec3(dot(cross(b, c), n), dot(cross(c, a), n), dot(cross(a, b), n));
}

// Takes a point and a normal from a mesh's own space to the world, deformed on the way if anything is: a software rasterizer runs
// through these formulas even where nothing is.
void to_world(Instance i, inout vec3 p, inout vec3 n) {
#if MORPHED
    uint number = i.morph;
    if (number != 0u) {
        Morph m = morphs[number - 1u];
        p = transform(m.object_from_part, p);
        n = normalize(transform_normal(m.object_from_part, n));
        morph(p, n, m);
        p = transform(m.world_from_object, p);
        n = transform_normal(m.world_from_object, n);
        return;
    }
#endif
    p = transform(i.world_from_object, p);
    n = transform_normal(i.world_from_object, n);
}
