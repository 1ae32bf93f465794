// placed: where a vertex lies in the world, its shape morphed on the way where it is to be. Needs scene.glsl.

// One row for each drawn mesh that is morphed. CPU side: raster/rendering/draw_list.py, MORPH; the formulas again: raster/geometry/deformations.py.
struct Morph {
    vec4 object_from_part[3];     // rows; all parts of an object are morphed in its space, so that they stay joined
    vec4 world_from_object[3];    // rows
    vec4 shape;                   // taper, twist, bend, the bend's turn
    vec4 more;                    // bulge, roundness, noise, frequency
    vec4 offset;                  // of the noise's lattice; w: factor of the whole
};

// Shares its binding with shaders/post/screen.vert, which is never drawn with at the same time.
layout(std430, row_major, binding = 3) readonly buffer Morphs { Morph morphs[]; };

// Every step moves points p and takes normals n along by the cofactor matrix of its Jacobian, up to a positive factor.

// p (|p|_8 / |p|_2)^r. The factor s depends on the direction alone, so that s' p = 0 and the inverse of s (1 + p v') is plain.
void make_round(inout vec3 p, inout vec3 n, float r) {
    float largest = max(abs(p.x), max(abs(p.y), abs(p.z)));
    if (largest == 0.0) return;
    vec3 q = p / largest, q2 = q * q, q4 = q2 * q2;
    float sum2 = q2.x + q2.y + q2.z, sum8 = dot(q4, q4);
    n -= r * dot(q, n) * (q4 * q2 / sum8 - 1.0 / sum2) * q;
    p *= pow(sqrt(sqrt(sqrt(sum8))) / sqrt(sum2), r);
}

// A random vector in -1..1 of a lattice point that is already spread over the integers, so that every driver finds the same.
vec3 lattice(int x, int y, int z) {
    int h = x ^ y ^ z;
    h = (h ^ (h >> 15)) * 0x2C1B3C6D;
    h = h ^ (h >> 13);
    return vec3(ivec3(h, h >> 10, h >> 20) & 1023) * (2.0 / 1023.0) - 1.0;
}

// p + a N(f p + o), N a smooth random vector field. Perlin, "Improving noise" (2002): lattice, quintic fade.
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

// xy scaled by k, a function of z that has this slope.
void swell(inout vec3 p, inout vec3 n, float k, float slope) {
    n.z = k * n.z - slope * dot(p.xy, n.xy);
    p.xy *= k;
}

void twist(inout vec3 p, inout vec3 n, float rate) {
    float c = cos(rate * p.z), s = sin(rate * p.z);
    mat2 turn = mat2(c, s, -s, c);
    p.xy = turn * p.xy;
    n.xy = turn * n.xy;
    n.z -= rate * (p.x * n.y - p.y * n.x);
}

// sin(u) / u; a GPU's sine is good to an absolute error only, so a series near 0.
float sinc(float u) {
    float q = u * u;
    return q < 0.25 ? 1.0 - q / 6.0 * (1.0 - q / 20.0 * (1.0 - q / 42.0)) : sin(u) / u;
}

// The z axis bent to an arc of curvature `rate`, towards the side that lies at `turn` about z. Barr, "Global and local
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

// Point p and unit normal n, in the object's space. A step that is 0 is left out, and moves nothing.
void morph(inout vec3 p, inout vec3 n, Morph m) {
    if (m.more.y != 0.0) make_round(p, n, m.more.y);
    if (m.more.z != 0.0) displace(p, n, m.more.z, m.more.w, m.offset.xyz);
    if (m.shape.x != 0.0) swell(p, n, 1.0 + m.shape.x * p.z, m.shape.x);
    if (m.more.x != 0.0) swell(p, n, 1.0 + m.more.x * (1.0 - 4.0 * p.z * p.z), -8.0 * m.more.x * p.z);
    if (m.shape.y != 0.0) twist(p, n, m.shape.y);
    if (m.shape.z != 0.0) bend(p, n, m.shape.z, m.shape.w);
    p *= m.offset.w;
    n = normalize(n);
}

// Normals go with the cofactor matrix (the inverse transpose times the determinant): right for any scale.
vec3 transform_normal(vec4 rows[3], vec3 n) {
    vec3 a = rows[0].xyz, b = rows[1].xyz, c = rows[2].xyz;
    return vec3(dot(cross(b, c), n), dot(cross(c, a), n), dot(cross(a, b), n));
}

// From a mesh's own space into the world, by its row of instances[].
void placed(uint row, inout vec3 p, inout vec3 n) {
    uint number = instances[row].morph;
    if (number == 0u) {
        p = transform(instances[row].world_from_object, p);
        n = transform_normal(instances[row].world_from_object, n);
        return;
    }
    Morph m = morphs[number - 1u];
    p = transform(m.object_from_part, p);
    n = normalize(transform_normal(m.object_from_part, n));
    morph(p, n, m);
    p = transform(m.world_from_object, p);
    n = transform_normal(m.world_from_object, n);
}
