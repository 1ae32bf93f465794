// paint() of texture "smudges": dirt and finger marks, whose weight darkens a surface and makes it rougher. Needs the block v.
#include "surface_values.glsl"
#include "noise.glsl"

// See paint.glsl. Blotches where slow noise is high, and in them and beside them finer spots.
vec3 paint(out float weight) {
    vec3 p = v.texture_point, w = fwidth(p);
    float widest = max(max(w.x, max(w.y, w.z)), 1e-3);
    float slow = octaves_of_noise(p, widest, 2u, true, false), fine = octaves_of_noise(5.0 * p + 31.0, 5.0 * widest, 1u, true, false);
    weight = clamp(smoothstep(0.0, 0.35, slow) * (0.6 + fine) + smoothstep(0.18, 0.3, fine + 0.3 * slow), 0.0, 1.0);
    return mix(v.color.rgb, v.color2.rgb, weight);
}
