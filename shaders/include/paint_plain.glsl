// Stands for paint.glsl: paint() of flat, gradient, checker, stripes, dots, brick. Needs scene.glsl and the block v.

// A wave of +1 and -1 with cells of length 1, averaged over a window of width w at x: the difference of its integral.
vec3 square_wave(vec3 x, vec3 w) {
    vec3 a = abs(fract((x - 0.5 * w) * 0.5) - 0.5);
    vec3 b = abs(fract((x + 0.5 * w) * 0.5) - 0.5);
    return 2.0 * (a - b) / w;
}

// Bricks of 2 x 1 cells, each other row moved by one; the joints are the second colour.
float brick_pattern(vec3 p, vec3 w) {
    const float HALF_JOINT = 0.05;
    vec2 at = vec2(0.5 * (p.x + floor(p.y)), p.y), wide = max(vec2(0.5 * w.x, w.y), vec2(1e-3));
    vec2 near = 0.5 - abs(fract(at) - 0.5), joint = vec2(0.5 * HALF_JOINT, HALF_JOINT);
    vec2 covered = clamp((joint - near) / wide + 0.5, 0.0, 1.0);
    float share = 1.0 - (1.0 - 2.0 * joint.x) * (1.0 - 2.0 * joint.y);
    return mix(max(covered.x, covered.y), share, smoothstep(0.3, 0.8, max(wide.x, wide.y)));
}

// Balls of diameter 0.6 around the centres of the cells; far away their share of the cell is left.
float dots_pattern(vec3 p, float w, bool planar) {
    vec3 d = fract(p) - 0.5;
    if (planar) d.z = 0.0;
    float near = 1.0 - smoothstep(0.3 - 0.5 * w, 0.3 + 0.5 * w, length(d));
    return mix(near, planar ? 0.283 : 0.113, smoothstep(0.4, 1.0, w));
}

// Weight of the second colour at p (in cells), for a pixel that covers `footprint` cells along each axis.
float pattern(uint kind, vec3 p, vec3 footprint, bool planar) {
    vec3 w = max(footprint, vec3(1e-3)), s = square_wave(p, w);
    float result = 0.0;
    if (kind == TEXTURE_GRADIENT) result = clamp(p.x + 0.5, 0.0, 1.0);
    if (kind == TEXTURE_CHECKER) result = 0.5 + 0.5 * s.x * s.y * (planar ? 1.0 : s.z);
    if (kind == TEXTURE_STRIPES) result = 0.5 + 0.5 * s.x;
    if (kind == TEXTURE_DOTS) result = dots_pattern(p, max(w.x, max(w.y, w.z)), planar);
    if (kind == TEXTURE_BRICK) result = brick_pattern(p, w);
    return result;
}

vec3 paint(out float weight) {
    bool planar = mapping_of(v.ids.z) != MAPPING_OBJECT;
    weight = pattern(v.ids.z & 255u, v.texture_point, fwidth(v.texture_point), planar);
    return mix(v.color.rgb, v.color2.rgb, weight);
}
