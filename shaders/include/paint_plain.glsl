// paint() of textures without noise: gradient, checker, stripes, dots, brick, and flat, which is none. Needs the block v.
// To add one: an entry in PAINT_OF_TEXTURE of raster/scene/materials.py, and a line in pattern() below.
#include "surface_values.glsl"

// A wave of +1 and -1 in turn, with cells of length 1, along each axis: its mean over a window of width w around x, in cells.
// The mean is the difference of the wave's integral at both ends, divided by w.
vec3 square_wave(vec3 x, vec3 w) {
    vec3 a = abs(fract((x - 0.5 * w) * 0.5) - 0.5);
    vec3 b = abs(fract((x + 0.5 * w) * 0.5) - 0.5);
    return 2.0 * (a - b) / w;
}

// Bricks of 2 x 1 cells; every second row is moved by one cell. Gives the share of joints, 0..1, in a pixel at p of width w, in
// cells. Far away only the mean is left.
float brick_pattern(vec3 p, vec3 w) {
    const float HALF_JOINT = 0.05;
    vec2 at = vec2(0.5 * (p.x + floor(p.y)), p.y), wide = max(vec2(0.5 * w.x, w.y), vec2(1e-3));
    vec2 near = 0.5 - abs(fract(at) - 0.5), joint = vec2(0.5 * HALF_JOINT, HALF_JOINT);
    vec2 covered = clamp((joint - near) / wide + 0.5, 0.0, 1.0);
    float share = 1.0 - (1.0 - 2.0 * joint.x) * (1.0 - 2.0 * joint.y);
    return mix(max(covered.x, covered.y), share, smoothstep(0.3, 0.8, max(wide.x, wide.y)));
}

// Balls of diameter 0.6 around the centres of the cells; discs if planar. Gives their share, 0..1, in a pixel at p of width w,
// in cells. Far away only the mean is left.
float dots_pattern(vec3 p, float w, bool planar) {
    vec3 d = fract(p) - 0.5;
    if (planar) d.z = 0.0;
    float near = 1.0 - smoothstep(0.3 - 0.5 * w, 0.3 + 0.5 * w, length(d));
    return mix(near, planar ? 0.283 : 0.113, smoothstep(0.4, 1.0, w));
}

// Weight 0..1 of the second colour at p in texture space, for a pixel that covers `footprint` cells along each axis. planar:
// the texture lies on a plane, and p.z is of no use. A formula should fade to its mean where the footprint is larger than its
// details.
float pattern(uint texture_index, vec3 p, vec3 footprint, bool planar) {
    vec3 w = max(footprint, vec3(1e-3)), s = square_wave(p, w);
    float result = 0.0;
    if (texture_index == TEXTURE_GRADIENT) result = clamp(p.x + 0.5, 0.0, 1.0);
    if (texture_index == TEXTURE_CHECKER) result = 0.5 + 0.5 * s.x * s.y * (planar ? 1.0 : s.z);
    if (texture_index == TEXTURE_STRIPES) result = 0.5 + 0.5 * s.x;
    if (texture_index == TEXTURE_DOTS) result = dots_pattern(p, max(w.x, max(w.y, w.z)), planar);
    if (texture_index == TEXTURE_BRICK) result = brick_pattern(p, w);
    return result;
}

// See paint.glsl.
vec3 paint(out float weight) {
    bool planar = is_planar();
    weight = pattern(texture_index(), v.texture_point, fwidth(v.texture_point), planar);
    return mix(v.color.rgb, v.color2.rgb, weight);
}
