// Lit colour: Blinn-Phong over textures, in linear light, sRGB at the end.
#version 430
#include "scene.glsl"
#include "srgb.glsl"

in Surface {
#include "surface.glsl"
} v;
layout(location = 0) out vec4 color;

#include "paint.glsl"
#include "shadow.glsl"
#include "light.glsl"

// What a surface sends towards the eye of one lamp's light. Blinn, "Models of light reflection for computer synthesized
// pictures" (1977); the factor (s + 8) / 8 keeps the highlight's energy alike for every shininess s. With unit n, l, e:
// (n.h)^2 = (n.l + n.e)^2 / (2 + 2 l.e) needs no square root.
vec3 lit(int k, vec3 n, vec3 e, float n_e, vec3 albedo) {
    vec3 l, arriving = light_at(k, l);
    float n_l = max(dot(n, l), 0.0);
    float shininess = v.color2.a;
    float n_h = max(n_l + n_e, 0.0);
    float highlight = pow(n_h * n_h / (2.0 + 2.0 * dot(l, e) + 1e-6), 0.5 * shininess) * (0.125 * shininess + 1.0);
    return arriving * (n_l) * (albedo + v.color.a * highlight);
}

vec3 all_lights(vec3 albedo) {
    vec3 n = normalize(v.normal), e = normalize(v.eye - v.position);
    float n_e = dot(n, e);
    vec3 sum = v.ambient * albedo;
    vec4 share = shares();
    for (int k = 0; k < v.counts.x; ++k) sum += share[k] * lit(k, n, e, n_e, albedo);
    return sum;
}

void main() {
    float weight;
    color = finished(all_lights(paint(weight)));
}
