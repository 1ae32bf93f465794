// paint() of markings that things carry: puzzle, dice, label, seams, sticker. See paint.glsl. Needs the block v.
// The texture point is half the point in object space plus whole numbers, which are seeds: raster/randomizers/markings.py.
// To add one: an entry in PAINT_OF_TEXTURE of raster/scene/materials.py, and a line in paint() below.
#include "surface_values.glsl"

// Linear RGB of print and stickers.
const vec3 INKS[8] = vec3[8](vec3(0.80, 0.80, 0.78), vec3(0.75, 0.55, 0.02), vec3(0.55, 0.02, 0.02), vec3(0.70, 0.16, 0.01),
                             vec3(0.01, 0.08, 0.45), vec3(0.01, 0.30, 0.06), vec3(0.03, 0.03, 0.03), vec3(0.35, 0.05, 0.30));

// A random whole number, 0 or more, of a seed and another number.
int random(ivec3 seed, int number) {
    int h = (seed.x * 0x1E3779B1) ^ (seed.y * 0x35EBCA77) ^ (seed.z * 0x42B2AE3D) ^ (number * 0x2545F491);
    h = (h ^ (h >> 15)) * 0x2C1B3C6D;
    h = (h ^ (h >> 13)) * 0x297A2D39;
    return (h ^ (h >> 16)) & 0x7FFFFFFF;
}

// The same, 0..1.
float share(ivec3 seed, int number) { return float(random(seed, number) & 1023) * (1.0 / 1023.0); }

// Coverage 0..1 of what lies below an edge, by the distance d beyond it, for a pixel of width w.
float below(float d, float w) { return clamp(0.5 - d / w, 0.0, 1.0); }

// The face 0..5 of a cube at which a point lies or, seen from the origin, would; at: -0.5..0.5 over the face.
int face_of(vec3 p, out vec2 at) {
    vec3 a = abs(p);
    bool x = a.x > a.y && a.x > a.z, y = !x && a.y > a.z;
    vec2 across = x ? p.yz : y ? p.xz : p.xy;
    float out_of = x ? p.x : y ? p.y : p.z;
    at = 0.5 * across / max(abs(out_of), 1e-6);
    return (x ? 0 : y ? 2 : 4) + (out_of < 0.0 ? 1 : 0);
}

// 2 x 2 to 4 x 4 coloured squares on each face, solved or not; weight: the body between them.
vec3 puzzle(vec2 at, int face, ivec3 seed, float w, out float weight) {
    int kind = random(seed, 1) % 6, count = kind == 0 ? 2 : kind == 1 ? 4 : 3;
    vec2 g = (at + 0.5) * float(count), f = abs(fract(g) - 0.5);
    ivec2 cell = clamp(ivec2(floor(g)), ivec2(0), ivec2(count - 1));
    float wide = float(count) * w, corner = length(max(f - 0.34, 0.0)) - 0.1;
    weight = mix(1.0 - below(corner, wide), 0.25, smoothstep(0.4, 1.0, wide));
    bool solved = random(seed, 2) % 4 == 0;
    int color = solved ? face : random(seed, 8 + face * 16 + cell.x * 4 + cell.y) % 6;
    return mix(INKS[color], v.color2.rgb, weight);
}

// One to six pips; opposite faces have seven together. weight: the pips.
vec3 dice(vec2 at, int face, float w, out float weight) {
    const int PIPS[6] = int[6](0x010, 0x16D, 0x101, 0x155, 0x111, 0x145);
    vec2 g = at * 3.5 + 1.5;
    ivec2 cell = ivec2(floor(g));
    bool inside = all(greaterThanEqual(cell, ivec2(0))) && all(lessThan(cell, ivec2(3)));
    bool there = inside && ((PIPS[face] >> (cell.x + 3 * cell.y)) & 1) == 1;
    weight = there ? below(length(fract(g) - 0.5) - 0.33, 3.5 * w) : 0.0;
    return mix(v.color.rgb, v.color2.rgb, weight);
}

// A band of paper around a cylinder with print in rows, and ridges near its rims. weight: the ridges.
vec3 label(vec3 p, ivec3 seed, float w, out float weight) {
    float rho = length(p.xy), low = -0.47 + 0.2 * share(seed, 1), high = 0.47 - 0.25 * share(seed, 2);
    bool lid = abs(p.z) > rho;
    float ridge = lid ? abs(abs(rho - 0.38) - 0.05) : abs(abs(p.z) - 0.475);
    weight = below(ridge - 0.012, w);
    float paper = lid ? 0.0 : below(low - p.z, w) * below(p.z - high, w);
    vec2 g = vec2(0.15915494 * atan(p.y, p.x) + 0.5, (p.z - low) / (high - low)) * vec2(24.0, 11.0);
    ivec2 cell = ivec2(floor(g));
    int line = random(seed, 40 + cell.y) % 4, block = random(seed, 64 + (cell.x / 6) * 16 + cell.y) % 3;
    bool letters = line == 1 && random(seed, 128 + cell.x * 16 + cell.y) % 3 > 0;
    float ink = line == 0 ? 1.0 : letters ? below(abs(fract(g.y) - 0.5) - 0.3, 11.0 * w) : line == 2 && block == 0 ? 1.0 : 0.0;
    ink = mix(ink, 0.4, smoothstep(0.5, 1.5, 11.0 * w));
    vec3 printed = mix(INKS[random(seed, 3) % 8], v.color2.rgb, ink);
    return mix(v.color.rgb, printed, paper) * (1.0 - 0.4 * weight);
}

// The distance of a curve f = 0 on the unit sphere from its point n, by the gradient of f.
float away(float f, vec3 gradient, vec3 n) { return abs(f) / max(length(gradient - n * dot(gradient, n)), 1e-3); }

// Seams of a tennis ball, a cricket ball, a basketball, a beach ball, a football. weight: the seams, or a ball's darker parts.
vec3 seams(vec3 n, ivec3 seed, float w, out float weight) {
    int kind = random(seed, 1) % 5;
    float tennis = away(n.x * n.x - n.y * n.y + 0.6 * n.z, vec3(2.0 * n.x, -2.0 * n.y, 0.6), n);
    float stitch = abs(fract(6.3661977 * atan(n.y, n.x)) - 0.5) < 0.25 ? abs(abs(n.z) - 0.07) - 0.03 : 1.0;
    float cricket = min(abs(n.z), stitch);
    float basket = min(min(abs(n.x), abs(n.z)), away(abs(n.y) - 0.45 - 0.35 * n.x * n.x, vec3(-0.7 * n.x, sign(n.y), 0.0), n));
    float d = kind == 0 ? tennis : kind == 1 ? cricket : basket;
    weight = below(d - 0.02, w);
    float sector = 0.95492966 * atan(n.y, n.x);  // 6 gores
    if (kind == 3) weight = abs(n.z) > 0.94 ? 1.0 : clamp(0.5 + (abs(fract(0.5 * sector) - 0.5) - 0.25) * 2.1 * length(n.xy) / w, 0.0, 1.0);
    // A football: the nearest of 12 pentagons and 20 hexagons around the axes of an icosahedron, all signs alike.
    vec3 a = abs(n);
    const vec2 P = vec2(0.52573111, 0.85065081), H = vec2(0.35682209, 0.93417236);
    float pentagon = max(dot(a.yz, P), max(dot(a.zx, P), dot(a.xy, P)));
    vec4 hexagon = vec4(0.57735027 * (a.x + a.y + a.z), dot(a.zy, H), dot(a.xz, H), dot(a.yx, H));
    float six = max(max(hexagon.x, hexagon.y), max(hexagon.z, hexagon.w));
    if (kind == 4) weight = below(0.012 + six - pentagon, 0.6 * w);
    return mix(v.color.rgb, v.color2.rgb, weight);
}

// A patch with a picture of 5 x 5 squares, alike on its left and right, on some of the faces. weight: none, it is flat.
vec3 sticker(vec2 at, int face, ivec3 seed, float w, out float weight) {
    ivec3 own = seed + ivec3(0, 0, 64 * face);
    vec2 half_size = vec2(0.12 + 0.2 * share(own, 1), 0.12 + 0.2 * share(own, 2));
    vec2 middle = (vec2(share(own, 3), share(own, 4)) - 0.5) * (0.9 - 2.0 * half_size), q = at - middle;
    bool round_one = random(seed, 5) % 3 == 0;
    float edge = round_one ? length(q) - half_size.x : max(abs(q.x) - half_size.x, abs(q.y) - half_size.y);
    float patch_share = random(own, 6) % 5 < 3 ? below(edge, w) : 0.0;
    ivec2 cell = ivec2(floor((vec2(abs(q.x), q.y) / half_size + vec2(0.2, 1.0)) * 2.5));
    bool ink = random(own, 16 + cell.x * 8 + cell.y) % 2 == 0 && edge < -0.03;
    weight = 0.0;
    return mix(v.color.rgb, ink ? INKS[random(seed, 7) % 8] : v.color2.rgb, patch_share);
}

// See paint.glsl.
vec3 paint(out float weight) {
    vec3 whole = floor(v.texture_point + 0.5), p = 2.0 * (v.texture_point - whole), width = 2.0 * fwidth(v.texture_point);
    ivec3 seed = ivec3(whole);
    float w = max(max(width.x, max(width.y, width.z)), 1e-3);
    vec2 at;
    int face = face_of(p, at);
    uint kind = texture_index();
    weight = 0.0;
    vec3 result = v.color.rgb;
    if (kind == TEXTURE_PUZZLE) result = puzzle(at, face, seed, w, weight);
    if (kind == TEXTURE_DICE) result = dice(at, face, w, weight);
    if (kind == TEXTURE_LABEL) result = label(p, seed, w, weight);
    if (kind == TEXTURE_SEAMS) result = seams(normalize(p), seed, 2.0 * w, weight);
    if (kind == TEXTURE_STICKER) result = sticker(at, face, seed, w, weight);
    return result;
}
